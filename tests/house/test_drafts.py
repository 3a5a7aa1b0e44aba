"""A draft is made, runs, and becomes a question; what it lacks is said at once."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press.drafts import draft_notebooks, is_draft, new_draft
from spbe_research.press.notebooks import execute_notebook

STEM = "do_islands_differ"
WORDS = """
[question]
notebook = "{notebook}"
topic = "distribution"
title.en = "Do islands differ?"
title.id = "Apakah pulau berbeda?"
answer.en = "The figure shows it."
answer.id = "Gambar menunjukkannya."

[fig-do-islands-differ]
{texts}

[labels]
"SPBE index: median, and the middle half of the agencies" = "indeks SPBE: median dan separuh tengah"
"Bali dan Nusa Tenggara" = "Bali dan Nusa Tenggara"
"""

RECORD = """

from spbe_research import load_published, select_results
from spbe_research.questions.do_islands_differ.figures import draw_quartiles
from spbe_research.records import Units, figure


def local():
    return select_results(load_published(), years=2024, agency_types=("kabupaten", "kota"))


@figure("fig-do-islands-differ", draw=draw_quartiles, units=Units("agencies", local), of=local)
def quartiles_of_islands(results):
    return quartiles(results, by="island")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of package and notebooks beside the data: free to get new questions."""
    root = project_folder()
    shutil.copytree(
        root / "spbe_research",
        tmp_path / "spbe_research",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (tmp_path / "notebooks").mkdir()
    for path in (root / "notebooks").glob("*.ipynb"):
        shutil.copy(path, tmp_path / "notebooks")
    for name in ("README.md", "README.id.md"):
        shutil.copy(root / name, tmp_path)
    shutil.copytree(root / "data", tmp_path / "data")
    return tmp_path


def command(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = (
        f"import sys; sys.path.insert(0, {str(checkout)!r}); sys.argv[1:] = {list(arguments)!r}\n"
        "from spbe_research.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=checkout
    )


@pytest.mark.whole
def test_draft_is_a_notebook_and_a_folder_and_no_record(checkout: Path) -> None:
    made = command(checkout, "new", "Do islands differ?")
    assert (made.returncode, made.stderr) == (0, "")
    drafts = checkout / "notebooks" / "drafts"
    assert sorted(path.name for path in drafts.iterdir()) == [STEM, f"{STEM}.ipynb"]
    first = json.loads((drafts / f"{STEM}.ipynb").read_text("utf-8"))["cells"][0]
    assert "".join(first["source"]).startswith("# Do islands differ?\n")
    assert not (checkout / "spbe_research" / "questions" / STEM).exists()
    again = command(checkout, "new", "Do islands differ?")
    assert again.returncode == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize("stem", ["", ".", "../drafts", "a/b", "a\x00"])
def test_name_that_no_folder_has_is_no_draft(stem: str) -> None:
    with pytest.raises(DataError, match="It must be a name such as do_islands_differ"):
        is_draft(stem)


@pytest.mark.whole
def test_promoted_draft_lies_in_the_trees_and_all_it_lacks_is_named(checkout: Path) -> None:
    command(checkout, "new", "Do islands differ?")
    promoted = command(checkout, "promote", STEM)
    assert promoted.returncode == 1, promoted.stderr
    question = checkout / "spbe_research" / "questions" / STEM
    number = 1 + len(list((project_folder() / "notebooks").glob("*.ipynb")))
    notebook = checkout / "notebooks" / f"{number:02d}-do-islands-differ.ipynb"
    assert notebook.is_file()
    assert f"from spbe_research.questions.{STEM}.tables import" in notebook.read_text("utf-8")
    assert f"from spbe_research.questions.{STEM}.figures import" in notebook.read_text("utf-8")
    assert (question / "tables.py").is_file()
    assert not (checkout / "notebooks" / "drafts" / STEM).exists()
    for lacking in (
        "topic, one of data",
        "title.id, answer.en, answer.id",
        "[fig-do-islands-differ]: title.en, title.id, caption.en",
        '@figure("fig-...", draw=..., units=..., of=...) above the function',
        "check_prose() in the last code cell",
        "is not executed",
        f"tests/questions/{STEM}/test_*.py",
    ):
        assert lacking in promoted.stdout


def declare_figure(question: Path) -> None:
    """What an author adds: the record, of the results of the latest year."""
    tables = question / "tables.py"
    tables.write_text(tables.read_text("utf-8") + RECORD, "utf-8")


@pytest.mark.whole
def test_completed_question_lacks_nothing(checkout: Path) -> None:
    command(checkout, "new", "Do islands differ?")
    command(checkout, "promote", STEM)
    declare_figure(checkout / "spbe_research" / "questions" / STEM)
    again = command(checkout, "promote", STEM).stdout
    for lacking in (
        "'SPBE index: median, and the middle half of the agencies' in Indonesian",
        f"spbe-research build --only {STEM}",
        'show("fig-do-islands-differ", ...)',
    ):
        assert lacking in again
    (notebook,) = (checkout / "notebooks").glob("*-do-islands-differ.ipynb")
    texts = "\n".join(
        f'{field}.{language} = "So."'
        for field in ("title", "caption", "not_shown", "alt", "sentence")
        for language in ("en", "id")
    )
    question = checkout / "spbe_research" / "questions" / STEM
    words = WORDS.format(notebook=notebook.stem, texts=texts)
    (question / "words.toml").write_text(words, "utf-8")
    content = json.loads(notebook.read_text("utf-8"))
    content["cells"][-1]["source"] = ['show("fig-do-islands-differ", quartiles_of_islands())\n']
    content["cells"].append(content["cells"][-1] | {"source": ["check_prose()"], "id": "last"})
    for cell in content["cells"][1:]:
        cell["execution_count"] = 1
    notebook.write_text(json.dumps(content), "utf-8")
    tests = checkout / "tests" / "questions" / STEM
    tests.mkdir(parents=True)
    (tests / "test_quartiles.py").touch()
    built = command(checkout, "build", "--only", STEM)
    assert built.returncode == 0, built.stderr
    assert (checkout / "data" / "results" / STEM / "fig-do-islands-differ.csv").is_file()
    promoted = command(checkout, "promote", STEM)
    assert promoted.stdout == f"Nothing is missing of {STEM}. Next: make test\n"
    assert promoted.returncode == 0


@pytest.mark.parametrize(
    "question", ["Do islands differ", "?", "2024?", 'Is "x" y?', "is?", f"Is {'it ' * 30}so?"]
)
def test_text_that_is_no_question_is_refused(question: str) -> None:
    with pytest.raises(DataError, match="Invalid question"):
        new_draft(question)


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The code of a new draft, its folder importable."""
    monkeypatch.setattr("spbe_research.press.drafts.project_folder", lambda: tmp_path)
    notebook = new_draft("Do islands differ?").notebook
    monkeypatch.syspath_prepend(str(notebook.parent))
    for name in (STEM, f"{STEM}.tables", f"{STEM}.figures"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    content = json.loads(notebook.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in content if cell["cell_type"] == "code"]


@pytest.mark.whole
@pytest.mark.parametrize(
    ("changes", "groups"),
    [
        ({}, {"Sumatera", "Jawa", "Bali dan Nusa Tenggara", "Kalimantan", "Sulawesi", "Maluku",
              "Papua"}),
        ({"islands=None": 'islands="Sumatera"', 'GROUP = "island"': 'GROUP = "agency_type"'},
         {"kabupaten", "kota"}),
        ({"provinces=None": 'provinces=["Banten", "Bali"]', '"island"': '"province"'},
         {"Banten", "Bali"}),
        ({'["kabupaten", "kota"]': "None", 'published["year"].max()': "[2021, 2022]",
          '"island"': '"year"'}, {2021, 2022}),
    ],
)  # fmt: skip
def test_choice_in_one_cell_changes_table_and_figure(
    cells: list[str], changes: dict[str, str], groups: set[object]
) -> None:
    place: dict[str, object] = {}
    for at, cell in enumerate(cells[:-1]):
        for old, new in changes.items() if at == 1 else ():
            assert cell.count(old) == 1 or old == '"island"'
            cell = cell.replace(old, new)
        exec(cell, place)  # noqa: S102
    table = place["table"]
    assert set(table.iloc[:, 0]) == groups
    assert table["n"].sum() == len(place["results"])
    axes = place["draw_quartiles"](table, title="", footer="").axes[0]
    assert [text.get_text() for text in axes.texts] == [f"n = {n}" for n in table["n"]]


def test_group_that_no_result_has_is_refused(cells: list[str]) -> None:
    place: dict[str, object] = {}
    exec(cells[0], place)  # noqa: S102
    choice = cells[1].replace('["kabupaten", "kota"]', '"kementerian"')
    exec(choice, place)  # noqa: S102
    with pytest.raises(DataError, match="None of 34 results has a value in 'island'"):
        exec(cells[2], place)  # noqa: S102


@pytest.mark.whole
def test_new_draft_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spbe_research.press.drafts.project_folder", lambda: tmp_path)
    executed = execute_notebook(new_draft("Do islands differ?").notebook)
    assert [output.output_type for output in executed.cells[-1].outputs] == ["execute_result"]
    assert "image/png" in executed.cells[-1].outputs[0].data


@pytest.mark.whole
def test_every_draft_runs() -> None:
    for path in draft_notebooks():
        execute_notebook(path)
