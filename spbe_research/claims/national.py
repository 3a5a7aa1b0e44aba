"""The two national figures: that of the ministry, and the mean of the bodies in the list.

The ministry's counts bodies that were not evaluated, the other those of the list alone (3.12 and
3.17 in 2024). A text may mean either, so either is upheld and both are said.
"""

from dataclasses import replace
from decimal import Decimal

from spbe_research.claims.record import Record
from spbe_research.claims.values import agreement
from spbe_research.claims.verdicts import CONTRADICTED, FOLLOWS, Hint, Verdict

__all__ = ["both_bases", "by_lists", "is_mean_of_list"]


def both_bases(year: int, record: Record) -> tuple[Hint, ...]:
    """Return the hint that gives both figures of a year; none where one is not held."""
    means, listed = record.means(year, "index"), record.list_mean(year)
    if not (means and listed):
        return ()
    values = {
        "year": str(year),
        "value": f"{means[0]['value']:.2f}",
        "value_list": listed,
        "n": str(len(record.lists[year])),
    }
    return (Hint("both_bases", values),)


def is_mean_of_list(claim: Verdict, record: Record) -> bool:
    """Whether a number is the mean of the list and none that the ministry printed."""
    printed = [f"{row['value']:.2f}" for row in record.means(claim.year, "index")]
    listed = record.list_mean(claim.year)
    is_printed = any(agreement(claim.stated, text) != CONTRADICTED for text in printed)
    return bool(listed) and not is_printed and agreement(claim.stated, listed) != CONTRADICTED


def by_lists(claim: Verdict, first: int, record: Record) -> Verdict:
    """Return a change of the national index with that of the mean of the lists beside it.

    Parameters
    ----------
    claim : Verdict
        Judged by the ministry's figures.
    first : int
        The year it is from; both years have a list.
    record : Record
        What is published.
    """
    one, two = record.list_mean(first), record.list_mean(claim.year)
    years = {"first": str(first), "last": str(claim.year)}
    hint = Hint("both_changes", {**years, "value_first": one, "value_last": two})
    claim = replace(claim, hints=(*claim.hints, hint))
    change = Decimal(two) - Decimal(one)
    if claim.verdict == FOLLOWS or agreement(claim.stated, f"{change:f}") == CONTRADICTED:
        return claim
    return replace(claim, verdict=FOLLOWS, published=f"{change:+f}")
