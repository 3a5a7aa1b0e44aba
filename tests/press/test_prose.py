"""Numbers in prose are the recorded ones, in the notebook that runs and in no other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press.prose import check_prose, check_prose_of, prose_violations
from spbe_research.press.running import SESSION

NOTEBOOKS = sorted((project_folder() / "notebooks").glob("*.ipynb"))
GOOD = "There are 4,159<!--num-agency-years--> results; Gini from 0.172<!--num-gini-2018:low-->."
FALSE = GOOD.replace("4,159", "4,158")
RIGHT = "2 numbers in the text are the recorded ones."
WRONG = "'4,158' must be '4,159' (num-agency-years)"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_numbers_in_the_text_are_the_recorded_ones(path: Path) -> None:
    assert check_prose_of(path) > 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_last_cell_of_every_notebook_checks_its_prose(path: Path) -> None:
    last = json.loads(path.read_text(encoding="utf-8"))["cells"][-1]
    assert (last["cell_type"], "".join(last["source"])) == ("code", "check_prose()")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4,160<!--num-agency-years--> results", "'4,160' must be '4,159' (num-agency-years)"),
        ("4,159 results", "'4,159' carries no"),
        ("an index of 3.23", "'3.23' carries no"),
        ("13 % of them", "'13 %' carries no"),
        ("13 percent of them", "'13 percent' carries no"),
        ("a slope of -0.4", "'-0.4' carries no"),
        ("a slope of \u22120.4", "'\u22120.4' carries no"),
        ("5<!--num-nothing--> of them", "'5': there is no number num-nothing"),
        ("0.178<!--num-gini-2018:low-->", "'0.178' must be '0.172' (num-gini-2018:low)"),
        ("0.172<!--num-gini-2018-->", "'0.172' must be '0.184' (num-gini-2018)"),
        ("4,159<!--num-agency-years:low-->", "'4,159': num-agency-years has no interval"),
        ("615<!--num-gini-2018:n-->", "(num-gini-2018:n)"),
        ("0.184<!--num-gini-2018:middle-->", "'<!--num-gini-2018:middle-->' marks no number"),
        ("about five<!--num-claims-confirmed-->", "'<!--num-claims-confirmed-->' marks no number"),
    ],
)
def test_wrong_or_unmarked_number_in_prose_is_named(text: str, said: str) -> None:
    assert any(said in violation for violation in prose_violations(text))


def test_bounds_and_n_are_read_in_both_languages() -> None:
    interval = "0.172<!--num-gini-2018:low--> to 0.197<!--num-gini-2018:high-->"
    assert (
        prose_violations(f"0.184<!--num-gini-2018--> ({interval}), of 616<!--num-gini-2018:n-->")
        == []
    )
    assert prose_violations("0,172<!--num-gini-2018:low-->", language="id") == []


def test_code_formulas_and_years_in_prose_are_left_alone() -> None:
    assert (
        prose_violations(
            "In 2018, `3.27` and $x = 0.5$, see [a](http://b.c/1.5), 47 items, doi:10.1080/0.5"
        )
        == []
    )


def write(path: Path, text: str, code: str = "x = 1") -> Path:
    path.parent.mkdir(exist_ok=True)
    cells = [
        new_markdown_cell(text),
        new_code_cell("from spbe_research.press.prose import check_prose"),
        new_code_cell(code),
        new_code_cell("check_prose()"),
    ]
    for cell in cells:
        cell.pop("id")
    nbformat.write(new_notebook(cells=cells, nbformat_minor=4), path)
    return path


def executed(path: Path, *, cwd: Path | None = None, told: Path | None = None) -> str:
    """What the last cell of a notebook says when nbclient executes it, its text or its error."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(cwd or path.parent)}},
    )
    environment = {key: value for key, value in os.environ.items() if key != SESSION}
    try:
        client.execute(env=environment | ({SESSION: str(told)} if told else {}))
    except CellExecutionError as error:
        return str(error)
    return notebook.cells[-1].outputs[0].text


def test_notebook_that_runs_is_the_one_that_is_checked(tmp_path: Path) -> None:
    assert executed(write(tmp_path / "a.ipynb", GOOD)).strip() == RIGHT
    assert WRONG in executed(write(tmp_path / "copy" / "a.ipynb", FALSE))


def test_falsified_copy_beside_the_original_fails(tmp_path: Path) -> None:
    original, copy = write(tmp_path / "a.ipynb", GOOD), write(tmp_path / "b.ipynb", FALSE)
    assert "a.ipynb, b.ipynb hold the cells that were executed, and differ" in executed(copy)
    assert WRONG in executed(copy, told=copy)  # as Jupyter tells its kernels
    assert executed(original, told=original).strip() == RIGHT


def test_another_notebook_beside_it_does_not_matter(tmp_path: Path) -> None:
    write(tmp_path / "b.ipynb", FALSE, code="x = 2")
    (tmp_path / "broken.ipynb").write_text("{", encoding="utf-8")
    write(tmp_path / "c.ipynb", GOOD)  # the same text
    assert executed(write(tmp_path / "a.ipynb", GOOD)).strip() == RIGHT


def test_session_of_another_folder_is_not_believed(tmp_path: Path) -> None:
    original = write(tmp_path / "a.ipynb", GOOD)
    copy = write(tmp_path / "copy" / "a.ipynb", FALSE)
    assert WRONG in executed(copy, told=original)


def test_notebook_in_another_folder_than_its_kernel_is_refused_or_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", GOOD)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert f"no notebook of {elsewhere} holds the cells" in executed(path, cwd=elsewhere)
    assert executed(path, cwd=elsewhere, told=path).strip() == RIGHT


@pytest.mark.parametrize(("text", "failed"), [(GOOD, 0), (FALSE, 1)])
def test_nbval_checks_the_copy_and_not_the_original(tmp_path: Path, text: str, failed: int) -> None:
    """Nbval asks the kernel to keep no history of its cells."""
    write(tmp_path / "original" / "a.ipynb", GOOD)
    copy = write(tmp_path / "copy" / "a.ipynb", text)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(copy)]
    environment = {key: value for key, value in os.environ.items() if key != SESSION}
    outcome = subprocess.run(
        [*command, "--nbval-lax", "--nbval-current-env"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    assert outcome.returncode == failed, outcome.stdout
    assert (WRONG in outcome.stdout) == bool(failed)


def test_outside_a_notebook_it_is_refused() -> None:
    with pytest.raises(DataError, match="no notebook runs here. check_prose.. is the last cell"):
        check_prose()
