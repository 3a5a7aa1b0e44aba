"""What a figure or table rests on: how many of what, in which years; counted, never typed.

A record names what its n counts (``Units`` of ``spbe_research.records``). The word decides which
columns tell one from another: agency-years differ in agency and year. Rows that lack such a column,
or hold one of them twice, are not what the word says, so a wrong n cannot stand for long.
"""

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from spbe_research.errors import listed
from spbe_research.press.committed import Footer
from spbe_research.records import computation, question_words, result

__all__ = ["footer_of", "footer_violations", "years_of", "years_of_question"]

# By the word of questions/words.toml: what tells one unit from another. Of several sets the first
# that the rows have; none: any row is one.
_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "agency-years": (("agency_id", "year"),),
    "local-government-years": (("agency_id", "year"),),
    "agency-topics": (("agency_id", "topic", "year"), ("agency_id", "topic")),
    "agencies": (("agency_id",),),
    "local governments": (("agency_id",),),
    "regions": (("agency_id",),),
    "cities": (("agency_id",),),
    "pairs": (("agency_id", "start", "end"), ("item", "other_item")),
    "indicators": (("item",),),
    "topics": (("topic",),),
}
_PAIRS = (("start", "end"), ("first_year", "second_year"), ("year_from", "year_to"))
_SPANS = ("window", "period")
_SPAN = re.compile(r"(\d{4})(?:-(\d{4}))?")


def footer_of(record_id: str) -> Footer:
    """Count what a figure or table rests on.

    Raises
    ------
    DataError
        When there is no such record.
    """
    rows, table = _rows(record_id), result(record_id)
    return Footer(
        n=len(rows),
        units=computation(record_id).units.name,
        years=years_of(rows) or years_of(table),
    )


@cache
def years_of_question(question: str) -> str:
    """Return the years that the figures and tables of a question rest on, all together."""
    tabled = (name for name in question_words(question) if name.startswith(("fig-", "tab-")))
    spans = [
        (int(each[1]), int(each[2] or each[1]))
        for name in tabled
        for each in _SPAN.finditer(footer_of(name).years)
    ]
    return _joined(spans, apart=1)


def footer_violations(record_id: str) -> list[str]:
    """Say why the n of a figure or table is not what its word says; nothing when it is."""
    return _violations(
        record_id, computation(record_id).units.name, _rows(record_id), result(record_id)
    )


def years_of(rows: pd.DataFrame) -> str:
    """Return the years of rows as a footer prints them; empty where they have none.

    A pair of years stands as the pair, a window or period as its years.

    Examples
    --------
    >>> years_of(pd.DataFrame({"year": [2018, 2019, 2021, 2022]}))
    '2018-2019, 2021-2022'
    >>> years_of(pd.DataFrame({"start": [2021, 2023], "end": [2022, 2024]}))
    '2021-2022, 2023-2024'
    >>> years_of(pd.DataFrame({"window": ["2018-2020", "2022"], "year": [2020, 2022]}))
    '2018-2020, 2022'
    """
    for first, last in _PAIRS:
        if {first, last} <= set(rows.columns):
            pairs = rows[[first, last]].dropna().astype(int)
            if len(pairs):
                return _joined(pairs.itertuples(index=False), apart=0)
    for column in _SPANS:
        if column in rows.columns:
            found = [_SPAN.fullmatch(str(text)) for text in rows[column].dropna()]
            if found and all(found):
                spans = ((int(each[1]), int(each[2] or each[1])) for each in found if each)
                return _joined(spans, apart=1)
    if "year" not in rows.columns:
        return ""
    return _joined(((int(year), int(year)) for year in rows["year"].dropna()), apart=1)


def _joined(spans: Iterable[tuple[int, int]], *, apart: int) -> str:
    """Spans as text, those that lie no further apart joined to one."""
    runs: list[list[int]] = []
    for first, last in sorted(set(spans)):
        if runs and first <= runs[-1][1] + apart:
            runs[-1][1] = max(runs[-1][1], last)
        else:
            runs.append([first, last])
    return ", ".join(f"{a}-{b}" if b > a else str(a) for a, b in runs)


def _rows(record_id: str) -> pd.DataFrame:
    units = computation(record_id).units
    return units.rows() if units.rows else result(record_id)


def _violations(name: str, units: str, rows: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    if rows.empty:
        return [f"{name}: no {units} are counted"]
    if units not in _KEYS:
        return [f"{name}: no years"] if not (years_of(rows) or years_of(table)) else []
    keys = next((each for each in _KEYS[units] if set(each) <= set(rows.columns)), None)
    if keys is None:
        lacking = [column for column in _KEYS[units][0] if column not in rows.columns]
        return [
            f"{name}: its {len(rows)} rows are counted as {units}, but have no "
            f"{' and no '.join(lacking)}; give the rows to Units"
        ]
    found = [f"{name}: no years"] if not (years_of(rows) or years_of(table)) else []
    counted = rows[list(keys)]
    if counted.isna().any(axis=None):
        found.append(f"{name}: {' or '.join(keys)} is missing in a row counted as {units}")
    if (twice := counted[counted.duplicated()]).size:
        shown = listed(twice.itertuples(index=False, name=None), shown=2)
        found.append(f"{name}: {len(twice)} of its {units} are counted twice: {shown}")
    return found + _beyond(name, units, keys, counted, table)


def _beyond(
    name: str, units: str, keys: tuple[str, ...], counted: pd.DataFrame, table: pd.DataFrame
) -> list[str]:
    """Name years in which a row of the table rests on more than is counted there."""
    if "agency_id" not in keys or "n" not in table.columns:
        return []
    largest = pd.to_numeric(table["n"])
    if "year" not in keys or "year" not in table.columns:
        most = largest.max()
        too_many = [f"{most:,.0f} of {len(counted):,}"] if most > len(counted) else []
    else:
        per_year = counted.groupby("year").size()
        stated = largest.groupby(table["year"]).max()
        too_many = [
            f"{most:,.0f} of {per_year.get(year, 0):,} in {year}"
            for year, most in stated.items()
            if most > per_year.get(year, 0)
        ]
    return [f"{name}: a row rests on {text} {units}" for text in too_many[:1]]
