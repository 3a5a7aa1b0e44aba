"""The headlines of this study, each with its conditions, on the committed tables."""

from spbe_research.press.conditions import condition_violations


def test_every_headline_that_compares_holds() -> None:
    assert condition_violations() == []
