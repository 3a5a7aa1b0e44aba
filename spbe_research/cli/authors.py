"""Commands for a question of one's own: a draft, its promotion, and what the READMEs say of it."""

from typing import Annotated

import typer

from spbe_research.cli.app import Step, app, progress

__all__ = ["changed", "new", "notebooks", "promote", "readme"]


@app.command()
def new(
    question: Annotated[str, typer.Argument(help='In quotation marks: "Do islands differ?"')],
) -> None:
    """Start a draft: a notebook with one figure of a subset, and a folder for its functions.

    A draft is executed by the tests, and nothing else is asked of it.
    """
    from spbe_research.press.drafts import new_draft

    draft = new_draft(question)
    typer.echo(f"Your notebook: {draft.notebook}")
    typer.echo(f"Its tables and figures: {draft.folder}")
    typer.echo(f"When it is to be published: spbe-research promote {draft.stem}")


@app.command()
def promote(
    stem: Annotated[str, typer.Argument(help="Name of the draft: do_islands_differ.")],
) -> None:
    """Make a draft a question of the study, or say what is still missing of one that is.

    Exit code 1 while something is missing; all of it is named.
    """
    from spbe_research.press.drafts import is_draft, promote_draft
    from spbe_research.press.promotion import missing_of

    if is_draft(stem):
        for path in promote_draft(stem):
            typer.echo(f"Now there: {path}")
    missing = missing_of(stem)
    if missing:
        typer.echo("\n".join(["Still missing:", *(f"  - {each}" for each in missing)]))
        raise typer.Exit(1)
    typer.echo(f"Nothing is missing of {stem}. Next: make test")


@app.command()
def readme() -> None:
    """Write tables of questions and analyses, and the figure, in both READMEs and the package.

    Where their own text is another than the one that a reason was given for, it says what to do.
    """
    from spbe_research.press.changes import changes, without_reason
    from spbe_research.press.handwritten import READMES
    from spbe_research.press.readme import write_readmes

    changed = write_readmes()
    typer.echo("\n".join(map(str, changed)) if changed else "Nothing changed.")
    for name, what in without_reason(changes(names=READMES.values(), drawn=False)).items():
        typer.echo(f'{name}: {what}: spbe-research reason {name} "..."')


@app.command()
def changed(
    since: Annotated[str, typer.Option(help="The commit to compare with.")] = "HEAD",
) -> None:
    """Say what you changed since a commit, and which commands and tests are left to run.

    After a change of a label, a title, a table: records with what of them changed; then build,
    readme, reasons, notebooks, as far as each is needed. Nothing is written.
    """
    with progress() as bar:
        step = Step(bar, "changed")
        step("read")
        from spbe_research.press.next_steps import next_steps

        found = next_steps(since, progress=step)
        step.finish()
    typer.echo(found.summary())


@app.command()
def notebooks(
    only: Annotated[
        list[str] | None, typer.Argument(help="Numbers or stems: 07; all when not given.")
    ] = None,
) -> None:
    """Execute notebooks again, in place: for authors, after a change of what they show."""
    from spbe_research.press.notebooks import chosen_notebooks, execute_notebooks

    paths = chosen_notebooks(only or [])
    with progress() as bar:
        step = Step(bar, "notebooks", total=len(paths))
        report = execute_notebooks(paths, in_place=True, progress=step)
        step.finish()
    typer.echo(report.summary())
