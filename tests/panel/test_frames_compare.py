"""Who is compared with whom, on lists made by hand and on the published ones by another code."""

import csv
from statistics import mean

import numpy as np
import pandas as pd
import pytest
from simulation.lists import simulate_lists

from spbe_research import load_published
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.panel.frames_compare import (
    FRAMES,
    add_like_for_like,
    compare_frames,
    frame_members,
)

HAND = pd.DataFrame(
    [
        ("stays", 2021, 2.0, "evaluated"), ("stays", 2022, 2.6, "evaluated"),
        ("leaves", 2021, 3.0, "evaluated"), ("leaves", 2022, 3.0, "carried_over"),
        ("enters", 2022, 1.0, "evaluated"),
    ],
    columns=["agency_id", "year", "index_published", "status"],
)  # fmt: skip


def test_frames_of_three_bodies_by_hand() -> None:
    table = compare_frames(HAND, [(2021, 2022)]).set_index("frame")
    assert list(table.index) == list(FRAMES)
    assert table.loc["listed", ["value_start", "value_end"]].tolist() == pytest.approx([2.5, 2.2])
    assert table.loc["assessed", ["value_start", "value_end"]].tolist() == pytest.approx([2.5, 1.8])
    assert table.loc["like_for_like", "estimate"] == pytest.approx(0.6)
    assert table.loc["entrants", "value_end"] == 1.0
    assert table.loc["leavers", "value_start"] == 3.0
    assert table.loc[["entrants", "leavers"], "estimate"].isna().all()


def test_like_for_like_stands_beside_each_change_and_takes_another_statistic() -> None:
    changes = pd.DataFrame({"start": [2021], "end": [2022], "estimate": [-0.7]})
    assert add_like_for_like(changes, HAND)["like_for_like"].tolist() == pytest.approx([0.6])
    doubled = HAND[HAND["agency_id"] == "stays"].assign(agency_id="too", index_published=[1.0, 1.4])
    both = pd.concat([HAND, doubled])
    spread = add_like_for_like(changes, both, statistic=lambda values: values.max() - values.min())
    assert spread["like_for_like"].tolist() == pytest.approx([1.2 - 1.0])
    assert spread["n_like_for_like"].tolist() == [2]


def test_changes_by_type_are_compared_within_the_type() -> None:
    published = load_published()
    changes = pd.DataFrame(
        {"start": [2021, 2021], "end": [2022, 2022], "agency_type": ["kota", "kabupaten"]}
    )
    table = add_like_for_like(changes, published).set_index("agency_type")
    for kind in table.index:
        members = frame_members(published[published["agency_type"] == kind], 2021, 2022)
        same = members[members["frame"] == "like_for_like"]
        assert table.loc[kind, "n_like_for_like"] == len(same)
        assert table.loc[kind, "like_for_like"] == pytest.approx(
            (same["index_end"] - same["index_start"]).mean()
        )


def test_changes_of_2021_to_2022_by_a_loop_over_the_file() -> None:
    """+0.066 between the lists of those assessed, +0.093 between the lists, +0.255 of the same."""
    with (project_folder() / "data" / "tidy" / "published.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] in ("2021", "2022")]
    listed: dict[str, dict[str, float]] = {"2021": {}, "2022": {}}
    new: dict[str, dict[str, float]] = {"2021": {}, "2022": {}}
    for row in rows:
        listed[row["year"]][row["agency_id"]] = float(row["index_published"])
        if row["status"] == "evaluated":
            new[row["year"]][row["agency_id"]] = float(row["index_published"])
    same = new["2021"].keys() & new["2022"].keys()
    table = compare_frames(load_published(), [(2021, 2022)]).set_index("frame")["estimate"]
    assert table["listed"] == pytest.approx(
        mean(listed["2022"].values()) - mean(listed["2021"].values())
    )
    assert table["assessed"] == pytest.approx(
        mean(new["2022"].values()) - mean(new["2021"].values())
    )
    assert table["like_for_like"] == pytest.approx(
        mean(new["2022"][body] - new["2021"][body] for body in same)
    )
    assert table.round(3)[["listed", "assessed", "like_for_like"]].tolist() == [0.093, 0.066, 0.255]
    assert len(same) == 451


def test_the_change_of_the_assessed_is_like_for_like_plus_entrants_less_leavers() -> None:
    table = compare_frames(load_published()).set_index(["start", "frame"])
    for start in (2018, 2019, 2021, 2023):
        assessed, same = table.loc[(start, "assessed")], table.loc[(start, "like_for_like")]
        pulled = (assessed["value_end"] - same["value_end"]) - (
            assessed["value_start"] - same["value_start"]
        )
        assert assessed["estimate"] == pytest.approx(same["estimate"] + pulled)


def test_years_of_two_eras_are_refused() -> None:
    with pytest.raises(DataError, match="only between years of one era"):
        compare_frames(load_published(), [(2022, 2023)])


@pytest.mark.parametrize("band", [None, (2.0, 2.6)])
def test_like_for_like_is_the_change_of_those_looked_at(band: tuple[float, float] | None) -> None:
    """On simulated lists the list with repeated values is wrong, the same bodies are right."""
    lists = simulate_lists(4000, seed=11, band=band, growth=0.3)
    table = compare_frames(lists.published, [(2018, 2019)]).set_index("frame")["estimate"]
    chosen = lists.truth[lists.truth["chosen"]]
    assert table["like_for_like"] == pytest.approx((chosen["second"] - chosen["first"]).mean())
    truth = (lists.truth["second"] - lists.truth["first"]).mean()
    assert table["like_for_like"] == pytest.approx(truth, abs=0.03)
    if band is None:
        assert table["listed"] == pytest.approx(truth)
    else:
        share = lists.truth["chosen"].mean()
        assert table["listed"] == pytest.approx(share * table["like_for_like"])
        assert np.abs(table["listed"] - truth) > 0.1
