"""A question of one's own, not yet part of the study: a notebook and a folder of functions.

Both lie in ``notebooks/drafts/``. A draft is executed by the tests and nothing else is asked of it:
it has no words, no records, no test, and neither style nor types are checked. ``promote_draft``
moves it to where questions of the study lie; ``promotion`` says what it lacks there.
"""

import ast
import json
import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spbe_research.errors import DataError
from spbe_research.locations import project_folder

__all__ = [
    "Draft",
    "declared_records",
    "draft_notebooks",
    "is_draft",
    "new_draft",
    "notebook_of",
    "promote_draft",
]

_TEMPLATES = Path(__file__).with_name("draft")
_LONGEST = 60  # characters of a name
_OPEN = "".join(
    f'{field}.{language} = ""\n'
    for field in ("title", "caption", "not_shown", "alt", "sentence")
    for language in ("en", "id")
)
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Draft:
    """Where a draft lies: its notebook, and the folder of its functions."""

    stem: str
    notebook: Path
    folder: Path


def new_draft(question: str) -> Draft:
    """Write a draft that runs: one figure of a choice of results, to be changed into one's own.

    The choice stands in one cell of the notebook; the folder holds how it is counted and drawn.

    Parameters
    ----------
    question : str
        The title of the notebook; it ends with a question mark.

    Returns
    -------
    Draft

    Raises
    ------
    DataError
        When the text is no question, cannot name a folder, or is asked already.
    """
    asked = " ".join(question.split())
    stem = re.sub(r"[^a-z0-9]+", "_", asked.lower()).strip("_")
    is_name = stem.isidentifier() and not keyword.iskeyword(stem)
    if not asked.endswith("?") or '"' in asked or not is_name:
        raise DataError(
            f"Invalid question {question!r}. It must begin with a letter, end with a question mark "
            'and hold no quotation marks, for example "Do islands differ?"'
        )
    if len(stem) > _LONGEST:
        raise DataError(f"Invalid question of {len(stem)} characters. At most {_LONGEST}.")
    draft = _draft(stem)
    for path in (draft.notebook, draft.folder, _question_folder(stem)):
        if path.exists():
            raise DataError(f"Invalid question {question!r}. {path} is there already.")
    draft.folder.mkdir(parents=True)
    (draft.folder / "__init__.py").write_text(f'"""{asked}"""\n', encoding="utf-8")
    for name in ("tables.py", "figures.py"):
        (draft.folder / name).write_text(_filled(name, stem), encoding="utf-8")
    _write_notebook(draft.notebook, _first_notebook(asked, stem))
    return draft


def is_draft(stem: str) -> bool:
    """Say whether a name is that of a draft.

    Raises
    ------
    DataError
        When it is neither a draft nor a question of the study.
    """
    if not stem.isidentifier():
        raise DataError(f"Invalid draft {stem!r}. It must be a name such as do_islands_differ.")
    draft = _draft(stem)
    if draft.notebook.is_file() and draft.folder.is_dir():
        return True
    if _question_folder(stem).is_dir():
        return False
    known = ", ".join(path.stem for path in draft_notebooks()) or "none"
    raise DataError(f"Invalid draft {stem!r}. It must be one of notebooks/drafts: {known}.")


def draft_notebooks() -> list[Path]:
    """Return the notebooks of all drafts."""
    return sorted((project_folder() / "notebooks" / "drafts").glob("*.ipynb"))


def promote_draft(stem: str) -> list[Path]:
    """Move a draft to where the questions of the study lie; return its new places.

    The notebook gets the next number, imports follow the folder, and ``words.toml`` is begun, with
    every text that is asked for still open.

    Raises
    ------
    DataError
        When there is no such draft.
    """
    if not is_draft(stem):
        raise DataError(f"Invalid draft {stem!r}. It is a question of the study already.")
    draft, folder = _draft(stem), _question_folder(stem)
    content = json.loads(draft.notebook.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = _moved("".join(cell["source"]), stem).splitlines(keepends=True)
    asked = "".join(content["cells"][0]["source"]).splitlines()[0].lstrip("# ").strip()
    name = f"{_next_number():02d}-{stem.replace('_', '-')}.ipynb"
    notebook = project_folder() / "notebooks" / name
    draft.folder.rename(folder)
    for path in sorted(folder.glob("*.py")):
        path.write_text(_moved(path.read_text(encoding="utf-8"), stem), encoding="utf-8")
    words = _filled("words.toml", stem, question=asked, notebook=notebook.stem)
    records = declared_records(folder) or [_figure_id(stem)]
    words += "".join(f"\n[{record}]\n{_OPEN}" for record in records)
    (folder / "words.toml").write_text(words, encoding="utf-8")
    _write_notebook(notebook, content)
    draft.notebook.unlink()
    return [notebook, folder]


def declared_records(folder: Path) -> list[str]:
    """Return the ids that ``tables.py`` of a folder declares with ``@figure`` and ``@table``."""
    tree = ast.parse((folder / "tables.py").read_text(encoding="utf-8"))
    return [
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("figure", "table")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def notebook_of(stem: str) -> Path:
    """Return the notebook of a question of the study, by the stem of its folder.

    Raises
    ------
    DataError
        When there is not exactly one.
    """
    name = stem.replace("_", "-")
    found = sorted((project_folder() / "notebooks").glob(f"[0-9][0-9]-{name}.ipynb"))
    if len(found) != 1:
        raise DataError(f"Invalid question {stem!r}. notebooks/NN-{name}.ipynb must be there once.")
    return found[0]


def _draft(stem: str) -> Draft:
    drafts = project_folder() / "notebooks" / "drafts"
    return Draft(stem, drafts / f"{stem}.ipynb", drafts / stem)


def _question_folder(stem: str) -> Path:
    return project_folder() / "spbe_research" / "questions" / stem


def _next_number() -> int:
    names = (path.name for path in (project_folder() / "notebooks").glob("[0-9][0-9]-*.ipynb"))
    return max((int(name[:2]) for name in names), default=0) + 1


def _moved(text: str, stem: str) -> str:
    """Source code whose imports of a draft's own modules name their new place."""
    return re.sub(rf"\b(from|import) {stem}\b", rf"\1 spbe_research.questions.{stem}", text)


def _filled(name: str, stem: str, **parts: str) -> str:
    text = (_TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")
    for place, part in {"stem": stem, **parts}.items():
        text = text.replace(f"{{{place}}}", part)
    return text


def _figure_id(stem: str) -> str:
    return f"fig-{stem.replace('_', '-')}"


def _first_notebook(question: str, stem: str) -> dict[str, Any]:
    cells = [
        ("markdown", f"# {question}\n\nWrite here what you want to know, and of whom."),
        (
            "code",
            "from spbe_research import load_published, select_results\n"
            "from spbe_research.drawing.preview import preview\n"
            f"from {stem}.figures import draw_quartiles\n"
            f"from {stem}.tables import quartiles",
        ),
        (
            "code",
            "# Your own choice of results: change it here, and nowhere else.\n"
            "published = load_published()\n"
            "results = select_results(\n"
            "    published,\n"
            '    years=published["year"].max(),\n'
            '    agency_types=["kabupaten", "kota"],  # provinsi, kementerian, lembaga, polda\n'
            '    islands=None,  # all; or "Sumatera", or several: ["Jawa", "Papua"]\n'
            '    provinces=None,  # all; or "Banten"\n'
            ")\n"
            'GROUP = "island"  # or "province", "java", "agency_type", "year"',
        ),
        ("code", "table = quartiles(results, by=GROUP)\ntable"),
        (
            "code",
            'ends = {str(results["year"].min()), str(results["year"].max())}\n'
            'years = " to ".join(sorted(ends))\n'
            "preview(\n"
            "    draw_quartiles(\n"
            "        table,\n"
            f'        title="{question}",\n'
            "        footer=f\"Source: Kementerian PANRB, {years}. n = {table['n'].sum()}\",\n"
            "    )\n"
            ")",
        ),
    ]
    return {
        "cells": [_cell(f"{stem[:40]}-{at:02d}", *each) for at, each in enumerate(cells)],
        "metadata": _METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell_id: str, kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": {}}
    cell["source"] = source.splitlines(keepends=True)
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _write_notebook(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
