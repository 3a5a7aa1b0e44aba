"""Reading an instrument from its tables, and refusing one that does not hang together."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from spbe_research.errors import InstrumentError, refuse
from spbe_research.instruments.bands import check_bands, read_allowed, read_bands
from spbe_research.instruments.columns import COLUMNS, parse_cell
from spbe_research.instruments.imeta import MARKS, translated
from spbe_research.instruments.instrument import HIGHEST_LEVEL, LOWEST_LEVEL, Band, Instrument
from spbe_research.instruments.ranges import possible_range
from spbe_research.instruments.sheets import Row, is_table_file, read_rows, source_name
from spbe_research.instruments.tree import grow
from spbe_research.instruments.workbook import sheet_of
from spbe_research.locations import data_folder
from spbe_research.years import load_years

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load_instrument", "official_editions"]

_NEEDED = ("code", "parent")
_OFFICIAL = ("edition", "source_id")
_REMEDY = (
    "The table is a CSV in UTF-8 or an XLSX and needs the columns code and parent; one row, the "
    "index, without parent. Weights are positive decimals or fractions (10/3): relative ones in "
    "the column weight, or in weight_pct percent of the index, which must close. "
    "help(load_instrument) tells every column."
)


def load_instrument(
    edition: "str | Path | pd.DataFrame",
    *,
    bands: "str | Path | pd.DataFrame | tuple[Band, ...] | None" = None,
    allowed: "str | Path | pd.DataFrame | None" = None,
    pipeline: Mapping[str, object] | None = None,
) -> Instrument:
    """Load an edition of the instrument, or an index of one's own from a table.

    Parameters
    ----------
    edition : str, pathlib.Path or pandas.DataFrame
        ``"permen-5-2018"`` (results of 2018-2020: 37 scored items), ``"permen-59-2020"``
        (2021-2025: 47 indicators), ``"permen-8-2026"`` (from 2026: 20 indicators, no domains,
        continuous levels); or the path of a CSV or XLSX, or a table, with the columns of the notes.
        COINr's iMeta is such a table too.
    bands : str, pathlib.Path, pandas.DataFrame or tuple of Band, optional
        The predicates of an instrument of one's own, lowest first: bands, or a table with the
        columns ``predicate, lower, upper`` in index points. Left out, the sheet ``bands`` of the
        workbook; else, where the index can only lie between 1 and 5, those of the last evaluation
        (permen-59-2020); else none. An official edition has its own.
    allowed : str, pathlib.Path or pandas.DataFrame, optional
        The values that indicators may take: columns ``code, value`` and, if wanted, ``name``; a row
        without code is for all that have none. Left out, the sheet ``allowed`` of the workbook.
    pipeline : mapping, optional
        Settings of every indicator whose own cell is empty (``{"normalise": "minmax", "low": 0,
        "high": 100}``), and of every node (``{"aggregation": "geometric"}``): names and words are
        those of the columns. iMeta needs it, since it tells nothing of them; an empty one takes the
        indicators as they are.

    Returns
    -------
    Instrument

    Raises
    ------
    InstrumentError
        Naming, with line and column, everything that is wrong: columns and words that are not
        known, settings that would have no effect, orphans, circles, nameless or doubled codes,
        weights that are not positive or, in percent, do not close; several roots or none; bands
        that overlap, leave a gap, or do not reach from end to end of the index.

    Notes
    -----
    One row an item, in any order. An empty cell is neutral: it leaves the value as it is.

    ==============  =============================================================================
    column          cells
    ==============  =============================================================================
    code, parent    names; the index has no parent, and the code ``index`` in every result
    name, unit      texts
    weight          relative to the items with the same parent; default 1
    weight_pct      instead of it: percent of the index, checked to close
    denominator     a column of the values to divide by
    impute          none, mean, median: of the values that are there, after division
    impute_by       a column of the values: mean or median within its groups
    outliers        none, winsorise, winsorise_or_log (below)
    transform       none, log, log10, sqrt
    direction       1, -1
    normalise       none; minmax: the lowest value of the data becomes ``low``, the highest
                    ``high`` (default 0 and 1); goalposts: ``low`` becomes 0, ``high`` becomes 1;
                    zscore: mean 0, standard deviation (n - 1) 1; rank: 1 is the lowest, equal
                    values share the mean of their ranks
    low, high       under none the ends of the scale: a value beyond is refused; under goalposts
                    the goalposts, in the units of the value before it is transformed; under minmax
                    the ends of the result; under zscore the ends to clip at
    clip            1: a value beyond ``low`` or ``high`` (goalposts: 0 or 1) is set to it
    aggregation     arithmetic, geometric, harmonic: weighted means of the items below; minimum,
                    maximum, whatever the weights
    missing         what a node does where an item below has no value. raise: refuse;
                    renormalise: share its weight among all that is there below the node (an item
                    counts with the share of it that is covered); siblings: share it among the items
                    directly below; propagate: have no value either
    min_share       share of the weight, 0 to 1, that must be covered, else the node has no value
    decimals        the value is rounded, halves away from zero
    scale           a tier: index, domain, aspect, indicator. In a table with it, an indicator of
                    which nothing else is said takes maturity levels
    value_type      integer, continuous: levels 1 to 5, or ``low`` to ``high``; number: any
    ==============  =============================================================================

    ``maturity_scale``, ``is_policy`` (0 or 1) and ``source_id`` describe an item. The order is that
    of the table: divide, impute, treat outliers, transform, normalise, turn round (``low + high -
    x``; goalposts ``1 - x``; ranks ``n + 1 - x``; z-scores ``-x``), clip, round. A node is made of
    the items below it and then treated the same way; what comes out is what its parent takes and
    what is given out.

    *winsorise*: while the skewness (G1) is 2 or more in size and the excess kurtosis (G2) 3.5 or
    more, all values at the end of the longer tail are set to the next one, five steps at most.
    *winsorise_or_log*: where they still are, ``log(x - min + 0.01 (max - min))`` of the untreated
    values instead. As in COINr.

    *permen-5-2018*: official sheets print the weights 33 and 22 for the two service aspects (A6,
    A7), but every official result follows 35 and 20 (Kabupaten Madiun 2020, Kemenko Perekonomian
    2019, the national means of 2018 and 2020); the table has 35 and 20. Indicator 35 is scored as
    three items, ``I35-1`` to ``I35-3``, each 20/6 percent. *permen-8-2026* was taken from two
    secondary sources that agree; the text itself was not read.

    References
    ----------
    Peraturan Menteri PANRB 5/2018, 59/2020 (annex, tables of weights) and 8/2026. OECD and JRC
    (2008), Handbook on Constructing Composite Indicators. Becker et al. (2022), COINr, Journal of
    Open Source Software 7(78), 4567.

    Examples
    --------
    >>> load_instrument("permen-59-2020")
    Instrument('permen-59-2020': 47 indicators, 8 aspects, 4 domains)
    >>> load_instrument("permen-1-1999")
    Traceback (most recent call last):
        ...
    spbe_research.errors.InstrumentError: Invalid edition 'permen-1-1999'. It must be one of ...
    """
    known = official_editions()
    if isinstance(edition, (str, Path)) and str(edition) in known:
        if bands is not None or allowed is not None or pipeline is not None:
            raise InstrumentError(
                f"Invalid bands for {edition}. An official edition has its own; give bands, "
                "allowed or pipeline only with an instrument of your own."
            )
        return _official(str(edition), data_folder() / "reference")
    if isinstance(edition, (str, Path)) and not is_table_file(Path(edition)):
        raise InstrumentError(
            f"Invalid edition {str(edition)!r}. It must be one of {', '.join(known)}, or the "
            "path of a .csv or .xlsx."
        )
    return _own(edition, bands, allowed, pipeline)


def official_editions() -> tuple[str, ...]:
    """Return the names of the official editions, the oldest first.

    Examples
    --------
    >>> official_editions()
    ('permen-5-2018', 'permen-59-2020', 'permen-8-2026')
    """
    _, rows = _official_rows(data_folder() / "reference")
    return tuple(dict.fromkeys(row["edition"] for _, row in rows))


@cache
def _official(edition: str, folder: Path) -> Instrument:
    header, rows = _official_rows(folder)
    of_edition = [(place, row) for place, row in rows if row["edition"] == edition]
    columns = [column for column in header if column not in _OFFICIAL]
    instrument = _read(columns, of_edition, "instruments.csv", edition, MappingProxyType({}))
    bands = read_bands(folder / "predicates.csv", edition)
    check_bands(bands, possible_range(instrument), "predicates.csv")
    return replace(instrument, bands=bands)


def _official_rows(folder: Path) -> tuple[list[str], list[tuple[str, Row]]]:
    return read_rows(folder / "instruments.csv", ("edition", *_NEEDED), _REMEDY)


def _own(
    source: "str | Path | pd.DataFrame",
    bands: "str | Path | pd.DataFrame | tuple[Band, ...] | None",
    allowed: "str | Path | pd.DataFrame | None",
    pipeline: Mapping[str, object] | None,
) -> Instrument:
    name = source_name(source)
    settings = _settings(pipeline or {})
    sheet = sheet_of(source, "items")
    header, rows = read_rows(source, _NEEDED, _REMEDY, sheet=sheet, instead=MARKS)
    if set(MARKS) <= set(header):
        if pipeline is None:
            raise InstrumentError(
                f"Invalid file {name}. It is COINr's iMeta, which does not tell how values are "
                "treated. Give pipeline={'normalise': 'minmax', 'low': 0, 'high': 100} or whatever "
                "holds; {} takes them as they are."
            )
        header, rows = translated(header, rows, name)
    edition = Path(source).stem if isinstance(source, (str, Path)) else "own"
    instrument = _read(header, rows, name, edition, settings)
    if allowed is None and sheet_of(source, "allowed"):
        allowed = source
    if allowed is not None:
        instrument = _with_allowed(instrument, allowed)
    possible = possible_range(instrument)
    if isinstance(bands, (tuple, list)):
        if not all(isinstance(band, Band) for band in bands):
            raise InstrumentError(
                f"Invalid bands {bands!r}. Each must be a Band(predicate, lower, upper)."
            )
        check_bands(tuple(bands), possible, "")
        return replace(instrument, bands=tuple(bands))
    table: object = source if bands is None and sheet_of(source, "bands") else bands
    if table is not None:
        read = read_bands(table)
        check_bands(read, possible, source_name(table))
        return replace(instrument, bands=read)
    if possible == (float(LOWEST_LEVEL), float(HIGHEST_LEVEL)):
        last = _official(load_years()[-1].edition, data_folder() / "reference")
        return replace(instrument, bands=last.bands)
    return instrument


def _read(
    header: list[str],
    rows: list[tuple[str, Row]],
    name: str,
    edition: str,
    pipeline: Mapping[str, object],
) -> Instrument:
    items, violations = grow(header, rows, name, pipeline)
    refuse(InstrumentError, f"instrument {name}", violations, _REMEDY)
    return Instrument(edition, items, ())


def _settings(pipeline: Mapping[str, object]) -> Mapping[str, object]:
    """The words and numbers of a pipeline, each read like a cell."""
    settings, violations = {}, []
    for column, value in pipeline.items():
        if column not in COLUMNS:
            violations.append(f"{column!r}: must be one of {', '.join(COLUMNS)}")
            continue
        settings[column], must = parse_cell(column, str(value))
        if must:
            violations.append(f"{column}: {value!r}, must be {must}")
    refuse(InstrumentError, "pipeline", violations, "Name settings as the columns of the table.")
    return settings


def _with_allowed(instrument: Instrument, source: "str | Path | pd.DataFrame") -> Instrument:
    found = read_allowed(source, instrument.indicators)
    items = tuple(replace(item, allowed=found.get(item.code, ())) for item in instrument.items)
    return replace(instrument, items=items)
