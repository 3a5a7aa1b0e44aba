from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import binom

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.panel.loaders import (
    load_agencies,
    load_exact_scores,
    load_published,
    load_scores,
)
from spbe_research.questions.may_a_score_fall import tables
from spbe_research.questions.may_a_score_fall.next_list import (
    known_already,
    register_near_zero,
    register_prediction,
    threshold,
)
from spbe_research.questions.may_a_score_fall.nothing_found import (
    largest_agreement,
    province_share,
)
from spbe_research.questions.may_a_score_fall.printed_lattice import (
    fit_summary,
    noticed_misprints,
)

INSTRUMENT = load_instrument("permen-59-2020")


def test_twelve_falls_in_a_hundred_decide():
    assert threshold(n=100, most_if_kept=0.07, least_if_free=0.20) == 12
    # one fewer would condemn a kept number too often
    assert binom.sf(10, 100, 0.07) > 0.05 > binom.sf(11, 100, 0.07)
    assert binom.cdf(11, 100, 0.20) < 0.05
    with pytest.raises(DataError, match="Take more pairs"):
        threshold(n=10, most_if_kept=0.07, least_if_free=0.20)


def falls(**counts):
    rows = [
        {"start": end - 1, "end": end, "group_by": "all", "group": "all", "n": n, "n_fell": fell}
        for end, (fell, n) in ((int(key[1:]), value) for key, value in counts.items())
    ]
    table = pd.DataFrame(rows)
    return table.assign(share_fell=table["n_fell"] / table["n"])


def test_the_registered_list_stays_open_until_it_is_known():
    choices = {"year": 2025, "free": 2022, "kept": 2024, "n": 100}
    shares = {"least_if_free": 0.2, "most_if_kept": 0.07}
    before = register_prediction(falls(y2022=(134, 451), y2024=(29, 607)), **choices, **shares)
    assert before["n_known"].tolist() == [0, 0]
    after = register_prediction(
        falls(y2022=(134, 451), y2024=(29, 607), y2025=(31, 600)), **choices, **shares
    )
    assert after[["n_known", "n_known_fell"]].drop_duplicates().to_numpy().tolist() == [[600, 31]]
    assert after["decides_at"].tolist() == before["decides_at"].tolist() == [12, 12]
    assert before["regime"].tolist() == ["free", "kept"]


def test_changes_near_zero_decide_by_shares_of_one_and_three_in_ten():
    table = pd.DataFrame(
        {
            "group_by": "all",
            "end": [2022, 2024],
            "n_just_below": [45, 5],
            "n_just_above": [45, 95],
        }
    )
    choices = {"year": 2025, "free": 2022, "kept": 2024, "kept_up_to": 0.1, "free_from": 0.3}
    rows = register_near_zero(table, **choices).set_index("regime")
    assert rows["n_seen"].to_dict() == {"free": 90, "kept": 100}
    assert rows["kept_up_to"].to_dict() == {"free": 9, "kept": 10}
    assert rows["decides_at"].to_dict() == {"free": 27, "kept": 30}
    # the end of the Wilson interval nearer to the other regime, by its formula
    z = 1.959964
    low = (0.5 + z**2 / 180 - z * np.sqrt(0.25 / 90 + z**2 / (4 * 90**2))) / (1 + z**2 / 90)
    assert rows.loc["free", "share_allowed"] == pytest.approx(low, abs=1e-6)
    wrong = sum(binom.pmf(k, 90, low) for k in range(10))
    open_ = sum(binom.pmf(k, 90, low) for k in range(10, 27))
    assert rows.loc["free", "wrong_verdict"] == pytest.approx(wrong, rel=1e-4)
    assert rows.loc["free", "no_verdict"] == pytest.approx(open_, rel=1e-4)
    assert (rows["n_known"] == 0).all()


def test_press_values_are_set_beside_the_last_list():
    press = pd.DataFrame(
        {
            "year": [2025] * 3,
            "name_published": ["Pemerintah Kota A", "Pemerintah Kota B", "Badan Baru"],
            "agency_id": ["a", "b", None],
            "index_reported": [2.60, 3.00, 4.00],
        }
    )
    published = pd.DataFrame(
        {"agency_id": ["a", "b"], "year": [2024, 2024], "index_published": [2.61, 2.9]}
    )
    table = known_already(press, published)
    assert table["change"].dropna().tolist() == [-1, 10]
    assert table["fell"].dropna().tolist() == [True, False]
    assert table["index_before"].isna().tolist() == [False, False, True]


def test_most_equal_levels_agree_with_loops():
    levels = load_scores(scale="indicator")
    table = largest_agreement(levels, INSTRUMENT, lowest_index=1.6).set_index("year")
    wide = levels.query("year == 2021").pivot(index="agency_id", columns="item", values="value")
    weights = pd.Series({item: float(INSTRUMENT.item(item).weight) / 100 for item in wide.columns})
    chosen = wide[(wide * weights).sum(axis=1) > 1.6 + 1e-9].to_numpy()
    most = max(
        int((one == other).sum()) for place, one in enumerate(chosen) for other in chosen[:place]
    )
    assert (table.loc[2021, "n"], table.loc[2021, "most_equal"]) == (len(chosen), most)
    assert table["most_equal"].max() <= 44
    assert (table["n_identical"] == 0).all()


def test_province_share_agrees_with_dummies_in_statsmodels():
    levels, agencies = load_scores(scale="indicator"), load_agencies()
    table = province_share(levels, agencies, INSTRUMENT).set_index("year")
    province = agencies.set_index("agency_id").query("agency_type in ['kabupaten', 'kota']")
    wide = levels.query("year == 2022").pivot(index="agency_id", columns="item", values="value")
    wide = wide[wide.index.isin(province.index)].astype(float)
    weights = np.array([float(INSTRUMENT.item(item).weight) for item in wide.columns]) / 100
    index = sm.add_constant(wide.to_numpy() @ weights)
    dummies = pd.get_dummies(province.loc[wide.index, "province_2018"]).astype(float)
    explained = total = 0.0
    for item in wide:
        rest = sm.OLS(wide[item].to_numpy(), index).fit().resid
        fit = sm.OLS(rest, dummies.to_numpy()).fit()
        explained += float((fit.fittedvalues**2).sum())
        total += float((rest**2).sum())
    share = explained / total
    n, k = len(wide), dummies.shape[1]
    assert table.loc[2022, "share_unadjusted"] == pytest.approx(share)
    assert table.loc[2022, "estimate"] == pytest.approx(1 - (1 - share) * (n - 1) / (n - k))
    assert table.loc[2022, "estimate"] == pytest.approx(0.03, abs=0.005)


def test_province_share_is_none_without_habits_and_large_with_them():
    rng = np.random.default_rng(2)
    agencies = pd.DataFrame(
        {
            "agency_id": [f"a{i}" for i in range(200)],
            "agency_type": "kabupaten",
            "province_2018": [f"p{i % 20}" for i in range(200)],
        }
    )
    items = list(INSTRUMENT.indicators)
    base = rng.normal(3, 0.6, (200, 47))
    habit = rng.normal(0, 0.6, (20, 47))[np.arange(200) % 20]

    def share(values):
        long = (
            pd.DataFrame(values, index=agencies["agency_id"], columns=items)
            .reset_index()
            .melt("agency_id", var_name="item")
            .assign(year=2022, edition="permen-59-2020")
        )
        return province_share(long, agencies, INSTRUMENT)["estimate"].iloc[0]

    assert abs(share(base)) < 0.02
    assert share(base + habit) > 0.3


def test_every_row_but_one_fits_and_derived_rows_are_named():
    table = fit_summary(load_exact_scores(), load_scores()).set_index("year")
    assert table["n_fits"].to_dict() == {2023: 620, 2024: 615}
    assert table["n_derived"].to_dict() == {2023: 0, 2024: 3}


def test_misprints_are_noticed_by_hand():
    # one row: D1 3.3, D2 3.2, D3 35/11 = 3.18, D4 720/182 = 3.96, index 3.554
    scores = pd.DataFrame(
        {
            "agency_id": "a",
            "year": 2024,
            "scale": "domain",
            "item": ["D1", "D2", "D3", "D4"],
            "value": [3.30, 3.20, 3.18, 3.96],
            "source_id": "list",
        }
    )
    published = pd.DataFrame(
        {"agency_id": ["a"], "year": [2024], "index_published": [3.55], "source_id": ["list"]}
    )
    table = noticed_misprints(scores, published, INSTRUMENT).set_index("item")
    # of 3.30: 1.30, 2.30, 4.30 (5.30 and above cannot be), nine other tenths, nine other hundredths
    assert table.loc["D1", "n_tried"] == 21
    assert table.loc["D1", "noticed_alone"] == pytest.approx(9 / 21)
    assert table.loc["D1", "noticed"] == 1.0
    # the index may read 3.56 as well: 721/182 prints 3.96 too and gives 3.5565
    assert table.loc["index", "noticed"] == pytest.approx(1 - 1 / table.loc["index", "n_tried"])


def test_mean_fall_is_that_of_the_fallers_of_one_pair_and_says_how_many():
    """From the four decimals of the lists of 2021 and 2022, rounded half up by decimal places."""
    listed = load_published().query("year in [2021, 2022]")
    exact = listed.pivot(index="agency_id", columns="year", values="index_published")
    new = listed.query("year == 2022 and status == 'evaluated'")["agency_id"]
    exact = exact.loc[new].dropna().map(lambda value: Decimal(f"{value:.4f}"))
    printed = exact.map(lambda value: value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    fell = (exact[2021] - exact[2022])[printed[2022] < printed[2021]]
    facts = tables.single_facts().set_index("fact")
    assert facts.loc["mean-drop", ["n", "year"]].tolist() == [len(fell), 2022] == [134, 2022]
    assert facts.loc["mean-drop", "value"] == pytest.approx(float(sum(fell)) / 134)


def test_counts_of_the_tests_say_the_years_of_the_lists():
    facts = tables.single_facts().set_index("fact")
    assert facts.loc["tests", ["start", "end"]].tolist() == [2018, 2024]
    assert facts.loc["exact-spread", ["start", "end", "n"]].tolist() == [2023, 2024, 621 + 615]
