"""The command that says how sure the ranks of an index are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spbe_research.boundary import (
    Limits,
    check_absent,
    csv_table,
    decimal_number,
    open_output,
    read_table,
)
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError, listed

if TYPE_CHECKING:
    import pandas as pd

    from spbe_research.choices import Choice
    from spbe_research.instruments import Instrument

__all__ = ["audit"]

_LONG = {"agency_id", "item", "value"}
_LIMITS = Limits(n_bytes=200_000_000, n_rows=2_000_000)
_NONE = "none"
_MOST_DRAWS = 10_000_000
_NANOSECONDS = 35  # of one core, for each body and draw: docs/auditing-at-scale.md, the upper end
_TABLES = ("ranks", "pairs_exact", "alternatives", "importance", "coherence")
_NO_CSV = (".xlsx", ".xlsm", ".json", ".pdf")


@app.command()
def audit(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV, XLSX or JSON of levels, or of printed aspects or domains: one row per body, "
            "one column per item; or long: agency_id, item, value."
        ),
    ],
    *,
    instrument: Annotated[
        str,
        typer.Option(help="permen-5-2018, permen-59-2020, permen-8-2026, or a CSV of your own."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="HTML report in two languages; needs the extra study."),
    ] = None,
    tables: Annotated[
        Path | None, typer.Option(help="Existing folder for the tables, one CSV each.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", "--force", help="Replace files that exist already.")
    ] = False,
    year: Annotated[int, typer.Option(help="Year of a long table of several.")] = 0,
    weights: Annotated[
        str, typer.Option(help="How far every weight may shift: 0.25; or none.")
    ] = "0.25",
    level_error: Annotated[
        str, typer.Option(help="p, or p:rho: share of levels misread by one, correlation.")
    ] = "",
    aggregation: Annotated[
        str, typer.Option(help="geometric, harmonic; or with a tier: geometric:index.")
    ] = "",
    leave_out: Annotated[
        str, typer.Option(help="A tier (domain) or codes (D1:D4), one left out at a time.")
    ] = "",
    draws: Annotated[int, typer.Option(help="Number of draws, at most 10,000,000.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same counts.")] = 1,
    workers: Annotated[int, typer.Option(help="Threads.")] = 1,
) -> None:
    """Say how far the ranks and predicates of an index can be trusted.

    Without choices, every weight shifts by up to a quarter. What no weighting can change is
    computed exactly; the rest is drawn.
    """
    from spbe_research.auditing import audit as run
    from spbe_research.instruments import load_instrument

    loaded = load_instrument(instrument)
    choices = _choices(weights, level_error, aggregation, leave_out)
    data = _read(file, loaded, year)
    _check_draws(draws, data)
    _check_outputs(output, tables, overwrite=overwrite)
    result = run(data, loaded, choices, draws=draws, seed=seed, workers=workers)
    say(result.summary())
    if tables is not None:
        for name in _TABLES:
            if name in result.tables:
                path = tables / f"audit-{name}.csv"
                with open_output(path, overwrite=overwrite, inputs=[file]) as target:
                    target.write(csv_table(result.tables[name].round(9)))
                say(f"{name}: {path}")
    if output is not None:
        from spbe_research.extras import require

        require("matplotlib", "PIL", "scipy")
        from spbe_research.press.audit_report import audit_report

        with open_output(output, overwrite=overwrite, inputs=[file]) as target:
            target.write(audit_report(result, name=file.stem, names=_names(loaded)))
        say(f"report: {output}")


def _check_draws(draws: int, data: "pd.DataFrame") -> None:
    """Refuse what would run for long without telling more, and say for how long."""
    if draws <= _MOST_DRAWS:
        return
    n_bodies = data["agency_id"].nunique() if "agency_id" in data else len(data)
    minutes = -(-draws * n_bodies * _NANOSECONDS // (60 * 10**9))
    raise DataError(
        f"Invalid --draws {draws:,}. It must be at most {_MOST_DRAWS:,}: so many draws of "
        f"{n_bodies:,} bodies would take up to {minutes:,} minutes of one core."
    )


def _check_outputs(output: Path | None, tables: Path | None, *, overwrite: bool) -> None:
    """Refuse what cannot be written before the draws, which may take an hour."""
    if tables is not None and not tables.is_dir():
        raise DataError(f"Invalid --tables {tables}. There is no such folder. Make it.")
    if not overwrite:
        written = [tables / f"audit-{name}.csv" for name in _TABLES] if tables is not None else []
        check_absent([*written, *([output] if output is not None else [])])


def _choices(weights: str, level_error: str, aggregation: str, leave_out: str) -> "list[Choice]":
    from spbe_research.choices import Aggregation, LeaveOut, LevelError, Weights

    choices: list[Choice] = []
    if weights != _NONE:
        choices.append(Weights.uniform(_number("weights", weights)))
    if level_error:
        p, _, rho = level_error.partition(":")
        choices.append(
            LevelError(_number("level-error", p), _number("level-error", rho) if rho else 0.0)
        )
    if aggregation:
        method, _, place = aggregation.partition(":")
        choices.append(Aggregation(method, at=place or None))
    if leave_out:
        choices.append(LeaveOut(*leave_out.split(":")))
    return choices


def _number(option: str, text: str) -> float:
    number = decimal_number(text)
    if number is None:
        raise DataError(f"Invalid --{option} {text!r}. It must be a number such as 0.25.")
    return float(number)


def _read(file: Path, instrument: "Instrument", year: int) -> "pd.DataFrame":
    """A file of levels as ``score`` takes it, one of printed parts, or the long table."""
    import pandas as pd

    from spbe_research.ingest import read_levels
    from spbe_research.ingest.level_parts import is_plain_header

    if file.suffix.lower() in _NO_CSV:
        return _of_any_layout(file, instrument, year)
    header, rows = read_table(file, header="a header of item codes", limits=_LIMITS)
    if set(header) >= _LONG:
        table = pd.DataFrame([row for _, row in rows], columns=header)
        numbers = [decimal_number(text) for text in table["value"]]
        if wrong := [line for (line, _), each in zip(rows, numbers, strict=True) if each is None]:
            raise DataError(
                f"Invalid file {file.name}, line {wrong[0]}, column value: it is no number, and "
                f"{len(wrong)} lines are so. Correct them."
            )
        table["value"] = [float(each) for each in numbers if each is not None]
        if "year" in table.columns:
            table["year"] = pd.to_numeric(table["year"], errors="coerce").astype("Int64")
            table = _of_year(table, year)
        return table
    are_levels = all(instrument.item(code).is_level for code in instrument.indicators)
    if are_levels and is_plain_header(header, instrument):
        levels = read_levels(file, instrument)
        return _with_names(levels, levels.index.to_frame(index=False), year)
    return _of_any_layout(file, instrument, year)


def _of_any_layout(file: Path, instrument: "Instrument", year: int) -> "pd.DataFrame":
    from spbe_research.ingest import read_values

    sheet = read_values(file, instrument)
    first, *more = sheet.tiers
    if more:
        raise DataError(
            f"Invalid file {file.name}. Some rows have {first.scale}s, others {more[0].scale}s "
            "only. Part the file."
        )
    for note in sheet.notes:
        say(note)
    return _with_names(first.table, first.names, year)


def _of_year(table: "pd.DataFrame", year: int) -> "pd.DataFrame":
    """The rows of one year; all where none is asked for."""
    if not year:
        return table
    there = sorted(int(each) for each in table["year"].dropna().unique())
    if year not in there:
        raise DataError(f"Invalid --year {year}. The file has {listed(there, shown=len(there))}.")
    return table[table["year"] == year]


def _with_names(levels: "pd.DataFrame", names: "pd.DataFrame", year: int) -> "pd.DataFrame":
    """Levels indexed by what names a body, those of one year where there is a column of it."""
    import pandas as pd

    named = next((each for each in ("agency_id", "agency", "name", "line") if each in names), "")
    index = pd.Index(names[named] if named else levels.index, name="agency_id")
    table = levels.set_axis(index)
    if "year" in names:
        years = pd.to_numeric(names["year"], errors="coerce")
        if years.notna().all():
            table = _of_year(table.assign(year=years.astype(int).to_numpy()), year)
    return table


def _names(instrument: "Instrument") -> dict[str, str]:
    """Names of bodies that the package knows, and of the instrument's parts."""
    from spbe_research.panel.loaders import load_agencies

    known: dict[str, str] = load_agencies().set_index("agency_id")["name"].to_dict()
    return known | {item.code: item.name for item in instrument.items}
