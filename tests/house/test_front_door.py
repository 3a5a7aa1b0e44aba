"""What ``from spbe_research import`` offers, and the index of analyses that tells of it."""

import ast
import inspect
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import spbe_research
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press import readme
from spbe_research.press.analyses import analyses

KEPT = [
    "assign_predicate", "compute_index", "load_agencies", "load_covariates", "load_instrument",
    "load_policies", "load_published", "load_scores", "reconcile", "resolve_agency", "verify",
]  # fmt: skip
EXAMPLES = {each.name: each.example for each in analyses() if each.example}


def test_dir_offers_public_names_and_nothing_else() -> None:
    names = [name for name in dir(spbe_research) if not name.startswith("__")]
    assert set(KEPT) <= set(names)
    assert {"gini", "transitions", "morans_i"} <= set(names)
    homes = {getattr(spbe_research, name).__module__.split(".")[0] for name in names}
    assert homes == {"spbe_research"}
    assert {"Any", "import_module", "TYPE_CHECKING"}.isdisjoint(names)


@pytest.mark.whole
def test_dir_is_the_same_before_and_after_use() -> None:
    program = (
        "import spbe_research as s; a = dir(s); s.load_instrument; s.gini\n"
        "import spbe_research.claims; assert dir(s) == a\n"
        "from spbe_research import *; compute_index"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_every_public_name_is_what_its_home_defines() -> None:
    stub = project_folder() / "spbe_research" / "__init__.pyi"
    for node in ast.parse(stub.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            home = __import__(node.module, fromlist=["x"])
            for alias in node.names:
                assert alias.asname == alias.name
                assert getattr(spbe_research, alias.name) is getattr(home, alias.name)


def test_signatures_read_as_they_are_written() -> None:
    """No type is spelt out by its private parts, and no default by its address."""
    for name in spbe_research.__all__:
        signature = str(inspect.signature(getattr(spbe_research, name)))
        assert "._" not in signature, name
        assert " at 0x" not in signature, name
        assert max(map(len, signature.split(", "))) <= 120, name
    gini = str(inspect.signature(spbe_research.gini))
    assert gini.replace("'", "") == (
        "(values: ArrayLike, *, origin: float = 0.0, counts: ArrayLike | None = None)"
        " -> NDArray[np.float64]"
    )


def test_help_tells_of_every_analysis() -> None:
    for each in analyses():
        assert f"{each.name}: {each.returns.split()[0]}" in spbe_research.__doc__
        assert each.question_en in spbe_research.__doc__


@pytest.mark.whole
@pytest.mark.parametrize("name", ["README.md", "README.id.md", "spbe_research/__init__.py"])
def test_generated_parts_are_what_words_and_docstrings_give(name: str) -> None:
    """When this fails: spbe-research readme."""
    assert (project_folder() / name).read_text("utf-8") == readme.generated_texts()[name]


def test_every_question_has_an_example() -> None:
    asked = {each.question_en for each in analyses()}
    assert asked == {each.question_en for each in analyses() if each.example}


@pytest.mark.whole
@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs_with_public_names(name: str) -> None:
    public = {each: getattr(spbe_research, each) for each in spbe_research.__all__}
    assert eval(EXAMPLES[name], public | {"np": np, "pd": pd}) is not None  # noqa: S307


def test_file_without_marks_is_refused() -> None:
    with pytest.raises(DataError, match="It must hold <!--x--> and <!--/x--> once"):
        readme._put("no marks", "x", "", "README.md")
