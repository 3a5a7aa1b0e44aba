"""The command that scores a user's levels."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from spbe_research.boundary import open_output
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError

__all__ = ["score"]

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
