"""What READMEs and ``help(spbe_research)`` say of questions and analyses, from one source.

Between ``<!--questions-->`` and ``<!--/questions-->`` stands one row per question, from its words;
between ``<!--analyses-->`` and ``<!--/analyses-->`` the index of the front door, between
``<!--figures-->`` and ``<!--/figures-->`` what draws each figure. The package's own docstring ends
with the index of analyses. The figure at the head is drawn from its committed table. The
page *Earlier research* is written whole, from the bibliography.
"""

import re
import textwrap
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press.analyses import Analysis, analyses, study_figures
from spbe_research.press.handwritten import READMES
from spbe_research.press.literature import research_page
from spbe_research.press.quotes import fill
from spbe_research.press.records import load_questions

__all__ = ["generated_pictures", "generated_texts", "write_readmes"]

_FIGURE = "fig-coverage"
_PICTURES = {"en": f"docs/{_FIGURE}.png", "id": f"docs/{_FIGURE}.id.png"}
_RESEARCH = {"en": "docs/earlier-research.md", "id": "docs/earlier-research.id.md"}
_DOCSTRING = "spbe_research/__init__.py"
_HEADS: dict[str, dict[str, tuple[str, ...]]] = {
    "questions": {"en": ("notebook", "answer"), "id": ("notebook", "jawaban")},
    "analyses": {
        "en": ("question", "functions", "for example"),
        "id": ("pertanyaan", "fungsi", "contoh"),
    },
    "figures": {
        "en": ("question", "figures, each with what draws its table"),
        "id": ("pertanyaan", "gambar, masing-masing dengan fungsi yang menggambar tabelnya"),
    },
}
_NUMBER = re.compile(r"\{(num-[a-z0-9-]+(?::\w+)?)\}")
_LEVEL = re.compile(r"\b95 %")
_INDEX = re.compile(r"(?<=\n)Analyses, by question.*?(?=\"\"\"\n)", re.DOTALL)
_TITLE = "Analyses, by question; they need more: pip install 'spbe_research[study]'\n"


def generated_texts() -> dict[str, str]:
    """Return the files with generated parts as they should be, by path below the repository.

    Raises
    ------
    DataError
        When a file lacks the marks of a block, or an answer names a number that does not exist.
    """
    texts = {}
    for language, name in READMES.items():
        text = (project_folder() / name).read_text(encoding="utf-8")
        text = _put(text, "questions", _questions(language), name)
        text = _put(text, "analyses", _analyses(language), name)
        texts[name] = _put(text, "figures", _figures(language), name)
        texts[_RESEARCH[language]] = research_page(language)
    package = (project_folder() / _DOCSTRING).read_text(encoding="utf-8")
    return texts | {_DOCSTRING: _INDEX.sub(lambda _: _help(), package, count=1)}


def generated_pictures() -> dict[str, bytes]:
    """Return the figure at the head of each README as it should be, by path."""
    from spbe_research.press.pictures import draw_picture

    return {path: draw_picture(_FIGURE, language=tongue) for tongue, path in _PICTURES.items()}


def write_readmes() -> list[Path]:
    """Write the generated parts and pictures; return the files that changed."""
    files = {name: text.encode("utf-8") for name, text in generated_texts().items()}
    changed = []
    for name, content in (files | generated_pictures()).items():
        path = project_folder() / name
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
            changed.append(path)
    return changed


def _put(text: str, block: str, content: str, name: str) -> str:
    opened, closed = f"<!--{block}-->\n", f"<!--/{block}-->"
    if text.count(opened) != 1 or text.count(closed) != 1:
        raise DataError(f"Invalid file {name}. It must hold {opened.strip()} and {closed} once.")
    before, _, rest = text.partition(opened)
    return before + opened + content + closed + rest.partition(closed)[2]


def _questions(language: str) -> str:
    rows = []
    for question in load_questions().values():
        english = language == "en"
        title = question.question_en if english else question.question_id
        answer = question.answer_en if english else question.answer_id
        link = f"[{question.notebook[:2]} {title}](notebooks/{question.notebook}.ipynb)"
        rows.append((link, _marked(answer, question.id, language)))
    return _table(_HEADS["questions"][language], rows)


def _analyses(language: str) -> str:
    rows = []
    for question, members in _grouped():
        asked = question if language == "en" else members[0].question_id
        names = ", ".join(f"`{each.name}`" for each in members)
        rows.append((asked, names, f"`{_example(members)}`"))
    return _table(_HEADS["analyses"][language], rows)


def _figures(language: str) -> str:
    rows = []
    stars = {True: "\\*", False: ""}
    for question, members in groupby(study_figures(), lambda each: each.question):
        named = (f"`{each.id}`{stars[each.takes_results]} `{each.draw}`" for each in members)
        rows.append((f"`{question}`", ", ".join(named)))
    return _table(_HEADS["figures"][language], rows)


def _help() -> str:
    lines = [_TITLE]
    for question, members in _grouped():
        lines.append(question)
        for each in members:
            said = f"{each.name}: {each.returns}"
            lines += textwrap.wrap(said, 94, initial_indent="    ", subsequent_indent="        ")
        lines.append(f"    >> {_example(members)}")
    return "\n".join(lines) + "\n"


def _grouped() -> list[tuple[str, list[Analysis]]]:
    return [(key, list(group)) for key, group in groupby(analyses(), lambda a: a.question_en)]


def _example(members: list[Analysis]) -> str:
    """The first example among the analyses of a question."""
    found = next((each.example for each in members if each.example), "")
    if not found:
        raise DataError(
            f"No example for {members[0].question_en!r}. The docstring of {members[0].name} must "
            "call it in one line with public names."
        )
    return found


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    cells = ([cell.replace("|", "\\|") for cell in row] for row in lines)
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


def _marked(text: str, question: str, language: str) -> str:
    """A text with its numbers, each followed by the comment that says which it is.

    The level of an interval is not a result: it stands as code.
    """
    text = _LEVEL.sub(r"`\g<0>`", text)
    return _NUMBER.sub(lambda match: f"{fill(match[0], question, language)}<!--{match[1]}-->", text)
