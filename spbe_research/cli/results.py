"""Commands that build, verify, draw, publish, cite and export what the study found."""

from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from spbe_research.cli.app import Step as _Step
from spbe_research.cli.app import app
from spbe_research.cli.app import progress as _progress
from spbe_research.errors import MissingExtraError, SpbeError
from spbe_research.extras import require

_FIGURES, _EXPORTS, _SITE = Path("build/figures"), Path("build/exports"), Path("build/site")
_STUDY = ("matplotlib", "PIL", "pyfixest", "scipy", "statsmodels")  # what computes results
_NEAR = 0.6  # likeness of an id that is offered, 1 for the same
_UNKNOWN = {
    "en": {
        "id": "Invalid id {id!r}. It must be a record, a source, or AGENCY/YEAR.",
        "near": "Nearest: {near}.",
        "none": "The ids of figures, tables and numbers stand on their pages of the site.",
    },
    "id": {
        "id": "Kode {id!r} tidak dikenali. Tulis kode gambar, tabel, angka, sumber, atau "
        "INSTANSI/TAHUN.",
        "near": "Yang paling mirip: {near}.",
        "none": "Kode gambar, tabel, dan angka tertera pada halamannya di situs.",
    },
}
_DOCUMENTS = "The data are of public evaluations by Kementerian PANRB; name it as their source."


@app.command()
def build(
    only: Annotated[
        str, typer.Option(help="One question, by its folder: its results alone are computed.")
    ] = "",
    own: Annotated[
        Path | None,
        typer.Option("--with", help="Folder of a list of your own, as `ingest` writes it."),
    ] = None,
) -> None:
    """Rebuild data/tidy and data/results from data/raw and data/reference.

    Results are computed again where their code, data or numbers changed. Nothing is written when a
    raw file is not the one described, a name has no alias, a table breaks its contract or a result
    cannot be computed: tables and results are put in place together, at the end.

    With --with the tables are built in a data folder below that of your list, and nothing of the
    repository is changed. With --only QUESTION its results are computed and its figures drawn with
    the list too, with --only all those of every question, which takes many minutes; which hold the
    year of the list, and why the others do not, stands in results/own-list.csv there.
    """
    from spbe_research.panel.build import build as build_tables
    from spbe_research.press.recompute import compute_staged, stale_questions

    if own is not None:
        from spbe_research.ingest.new_year import joined_data
        from spbe_research.locations import project_folder
        from spbe_research.records import check_question

        if only:
            check_question(only, "all")
        joined = joined_data(project_folder() / "data", own)
        typer.echo(build_tables(joined).summary())
        if only:
            typer.echo(_with_list(joined, "" if only == "all" else only))
        typer.echo(f"Commands and functions read it with SPBE_RESEARCH_DATA={joined.resolve()}")
        return
    chosen = [only] if only else None
    with _progress() as bar:
        report = build_tables(
            results=partial(compute_staged, only=chosen, progress=_Step(bar, "results")),
            reuse=bool(only),
            progress=_Step(bar, "tables"),
        )
    typer.echo(report.summary())
    if only and (stale := stale_questions(report.folder.parent)):
        typer.echo(f"Not computed, though what they rest on changed: {', '.join(stale)}.")


def _with_list(joined: Path, only: str) -> str:
    """Compute the results with a list of one's own, where that can be done; say it in a line."""
    try:
        require(*_STUDY)
    except MissingExtraError as error:
        return f"The results were not computed. {error}"
    from spbe_research.locations import reading_from
    from spbe_research.press.own_list import REPORT, compute_with_list
    from spbe_research.years import evaluation_years

    with reading_from(joined):
        year = max(evaluation_years())
    with _progress() as bar:
        step = _Step(bar, "results")
        found = compute_with_list(joined, year, only=only, progress=step)
        step.finish()
    return (
        f"results/: {len(found)} tables, {found['holds_year'].sum()} with {year}, "
        f"{found['drawn'].sum()} figures drawn; why the others are not: "
        f"{joined / 'results' / REPORT}"
    )


@app.command()
def verify() -> None:
    """Check files, contracts, names, indices, predicates, examples, series and results.

    Exit code 1 when a check fails, 2 when a result is not what the data give. Without the extra
    [study] the results are not computed again, and the command says so.
    """
    from spbe_research.panel.verification import verify as verify_data

    with _progress() as bar:
        outcome = verify_data(progress=_Step(bar, "verify"))
    typer.echo(outcome.summary())
    typer.echo(_results_checked(in_repository=not outcome.not_checked))
    if not outcome.passed:
        raise typer.Exit(1)


def _results_checked(*, in_repository: bool) -> str:
    """Compare the results with what the data give, where that can be done; say it in a line."""
    if not in_repository:  # numbers are asked for by texts, which no wheel holds
        return "The result tables were not checked: that needs the repository, too."
    try:
        require(*_STUDY)
    except MissingExtraError as error:
        return f"The result tables were not checked. {error}"
    from spbe_research.press.results import check_results

    return f"ok   {check_results()} result tables equal what the data give."


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
    from spbe_research.press import load_records
    from spbe_research.press.notebooks import execute_notebooks, notebook_paths

    build()
    verify()
    with _progress() as bar:
        step = _Step(bar, "notebooks", total=len(notebook_paths()))
        report = execute_notebooks(in_place=in_place, progress=step)
        step.finish()
    typer.echo(report.summary())
    figures(_FIGURES, overwrite=True)
    tabled = [name for name, record in load_records().items() if record.has_table]
    export(tabled, _EXPORTS, overwrite=True)
    site(_SITE, drawn=_EXPORTS)


@app.command()
def figures(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the pictures; made if missing.")
    ] = _FIGURES,
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", "--force", help="Replace files that exist already.")
    ] = False,
) -> None:
    """Draw every registered figure as PNG, and a contact sheet of all of them."""
    from spbe_research.press import load_records, write_figures

    total = sum(record.is_figure for record in load_records().values())
    with _progress() as bar:
        step = _Step(bar, "figures", total=total)
        sheet = write_figures(output, overwrite=overwrite, progress=step)
        step.finish()
    typer.echo(f"{total} figures and their contact sheet: {sheet}")


@app.command()
def release(
    version: Annotated[str, typer.Argument(help="Of the package, above the newest: 0.2.0.")],
    on: Annotated[str, typer.Option("--date", help="YYYY-MM-DD; today when not given.")] = "",
) -> None:
    """Publish everything as it stands: a manifest in data/releases, never changed afterwards.

    Refused as long as a change has no reason (`spbe-research reason`), a reason no change, a
    result is not built, or a headline does not hold. dist/ gets RO-Crate and dataset.jsonld.
    """
    from spbe_research.press import load_records
    from spbe_research.press.releases import release as make_release

    with _progress() as bar:
        step = _Step(bar, "release", total=len(load_records()))
        made = make_release(version, on=_day(on), progress=step)
        step.finish()
    typer.echo(made.summary())


@app.command()
def reason(
    name: Annotated[
        str,
        typer.Argument(help="A record, a family such as num-gini-{year}, a notebook, a README."),
    ],
    why: Annotated[
        str,
        typer.Argument(help="Why it changed, in one line; left out, as its line says already."),
    ] = "",
) -> None:
    """Say why something published changed: one line in data/releases/next.toml.

    It is said of things as they are now: cells of a notebook, text of a README, words of the
    question. Once they change again, it is given again; without WHY the line is kept as it is.
    """
    from spbe_research.press.reasons import give_reason

    path = give_reason(name, why)
    typer.echo(f"{name}: the reason stands in data/releases/{path.name}.")


@app.command()
def verify_figure(
    ids: Annotated[list[str], typer.Argument(help="Ids of figures, tables or numbers.")],
) -> None:
    """Compute and draw records again, in both languages, and compare with the newest release.

    Exit code 1 when one is not as published.
    """
    with _progress() as bar:
        step = _Step(bar, "verify-figure")
        step(f"load {ids[0]}")  # at once: what computes and draws takes seconds to load
        from spbe_research.press.comparison import compare_record

        comparisons = [compare_record(name, progress=step) for name in ids]
        step.finish()
    typer.echo("\n\n".join(comparison.summary() for comparison in comparisons))
    if any(comparison.differs for comparison in comparisons):
        raise typer.Exit(1)


@app.command()
def export(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids such as fig-coverage; default: all records.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the files; made if missing.")
    ] = _EXPORTS,
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", "--force", help="Replace files that exist already.")
    ] = False,
) -> None:
    """Write figures as SVG, PNG, PDF in two languages, data as CSV and XLSX, and a README each."""
    from spbe_research.press.exports import write_exports
    from spbe_research.press.records import load_records

    with _progress() as bar:
        step = _Step(bar, "export", total=len(ids or load_records()))
        written = write_exports(output, ids=ids or None, overwrite=overwrite, progress=step)
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
    from spbe_research.press.identify import identify as trace

    traced = trace(file)
    typer.echo(traced.summary())
    if not traced.is_untouched:
        raise typer.Exit(1)


@app.command()
def errata() -> None:
    """List what was published and changed since: release, date, what, old, new and reason.

    Changes that no release holds yet come last, under `next`. Below them stands what earlier
    notebooks claimed, and whether each claim is kept, weakened or withdrawn.
    """
    from spbe_research.press.changes import errata as list_errata
    from spbe_research.press.old_claims import told_claims

    table = list_errata()
    typer.echo(table.to_csv(index=False).rstrip() if len(table) else "Nothing published changed.")
    typer.echo(told_claims())


@app.command()
def cite(
    record_id: Annotated[
        str,
        typer.Argument(
            help="Figure, table, number, source, or AGENCY/YEAR; the release when not given."
        ),
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
    """Cite a figure, table, number or source, one published score, or the whole release."""
    from spbe_research.claims import resolve_agency
    from spbe_research.press import citations, load_records, references
    from spbe_research.press.description import withdrawn

    agency, _, year = record_id.rpartition("/")
    is_score = year.isdigit() and bool(agency)
    known = [*load_records(), *references.source_ids()]
    if record_id and not is_score and record_id not in known and not withdrawn(record_id):
        raise SpbeError(_unknown(record_id, known, lang))
    if in_text:
        typer.echo(citations.cite_in_text(record_id, style=style, language=lang))
        return
    if is_score:
        agency_id = resolve_agency(agency, language=lang)
        write = partial(citations.cite_score, agency_id, int(year))
    else:
        source = record_id in references.source_ids()
        write = partial(citations.cite_source if source else citations.cite, record_id)
    text = write(style=style, language=lang, url=url, accessed=_day(accessed))
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


def _unknown(record_id: str, known: list[str], lang: str) -> str:
    """Say that there is no such id, and which are near; near is offered, never taken."""
    near = ", ".join(get_close_matches(record_id, known, cutoff=_NEAR))
    said = _UNKNOWN[lang]
    return f"{said['id'].format(id=record_id)} {said['near' if near else 'none'].format(near=near)}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SpbeError(f"Invalid date {text!r}. It must be written YYYY-MM-DD.") from None
