"""Commands that score a user's levels and set numbers said in public against the record."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from spbe_research.boundary import csv_table, open_output
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError, printable

__all__ = ["check", "find", "score"]

_Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", "--force", help="Replace the output where it exists already."),
]


@app.command()
def score(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV: one row per agency, one column per item.", show_default=False),
    ] = None,
    *,
    edition: Annotated[
        str,
        typer.Option(
            help="permen-5-2018, permen-59-2020, permen-8-2026, or a CSV of your own instrument."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file; default, and -: the screen.")
    ] = None,
    overwrite: _Overwrite = False,
    missing: Annotated[
        Literal["raise", "renormalise"],
        typer.Option(help="renormalise: leave empty levels out and share their weight."),
    ] = "raise",
    rule: Annotated[
        Literal["rounded", "exact"],
        typer.Option(help="Predicate from the index of two decimals, or from the exact one."),
    ] = "exact",
    template: Annotated[
        bool,
        typer.Option("--template", help="Write an empty table of the edition to fill in."),
    ] = False,
) -> None:
    """Score a CSV of levels: a CSV of indices, domains, aspects and predicates out.

    Decimal commas and semicolons are understood. What is wrong with the file is named at once, and
    nothing is written then. An existing file is replaced only with --overwrite, the input never.
    """
    from spbe_research.ingest import level_template, score_file
    from spbe_research.instruments import load_instrument

    instrument = load_instrument(edition)
    if template != (file is None):
        raise DataError(
            "Invalid command. It must have a FILE of levels, or --template. For example: "
            "spbe-research score --template --edition permen-59-2020 --output levels.csv"
        )
    inputs: list[Path | str] = [edition] if file is None else [edition, file]
    with open_output(output, overwrite=overwrite, inputs=inputs) as target:
        if file is None:
            target.write(level_template(instrument))
            said = "Fill in one row per agency, then score it"
        else:
            count = score_file(file, instrument, target.write, missing=missing, rule=rule)
            said = f"{count:,} agencies scored with {instrument.edition}"
    if output is not None and str(output) != "-":
        say(f"{said}: {output}")


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
