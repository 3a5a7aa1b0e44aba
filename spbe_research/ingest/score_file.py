"""A file of values to a file of scores. A long CSV of levels goes part by part: no memory is held.

Every other layout is read whole. Names, numbers and the heads of columns are written in English or
Indonesian.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.boundary import csv_cells, is_workbook, open_table, shown, workbook_bytes
from spbe_research.errors import VIOLATIONS_SHOWN, DataError, ScoringError, refuse
from spbe_research.ingest.grid import check_sheet
from spbe_research.ingest.level_file import LEVEL_LIMITS, read_level_parts
from spbe_research.ingest.level_parts import LevelPart, is_plain_header
from spbe_research.ingest.value_file import Tier, read_values
from spbe_research.instruments import Instrument
from spbe_research.scoring import Missing, assign_predicate, compute_index

__all__ = ["LEAST_SHARE", "Scored", "score_file", "score_workbook"]

LEAST_SHARE = 2 / 3  # of the weight of every node, as the Global Innovation Index asks of its own

_FIRST = ("index", "predicate", "distance_to_band")
_FORMAT, _OWN_FORMAT = "%.6g", "%.12g"
_REMEDY = "Nothing was scored. Names tell rows apart: add a column year, or correct them."
_MOST_ROWS_OF_A_SHEET = 1_000_000
_INDONESIAN = {
    "agency_id": "id_instansi",
    "agency": "instansi",
    "name": "nama",
    "year": "tahun",
    "line": "baris",
    "tier": "tingkat",
    "index": "indeks",
    "predicate": "predikat",
    "distance_to_band": "jarak_ke_batas",
    "n_items": "jumlah_nilai",
    "covered_share": "bobot_terisi",
    "indicator": "indikator",
    "aspect": "aspek",
    "domain": "domain",
}


@dataclass
class Scored:
    """How many rows were scored, how many of them have no index, and what else is to be told."""

    n_rows: int = 0
    n_without: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _How:
    """How values become scores, as ``compute_index`` and ``assign_predicate`` are told."""

    missing: Missing
    rule: Literal["rounded", "exact"]
    min_share: float | None


@dataclass(frozen=True)
class _Part:
    """Some rows: what names them, where they stand, and their scores, predicates among them."""

    names: dict[str, list[str]]
    lines: list[int]
    scores: pd.DataFrame


def score_file(
    path: Path,
    instrument: Instrument,
    write: Callable[[str], object],
    *,
    missing: Missing = "raise",
    rule: Literal["rounded", "exact"] = "exact",
    min_share: float | None = None,
    language: Literal["en", "id"] = "en",
    sheet: str | None = None,
) -> Scored:
    """Score a file of levels, aspects, domains or other values, and write a CSV of scores.

    Parameters
    ----------
    path : pathlib.Path
        As for ``read_levels`` or ``read_values``.
    instrument : Instrument
        The instrument that the values belong to.
    write : callable
        Given the text of the CSV, piece by piece; what it was given is worth nothing when an error
        is raised.
    missing : {"raise", "renormalise", "siblings", "propagate"}
        As for ``compute_index``.
    rule : {"rounded", "exact"}
        As for ``assign_predicate``.
    min_share : float, optional
        As for ``compute_index``; left out, two thirds where values may be missing.
    language : {"en", "id"}
        Heads in English, commas between cells and decimal points; or in Indonesian, semicolons and
        decimal commas.
    sheet : str, optional
        Of an XLSX the sheet to read.

    Returns
    -------
    Scored

    Raises
    ------
    DataError
        As ``read_levels`` and ``read_values``, and where two rows have the same names.
    """
    told = Scored()
    delimiter = ";" if language == "id" else ","
    number = _FORMAT if _takes_levels(instrument) else _OWN_FORMAT
    columns: list[str] = []
    for part in _parts(path, instrument, told, _How(missing, rule, min_share), sheet):
        named = list(part.names) or ["line"]
        if not columns:
            columns = [*named, *part.scores.columns]
            heads = [_head(name, language) for name in columns]
            write(delimiter.join(_cells(heads, delimiter)) + "\n")
        texts = [
            _cells(part.names[name], delimiter) if name in part.names else _whole(part.lines)
            for name in named
        ]
        texts += [_printed(part.scores[name], number, language) for name in part.scores]
        write("\n".join(map(delimiter.join, zip(*texts, strict=True))) + "\n")
    return told


def score_workbook(
    path: Path,
    instrument: Instrument,
    *,
    missing: Missing = "raise",
    rule: Literal["rounded", "exact"] = "exact",
    min_share: float | None = None,
    language: Literal["en", "id"] = "en",
    sheet: str | None = None,
) -> tuple[bytes, Scored]:
    """Score a file as ``score_file`` does, and return an XLSX of scores, numbers as numbers."""
    told = Scored()
    rows: list[list[object]] = []
    for part in _parts(path, instrument, told, _How(missing, rule, min_share), sheet):
        named = list(part.names) or ["line"]
        if not rows:
            rows.append([_head(name, language) for name in [*named, *part.scores.columns]])
        names = [part.names.get(name, part.lines) for name in named]
        cells = part.scores.astype(object).where(part.scores.notna(), None)
        tiers = [[_head(cell, language) for cell in cells["tier"]]] if "tier" in cells else []
        values = [cells[name].tolist() for name in cells if name != "tier"]
        rows += [list(row) for row in zip(*names, *tiers, *values, strict=True)]
        if len(rows) > _MOST_ROWS_OF_A_SHEET:
            raise DataError(
                f"Invalid output. A sheet holds at most {_MOST_ROWS_OF_A_SHEET:,} rows. Write a "
                "CSV."
            )
    return workbook_bytes([("scores" if language == "en" else "nilai", rows)]), told


def _parts(
    path: Path,
    instrument: Instrument,
    told: Scored,
    how: _How,
    sheet: str | None,
) -> Iterator[_Part]:
    """Score part by part where every row stands for itself and the layout is the plain one."""
    check_sheet(path, sheet)
    if how.min_share is None and how.missing in ("renormalise", "siblings"):
        how = replace(how, min_share=LEAST_SHARE)
    if _is_plain(path, instrument, how.missing):
        parts = _part_by_part(path, instrument, how)
    else:
        parts = _whole_file(path, instrument, told, how, sheet)
    for part in parts:
        told.n_rows += len(part.lines)
        told.n_without += int(part.scores["index"].isna().sum())
        yield part


def _is_plain(path: Path, instrument: Instrument, missing: str) -> bool:
    """Whether a file is a CSV with one column an item, and a row can be scored by itself."""
    if is_workbook(path) or path.suffix.lower() in _WHOLE or missing not in _BY_TEXT:
        return False
    if not instrument.is_weighted_mean or not _takes_levels(instrument):
        return False
    with open_table(path, header="a header of item codes", limits=LEVEL_LIMITS) as table:
        return is_plain_header(table.header, instrument)


_BY_TEXT = ("raise", "renormalise")
_WHOLE = (".json", ".pdf")  # kinds of file that are never read part by part


def _takes_levels(instrument: Instrument) -> bool:
    items = [instrument.item(code) for code in instrument.indicators]
    return all(item.is_level and item.ends == (1.0, 5.0) and not item.allowed for item in items)


def _part_by_part(
    path: Path,
    instrument: Instrument,
    how: _How,
) -> Iterator[_Part]:
    keys: list[npt.NDArray[np.uint64]] = []
    for part in read_level_parts(path, instrument, missing=how.missing):
        scores = _scores(part.levels, instrument, how)
        names = {name: texts.tolist() for name, texts in part.names.items()}
        yield _Part(names, part.lines.tolist(), scores)
        if part.names:
            keys.append(_hashed(part))
    if keys:
        suspects = _twice(np.concatenate(keys))
        if len(suspects):
            again = read_level_parts(path, instrument, missing=how.missing)
            _refuse_twice(path, suspects, again)


def _whole_file(
    path: Path,
    instrument: Instrument,
    told: Scored,
    how: _How,
    sheet: str | None,
) -> Iterator[_Part]:
    read = read_values(path, instrument, missing=how.missing, sheet=sheet)
    told.notes += read.notes
    names = pd.concat([tier.names for tier in read.tiers]).sort_index()
    lines = pd.concat([tier.lines for tier in read.tiers]).sort_index()
    twice = names.duplicated() if len(names.columns) else pd.Series(False, index=names.index)
    refuse(
        DataError,
        f"file {shown(path)}",
        [
            f"{shown(path)}, {read.word} {lines[row]}: {', '.join(map(repr, names.loc[row]))} "
            "stands above already"
            for row in names.index[twice]
        ],
        _REMEDY,
    )
    scored = []
    for tier in read.tiers:
        place = [f"{shown(path)}, {read.word} {number}" for number in tier.lines]
        table = _of_tier(tier, place, how)
        if len(read.tiers) > 1 or tier.scale != "indicator":
            table.insert(0, "tier", tier.scale)
        scored.append(table)
    scores = pd.concat(scored).sort_index()
    order = dict.fromkeys(name for table in scored for name in table.columns)
    yield _Part(
        {name: names[name].tolist() for name in names},
        lines.tolist(),
        scores[list(order)],
    )


def _of_tier(
    tier: Tier,
    places: list[str],
    how: _How,
) -> pd.DataFrame:
    values = tier.table.set_axis(places)
    try:
        scores = _scores(values, tier.instrument, how)
    except ScoringError as error:
        raise DataError(str(error)) from None
    return scores.set_axis(tier.table.index)


def _scores(
    values: pd.DataFrame,
    instrument: Instrument,
    how: _How,
) -> pd.DataFrame:
    """Index, predicate and distance first, the nodes below, and how much of it is there."""
    scores = compute_index(values, instrument, missing=how.missing, min_share=how.min_share)
    if not instrument.bands:
        return scores
    predicates = assign_predicate(scores["index"], instrument, rule=how.rule)
    scores = scores.assign(
        predicate=predicates["predicate"], distance_to_band=predicates["distance_to_band"]
    )
    return scores[[*_FIRST, *(name for name in scores if name not in _FIRST)]]


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


def _head(name: str, language: str) -> str:
    return _INDONESIAN.get(name, name) if language == "id" else name


def _cells(texts: list[str], delimiter: str) -> list[str]:
    cells = csv_cells(texts)
    if delimiter == ",":
        return cells
    return [
        f'"{cell}"' if delimiter in cell and not cell.startswith('"') else cell for cell in cells
    ]


def _printed(values: pd.Series, number: str, language: str) -> list[str]:
    delimiter = ";" if language == "id" else ","
    if values.name in ("predicate", "tier"):  # a word of the user's own instrument, perhaps
        words = values.fillna("").tolist()
        return _cells([_head(word, language) for word in words], delimiter)
    if values.name == "n_items":
        return _whole(values.tolist())
    texts = _numbers(values, number)
    return [text.replace(".", ",") for text in texts] if language == "id" else texts


def _whole(values: list[int]) -> list[str]:
    return list(map(str, values))


def _numbers(values: pd.Series, number: str) -> list[str]:
    """Each number as it is printed; a number that stands often is printed once."""
    codes, different = pd.factorize(values.to_numpy())
    texts = [number % each for each in different]
    return _taken([*texts, ""], codes)  # code -1, of a missing value, takes the last


def _taken(texts: list[str], codes: npt.NDArray[np.intp]) -> list[str]:
    taken: list[str] = np.array(texts, dtype=object)[codes].tolist()
    return taken
