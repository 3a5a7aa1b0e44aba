"""What the audit says of SPBE, and how its data are read."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from spbe_research import (
    assign_predicate,
    audit,
    compute_index,
    load_instrument,
    load_published,
    load_scores,
)
from spbe_research.auditing.case import read_case
from spbe_research.choices import LeaveOut, LevelError, Weights
from spbe_research.errors import DataError

EDITION = "permen-59-2020"


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return load_scores()


def of(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    return scores[scores["year"] == year]


def test_all_printed_predicates_of_2024_follow_from_the_domains(scores: pd.DataFrame) -> None:
    table = audit(of(scores, 2024), EDITION, draws=1).tables["ranks"].set_index("agency_id")
    published = load_published().query("year == 2024").set_index("agency_id")
    assert len(table) == 615
    assert table["predicate"].equals(
        published["predicate_published"].reindex(table.index).rename("predicate")
    )


def test_2022_is_read_from_its_levels_and_banded_rounded(scores: pd.DataFrame) -> None:
    case = read_case(of(scores, 2022), EDITION)
    assert (len(case.ids), case.tree.leaf_tier, case.rule) == (554, "indicator", "rounded")
    assert case.notes == ("66 bodies without any indicator are left out.",)
    index = compute_index(of(scores, 2022).query("item.str.startswith('I')"), EDITION)["index"]
    index = index.droplevel("year")
    assert case.scores.tolist() == pytest.approx(index.loc[list(case.ids)].tolist())
    predicates = assign_predicate(index, EDITION, rule="rounded")["predicate"]
    table = audit(of(scores, 2022), EDITION, draws=1).tables["ranks"].set_index("agency_id")
    assert table["predicate"].to_dict() == predicates.to_dict()


def test_wide_and_long_tables_are_one(scores: pd.DataFrame) -> None:
    long = of(scores, 2022).query("scale == 'indicator'")
    wide = long.pivot(index="agency_id", columns="item", values="value")
    runs = [audit(each, EDITION, draws=200).tables["ranks"] for each in (long, wide)]
    one, other = (each.sort_values("agency_id", ignore_index=True) for each in runs)
    pd.testing.assert_frame_equal(one, other, check_dtype=False)
    named = wide.reset_index().assign(year=2022)
    assert read_case(named, EDITION).rule == "rounded"
    domains = (
        of(scores, 2024)
        .query("scale == 'domain'")
        .pivot(index="agency_id", columns="item", values="value")
    )
    assert read_case(domains, EDITION).rule == "exact"
    assert read_case(domains.assign(year=2023), EDITION).rule == "rounded"


def test_other_editions_are_audited_as_well() -> None:
    for edition, parts in (("permen-5-2018", "domain"), ("permen-8-2026", "aspect")):
        instrument = load_instrument(edition)
        rng = np.random.default_rng(1)
        table = pd.DataFrame(
            rng.integers(1, 6, (20, len(instrument.indicators))),
            columns=list(instrument.indicators),
        )
        result = audit(table, instrument, [Weights.uniform(0.25), LeaveOut(parts)], draws=200)
        codes = instrument.domains if parts == "domain" else instrument.aspects
        assert result.tables["alternatives"]["choice"].tolist() == list(codes)
        assert result.tables["pairs_exact"]["share"].is_monotonic_decreasing
        index = compute_index(table, instrument)["index"]
        assert result.tables["ranks"]["index"].tolist() == pytest.approx(index.tolist())


def test_large_tables_have_no_exact_answers_and_say_so() -> None:
    codes = list(load_instrument(EDITION).indicators)
    table = pd.DataFrame(np.random.default_rng(1).integers(1, 6, (5_001, 47)), columns=codes)
    result = audit(table, EDITION, draws=20)
    assert "pairs_exact" not in result.tables
    assert result.notes == (
        "No exact answers: they compare all pairs, of at most 5,000 bodies.",
        "Ranks are counted in classes of 10: a quantile is the last rank of its class.",
    )
    ranks = result.tables["ranks"]
    assert (ranks["rank_q05"] <= ranks["rank_q95"]).all()
    assert "keep their order" not in result.summary()


def test_several_years_and_another_edition_are_refused(scores: pd.DataFrame) -> None:
    with pytest.raises(DataError, match=r"the column year holds 2021, 2022"):
        audit(scores.query("year in (2021, 2022)"), EDITION)
    with pytest.raises(DataError, match="Invalid data of permen-5-2018"):
        audit(of(scores, 2019), EDITION)
    with pytest.raises(DataError, match="no body has all items of a tier"):
        audit(of(scores, 2018), "permen-5-2018")
    twice = pd.concat([of(scores, 2024)] * 2)
    with pytest.raises(DataError, match="stands twice"):
        audit(twice, EDITION)


def test_weights_shifted_by_a_quarter_leave_nine_predicates_in_ten(scores: pd.DataFrame) -> None:
    table = audit(of(scores, 2022), EDITION, Weights.uniform(0.25), seed=1).tables["ranks"]
    assert 0.88 < (table["p_predicate"] >= 0.95).mean() < 0.91


def test_falls_of_2022_read_as_errors_give_a_quarter_and_a_fifth(scores: pd.DataFrame) -> None:
    found = LevelError.from_panel(of(scores, 2021), of(scores, 2022))
    assert (found.p, found.rho) == pytest.approx((0.25, 0.20), abs=0.005)


@pytest.mark.whole
def test_unsteady_levels_leave_fewer_than_four_predicates_in_ten(scores: pd.DataFrame) -> None:
    table = audit(of(scores, 2022), EDITION, LevelError(0.25, 0.20), seed=1).tables["ranks"]
    assert 0.35 < (table["p_predicate"] >= 0.95).mean() < 0.40


def test_services_weigh_more_than_they_explain_in_2024(scores: pd.DataFrame) -> None:
    table = audit(of(scores, 2024), EDITION, draws=1).tables["importance"].set_index("code")
    assert table.loc["D4", ["nominal_share", "explained_share"]].round(3).tolist() == [0.455, 0.357]


def test_tables_are_items_and_attributes_and_copies(scores: pd.DataFrame) -> None:
    result = audit(of(scores, 2024), EDITION, draws=1)
    assert list(result.tables)[:2] == ["ranks", "pairs_exact"]
    own = result.tables["ranks"]
    own["index"] = 0
    assert result.tables.ranks["index"].min() > 1
    with pytest.raises(KeyError, match="'gossip' is none of"):
        result.tables["gossip"]
    with pytest.raises(AttributeError, match="no table 'gossip'"):
        result.tables.gossip  # noqa: B018
    assert "615 bodies, permen-59-2020" in result.summary()
    assert repr(result) == "Audit(615 bodies, permen-59-2020: weights uniform(0.25); 1)"
    assert 0.25 in result.tables["pairs_exact"]["radius"].tolist()


@pytest.mark.whole
@pytest.mark.parametrize(("p", "rho"), [(0.05, 0.0), (0.25, 0.2)])
def test_rank_bands_cover_the_true_rank(scores: pd.DataFrame, p: float, rho: float) -> None:
    """Levels of 2022 taken as true, misread by a second generator of errors, then audited."""
    truth = of(scores, 2022).query("scale == 'indicator'")
    truth = truth.pivot(index="agency_id", columns="item", values="value").astype(int)
    weights = load_instrument(EDITION).weight_matrix[:, 0]
    true_rank = (-(truth @ weights).round(9)).rank(method="min")
    rng = np.random.default_rng(20)
    covered = []
    for seed in range(2):
        shared = rho**0.5 * rng.normal(size=(len(truth), 1))
        z = shared + (1 - rho) ** 0.5 * rng.normal(size=truth.shape)
        step = (z > norm.isf(p / 2)).astype(int) - (z < norm.ppf(p / 2))
        read = (truth + step).clip(1, 5)
        table = audit(read, EDITION, LevelError(p, rho), draws=400, seed=seed).tables["ranks"]
        table = table.set_index("agency_id")
        covered.append(true_rank.between(table["rank_q05"], table["rank_q95"]).mean())
    # A band of 90 percent; whole ranks, and errors that the scale cuts off, make it a little wide.
    assert 0.88 < sum(covered) / 2 < 0.95
