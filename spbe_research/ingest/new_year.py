"""A checked list as a folder of one's own, beside the data: a raw source, and rows of reference.

``build --with FOLDER`` makes the data folder that holds both, and builds its tables; nothing of the
repository is changed.
"""

import csv
import hashlib
import io
import json
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spbe_research.boundary import check_absent, csv_cells, open_output, read_table
from spbe_research.errors import DataError, refuse
from spbe_research.ingest.list_checks import Checked, Decisions
from spbe_research.ingest.year_list import YearList
from spbe_research.instruments import Instrument
from spbe_research.panel.loaders import load_agencies, load_reference
from spbe_research.scoring import compute_index

__all__ = ["DECISIONS", "joined_data", "read_decisions", "write_decisions", "write_year"]

DECISIONS = "decisions.csv"
_DECIDED = ("name_published", "agency_id", "agency_type", "region_code")
_INDEX = (
    "year", "agency_name_published", "agency_type", "province", "agency_code_menpanrb",
    "index_published", "predicate_published", "status", "source_id", "locator", "method",
)  # fmt: skip
_PROVENANCE = ("source_id", "locator", "method")


@dataclass(frozen=True)
class Source:
    """Where a list comes from, as its ``source.toml`` says."""

    title: str
    producer: str
    published: str
    obtained: str
    licence: str


def read_decisions(folder: Path) -> Decisions:
    """Return what was decided of names before; rows without an id are not decided.

    Raises
    ------
    DataError
        When the file of decisions has not its columns, or a name twice.
    """
    path = folder / DECISIONS
    if not path.is_file():
        return {}
    header, rows = read_table(path, header=f"the columns {', '.join(_DECIDED)}")
    if absent := [column for column in _DECIDED[:2] if column not in header]:
        raise DataError(f"Invalid file {DECISIONS}. It has no column {', '.join(absent)}.")
    decided: Decisions = {}
    for line, row in rows:
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
        name = cells["name_published"]
        if name in decided:
            raise DataError(f"Invalid file {DECISIONS}, line {line}: {name!r} stands twice.")
        if cells.get("agency_id"):
            decided[name] = cells
    return decided


def write_decisions(folder: Path, decisions: Decisions, checked: Checked) -> Path:
    """Write the names to decide on, with the bodies they may mean, below those decided."""
    path = folder / DECISIONS
    folder.mkdir(parents=True, exist_ok=True)
    rows = [[each.get(column, "") for column in _DECIDED] + [""] for each in decisions.values()]
    rows += [[name, "", "", "", "; ".join(may_be)] for name, may_be in checked.undecided.items()]
    with open_output(path, overwrite=True) as file:
        file.write(_csv([[*_DECIDED, "may_be"], *rows]))
    return path


def write_year(
    folder: Path,
    listed: YearList,
    checked: Checked,
    year: int,
    instrument: Instrument,
    source: Source,
    *,
    rule: str,
    overwrite: bool = False,
) -> list[Path]:
    """Write a list as a raw source with its hash, and the rows of reference that it needs.

    Parameters
    ----------
    folder : pathlib.Path
        Made if missing: ``raw/list-<year>/`` and ``reference/`` are written below it.
    listed, checked : YearList, Checked
        The list; every name of it must be decided.
    year : int
        The year of its results, after the last one of the data.
    instrument : Instrument
        Of that year.
    source : Source
        Whence it comes.
    rule : {"rounded", "exact"}
        How the index becomes a predicate in that year.
    overwrite : bool
        Whether a list of that year that was written before may be replaced.

    Returns
    -------
    list of pathlib.Path
        The files.

    Raises
    ------
    DataError
        When a name is not decided, or a file exists and may not be replaced.
    """
    if checked.undecided:
        raise DataError(f"Invalid list. {len(checked.undecided)} names are not decided.")
    counts = Counter(checked.agency_ids)
    refuse(
        DataError,
        "list",
        [
            f"{body.place}, {body.name}: "
            + ("has no index" if body.index is None else f"{agency} stands {counts[agency]} times")
            for body, agency in zip(listed.bodies, checked.agency_ids, strict=True)
            if body.index is None or counts[agency] > 1
        ],
        "No build takes them. Correct the list.",
    )
    source_id = f"list-{year}"
    raw = Path("raw") / source_id
    tables = {
        "index.csv": (
            "published index, one row a body",
            _index_rows(listed, checked, year, source_id),
        )
    }
    parts, tier = _parts(listed, instrument, year, source_id)
    tables |= parts
    files: dict[Path, str] = {}
    described = []
    for name, (what, rows) in tables.items():
        text = _csv(rows)
        described += [
            "", "[[tables]]", f'file = "{name}"', f'what = "{what}"', f"rows = {len(rows) - 1}",
            f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"',
        ]  # fmt: skip
        files[raw / name] = text
    stated = {"source_id": source_id, **vars(source),
              "what": f"index of {len(listed.bodies)} bodies"}  # fmt: skip
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in stated.items()]
    files[raw / "source.toml"] = "\n".join([*lines, *described]) + "\n"
    own = {"year": str(year), "source": source_id, "predicate_rule": rule,
           "edition": instrument.edition, "parts_published": tier}  # fmt: skip
    for name, rows in _reference_rows(checked, listed, own).items():
        files[Path("reference") / name] = _csv(rows)
    return _put_in_place(folder, files, overwrite=overwrite)


def joined_data(data: Path, folder: Path) -> Path:
    """Make the data folder that holds the data and a list of one's own; return it.

    It is ``data`` below the list's folder, and is made anew each time.

    Raises
    ------
    DataError
        When the folder holds no list, or the data have a source of that name.
    """
    sources = sorted(path.parent for path in (folder / "raw").glob("*/source.toml"))
    if not sources:
        raise DataError(
            f"Invalid folder {folder}. It holds no list. spbe-research ingest FILE --year YEAR "
            f"--output {folder} writes one."
        )
    for source in sources:
        if (data / "raw" / source.name).exists():
            raise DataError(f"Invalid folder {folder}. The data hold {source.name} already.")
    joined = folder / "data"
    if joined.exists():
        if not (joined / "tidy").is_dir():
            raise DataError(f"Invalid folder {joined}. It is none that was made here. Move it.")
        shutil.rmtree(joined)
    shutil.copytree(data, joined)
    for source in sources:
        shutil.copytree(source, joined / "raw" / source.name)
    for more in sorted((folder / "reference").glob("*.csv")):
        _append(joined / "reference" / more.name, more)
    return joined


def _append(table: Path, more: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with more.open(encoding="utf-8", newline="") as file:
        head, *added = csv.reader(file)
    if head != header:
        raise DataError(f"Invalid file {more.name}. Its columns are not those of the data.")
    with open_output(table, overwrite=True) as file:
        file.write(_csv([header, *rows, *added]))


def _index_rows(listed: YearList, checked: Checked, year: int, source_id: str) -> list[list[str]]:
    kinds = load_agencies().set_index("agency_id")["agency_type"].to_dict()
    kinds |= {body["agency_id"]: body["agency_type"] for body in checked.new_bodies}
    decimals = _decimals(listed)
    rows = [
        [str(year), body.name, kinds[agency], "", "", f"{body.index:.{decimals}f}",
         body.cells.get("predicate", ""), "evaluated", source_id, body.place, "extracted"]
        for body, agency in zip(listed.bodies, checked.agency_ids, strict=True)
    ]  # fmt: skip
    return [list(_INDEX), *rows]


def _decimals(listed: YearList) -> int:
    """How many decimals the list prints; a workbook drops the zeros at the end."""
    return max(len(str(body.index).partition(".")[2]) for body in listed.bodies)


def _parts(
    listed: YearList, instrument: Instrument, year: int, source_id: str
) -> tuple[dict[str, tuple[str, list[list[str]]]], str]:
    """Levels or domains as the panel reads them; of aspects, the domains that they give."""
    codes = {tier: [i.code for i in instrument.items if i.scale == tier]
             for tier in ("indicator", "aspect", "domain")}  # fmt: skip
    has = {
        tier: bool(each) and all(set(each) <= set(body.numbers) for body in listed.bodies)
        for tier, each in codes.items()
    }
    found: dict[str, tuple[str, list[list[str]]]] = {}

    def rows(items: list[str], derived: bool, values: list[dict[str, str]]) -> list[list[str]]:
        head = ["year", "agency_name_published", *items, *(["derived_items"] if derived else []),
                *_PROVENANCE]  # fmt: skip
        return [head] + [
            [str(year), body.name, *(cells[item] for item in items),
             *([cells.get("derived", "")] if derived else []), source_id, body.place, "extracted"]
            for body, cells in zip(listed.bodies, values, strict=True)
        ]  # fmt: skip

    decimals = _decimals(listed)
    printed = [
        {code: _as_printed(code, value, decimals) for code, value in body.numbers.items()}
        for body in listed.bodies
    ]
    if has["indicator"]:
        found["indicators.csv"] = ("levels as printed", rows(codes["indicator"], False, printed))
        return found, "indicator"
    if has["aspect"]:
        found["aspects.csv"] = ("aspects as printed", rows(codes["aspect"], False, printed))
    if has["domain"]:
        found["domains.csv"] = ("domains as printed", rows(codes["domain"], True, printed))
    elif has["aspect"]:
        import pandas as pd

        table = pd.DataFrame([{c: float(b.numbers[c]) for c in codes["aspect"]}
                              for b in listed.bodies])  # fmt: skip
        computed = compute_index(table, instrument.cut_at("aspect"))[codes["domain"]]
        values = [
            {code: f"{value:.6f}" for code, value in row.items()}
            | {"derived": " ".join(codes["domain"])}
            for row in computed.to_dict("records")
        ]
        found["domains.csv"] = ("domains, from the aspects", rows(codes["domain"], True, values))
    return found, "domain" if "domains.csv" in found else "none"


def _as_printed(code: str, value: Decimal, decimals: int) -> str:
    """A level as a whole number where it is one, any other value with the decimals of the list."""
    return f"{value:f}" if code.startswith("I") else f"{value:.{decimals}f}"


def _reference_rows(
    checked: Checked, listed: YearList, of_year: dict[str, str]
) -> dict[str, list[list[str]]]:
    """The year, as the one before it; names and bodies that were not known."""
    years = load_reference("evaluation_years")
    last = years.iloc[-1].to_dict()
    has_predicates = all(body.cells.get("predicate") for body in listed.bodies)
    own = {
        **of_year, "break_before": "none", "break_label": "", "index_decimals": _decimals(listed),
        "predicates_published": str(has_predicates).lower(),
        "who_looked_at": "not stated", "who_basis": "not stated", "who_source": "",
        "could_fall": "not stated", "could_fall_source": "", "results_decree": "",
    }  # fmt: skip
    row = [str(own.get(column, last[column])) for column in years.columns]
    tables = {"evaluation_years.csv": [list(years.columns), row]}
    if checked.new_names:
        added = [[name, agency, "spelling"] for name, agency in checked.new_names]
        tables["agency_aliases.csv"] = [["name_published", "agency_id", "kind"], *added]
    if checked.new_bodies:
        columns = ["agency_id", "name", "agency_type", "region_code", "note"]
        bodies = [[body[column] for column in columns] for body in checked.new_bodies]
        tables["agencies.csv"] = [columns, *bodies]
    return tables


def _put_in_place(folder: Path, files: dict[Path, str], *, overwrite: bool) -> list[Path]:
    """Write all files below a folder, or none: aside first, each put in place when all are."""
    written = [folder / name for name in files]
    if not overwrite:
        check_absent(written)
    with _aside(folder) as staged:
        for name, text in files.items():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            with open_output(staged / name) as file:
                file.write(text)
        for name, path in zip(files, written, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            (staged / name).replace(path)
    return written


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Give a new folder on the disk of another one that may be missing; gone at the end."""
    near = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    staged = near / f".spbe-{secrets.token_hex(6)}.part"
    staged.mkdir()
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _csv(rows: list[list[str]]) -> str:
    target = io.StringIO()
    for row in rows:
        target.write(",".join(csv_cells([str(cell) for cell in row])) + "\n")
    return target.getvalue()
