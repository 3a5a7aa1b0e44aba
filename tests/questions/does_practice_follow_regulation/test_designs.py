"""The designs of this question on tables made by hand."""

import numpy as np
import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.methods.wild_clusters import wild_cluster_p
from spbe_research.questions.does_practice_follow_regulation.assessed_again import (
    compare_assessed_again,
)
from spbe_research.questions.does_practice_follow_regulation.changes import (
    compare_changes,
    compare_years,
)
from spbe_research.questions.does_practice_follow_regulation.checks import (
    count_held,
    held_bodies,
)
from spbe_research.questions.does_practice_follow_regulation.diffusion import compare_diffusion
from spbe_research.questions.does_practice_follow_regulation.movers import (
    find_movers,
    follow_movers,
    positions,
)
from spbe_research.questions.does_practice_follow_regulation.order import compare_leads
from spbe_research.questions.does_practice_follow_regulation.readings import (
    check_against_texts,
    count_vanished,
    first_dated_texts,
)
from spbe_research.questions.does_practice_follow_regulation.within import (
    compare_levels,
    count_informative,
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
    found = compare_changes(table, _homes(table)).set_index(["change", "practice", "compared"])[
        "estimate"
    ]
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
    found = compare_changes(table, _homes(table)).set_index(["change", "practice", "compared"])[
        "estimate"
    ]
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


def test_only_bodies_with_some_topics_regulated_are_informative() -> None:
    table = pairs([1, 1, 2, 2, 1, 2, 2, 3], 1.0, [*"aabbccdd"], [*"xy"] * 4)
    other = pairs([1, 2], 1.0, "l", [*"xy"], kind="lembaga")
    found = count_informative(pd.concat([table, other])).set_index("agency_type")
    assert found.loc["kota", ["n_none", "n_all", "n_mixed", "n"]].tolist() == [1, 2, 1, 4]
    assert found.loc["lembaga", ["n_mixed", "n"]].tolist() == [1, 1]


def test_a_single_topic_gained_is_compared_with_the_other_topics_of_its_body() -> None:
    # In every second body one topic is gained: its practice rises by 2, that of the others by 0.5.
    n = 40
    gained = np.zeros((n, 4), bool)
    gained[::2, 0] = True
    rise = np.where(gained, 2.0, 0.5 * gained.any(axis=1, keepdims=True))
    table = years(
        agency_id=np.repeat([f"b{i}" for i in range(n)], 4), topic=np.tile([*"wxyz"], n),
        enacted_first=np.zeros(4 * n), enacted_last=gained.ravel(), policy_first=1,
        policy_last=1 + gained.ravel(), practice_first=1.0, practice_last=1 + rise.ravel(),
    )  # fmt: skip
    known = years(
        agency_id=np.repeat([f"b{i}" for i in range(n)], 2), topic=np.tile([*"uv"], n),
        enacted_first=np.ones(2 * n), enacted_last=np.arange(2 * n) % 3 > 0, policy_first=2,
        policy_last=2 - (np.arange(2 * n) % 3 == 0), practice_first=1.0, practice_last=1.0,
    )  # fmt: skip
    table = pd.concat([table, known], ignore_index=True)
    found = compare_changes(table, _homes(table)).set_index(["change", "practice"])["estimate"]
    assert found["single gained", "own"] == pytest.approx(2.0)
    # Others of w: x, y, z rise by 0.5 and u, v by 0.
    assert found["single gained", "others"] == pytest.approx(0.3)
    assert found["single gained", "own less others"] == pytest.approx(1.7)


def test_bodies_are_held_that_stop_at_last_years_index_or_just_above() -> None:
    index = {2021: 2.0, 2022: 2.0, 2023: 2.02, 2024: 2.5}
    published = pd.DataFrame(
        [
            {"agency_id": body, "year": year, "index_published": value + (body == "b") * 0.1 * gap}
            for body in "ab"
            for gap, (year, value) in enumerate(index.items())
        ]
    ).assign(status="evaluated")
    assert held_bodies(published, 2022) == {"a"}
    assert held_bodies(published, 2023) == {"a"}
    assert held_bodies(published, 2024) == set()
    movers = pd.DataFrame({"agency_id": [*"ab"], "direction": "gains", "moved": [True, False]})
    assert count_held(movers, published, year=2023).to_dict() == {False: 0, True: 1}


def test_signs_of_clusters_give_the_p_that_a_loop_gives() -> None:
    rng = np.random.default_rng(8)
    place = np.repeat([*"abcdefgh"], 5)
    moved = rng.random(40) < 0.5
    outcome = 0.5 * moved + rng.normal(size=40) + np.repeat(rng.normal(size=8), 5)

    def t(y):
        design = np.column_stack([np.ones(40), moved])
        beta, *_ = np.linalg.lstsq(design, y, rcond=None)
        bread = np.linalg.inv(design.T @ design)
        left = y - design @ beta
        sums = [design[place == each].T @ left[place == each] for each in "abcdefgh"]
        middle = sum(np.outer(each, each) for each in sums)
        return abs(beta[1]) / np.sqrt((bread @ middle @ bread)[1, 1])

    signs = np.random.default_rng(3).choice([-1.0, 1.0], size=(199, 8))
    drawn = [t(outcome.mean() + (outcome - outcome.mean()) * np.repeat(row, 5)) for row in signs]
    expected = (1 + sum(value >= t(outcome) - 1e-12 for value in drawn)) / 200
    series = (pd.Series(outcome), pd.Series(moved), pd.Series(place))
    assert wild_cluster_p(*series, seed=3, draws=199) == pytest.approx(expected)


def test_those_assessed_once_are_set_beside_those_assessed_twice() -> None:
    table = pd.concat(
        [
            pairs([2, 1], 1.0, [*"ab"], "x", year=2021),
            pairs([2, 2], 1.0, [*"ac"], "x", year=2022),
        ]
    )
    places = pd.DataFrame(
        {"agency_id": [*"ab"], "year": 2021, "outcome": "rest", "position": [0.2, 0.7]}
    )
    found = compare_assessed_again(table, places, first=2021, last=2022).set_index("fact")
    assert found["value"].round(9).to_dict() == {
        "only-first-ahead": 0.5, "topics-only-last": 1.0, "topics-both": 1.0
    }  # fmt: skip
    assert found["n"].tolist() == [1, 1, 1]
    with pytest.raises(DataError, match="Some bodies must be in one year only"):
        compare_assessed_again(table[table["agency_id"] == "a"], places, first=2021, last=2022)


def _homes(table: pd.DataFrame) -> pd.DataFrame:
    """Bodies without a province: each its own cluster."""
    return pd.DataFrame({"agency_id": table["agency_id"].unique(), "province_2018": None})


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
