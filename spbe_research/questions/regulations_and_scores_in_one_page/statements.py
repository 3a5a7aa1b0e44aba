"""The estimates behind the sentences of the lay page, from the results of the questions behind it.

Like with like only: a sentence compares numbers of one unit, and each row names the record it
stands in; counts are in notebooks 13 and 15. Nothing is estimated here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = ["COMPARED", "STATEMENTS", "Statement", "collect_statements", "compare_practice"]

COMPARED = ("two bodies", "one body", "one body, other reading")
_RESULT = ["estimate", "std_error", "low", "high", "n", "clusters"]


@dataclass(frozen=True)
class Statement:
    """One sentence: what it says, in which unit, and which row of which record proves it."""

    statement: str
    unit: str
    record: str
    row: str


STATEMENTS = (
    Statement("all topics against none", "index points", "fig-enacted-topics", "n_enacted == 10"),
    Statement(
        "one topic against none",
        "index points",
        "fig-enacted-topics",
        "n_enacted == 1 and year == year.max()",
    ),
    Statement(
        "one topic more, up to the eighth",
        "index points per topic",
        "tab-straight-line",
        "last_topic == 8",
    ),
    Statement(
        "two bodies", "maturity levels", "fig-between-and-within", "compared == 'between bodies'"
    ),
    Statement(
        "one body", "maturity levels", "fig-between-and-within", "compared == 'within a body'"
    ),
    Statement(
        "topic gained, its practice",
        "maturity levels",
        "tab-topic-changes",
        "change == 'gained' and practice == 'own' and compared == 'same topic'",
    ),
    Statement(
        "topic gained, other topics",
        "maturity levels",
        "tab-topic-changes",
        "change == 'gained' and practice == 'others' and compared == 'same topic'",
    ),
    Statement("one body, seen twice", "maturity levels", "tab-instrument", "reading == 'as read'"),
    Statement(
        "one body, other reading",
        "maturity levels",
        "tab-instrument",
        "reading == 'other year as instrument'",
    ),
    Statement(
        "gained many topics, places",
        "places of 100",
        "tab-gains-places",
        "bodies == 'all'",
    ),
    Statement(
        "the same, local governments",
        "places of 100",
        "tab-gains-places",
        "bodies == 'local'",
    ),
    Statement(
        "the same, local, by distance",
        "standard deviations",
        "tab-gains-checked",
        "check == 'local governments' and period == '2024'",
    ),
    Statement(
        "jumped in governance",
        "standard deviations",
        "tab-jumps",
        "domain == 'D2' and compared == 'policy left out'",
    ),
)


def collect_statements(result: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Return the rows behind the sentences of the page.

    Parameters
    ----------
    result : callable
        Gives the table of a record by its id, as ``records.result``.

    Returns
    -------
    pandas.DataFrame
        ``statement, unit, period`` (a year or a span of years), ``estimate, std_error, low, high,
        n, clusters`` and ``record``, the id of the table the row stands in.

    Raises
    ------
    DataError
        Naming every statement that no row proves.
    """
    parts, missing = [], []
    for each in STATEMENTS:
        rows = result(each.record).query(each.row)
        if rows.empty:
            missing.append(f"{each.statement}: no row of {each.record} with {each.row}")
            continue
        keys = {"statement": each.statement, "unit": each.unit, "record": each.record}
        parts.append(rows.assign(period=_period(rows), **keys))
    refuse(DataError, "statements", missing, "Name rows that the questions have.")
    table = pd.concat(parts, ignore_index=True)
    return table[["statement", "unit", "period", *_RESULT, "record"]]


def compare_practice(statements: pd.DataFrame) -> pd.DataFrame:
    """Choose the comparisons of practice, all in maturity levels.

    Parameters
    ----------
    statements : pandas.DataFrame
        As ``collect_statements``.

    Returns
    -------
    pandas.DataFrame
        The rows of ``COMPARED``, in its order.
    """
    chosen = statements[statements["statement"].isin(COMPARED)]
    place = chosen["statement"].map(COMPARED.index)
    return chosen.assign(place=place).sort_values(["place", "period"]).drop(columns="place")


def _period(rows: pd.DataFrame) -> pd.Series:
    for name in ("period", "year"):
        if name in rows.columns:
            return rows[name].astype(str)
    return rows["start"].astype(str) + "-" + rows["end"].astype(str)
