"""The central bodies that the reading of the means of 2024 leaves out, and the mean with them."""

import pandas as pd
import pytest

from spbe_research.panel.loaders import load_carried_over_bodies, load_published, load_reference
from spbe_research.questions.who_was_looked_at.left_out import bodies_left_out, mean_with_left_out

PUBLISHED = pd.DataFrame(
    [
        ("a", 2022, "kementerian", 4.0, "evaluated"),
        ("b", 2022, "lembaga", 2.0, "evaluated"),
        ("b", 2023, "lembaga", 2.5, "evaluated"),
        ("c", 2022, "lembaga", 1.0, "evaluated"),
        ("a", 2024, "kementerian", 4.5, "evaluated"),
    ],
    columns=["agency_id", "year", "agency_type", "index_published", "status"],
)
CARRIED = pd.DataFrame(
    [("c", 2023, "lembaga", 1.0, "carried_over"), ("d", 2024, "kota", 3.5, "carried_over")],
    columns=PUBLISHED.columns,
)
REFERENCE = {
    "absent_bodies": pd.DataFrame(
        [
            ("2023", "C", "true", ""),
            ("2023", "Merged", "false", ""),
            ("2024", "B", "false", ""),
            ("2024", "C", "false", ""),
            ("2024", "D", "true", ""),
        ],
        columns=["year", "name", "counted", "why"],
    ),
    "agencies": pd.DataFrame({"agency_id": list("abcd"), "name": list("ABCD")}),
}


def test_left_out_are_the_uncounted_of_the_last_year_with_their_last_new_result() -> None:
    found = bodies_left_out(PUBLISHED, CARRIED, REFERENCE)
    assert found["agency_id"].tolist() == ["b", "c"]
    assert found["index_published"].tolist() == [2.5, 1.0]
    assert found["was_counted"].tolist() == [False, True]


def test_mean_counts_listed_carried_over_and_left_out() -> None:
    found = bodies_left_out(PUBLISHED, CARRIED, REFERENCE)
    mean, n = mean_with_left_out(PUBLISHED, CARRIED, found)
    assert n == 4
    assert mean == pytest.approx((4.5 + 3.5 + 2.5 + 1.0) / 4)


def test_with_the_five_central_bodies_the_mean_rounds_to_another_number_than_printed() -> None:
    """An independent count from the raw lists: 3.1118, where 3.12 is printed."""
    reference = {name: load_reference(name) for name in ("absent_bodies", "agencies")}
    listed = (load_published(), load_carried_over_bodies())
    found = bodies_left_out(*listed, reference)
    assert (len(found), int(found["was_counted"].sum())) == (5, 3)
    mean, n = mean_with_left_out(*listed, found)
    assert (n, round(mean, 4)) == (639, 3.1118)
