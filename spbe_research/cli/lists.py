"""Commands on lists: take in that of a new year, and ask what would lift a body in one."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

import typer

from spbe_research.boundary import open_output
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError

__all__ = ["ingest", "whatif"]

_LAST_YEAR = 2100
_MOST_ROWS = 10_000  # of a list; the largest has some seven hundred


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
    from spbe_research.boundary import is_workbook, sheet_names
    from spbe_research.ingest.grid import read_grid
    from spbe_research.ingest.list_checks import check_list, fold, known_names
    from spbe_research.ingest.list_report import report_page, report_text
    from spbe_research.ingest.new_year import Source, read_decisions, write_decisions, write_year
    from spbe_research.ingest.year_list import find_list
    from spbe_research.instruments import load_instrument
    from spbe_research.years import load_years

    last = load_years()[-1]
    if not last.year < year <= _LAST_YEAR:
        raise DataError(
            f"Invalid year {year}. It must be after {last.year}, the last of the data, and at most "
            f"{_LAST_YEAR}."
        )
    instrument = load_instrument(edition or last.edition)
    certain, decisions = known_names(), read_decisions(output)
    grid = read_grid(file, sheet=sheet, most_rows=_MOST_ROWS)
    listed = find_list(grid, instrument, lambda name: fold(name) in certain or name in decisions)
    if not listed.bodies:
        raise DataError(f"Invalid file {grid.name}. It has a header and no body below it.")
    checked = check_list(listed, year, instrument, rule, decisions)
    if sheet is None and is_workbook(file) and (others := sheet_names(file)[1:]):
        checked.notes.append(f"Sheets not read: {', '.join(others)}. --sheet reads another.")
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


@app.command()
def whatif(
    agency: Annotated[str, typer.Argument(help="A name, loosely, or an agency_id.")],
    target: Annotated[str, typer.Option(help="A predicate, or an index.")],
    *,
    costs: Annotated[
        Literal["steps", "rarity"],
        typer.Option(help="Every step costs 1, or one over the share of bodies that made it."),
    ] = "steps",
    cap: Annotated[int, typer.Option(min=1, max=5, help="Highest level a step may reach.")] = 5,
    most_steps: Annotated[
        int, typer.Option(min=1, max=4, help="Levels that one indicator may rise.")
    ] = 4,
    keep: Annotated[
        list[str] | None, typer.Option(help="An indicator that stays as it is; may be repeated.")
    ] = None,
    sets: Annotated[
        int, typer.Option(min=1, max=20, help="How many sets of steps, the cheapest first.")
    ] = 1,
    lang: Annotated[Literal["en", "id"], typer.Option(help="English or Indonesian.")] = "en",
) -> None:
    """Name the cheapest steps of single levels that would lift a body to a predicate.

    On the latest levels that were published: what the body has now is not known. Exit code 1 when
    the target is out of reach.
    """
    from spbe_research.ingest.what_if import what_if

    found = what_if(
        agency, target, costs=costs, cap=cap, most_steps=most_steps, keep=tuple(keep or ()),
        sets=sets, language=lang,
    )  # fmt: skip
    words = _WHATIF[lang]
    if not found.plans:
        say(words["out"].format(name=found.name, target=found.target, year=found.year,
                                edge=_number(found.edge, lang),
                                reachable=_number(found.reachable, lang)))  # fmt: skip
        raise typer.Exit(1)
    for number, plan in enumerate(found.plans, start=1):
        said = words["plan"] if plan.steps else words["none"]
        if number > 1:
            said = words["more"]
        say(said.format(name=found.name, target=found.target, year=found.year, number=number,
                        n=len(plan.steps), cost=_number(plan.cost, lang),
                        before=_number(plan.before, lang),
                        after=_number(plan.after, lang)))  # fmt: skip
        for row in found.steps[found.steps["set"] == number].itertuples():
            say(words["step"].format(item=row.item, name=found.steps.at[row.Index, "name"],
                                     level=row.level, next=row.next_level,
                                     gain=_number(row.gain, lang), asks=row.asks_for,
                                     made=row.n_stepped, at=row.n_at_level))  # fmt: skip


_WHATIF = {
    "en": {
        "out": "{name} cannot reach {target} ({edge}) from its levels of {year} under these caps: "
        "{reachable} at most.",
        "none": "{name} had {before} by its levels of {year}, the latest published: {target} is "
        "reached without a step.",
        "plan": "{name}, on its levels of {year}, the latest published: from {before} to {after} "
        "({target}) in {n} steps, cost {cost}.",
        "more": "Set {number}: to {after} in {n} steps, cost {cost}.",
        "step": "  {item} {name}: level {level} to {next}, +{gain}. {asks} Made by {made} of {at} "
        "bodies at that level.",
    },
    "id": {
        "out": "{name} tidak dapat mencapai {target} ({edge}) dari tingkat kematangan tahun {year} "
        "dengan batas ini: paling tinggi {reachable}.",
        "none": "{name} memiliki {before} menurut tingkat kematangan tahun {year}, yang terakhir "
        "diterbitkan: {target} tercapai tanpa kenaikan.",
        "plan": "{name}, menurut tingkat kematangan tahun {year}, yang terakhir diterbitkan: dari "
        "{before} menjadi {after} ({target}) dengan {n} kenaikan, biaya {cost}.",
        "more": "Pilihan {number}: menjadi {after} dengan {n} kenaikan, biaya {cost}.",
        "step": "  {item} {name}: tingkat {level} ke {next}, +{gain}. {asks} Dicapai {made} dari "
        "{at} instansi pada tingkat itu.",
    },
}


def _number(value: float | Fraction, language: str) -> str:
    text = f"{float(value):.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "id" else text
