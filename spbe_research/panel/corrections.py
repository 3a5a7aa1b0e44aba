"""Declared corrections: one entry a value, each with a reason and an expectation.

An entry whose expectation fails stops the build: its source was repaired, and the entry must go.
Nothing else in the package changes a published value.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = ["Correction", "apply_corrections", "read_corrections"]

_ACTIONS = ("flag", "derived", "correct")
_VALUE_COLUMN = {
    "scores": "value",
    "published": "index_published",
    "aggregates": "value",
    "worked_examples": "value",
}
_DERIVED = (
    "; the index in scores comes from published, and what only an official sheet prints from "
    "worked_examples: declare the correction of that table"
)


@dataclass(frozen=True)
class Correction:
    """One declared correction or flag of one value."""

    id: str
    table: str
    where: dict[str, str]
    action: str
    expect: str
    reason: str
    source: str
    value: str = ""


def read_corrections(path: Path) -> list[Correction]:
    """Read ``data/corrections.toml``.

    Raises
    ------
    DataError
        When there is no such file; else naming every entry with a missing or unknown field, action
        or table, or a second use of an id.
    """
    if not path.is_file():
        raise DataError(f"No file {path.name} in {path.parent}. Restore it.")
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("correction", [])
    violations = []
    corrections: list[Correction] = []
    for number, entry in enumerate(entries, start=1):
        name = entry.get("id", f"number {number}")
        try:
            correction = Correction(**entry)
        except TypeError as error:
            violations.append(f"{name}: {str(error).removeprefix('Correction.__init__() ')}")
            continue
        if correction.action not in _ACTIONS:
            violations.append(f"{name}: action {correction.action!r} must be one of {_ACTIONS}")
        if correction.table not in _VALUE_COLUMN:
            violations.append(f"{name}: table {correction.table!r} takes no corrections")
        if (correction.action == "correct") != bool(correction.value):
            violations.append(f"{name}: `value` belongs to action 'correct' and only there")
        if name in {other.id for other in corrections}:
            violations.append(f"{name}: the id is used twice")
        corrections.append(correction)
    refuse(DataError, f"corrections in {path.name}", violations, "See the head of that file.")
    return corrections


def apply_corrections(
    table: pd.DataFrame, name: str, corrections: list[Correction]
) -> pd.DataFrame:
    """Return the table with its corrections applied and their ids in ``flag``.

    Parameters
    ----------
    table : pandas.DataFrame of str
        A tidy table with a value column and ``method``.
    name : str
        Its name; corrections of other tables are passed over.
    corrections : list of Correction

    Raises
    ------
    DataError
        Naming every entry that finds no row or more than one, or a value other than expected.

    Examples
    --------
    >>> table = pd.DataFrame({"agency_id": ["a"], "value": ["3.30"], "method": ["extracted"]})
    >>> entry = Correction("d4", "scores", {"agency_id": "a"}, "flag", "0.30", "misprint", "r")
    >>> apply_corrections(table, "scores", [entry])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid corrections of scores, 1 violation:
      - d4: expects 0.30, the source now says 3.30
    The source changed: take the entry out of data/corrections.toml or renew its expectation.
    """
    values = _VALUE_COLUMN[name]
    result = table.assign(flag="")
    violations = []
    for entry in corrections:
        if entry.table != name:
            continue
        mask = pd.Series(True, index=result.index)
        for column, value in entry.where.items():
            mask &= result[column] == value
        if mask.sum() != 1:
            elsewhere = _DERIVED if name == "scores" and not mask.any() else ""
            violations.append(f"{entry.id}: finds {mask.sum()} rows, must find one{elsewhere}")
            continue
        row = mask.idxmax()
        found = result.loc[row, values]
        if found != entry.expect:
            violations.append(f"{entry.id}: expects {entry.expect}, the source now says {found}")
            continue
        derived = result.loc[row, "method"] == "derived"
        if derived != (entry.action == "derived"):
            violations.append(f"{entry.id}: the source's method is {result.loc[row, 'method']!r}")
            continue
        result.loc[row, "flag"] = entry.id
        if entry.action == "correct":
            result.loc[row, values] = entry.value
    if name == "scores":
        bare = result[(result["method"] == "derived") & (result["flag"] == "")]
        violations += [
            f"{row.agency_id} {row.year} {row.item}: is derived and no entry says so"
            for row in bare.itertuples()
        ]
    refuse(
        DataError,
        f"corrections of {name}",
        violations,
        "The source changed: take the entry out of data/corrections.toml or renew its expectation.",
    )
    return result
