"""The designs of this question on tables made by hand."""

import numpy as np
import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.questions.does_practice_follow_regulation.changes import (
    compare_changes,
    compare_years,
)
from spbe_research.questions.does_practice_follow_regulation.diffusion import compare_diffusion
from spbe_research.questions.does_practice_follow_regulation.movers import (
    find_movers,
    follow_movers,
    positions,
)
from spbe_research.questions.does_practice_follow_regulation.order import (
    compare_lags,
    compare_leads,
)
from spbe_research.questions.does_practice_follow_regulation.readings import (
    check_against_texts,
    count_vanished,
    first_dated_texts,
)
from spbe_research.questions.does_practice_follow_regulation.within import (
    compare_by_type,
    compare_levels,
)


def years(**columns) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    return table.assign(
        enacted_first=table["enacted_first"].astype(bool),
        enacted_last=table["enacted_last"].astype(bool),
    )


def pairs(policy, practice, bodies, topics, year=2021, kind="kota") -> pd.DataFrame:
    table = pd.DataFrame(
        {"agency_id": bodies, "topic": topics, "policy_level": policy, "practice_level": practice}
    )
    return table.assign(year=year, agency_type=kind, is_enacted=table["policy_level"] >= 2)


def test_vanished_counts_only_what_was_enacted() -> None:
    table = years(topic=[*"xxxy"], enacted_first=[1, 1, 0, 1], enacted_last=[0, 1, 0, 1])
    found = count_vanished(table)
    assert found.to_dict("records") == [
        {"topic": "x", "estimate": 0.5, "vanished": 1, "n": 2},
        {"topic": "y", "estimate": 0.0, "vanished": 0, "n": 1},
    ]


def test_a_mirror_image_of_gains_and_losses_is_found() -> None:
    # Practice follows each reading exactly: gained topics rise by 1, lost ones fall by 1.
    rng = np.random.default_rng(1)
    n = 400
    before, after = rng.random(n) < 0.5, rng.random(n) < 0.5
    table = years(
        agency_id=np.repeat([f"b{i}" for i in range(n // 10)], 10),
        topic=np.tile([f"t{k}" for k in range(10)], n // 10),
        enacted_first=before, enacted_last=after,
        policy_first=1 + before, policy_last=1 + after,
        practice_first=1.0 + before, practice_last=1.0 + after,
    )  # fmt: skip
    found = compare_changes(table).set_index(["change", "practice", "compared"])["estimate"]
    assert found["gained", "own", "same body and topic"] == pytest.approx(1)
    assert found["lost", "own", "same topic"] == pytest.approx(-1)
    assert found["one level more", "own", "same body and topic"] == pytest.approx(1)
    # Topics were drawn one by one: what happened to one says nothing of the others.
    assert abs(found["gained", "others", "same topic"]) < 0.2


def test_an_impression_of_the_body_is_found_in_the_practice_of_its_other_topics() -> None:
    # The second reading of half of the bodies is harsh on all they do: practice falls by 1, and
    # regulations vanish more often and appear more seldom. Nothing of this is of one topic.
    rng = np.random.default_rng(4)
    harsh = np.repeat(np.arange(60) % 2 == 0, 10)
    before = rng.random(600) < 0.5
    after = rng.random(600) < np.where(harsh, 0.2, 0.8)
    table = years(
        agency_id=np.repeat([f"b{i}" for i in range(60)], 10), topic=np.tile([*"klmnopqrst"], 60),
        enacted_first=before, enacted_last=after, policy_first=1 + before, policy_last=1 + after,
        practice_first=3.0, practice_last=3.0 - harsh,
    )  # fmt: skip
    found = compare_changes(table).set_index(["change", "practice", "compared"])["estimate"]
    for change, sign in (("lost", -1), ("gained", 1)):
        assert sign * found[change, "own", "same topic"] > 0.5
        assert found[change, "others", "same topic"] == pytest.approx(
            found[change, "own", "same topic"]
        )
        assert found[change, "own", "same body and topic"] == pytest.approx(0, abs=1e-9)


def test_the_decline_is_the_later_difference_minus_the_earlier() -> None:
    rng = np.random.default_rng(2)
    tables = []
    for year, slope in ((2021, 0.5), (2022, 0.2)):
        policy = rng.integers(1, 3, 300)
        tables.append(
            pairs(policy, 1 + slope * (policy >= 2), np.repeat([f"b{i}" for i in range(30)], 10),
                  np.tile([*"abcdefghij"], 30), year=year)
        )  # fmt: skip
    assert compare_years(pd.concat(tables))["estimate"].item() == pytest.approx(-0.3)


def test_each_level_is_compared_with_the_first() -> None:
    policy = np.tile([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], 30)
    table = pairs(policy, 1.0 + 2 * (policy >= 4), np.repeat([f"b{i}" for i in range(30)], 10),
                  np.tile([*"abcdefghij"], 30))  # fmt: skip
    rng = np.random.default_rng(3)
    table = pd.concat(
        [group.assign(policy_level=rng.permutation(group["policy_level"].to_numpy()))
         for _, group in table.groupby("agency_id")]
    )  # fmt: skip
    table = table.assign(practice_level=1.0 + 2 * (table["policy_level"] >= 4))
    found = compare_levels(table).set_index("level")["estimate"]
    assert found.tolist() == pytest.approx([0, 0, 2, 2], abs=1e-9)


def test_types_with_few_informative_bodies_get_counts_and_no_estimate() -> None:
    bodies = np.repeat([f"b{i}" for i in range(30)], 2)
    policy = np.r_[np.tile([1, 2], 25), np.tile([2, 2], 5)]
    table = pairs(policy, 1.0 + np.arange(60) % 3, bodies, np.tile([*"xy"], 30))
    few = table.head(20).assign(agency_type="lembaga")
    few = few.assign(agency_id="l" + few["agency_id"])
    found = compare_by_type(pd.concat([table, few])).set_index("agency_type")
    assert found.loc["kota", ["n_bodies", "n_none", "n_all", "n_mixed"]].tolist() == [30, 0, 5, 25]
    assert found.loc["lembaga", "n_mixed"] == 10
    assert np.isnan(found.loc["lembaga", "estimate"])
    assert not np.isnan(found.loc["kota", "std_error"])


def _counts(numbers: dict[str, tuple[int, int]]) -> pd.DataFrame:
    rows = [
        {"agency_id": body, "year": year, "topic": f"t{k}", "is_enacted": k < count}
        for body, pair in numbers.items()
        for year, count in zip((2021, 2022), pair, strict=True)
        for k in range(10)
    ]
    return pd.DataFrame(rows)


def test_movers_start_low_or_high_and_stayers_change_by_one_at_most() -> None:
    table = _counts(
        {"jump": (5, 10), "small": (5, 8), "stay": (4, 5), "drop": (6, 3), "high": (9, 8),
         "slip": (10, 8)}
    )  # fmt: skip
    found = find_movers(table, first=2021, last=2022).set_index("agency_id")
    assert found["moved"].to_dict() == {"jump": True, "stay": False, "drop": True, "high": False}
    assert found["direction"].to_dict() == {
        "jump": "gains", "stay": "gains", "drop": "losses", "high": "losses"
    }  # fmt: skip
    wider = find_movers(table, first=2021, last=2022, gain=3, loss=2).set_index("agency_id")
    assert wider.loc[["small", "slip"], "moved"].all()


def test_movers_are_followed_from_the_base_year() -> None:
    movers = pd.DataFrame(
        {"agency_id": [*"abcd"], "direction": "gains", "moved": [True, True, False, False]}
    )
    places = pd.DataFrame(
        [
            {"agency_id": body, "year": year, "outcome": outcome, "position": at}
            for outcome in ("policy", "rest", "index")
            for body, path in {
                "a": (0, 1, 1),
                "b": (0, 1, 2),
                "c": (0, 0, 0),
                "d": (1, 1, 1),
            }.items()
            for year, at in zip((2018, 2021, 2022), path, strict=True)
        ]
    )
    agencies = pd.DataFrame({"agency_id": [*"abcd"], "province_2018": ["p", "q", "r", None]})
    found = follow_movers(movers, places, agencies, base=2021).set_index(["outcome", "year"])
    assert found.loc[("rest", 2022), "estimate"] == pytest.approx(0.5)
    assert found.loc[("index", 2018), "estimate"] == pytest.approx(-1)
    assert (found["n_moved"] == 2).all()
    assert (found["clusters"] == 4).all()
    with pytest.raises(DataError, match="some must have moved and some stayed"):
        follow_movers(movers.head(2), places, agencies, base=2021)


def test_carried_over_indices_have_no_position() -> None:
    published = pd.DataFrame(
        {"agency_id": [*"abc"], "year": 2019, "agency_type": "kota",
         "index_published": [1.0, 2.0, 3.0], "status": ["evaluated", "evaluated", "carried_over"]}
    )  # fmt: skip
    parts = pd.DataFrame(columns=["agency_id", "year", "agency_type", "policy", "rest"])
    found = positions(parts.astype({"policy": float, "rest": float}), published)
    assert found["agency_id"].tolist() == ["a", "b"]


def _parts(path) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    rows = []
    for body in range(200):
        policy, rest = rng.normal(size=2)
        change = 0.0
        for year in (2021, 2022, 2023, 2024):
            policy, rest, change = path(rng, policy, rest, change)
            rows.append((f"b{body}", year, "kota", policy, rest))
    return pd.DataFrame(rows, columns=["agency_id", "year", "agency_type", "policy", "rest"])


def test_an_order_in_time_is_found_where_there_is_one() -> None:
    def policy_first(rng, policy, rest, change):
        step = rng.normal()
        return policy + step, rest + 0.5 * change + 0.1 * rng.normal(), step

    parts = _parts(policy_first)
    agencies = pd.DataFrame({"agency_id": parts["agency_id"].unique(), "province_2018": None})
    found = compare_leads(parts, agencies).set_index("policy_change")
    assert found.loc["year before", "estimate"] == pytest.approx(0.5, abs=0.05)
    assert found.loc["year after", "low"] < 0 < found.loc["year after", "high"]
    lags = compare_lags(parts, agencies).set_index("lag")
    assert lags.loc["policy to rest", "estimate"] > lags.loc["rest to policy", "estimate"]
    assert lags["n"].tolist() == [600, 600]  # three pairs of years of 200 bodies
    with pytest.raises(DataError, match="must be four years, not 3"):
        compare_leads(parts[parts["year"] < 2024], agencies)


def test_neighbours_are_the_others_of_the_province() -> None:
    # Three regions of one province: of the others of "c", one of two had the topic.
    table = pd.concat(
        [
            pairs([2, 1, 1], 1.0, [*"abc"], "x", year=2021, kind="kabupaten"),
            pairs([2, 2, 1], 1.0, [*"abc"], "x", year=2022, kind="kabupaten"),
            pairs([1, 1, 1, 1], 1.0, [*"defg"], "x", year=2021, kind="kabupaten"),
            pairs([1, 1, 1, 1], 1.0, [*"defg"], "x", year=2022, kind="kabupaten"),
            pairs([2, 1], 1.0, ["P", "Q"], "x", year=2021, kind="provinsi"),
        ]
    )
    extra = table.assign(topic="y", policy_level=1, is_enacted=False)
    agencies = pd.DataFrame(
        {"agency_id": [*"abcdefgPQ"], "province_2018": [*"pppqqqqpq"], "island": "i"}
    )
    found = compare_diffusion(pd.concat([table, extra]), agencies, first=2021, last=2022)
    first = found.set_index(["others", "topics", "held"]).loc[("neighbours", "all", "nothing")]
    # At risk: b, c (x) and a, b, c, d..g (y), d..g (x): 13 rows.
    assert first["n"] == 13


def test_first_dated_texts_take_the_earliest_year_of_each_topic() -> None:
    agencies = pd.DataFrame(
        {"agency_id": ["kab-1", "polda-1"], "kemendagri_code": ["1", "1"],
         "agency_type": ["kabupaten", "polda"]}
    )  # fmt: skip
    texts = pd.DataFrame(
        {"agency_id": "kab-1", "year": ["2020", "", "2018"], "topics": ["a;b", "a", "b;zzz"]}
    )
    added = pd.DataFrame({"region_code": ["1"], "year": ["2019"], "topic": ["a"]})
    words = pd.DataFrame({"word": [*"ab"], "topic": ["audit", "bus"]})
    found = first_dated_texts(texts, added, words, agencies).set_index("topic")["text_year"]
    assert found.to_dict() == {"audit": 2019, "bus": 2018}


def test_a_text_of_the_year_itself_is_not_expected_to_be_found() -> None:
    table = pairs([2, 1], 1.0, "a", ["audit", "bus"], year=2020)
    texts = pd.DataFrame({"agency_id": "a", "topic": ["audit", "bus"], "text_year": [2019, 2020]})
    (row,) = check_against_texts(table, texts).to_dict("records")
    assert row == {"year": 2020, "estimate": 1.0, "found": 1, "n": 1}
