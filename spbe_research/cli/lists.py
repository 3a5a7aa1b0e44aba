"""The command that takes in a published list of a new year."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from spbe_research.boundary import open_output
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError

__all__ = ["ingest"]


@app.command()
def ingest(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, JSON, or PDF with text.")],
    year: Annotated[int, typer.Option(help="Year of the results.")],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the list; made if missing.")
    ] = Path("my-data"),
    edition: Annotated[
        str, typer.Option(help="Instrument of that year; default, that of the last year.")
    ] = "",
    rule: Annotated[
        Literal["rounded", "exact"],
        typer.Option(help="How the index becomes a predicate in that year."),
    ] = "exact",
    title: Annotated[str, typer.Option(help="Title of the document.")] = "",
    producer: Annotated[str, typer.Option(help="Who published it.")] = "Kementerian PANRB",
    obtained: Annotated[str, typer.Option(help="Whence you have it: an address.")] = "",
    sheet: Annotated[str | None, typer.Option(help="Sheet of an XLSX; default, the first.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page, too.")] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the list in spite of errors, names apart.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a list of that year, and the report.")
    ] = False,
) -> None:
    """Take in a published list of a new year: find its table, resolve names, check, and write.

    Nothing is written before every name is decided and nothing is wrong, or you accept what is. The
    names to decide on are written to decisions.csv in the folder: give each its agency_id and run
    again. Then `spbe-research build --with FOLDER` builds the tables with the new year.

    Exit code 0 when the list was written, 1 when something is to be decided first.
    """
    from spbe_research.ingest.grid import read_grid
    from spbe_research.ingest.list_checks import check_list, fold, known_names
    from spbe_research.ingest.list_report import report_page, report_text
    from spbe_research.ingest.new_year import Source, read_decisions, write_decisions, write_year
    from spbe_research.ingest.year_list import find_list
    from spbe_research.instruments import load_instrument
    from spbe_research.years import load_years

    last = load_years()[-1]
    if year <= last.year:
        raise DataError(f"Invalid year {year}. It must be after {last.year}, the last of the data.")
    instrument = load_instrument(edition or last.edition)
    certain, decisions = known_names(), read_decisions(output)
    grid = read_grid(file, sheet=sheet)
    listed = find_list(grid, instrument, lambda name: fold(name) in certain or name in decisions)
    if not listed.bodies:
        raise DataError(f"Invalid file {grid.name}. It has a header and no body below it.")
    checked = check_list(listed, year, instrument, rule, decisions)
    say(report_text(listed, checked, year, grid.name))
    if html is not None:
        with open_output(html, overwrite=overwrite, inputs=[file]) as page:
            page.write(report_page(listed, checked, year, grid.name))
    if checked.undecided:
        say(f"Decide in {write_decisions(output, decisions, checked)}, then run again.")
        raise typer.Exit(1)
    if checked.errors and not accept:
        say("Nothing was written. Correct the list, or add --accept.")
        raise typer.Exit(1)
    source = Source(
        title=title or f"List of {year}, {grid.name}",
        producer=producer,
        published=str(year),
        obtained=obtained or grid.name,
        licence="figures of a public government report; credit the producer",
    )
    written = write_year(
        output, listed, checked, year, instrument, source, rule=rule, overwrite=overwrite
    )
    say(f"{len(written)} files: {output}. Now: spbe-research build --with {output}")
