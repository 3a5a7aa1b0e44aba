"""What notebook 14 says without a number is so, too."""

from spbe_research.press.committed import committed_table


def test_the_difference_after_listing_is_no_larger_than_the_one_before() -> None:
    table = committed_table("fig-ahead").query("compared == 'similar'")
    before = table.query("group == 'before'")["estimate"].item()
    after = table.query("group == 'listed'")["estimate"]
    assert len(after) == 2
    assert (after <= before).all()


def test_there_is_no_jump_over_the_year_of_listing() -> None:
    table = committed_table("tab-over-listing")
    assert len(table) == 2
    assert ((table["estimate"] < 0) & (table["high"] > 0)).all()


def test_the_list_of_2018_is_the_largest() -> None:
    lists = committed_table("tab-listed").query("cohort > 0").set_index("cohort")["n"]
    assert lists.idxmax() == 2018


def test_the_marks_of_a_region_leave_over_half_of_the_differences() -> None:
    assert (committed_table("tab-capacity")["estimate"] < 0.5).all()
