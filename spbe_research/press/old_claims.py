"""What earlier notebooks of this project claimed, and what has become of each claim.

``data/releases/claims.csv`` has one row per claim of a released version, written by hand when the
notebooks were rewritten. Records that changed have their reasons elsewhere, in ``changes``.
"""

import csv
from dataclasses import dataclass

from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder
from spbe_research.press.manifest import releases
from spbe_research.press.records import load_questions, load_records

__all__ = ["FATES", "OldClaim", "old_claims", "told_claims"]

FATES = ("kept", "weakened", "withdrawn", "new")
_FILE = "claims.csv"


@dataclass(frozen=True)
class OldClaim:
    """One claim: version and notebook that made it, its fate, why, and where it is told now.

    ``claim`` and ``reason`` are English and Indonesian. The fate ``new`` says that the notebook
    claimed nothing of the kind.
    """

    version: str
    notebook: str
    fate: str
    claim: tuple[str, str]
    reason: tuple[str, str]
    where_now: str


def old_claims() -> tuple[OldClaim, ...]:
    """Return every claim of earlier notebooks with its fate, in the order of the notebooks.

    There are none where the file is not there.

    Raises
    ------
    DataError
        Naming every row with a fate, version or place that there is not, or an empty text.

    Examples
    --------
    >>> {each.fate for each in old_claims()} == set(FATES)
    True
    """
    places = {*load_records(), *(each.notebook for each in load_questions().values())}
    path = data_folder() / "releases" / _FILE
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    violations = [
        f"row {number}, {column}: {row[column]!r} {rule}"
        for number, row in enumerate(rows, start=2)
        for column, is_right, rule in (
            ("fate", row["fate"] in FATES, f"must be one of {', '.join(FATES)}"),
            ("version", row["version"] in releases(), "must be a release"),
            ("where_now", row["where_now"] in places, "must be a record or a notebook"),
            *((name, bool(text.strip()), "must be filled") for name, text in row.items()),
        )
        if not is_right
    ]
    refuse(DataError, f"table {_FILE}", violations, "Correct the row in data/releases.")
    return tuple(
        OldClaim(
            version=row["version"],
            notebook=row["notebook"],
            fate=row["fate"],
            claim=(row["claim_en"], row["claim_id"]),
            reason=(row["reason_en"], row["reason_id"]),
            where_now=row["where_now"],
        )
        for row in rows
    )


def told_claims() -> str:
    """Return the claims as text, English, one line each below the notebook that made them."""
    lines, notebook = [], ""
    for each in old_claims():
        if each.notebook != notebook:
            notebook = each.notebook
            lines += ["", f"Claims of {notebook} ({each.version}):"]
        lines.append(f"  {each.fate}: {each.claim[0]} {each.reason[0]} Now: {each.where_now}.")
    return "\n".join(lines)
