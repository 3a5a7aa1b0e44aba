"""The two national figures: that of the ministry, and the mean of the bodies in the list.

The ministry's counts bodies that were not evaluated, the other those of the list alone (3.12 and
3.17 in 2024). A claim is judged by the ministry's, and both are said.
"""

from spbe_research.claims.record import Record
from spbe_research.claims.verdicts import Hint

__all__ = ["both_bases", "by_lists"]


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


def by_lists(first: int, last: int, record: Record) -> Hint:
    """Return the hint that gives the mean of the lists of two years, which both have one."""
    values = {
        "first": str(first),
        "last": str(last),
        "value_first": record.list_mean(first),
        "value_last": record.list_mean(last),
    }
    return Hint("both_changes", values)
