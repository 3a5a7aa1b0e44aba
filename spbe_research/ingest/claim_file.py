"""A CSV of claims to a table of verdicts; a wrong file is refused whole, all of it at once."""

from pathlib import Path

import pandas as pd

from spbe_research.boundary import read_table, shown
from spbe_research.claims.claim_table import COLUMNS, check_claim_table
from spbe_research.errors import DataError

__all__ = ["check_claim_file"]


def check_claim_file(path: Path, *, language: str = "en") -> pd.DataFrame:
    """Read a CSV with one row a claim and check every claim.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8 CSV with a header; fields parted by comma, semicolon or tab; decimal comma or point.
        Columns ``claim_id, agency, year, quantity, value``; any other is kept.
    language : {"en", "id"}
        Of the finding and the citation.

    Returns
    -------
    pandas.DataFrame
        As `check_claim_table`; the index holds the number of the line.

    Raises
    ------
    DataError
        Naming every absent or doubled column, every row of the wrong length and every wrong cell:
        line, column, value, rule.
    """
    header, rows = read_table(path, header=f"the columns {', '.join(COLUMNS)}")
    file = shown(Path(path))
    names = [name.lower() for name in header]
    violations = [
        f"line 1: column {name or '(without a name)'} stands {names.count(name)} times"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    violations += [
        f"line {line}: {len(row)} fields, the header has {len(header)}"
        for line, row in rows
        if len(row) != len(header)
    ]
    if not rows:
        raise DataError(f"Invalid file {file}. It has a header and no row. Add a claim.")
    whole = [(line, row) for line, row in rows if len(row) == len(header)]
    claims = pd.DataFrame(
        [row for _, row in whole],
        columns=names,
        index=pd.Index([line for line, _ in whole], name="line"),
        dtype=str,
    )
    claims = claims.loc[:, ~claims.columns.duplicated()]
    return check_claim_table(claims, language=language, what=f"file {file}", more=tuple(violations))
