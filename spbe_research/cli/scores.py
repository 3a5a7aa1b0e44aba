"""The command that scores a user's levels."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypedDict

import typer

from spbe_research.boundary import is_workbook, open_binary_output, open_output
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError, printable

if TYPE_CHECKING:
    from spbe_research.ingest import Scored
    from spbe_research.instruments import Instrument

__all__ = ["score"]

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
        said = "Replace the example by one row per agency, then score it"
    else:
        choices = _Choices(
            missing=missing, rule=rule, min_share=min_share, language=lang, sheet=sheet
        )
        told = _write_scores(file, instrument, output, choices, overwrite=overwrite, inputs=inputs)
        for note in told.notes:
            typer.echo(printable(note), err=True)
        if told.n_without:
            have = "has" if told.n_without == 1 else "have"
            typer.echo(f"{_agencies(told.n_without)} {have} no index: too few values", err=True)
        said = f"{_agencies(told.n_rows)} scored with {instrument.edition}"
    if output is not None and str(output) != "-":
        say(f"{said}: {output}")


def _agencies(n: int) -> str:
    return f"{n:,} {'agency' if n == 1 else 'agencies'}"


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
