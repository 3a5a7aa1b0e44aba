"""A file of levels to a file of scores, part by part: its length costs time and no memory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.boundary import csv_cells, shown
from spbe_research.errors import VIOLATIONS_SHOWN, DataError, refuse
from spbe_research.ingest.level_file import read_level_parts
from spbe_research.ingest.level_parts import LevelPart
from spbe_research.instruments import Instrument
from spbe_research.scoring import assign_predicate, compute_index

__all__ = ["score_file"]

_FIRST = ("index", "predicate", "distance_to_band")
_FORMAT = "%.6g"
_REMEDY = "Nothing was scored. Names tell rows apart: add a column year, or correct them."


def score_file(
    path: Path,
    instrument: Instrument,
    write: Callable[[str], object],
    *,
    missing: Literal["raise", "renormalise"] = "raise",
    rule: Literal["rounded", "exact"] = "exact",
) -> int:
    """Score a CSV of levels and write a CSV of scores.

    Parameters
    ----------
    path : pathlib.Path
        As for ``read_levels``.
    instrument : Instrument
        The edition the levels belong to.
    write : callable
        Given the text of the CSV, piece by piece; what it was given is worth nothing when an error
        is raised.
    missing : {"raise", "renormalise"}
        As for ``compute_index``.
    rule : {"rounded", "exact"}
        As for ``assign_predicate``.

    Returns
    -------
    int
        The number of rows scored.

    Raises
    ------
    DataError
        As ``read_levels``, and where two rows have the same names.
    """
    keys: list[npt.NDArray[np.uint64]] = []
    n_rows = 0
    for part in read_level_parts(path, instrument, missing=missing):
        scores = compute_index(part.levels, instrument, missing=missing)
        predicates = assign_predicate(scores["index"], instrument, rule=rule)
        columns = [*_FIRST, *(name for name in scores if name not in _FIRST)]
        named = list(part.names) or ["line"]
        if not n_rows:
            write(",".join(csv_cells([*named, *columns])) + "\n")
        table = scores.assign(
            predicate=predicates["predicate"], distance_to_band=predicates["distance_to_band"]
        )
        texts = [
            csv_cells(part.names[name].tolist()) if name in part.names else _whole(part.lines)
            for name in named
        ]
        texts += [_printed(table[name]) for name in columns]
        write("\n".join(map(",".join, zip(*texts, strict=True))) + "\n")
        n_rows += len(part.lines)
        if part.names:
            keys.append(_hashed(part))
    if keys:
        suspects = _twice(np.concatenate(keys))
        if len(suspects):
            _refuse_twice(path, suspects, read_level_parts(path, instrument, missing=missing))
    return n_rows


def _hashed(part: LevelPart) -> npt.NDArray[np.uint64]:
    """One number for the names of each row; equal names have equal numbers."""
    hashed: npt.NDArray[np.uint64] = pd.util.hash_pandas_object(
        pd.DataFrame(part.names, dtype=object), index=False
    ).to_numpy()
    return hashed


def _twice(hashed: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    ordered = np.sort(hashed)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _refuse_twice(path: Path, suspects: npt.NDArray[np.uint64], parts: Iterator[LevelPart]) -> None:
    """Refuse rows of the same names; only those of a number that stands twice are compared."""
    lines: dict[tuple[str, ...], int] = {}
    first: list[str] = []
    count = 0
    for part in parts:
        rows = np.flatnonzero(np.isin(_hashed(part), suspects))
        columns = [values[rows] for values in part.names.values()]
        for line, *names in zip(part.lines[rows].tolist(), *columns, strict=True):
            earlier = lines.setdefault(tuple(names), line)
            if earlier == line:
                continue
            count += 1
            if len(first) < VIOLATIONS_SHOWN:
                told = ", ".join(map(repr, names))
                first.append(f"{shown(path)}, line {line}: {told} stands in line {earlier} already")
    refuse(DataError, f"file {shown(path)}", first, _REMEDY, count=count)


def _printed(values: pd.Series) -> list[str]:
    if values.name == "predicate":  # a word of the user's own instrument, perhaps
        return csv_cells(values.fillna("").tolist())
    return _whole(values.to_numpy()) if values.name == "n_items" else _numbers(values)


def _whole(values: npt.NDArray[np.int64]) -> list[str]:
    return list(map(str, values.tolist()))


def _numbers(values: pd.Series) -> list[str]:
    """Each number as it is printed; a number that stands often is printed once."""
    codes, different = pd.factorize(values.to_numpy())
    texts = [_FORMAT % number for number in different]
    return _taken([*texts, ""], codes)  # code -1, of a missing value, takes the last


def _taken(texts: list[str], codes: npt.NDArray[np.intp]) -> list[str]:
    taken: list[str] = np.array(texts, dtype=object)[codes].tolist()
    return taken
