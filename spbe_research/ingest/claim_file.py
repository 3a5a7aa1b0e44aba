"""A CSV of claims to a table of verdicts: every row of the file gets one."""

from pathlib import Path

import pandas as pd

from spbe_research.boundary import read_table, shown
from spbe_research.claims.claim_table import COLUMNS, check_claim_table, named_columns
from spbe_research.errors import DataError, refuse

__all__ = ["check_claim_file"]

_WRONG_LENGTH = {
    "en": "Line {line} has {n} fields, the header has {of}.",
    "id": "Baris {line} memuat {n} kolom, sedangkan judulnya {of}.",
}


def check_claim_file(path: Path, *, language: str = "en") -> pd.DataFrame:
    """Read a CSV with one row per claim and check every claim.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8 CSV with a header; fields parted by comma, semicolon or tab; decimal comma or point.
        Columns as in `check_claim_table`.
    language : {"en", "id"}
        Of the finding and the citation.

    Returns
    -------
    pandas.DataFrame
        As `check_claim_table`; the index holds the number of the line. A row of the wrong length
        is *not understood*.

    Raises
    ------
    DataError
        When the file has no row, or naming every absent or doubled column.
    """
    header, rows = read_table(path, header=f"the columns {', '.join(COLUMNS)}")
    file = shown(Path(path))
    names = named_columns(header)
    violations = [
        f"column {name or '(without a name)'} stands {names.count(name)} times"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    violations += [f"column {name} is absent" for name in COLUMNS if name not in names]
    refuse(DataError, f"file {file}", violations, "Correct the header and run again.")
    if not rows:
        raise DataError(f"Invalid file {file}. It has a header and no row. Add a claim.")
    unread: dict[object, str] = {
        line: _WRONG_LENGTH[language].format(line=line, n=len(row), of=len(header))
        for line, row in rows
        if len(row) != len(header)
    }
    claims = pd.DataFrame(
        [[*row, *[""] * len(header)][: len(header)] for _, row in rows],
        columns=names,
        index=pd.Index([line for line, _ in rows], name="line"),
        dtype=str,
    )
    return check_claim_table(claims, language=language, what=f"file {file}", unread=unread)
