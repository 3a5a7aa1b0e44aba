"""A CSV of levels, as people really keep it, to a wide table: decimal commas, semicolons, blanks.

What can be read without doubt is read; everything else is refused, with the first violations and
their count. A file is read in parts, so that its length does not matter.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from spbe_research.boundary import Limits, open_table
from spbe_research.errors import DataError, refuse
from spbe_research.ingest.level_parts import LevelPart, LevelReader
from spbe_research.instruments import Instrument

__all__ = ["LEVEL_LIMITS", "read_level_parts", "read_levels"]

LEVEL_LIMITS = Limits(n_bytes=2_000_000_000, n_rows=5_000_000)

_REMEDY = (
    "Correct the cells named above and run again. Nothing was scored. A level that was never "
    "assessed may stay empty only with --missing renormalise."
)


def read_levels(path: Path, instrument: Instrument, *, missing: str = "raise") -> pd.DataFrame:
    """Read and check a CSV with one row an agency and one column an item.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8 CSV with a header; fields parted by comma, semicolon or tab. Columns ``agency_id``,
        ``agency``, ``name`` and ``year`` name the row and are kept; every other column must be an
        item code of the instrument (``I01``, or ``I1``).
    instrument : Instrument
        The edition the levels belong to.
    missing : {"raise", "renormalise"}
        Whether an empty level is an error.

    Returns
    -------
    pandas.DataFrame
        Levels as floats, columns in the instrument's order; the index holds the naming columns, or
        the number of the line where there are none.

    Raises
    ------
    DataError
        Naming every unknown, absent or doubled column, and the first cells that are empty, no
        number, no whole level where the item takes whole levels, or outside 1 to 5: file, line,
        column, value, rule; and how many there are.
    """
    parts = list(read_level_parts(path, instrument, missing=missing))
    table = pd.concat([part.levels for part in parts], ignore_index=True)
    if not parts[0].names:
        table.index = pd.Index(np.concatenate([part.lines for part in parts]), name="line")
        return table
    names = {name: np.concatenate([part.names[name] for part in parts]) for name in parts[0].names}
    table.index = pd.MultiIndex.from_frame(pd.DataFrame(names, dtype="str"))
    return table


def read_level_parts(
    path: Path, instrument: Instrument, *, missing: str = "raise"
) -> Iterator[LevelPart]:
    """Read and check a file of levels part by part; parameters and errors are of ``read_levels``.

    What is wrong is raised after the last part, and what came before must then be thrown away: a
    part after the first violation is not given out.

    Yields
    ------
    LevelPart
        At least one, none of them empty.
    """
    with open_table(path, header="a header of item codes", limits=LEVEL_LIMITS) as table:
        reader = LevelReader(table, instrument, missing)
        for part in reader.parts():
            if not reader.count:
                yield part
        refuse(DataError, f"file {table.name}", reader.first, _REMEDY, count=reader.count)
        if not reader.n_rows:
            raise DataError(
                f"Invalid file {table.name}. It has a header and no row. Add an agency."
            )
