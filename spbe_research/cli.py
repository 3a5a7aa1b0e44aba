"""The command ``spbe-research``: tables, notebooks, figures, citations, scores and claims."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from spbe_research.errors import DataError, SpbeError

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="SPBE results of Indonesian government agencies 2018-2024: build the tables, verify "
    "them, run the notebooks, score your own levels, check a published number.",
)

_FIGURES, _EXPORTS, _SITE = Path("build/figures"), Path("build/exports"), Path("build/site")
_DOCUMENTS = "Figures are of public evaluations by Kementerian PANRB; credit the ministry first."


@app.command()
def build() -> None:
    """Rebuild data/tidy and data/results from data/raw and data/reference.

    Nothing is written when a raw file is not the one described, a name has no alias, or a table
    breaks its contract: every violation is named.
    """
    from spbe_research.catalogue import write_results
    from spbe_research.sources import build as build_tables

    with _progress() as bar:
        report = build_tables(progress=_Step(bar, "tables"))
        folder = write_results(progress=_Step(bar, "results"))
    typer.echo(report.summary())
    typer.echo(f"{folder.name}/: {len(list(folder.glob('*.csv')))} result tables.")


@app.command()
def verify() -> None:
    """Check files, contracts, names, indices, predicates, examples, series and results.

    Exit code 1 when a check fails, 2 when a result is not what the data give.
    """
    from spbe_research.catalogue.results import check_results
    from spbe_research.verification import verify as verify_data

    with _progress() as bar:
        outcome = verify_data(progress=_Step(bar, "verify"))
    typer.echo(outcome.summary())
    count = check_results()
    typer.echo(f"ok   {count} result tables equal what the data give.")
    if not outcome.passed:
        raise typer.Exit(1)


@app.command()
def reproduce(
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place", help="Write the executed notebooks back to notebooks/ (for authors)."
        ),
    ] = False,
) -> None:
    """Build, verify, execute the notebooks, draw and export the figures, write the site.

    Ends with the page to open.
    """
    from spbe_research.catalogue import load_records
    from spbe_research.notebooks import execute_notebooks, notebook_paths

    build()
    verify()
    with _progress() as bar:
        step = _Step(bar, "notebooks", total=len(notebook_paths()))
        report = execute_notebooks(in_place=in_place, progress=step)
        step.finish()
    typer.echo(report.summary())
    figures(_FIGURES)
    export([name for name, record in load_records().items() if record.has_table], _EXPORTS)
    site(_SITE, drawn=_EXPORTS)


@app.command()
def figures(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the pictures; made if missing.")
    ] = _FIGURES,
) -> None:
    """Draw every registered figure as PNG, and a contact sheet of all of them."""
    from spbe_research.catalogue import load_records, write_figures

    total = sum(record.is_figure for record in load_records().values())
    with _progress() as bar:
        step = _Step(bar, "figures", total=total)
        sheet = write_figures(output, progress=step)
        step.finish()
    typer.echo(f"{total} figures and their contact sheet: {sheet}")


@app.command()
def publish(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Records to publish; all when none is named.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why published records changed.")] = "",
    on: Annotated[str, typer.Option("--date", help="YYYY-MM-DD; today when not given.")] = "",
    replaced: Annotated[
        list[str] | None, typer.Option("--replaced", help="Withdrawn and new id: fig-old=fig-new.")
    ] = None,
) -> None:
    """Add a version to data/ledger.csv for every record that is new, changed or gone.

    A published record changes only with a reason; what changed stands in the errata from then on.
    The descriptions of the release are written anew: run this last, before you commit.
    """
    from spbe_research.catalogue import load_records
    from spbe_research.catalogue.publication import publish as publish_records
    from spbe_research.catalogue.release import write_release

    with _progress() as bar:
        step = _Step(bar, "publish", total=len(ids or load_records()))
        added = publish_records(
            reason=reason,
            on=_day(on),
            only=ids or (),
            replaced=dict(_pair(text) for text in replaced or ()),
            progress=step,
        )
        step.finish()
    for version in added:
        typer.echo(f"{version.id}: version {version.version} of {version.date}")
    described = ", ".join(path.name for path in write_release())
    typer.echo(f"{len(added)} versions added to the ledger; {described} written.")


@app.command()
def verify_figure(
    ids: Annotated[list[str], typer.Argument(help="Ids of figures, tables or numbers.")],
) -> None:
    """Compute and draw records again, and compare data and picture with what was published.

    Exit code 1 when one is not as published.
    """
    from spbe_research.catalogue.publication import compare_record

    comparisons = [compare_record(name) for name in ids]
    typer.echo("\n\n".join(comparison.summary() for comparison in comparisons))
    if any(comparison.differences for comparison in comparisons):
        raise typer.Exit(1)


@app.command()
def export(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids such as fig-coverage; default: all records.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the files; made if missing.")
    ] = _EXPORTS,
) -> None:
    """Write figures as SVG, PNG, PDF in two languages, data as CSV and XLSX, and a README each."""
    from spbe_research.catalogue.exports import write_exports
    from spbe_research.catalogue.records import load_records

    with _progress() as bar:
        step = _Step(bar, "export", total=len(ids or load_records()))
        written = write_exports(output, ids=ids or None, progress=step)
        step.finish()
    typer.echo(f"{len(written)} files: {output}")
    typer.echo(_DOCUMENTS)


@app.command()
def identify(
    file: Annotated[Path, typer.Argument(help="PNG, SVG, PDF, CSV or XLSX.")],
) -> None:
    """Tell which figure or table a file is, and whether it is current.

    Exit code 0: it is what is exported today; 1: known, but outdated or altered; 2: not ours.
    """
    from spbe_research.catalogue.identify import identify as trace

    traced = trace(file)
    typer.echo(traced.summary())
    if not traced.is_untouched:
        raise typer.Exit(1)


@app.command()
def errata() -> None:
    """List every published figure, table and number that changed: old, new, reason and date."""
    from spbe_research.catalogue.ledger import errata as list_errata

    table = list_errata()
    typer.echo(table.to_csv(index=False).rstrip() if len(table) else "No published record changed.")


@app.command()
def cite(
    record_id: Annotated[
        str, typer.Argument(help="Figure, table, number or source; the release when not given.")
    ] = "",
    style: Annotated[
        Literal["apa", "chicago", "indonesia", "bibtex", "ris", "csl-json", "plain"],
        typer.Option(help="A citation style, or the format of a reference manager."),
    ] = "apa",
    lang: Annotated[Literal["en", "id"], typer.Option(help="English or Indonesian.")] = "en",
    in_text: Annotated[
        bool, typer.Option("--in-text", help="The short form for running text.")
    ] = False,
    url: Annotated[str, typer.Option(help="Where you read it.")] = "",
    accessed: Annotated[str, typer.Option(help="When you read it: YYYY-MM-DD.")] = "",
) -> None:
    """Cite a figure, a table, a number, a source of data/raw, or the whole release."""
    from spbe_research.catalogue import citations, references

    if in_text:
        typer.echo(citations.cite_in_text(record_id, style=style, language=lang))
        return
    source = record_id in references.source_ids()
    write = citations.cite_source if source else citations.cite
    text = write(record_id, style=style, language=lang, url=url, accessed=_day(accessed))
    typer.echo(text.rstrip())


@app.command()
def site(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the site; replaced as a whole.")
    ] = _SITE,
    drawn: Annotated[
        Path | None,
        typer.Option(help="Folder of files just made by `export`; default: make them."),
    ] = None,
) -> None:
    """Write the static site: figures, notebooks, and a page for every agency.

    It opens from the disk and from any web server, and asks nothing of the network.
    """
    from spbe_research.site import write_site

    with _progress() as bar:
        step = _Step(bar, "site")
        report = write_site(output, drawn=drawn, progress=step)
        step.finish()
    typer.echo(report.summary())


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="CSV: one row an agency, one column an item.")],
    edition: Annotated[
        str,
        typer.Option(
            help="permen-5-2018, permen-59-2020, permen-8-2026, or a CSV of your own instrument."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; default: the screen.")
    ] = None,
    missing: Annotated[
        Literal["raise", "renormalise"],
        typer.Option(help="renormalise: leave empty levels out and share their weight."),
    ] = "raise",
    rule: Annotated[
        Literal["rounded", "exact"],
        typer.Option(help="Predicate from the rounded index (2021-2023) or the exact one (2024)."),
    ] = "exact",
) -> None:
    """Score a CSV of levels: a CSV of indices, domains, aspects and predicates out.

    Decimal commas and semicolons are understood. All that is wrong with the file is named at once,
    and nothing is written then.
    """
    from spbe_research.ingest import read_levels
    from spbe_research.instruments import load_instrument
    from spbe_research.scoring import assign_predicate, compute_index

    instrument = load_instrument(edition)
    levels = read_levels(file, instrument, missing=missing)
    computed = compute_index(levels, instrument, missing=missing)
    predicates = assign_predicate(computed["index"], instrument, rule=rule)
    table = computed.join(predicates[["predicate", "distance_to_band"]])
    order = ["index", "predicate", "distance_to_band"]
    table = table[order + [column for column in table.columns if column not in order]]
    text = table.to_csv(float_format="%.6g", lineterminator="\n")
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"{len(table)} agencies scored with {instrument.edition}: {output}")


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
        Path | None, typer.Option("--output", "-o", help="CSV of verdicts; only with --file.")
    ] = None,
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
            "Invalid command. It must have AGENCY YEAR VALUE, or --file and perhaps --output. "
            'For example: spbe-research check "Kota Cilegon" 2018 3.27'
        )
    cite = {"en": "Cite", "id": "Kutip"}[lang]
    if file is None:
        verdict = check_claim(agency, year, value, quantity=quantity)
        lines = [headline(verdict, language=lang), *hints(verdict, language=lang)]
        typer.echo("\n".join([*lines, f"{cite}: {citation(verdict, language=lang)}"]))
        raise typer.Exit(0 if verdict.is_upheld else 1)
    table = check_claim_file(file, language=lang)
    if output is not None:
        output.write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    for row in table.itertuples():
        typer.echo(f"{row.claim_id}: {row.finding}")
    typer.echo(tally(table["verdict"].tolist(), language=lang))
    for text in dict.fromkeys(table["cite"][table["cite"] != ""]):
        typer.echo(f"{cite}: {text}")
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
        typer.echo(f"{row.score:5.1f}  {row.agency_id}  {row.name}{written}")
    if found.empty:
        typer.echo(f"Nothing is near {text!r}. Try the whole name.", err=True)
        raise typer.Exit(1)


def main() -> None:
    """Run the command; an error of the package is its text and exit code 2, not a traceback."""
    try:
        app()
    except SpbeError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SpbeError(f"Invalid date {text!r}. It must be written YYYY-MM-DD.") from None


def _pair(text: str) -> tuple[str, str]:
    old, found, new = text.partition("=")
    if not (old and found and new):
        raise SpbeError(f"Invalid replacement {text!r}. It must be written fig-old=fig-new.")
    return old, new


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:<44}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


class _Step:
    """A task of the bar that names what is going on; one line a step where there is no screen."""

    def __init__(self, bar: "Progress", title: str, total: int | None = None) -> None:
        self._bar, self._title, self._begun = bar, title, 0
        self._task = bar.add_task(title, total=total)

    def __call__(self, step: str) -> None:
        self._bar.update(self._task, description=f"{self._title}: {step}", completed=self._begun)
        self._begun += 1
        if self._bar.disable:
            typer.echo(f"{self._title}: {step}", err=True)

    def finish(self) -> None:
        self._bar.update(self._task, description=self._title, completed=self._begun)
