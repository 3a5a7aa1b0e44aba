"""Commands that set what is said in public against the record, tell what it holds, find a name."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from spbe_research.boundary import csv_table, open_output, read_document
from spbe_research.cli.app import app, say
from spbe_research.errors import DataError, printable

__all__ = ["check", "find", "tell"]

_Language = Annotated[Literal["en", "id"], typer.Option("--lang", help="English or Indonesian.")]
_CITE = {"en": "Cite", "id": "Kutip"}
_LONGEST_TEXT = 200_000  # bytes
_NOTHING = {
    "en": "Nothing is near {text!r}. Try the whole name.",
    "id": "Tidak ada yang mirip dengan {text!r}. Coba nama lengkapnya.",
}
_HALF = {
    "en": "Invalid command. It must have AGENCY YEAR VALUE, or --file and perhaps --output, or "
    "--text. A name of several words stands in quotation marks.",
    "id": "Perintah tidak lengkap. Tulis INSTANSI TAHUN NILAI, atau --file (boleh dengan "
    "--output), atau --text. Nama yang terdiri atas beberapa kata ditulis dalam tanda petik.",
}


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
        typer.Option(help="CSV of claims: agency, year, value, quantity; more is kept."),
    ] = None,
    text: Annotated[
        Path | None, typer.Option(help="A text of news: every statement in it is looked at.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New CSV of verdicts; only with --file.")
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", "--force", help="Replace the output where it exists already."),
    ] = False,
    lang: _Language = "en",
) -> None:
    """Compare a number said in public with the published record.

    Upheld, and exit code 0: what is printed (as it stands, rounded, or carried over from an earlier
    year), what follows from what is printed, and what the press reported of a list not held here.
    Exit code 1: contradicted, not held here, not comparable, or not understood in a file or text.
    Exit code 2: the input is wrong.
    """
    is_single = bool(agency and year and value)
    is_bare = not (agency or year or value or quantity)
    given = [is_single, file is not None, text is not None]
    if sum(given) != 1 or not (is_single or is_bare) or (output is not None and file is None):
        raise DataError(_HALF[lang])
    if file is not None:
        _check_file(file, output, overwrite=overwrite, lang=lang)
    elif text is not None:
        _check_text(text, lang=lang)
    else:
        _check_one(agency, year, value, quantity, lang=lang)


def _check_one(agency: str, year: int, value: str, quantity: str, *, lang: str) -> None:
    from spbe_research.claims.checking import check_claim
    from spbe_research.claims.wording import citation, headline, hints

    verdict = check_claim(agency, year, value, quantity=quantity, language=lang)
    lines = [headline(verdict, language=lang), *hints(verdict, language=lang)]
    say("\n".join([*lines, f"{_CITE[lang]}: {citation(verdict, language=lang)}"]))
    raise typer.Exit(0 if verdict.is_upheld else 1)


def _check_file(file: Path, output: Path | None, *, overwrite: bool, lang: str) -> None:
    from spbe_research.claims.verdicts import UPHELD
    from spbe_research.claims.wording import tally
    from spbe_research.ingest import check_claim_file

    if output is None:
        table = check_claim_file(file, language=lang)
    else:
        with open_output(output, overwrite=overwrite, inputs=[file]) as target:
            table = check_claim_file(file, language=lang)
            target.write(csv_table(table))
    if str(output) != "-":
        named = table["claim_id"] if "claim_id" in table else table.index.astype(str)
        for name, finding in zip(named, table["finding"], strict=True):
            say(f"{name}: {finding}")
        say(tally(table["verdict"].tolist(), language=lang))
        for cite in dict.fromkeys(table["cite"][table["cite"] != ""]):
            say(f"{_CITE[lang]}: {cite}")
    raise typer.Exit(0 if table["verdict"].isin(UPHELD).all() else 1)


def _check_text(text: Path, *, lang: str) -> None:
    from spbe_research.claims.fact_check import check_text

    content = read_document(text, most_bytes=_LONGEST_TEXT)
    found = check_text(content.decode("utf-8-sig", errors="replace"))
    for finding in found:
        say(f"“{finding.quoted}”")
        for line in finding.sentences(language=lang):
            say(f"  {line}")
    say(found.summary(language=lang))
    raise typer.Exit(0 if found.is_upheld else 1)


@app.command()
def tell(
    agency: Annotated[str, typer.Argument(help="A name, loosely; or Nasional.")],
    year: Annotated[int, typer.Argument(help="All years when not given.", show_default=False)] = 0,
    lang: _Language = "en",
) -> None:
    """Tell what the record holds of a body: index, predicate, domains, places, source."""
    from spbe_research.claims.telling import tell as tell_body

    say("\n".join(tell_body(agency, year or None, language=lang)))


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="A name, an abbreviation, with typing errors.")],
    limit: Annotated[int, typer.Option(help="Most lines printed.")] = 5,
    lang: _Language = "en",
) -> None:
    """Find an agency by a loose name: likeness of 100, id, name, and which other name is alike.

    Exit code 1 when nothing is near.
    """
    from spbe_research.claims import find_agencies

    found = find_agencies(text, limit=limit)
    for row in found.itertuples():
        written = "" if row.matched_name == row.name else f"  ({row.matched_name})"
        say(f"{row.score:3d}  {row.agency_id}  {row.name}{written}")
    if found.empty:
        typer.echo(printable(_NOTHING[lang].format(text=text)), err=True)
        raise typer.Exit(1)
