"""What a question still lacks before it can be published: all of it, in one list."""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press.columns import describe_columns
from spbe_research.press.committed import results_folder
from spbe_research.press.comparing import comparing
from spbe_research.press.drafts import declared_records, notebook_of
from spbe_research.press.languages import LANGUAGES
from spbe_research.records import computation, file_name, question_words, result

__all__ = ["missing_of"]

_TOPICS = ("data", "instrument", "distribution", "regulation", "claims")
_SAID = ("title", "caption", "not_shown", "sentence")


def missing_of(stem: str) -> list[str]:
    """Name everything that a question of the study lacks; nothing when it can be published.

    Parameters
    ----------
    stem : str
        Its folder in ``questions/``.

    Returns
    -------
    list of str
        Words in one language only, records without words or the other way round, texts of pictures
        without Indonesian, columns without a meaning, sentences that compare without a condition,
        a notebook that does not show a record, results that were not computed, tests.

    Raises
    ------
    DataError
        When there is no such question.
    """
    words = question_words(stem)
    folder = project_folder() / "spbe_research" / "questions" / stem
    declared = declared_records(folder)
    found = [*_question(words.get("question", {})), *_records(words, declared)]
    import_module(f"spbe_research.questions.{stem}.tables")
    for name in declared:
        found += _computed(name, stem)
    found += _notebook(stem, words, declared)
    tests = project_folder() / "tests" / "questions" / stem
    if not list(tests.glob("test_*.py")):
        found.append(f"tests/questions/{stem}/test_*.py: expected values worked by hand")
    return found


def _question(said: dict[str, Any]) -> Iterator[str]:
    if said.get("topic") not in _TOPICS:
        yield f"words.toml, [question]: topic, one of {', '.join(_TOPICS)}"
    yield from _texts("question", said, ("title", "answer"))
    yield from _conditions("question", said, "answer")


def _records(words: dict[str, Any], declared: list[str]) -> Iterator[str]:
    if not declared:
        yield (
            'tables.py: @figure("fig-...", draw=..., units=..., of=...) above the function that '
            "computes a figure; of=load_published, or your own choice of results"
        )
    for name in declared:
        if name not in words:
            yield f"words.toml: [{name}] with {', '.join(_SAID)}, and alt of a figure"
    for name, said in words.items():
        if not name.startswith(("fig-", "tab-")):
            continue
        if name not in declared:
            yield f'tables.py: a function decorated with "{name}"'
        yield from _texts(name, said, (*_SAID, *(("alt",) if name.startswith("fig-") else ())))
        yield from _conditions(name, said, "title")


def _texts(name: str, said: dict[str, Any], wanted: tuple[str, ...]) -> Iterator[str]:
    places = ((field, language) for field in wanted for language in LANGUAGES)
    open_ones = [f"{at}.{tongue}" for at, tongue in places if not said.get(at, {}).get(tongue)]
    if open_ones:
        yield f"words.toml, [{name}]: {', '.join(open_ones)}"


def _conditions(name: str, said: dict[str, Any], field: str) -> Iterator[str]:
    compares = comparing(said.get(field, {}).get("en", ""), "en")
    if compares and not said.get("holds"):
        yield f"words.toml, [{name}]: holds, the condition behind {field}: {compares[0]!r}"


def _computed(name: str, stem: str) -> Iterator[str]:
    """What a record lacks that shows once it is computed and drawn."""
    table = result(name)
    if fault := _refused(lambda: describe_columns(name, table)):
        yield f"columns.csv: {fault}"
    if not (results_folder() / file_name(name)).is_file():
        yield f"data/results/{stem}/{name}.csv: spbe-research build --only {stem}"
    draw = computation(name).draw
    if draw is not None:
        from spbe_research.press.translation import untranslated

        for text in untranslated(draw(table, title="", footer=""), stem):
            yield f"words.toml, [labels]: {text!r} in Indonesian"


def _refused(ask: Callable[[], object]) -> str:
    """What the package says against something, in one line; empty where nothing."""
    try:
        ask()
    except DataError as error:
        return "; ".join(line.strip(" -") for line in str(error).splitlines()[1:-1])
    return ""


def _notebook(stem: str, words: dict[str, Any], declared: list[str]) -> Iterator[str]:
    path = notebook_of(stem)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    title = "".join(cells[0]["source"]).splitlines()[0].lstrip("# ").strip()
    asked = words.get("question", {}).get("title", {}).get("en", "")
    if title != asked:
        yield f"{path.name}: the title is {title!r}, title.en in words.toml {asked!r}"
    if words.get("question", {}).get("notebook") != path.stem:
        yield f"words.toml, [question]: notebook, {path.stem!r}"
    for name in declared:
        if not any(f'"{name}"' in source for source in code):
            shown = "show" if name.startswith("fig-") else "show_table"
            yield f'{path.name}: {shown}("{name}", ...)'
    if not code or "check_prose(" not in code[-1]:
        yield f"{path.name}: check_prose() in the last code cell"
    if any(cell["execution_count"] is None for cell in cells if cell["cell_type"] == "code"):
        yield f"{path.name}: is not executed; make notebooks"
