"""Commands that score a user's levels and set numbers said in public against the record."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypedDict

import typer

from spbe_research.boundary import csv_table, is_workbook, open_binary_output, open_output
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError, printable

if TYPE_CHECKING:
    from spbe_research.ingest import Scored
    from spbe_research.instruments import Instrument

__all__ = ["check", "find", "score"]

_Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", "--force", help="Replace the output where it exists already."),
]


class _Choices(TypedDict):
    """What ``score_file`` and ``score_workbook`` are told alike."""

    missing: Literal["raise", "renormalise", "siblings", "propagate"]
    rule: Literal["rounded", "exact"]
    min_share: float | None
    language: Literal["en", "id"]
    sheet: str | None


@app.command()
def score(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV, XLSX or JSON of levels, aspects or domains.", show_default=False),
    ] = None,
    *,
    edition: Annotated[
        str,
        typer.Option(
            "--edition",
            "--instrument",
            help="permen-5-2018, permen-59-2020, permen-8-2026, or a CSV or XLSX of your own "
            "instrument.",
        ),
    ],
    bands: Annotated[
        Path | None, typer.Option(help="Bands of your own instrument: predicate, lower, upper.")
    ] = None,
    allowed: Annotated[
        Path | None, typer.Option(help="Values your own indicators may take: code, value.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of an XLSX; default, the first.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A new CSV or XLSX; default, and -: the screen."),
    ] = None,
    overwrite: _Overwrite = False,
    missing: Annotated[
        Literal["raise", "renormalise", "siblings", "propagate"],
        typer.Option(help="renormalise: leave empty levels out and share their weight."),
    ] = "raise",
    min_share: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Least share of the weight of a node with values; default 2/3."
        ),
    ] = None,
    rule: Annotated[
        Literal["rounded", "exact"],
        typer.Option(help="Predicate from the index of two decimals, or from the exact one."),
    ] = "exact",
    lang: Annotated[
        Literal["en", "id"],
        typer.Option(help="Heads in English; or in Indonesian, semicolons and decimal commas."),
    ] = "en",
    template: Annotated[
        bool,
        typer.Option("--template", help="Write a table to fill in: CSV, or XLSX with lists."),
    ] = False,
    tier: Annotated[
        str, typer.Option(help="With --template: indicator, aspect or domain.")
    ] = "indicator",
) -> None:
    """Score levels, aspects or domains: index, nodes below it and predicate of every agency.

    One row per agency, or one row per agency and item; titles, group rows and other columns are
    passed over, and told. Decimal commas and semicolons are understood. What is wrong with the file
    is named at once, and nothing is written then. Where levels may be missing, an agency with too
    few has no index, and the share of the weight that is covered stands beside it. An existing file
    is replaced only with --overwrite, the input never.
    """
    from spbe_research.instruments import load_instrument

    instrument = load_instrument(edition, bands=bands, allowed=allowed)
    if template != (file is None):
        raise DataError(
            "Invalid command. It must have a FILE of levels, or --template. For example: "
            "spbe-research score --template --edition permen-59-2020 --output levels.csv"
        )
    given = [edition, file, bands, allowed]
    inputs: list[Path | str] = [each for each in given if each is not None]
    if file is None:
        _write_template(instrument.cut_at(tier), output, overwrite=overwrite, inputs=inputs)
        said = "Fill in one row per agency, then score it"
    else:
        choices = _Choices(
            missing=missing, rule=rule, min_share=min_share, language=lang, sheet=sheet
        )
        told = _write_scores(file, instrument, output, choices, overwrite=overwrite, inputs=inputs)
        for note in told.notes:
            typer.echo(printable(note), err=True)
        if told.n_without:
            typer.echo(f"{told.n_without:,} agencies have no index: too few values", err=True)
        said = f"{told.n_rows:,} agencies scored with {instrument.edition}"
    if output is not None and str(output) != "-":
        say(f"{said}: {output}")


def _write_template(
    instrument: "Instrument", output: Path | None, *, overwrite: bool, inputs: list[Path | str]
) -> None:
    from spbe_research.ingest import level_template, template_workbook

    if output is not None and is_workbook(output):
        with open_binary_output(output, overwrite=overwrite, inputs=inputs) as book:
            book.write(template_workbook(instrument))
        return
    with open_output(output, overwrite=overwrite, inputs=inputs) as target:
        target.write(level_template(instrument))


def _write_scores(
    file: Path,
    instrument: "Instrument",
    output: Path | None,
    choices: _Choices,
    *,
    overwrite: bool,
    inputs: list[Path | str],
) -> "Scored":
    from spbe_research.ingest import score_file, score_workbook

    if output is not None and is_workbook(output):
        with open_binary_output(output, overwrite=overwrite, inputs=inputs) as book:
            content, told = score_workbook(file, instrument, **choices)
            book.write(content)
        return told
    with open_output(output, overwrite=overwrite, inputs=inputs) as target:
        return score_file(file, instrument, target.write, **choices)


@app.command()
def check(
    agency: Annotated[
        str, typer.Argument(help="A name, loosely; or Nasional.", show_default=False)
    ] = "",
    year: Annotated[int, typer.Argument(help="Year of the evaluation.", show_default=False)] = 0,
    value: Annotated[str, typer.Argument(help="The number as stated, or a predicate.")] = "",
    quantity: Annotated[
        str, typer.Option(help="index, predicate, D1, D2, D3 or D4; default: as the value is.")
    ] = "",
    file: Annotated[
        Path | None,
        typer.Option(help="CSV of claims: claim_id, agency, year, quantity, value; more is kept."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New CSV of verdicts; only with --file.")
    ] = None,
    overwrite: _Overwrite = False,
    lang: Annotated[Literal["en", "id"], typer.Option(help="English or Indonesian.")] = "en",
) -> None:
    """Compare a number said in public with the published record.

    Confirmed: as printed. Rounds to: fewer decimals than printed. Carried over: the right number,
    but it repeats an earlier year. Contradicted: another was printed. Not published: none was.

    Exit code 0 when the record holds every number (confirmed, rounds to, carried over), 1 when one
    is contradicted, not published or not decidable, 2 when the input is wrong: then all that is
    wrong is named and nothing is written.
    """
    from spbe_research.claims.checking import UPHELD, check_claim
    from spbe_research.claims.wording import citation, headline, hints, tally
    from spbe_research.ingest import check_claim_file

    is_single = bool(agency and year and value)
    is_file = file is not None and not (agency or year or value or quantity)
    if not (is_file or (is_single and file is None and output is None)):
        raise DataError(
            "Invalid command. It must have AGENCY YEAR VALUE, or --file and perhaps --output. A "
            "name of several words stands in quotation marks."
        )
    cite = {"en": "Cite", "id": "Kutip"}[lang]
    if file is None:
        verdict = check_claim(agency, year, value, quantity=quantity)
        lines = [headline(verdict, language=lang), *hints(verdict, language=lang)]
        say("\n".join([*lines, f"{cite}: {citation(verdict, language=lang)}"]))
        raise typer.Exit(0 if verdict.is_upheld else 1)
    if output is None:
        table = check_claim_file(file, language=lang)
    else:
        with open_output(output, overwrite=overwrite, inputs=[file]) as target:
            table = check_claim_file(file, language=lang)
            target.write(csv_table(table))
        if str(output) == "-":
            raise typer.Exit(0 if table["verdict"].isin(UPHELD).all() else 1)
    for row in table.itertuples():
        say(f"{row.claim_id}: {row.finding}")
    say(tally(table["verdict"].tolist(), language=lang))
    for text in dict.fromkeys(table["cite"][table["cite"] != ""]):
        say(f"{cite}: {text}")
    raise typer.Exit(0 if table["verdict"].isin(UPHELD).all() else 1)


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="A name, an abbreviation, with typing errors.")],
    limit: Annotated[int, typer.Option(help="Most lines printed.")] = 5,
) -> None:
    """Find an agency by a loose name: likeness of 100, id, name, and which other name is alike.

    Exit code 1 when nothing is near.
    """
    from spbe_research.claims import find_agencies

    found = find_agencies(text, limit=limit)
    for row in found.itertuples():
        written = "" if row.matched_name == row.name else f"  ({row.matched_name})"
        say(f"{row.score:5.1f}  {row.agency_id}  {row.name}{written}")
    if found.empty:
        typer.echo(printable(f"Nothing is near {text!r}. Try the whole name."), err=True)
        raise typer.Exit(1)
