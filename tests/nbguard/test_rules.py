"""Each rule names its cheat, and a good notebook breaks none."""

import base64
import copy
import dataclasses
import struct
import zlib

import pytest

from bench import CLOSING, DRAWN, IMPORTS, RECORD, SETTINGS, TITLE, good, guard, notebook
from cheats import CODE, OTHER, PROSE, cells, rule_of
from recorder import hash_of, png


def broken(made: object, stem: str = "01-is-it-so") -> list[str]:
    return [each.rule for each in guard().of(made, stem)]


def test_good_notebook_breaks_no_rule() -> None:
    assert guard().of(good(), "01-is-it-so") == []


@pytest.mark.parametrize("name", [*CODE, *PROSE, *OTHER])
def test_cheat_is_named_by_its_rule(name: str) -> None:
    assert rule_of(name) in broken(good(cells(name)))


def test_every_rule_of_the_documentation_has_a_cheat() -> None:
    from spbe_research import nbguard

    told = {line.split()[0] for line in nbguard.__doc__.split("=\n")[2].splitlines()[:-1]}
    cheated = {rule_of(name) for name in (*CODE, *PROSE, *OTHER)}
    elsewhere = {
        "executed",
        "shell",
        "picture",
        "lost",
        "data",
        "release",
    }  # below, and in test_released
    assert told == cheated | elsewhere


def test_picture_whose_line_is_silent_is_named() -> None:
    assert "hidden" in broken(good('show("fig-counts", counts());'))


@pytest.mark.parametrize("source", ["!ls", "files = !ls", "%pwd", "%%bash\nls", "get_ipython()"])
def test_shell_line_and_magic_are_named(source: str) -> None:
    from nbformat.v4 import new_code_cell

    assert "shell" in broken(good(new_code_cell(source, execution_count=4)))


@pytest.mark.parametrize(
    "source",
    [
        "import pandas as pd",
        "from datetime import date",
        "import math\nroot = math.sqrt(4)",
        'table.of("south")',
        "rows = [row for row in table.rows]\nprint(rows)",
        "for name, count in table.rows:\n    print(f'{name}: {count:.2f}')",
        'shown = counts()\nshow_table("tab-counts", shown)\nshown.of("north")',
        "places = counts().rows",
        "kept = 12  # of 640 places",
    ],
)
def test_what_authors_need_is_let_through(source: str) -> None:
    assert broken(good(source)) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("from recorder import *", "import"),
        ("import urllib.request", "import"),
        ("import os.path", "import"),
        ("x = counts.__globals__", "call"),
        ("run = eval", "call"),
        ("x = (lambda: get_ipython)", "shell"),
        ("shell = table.os.system", "import"),
        ("import numpy as np\nnp.seterr(all='ignore')", "warnings"),
        ("import pandas as pd\npd.set_option('mode.copy_on_write', True)", "warnings"),
        ("rows = counts().query('@pd.io.common.os.system(1)')", "call"),
        ("import pandas as pd\nx = pd.read_csv", "read"),
        ("from recorder import show as other\nother = 1", "record"),
    ],
)
def test_way_around_a_rule_is_named(source: str, rule: str) -> None:
    from nbformat.v4 import new_code_cell

    assert rule in broken(good(new_code_cell(source, execution_count=4)))


@pytest.mark.parametrize(
    "source",
    [
        "counts().of('north')",
        "mixed = [table, counts()]\nmixed[1]",
        "table2 = counts()\ntable2.of('north')",
        "table.rows = counts().rows\ntable",
        "'north 3'",
        "print('north')",
        "(other := counts())\nother",
        "[each for each in counts().rows]",
    ],
)
def test_result_of_no_record_is_named(source: str) -> None:
    assert "record" in broken(good(source))


def test_output_whose_line_is_gone_is_named() -> None:
    made = good()
    made.cells[2].source = "table = counts()"
    assert broken(made).count("record") >= 2


def test_selection_that_is_not_in_the_output_is_named() -> None:
    made = good()
    made.cells[2].outputs = made.cells[2].outputs[:1]
    assert broken(made) == ["hidden"]


def test_record_that_is_named_and_not_shown_is_named() -> None:
    made = good()
    made.cells[2].outputs = made.cells[2].outputs[1:]
    assert "record" in broken(made)


def test_cell_out_of_order_or_never_executed_is_named() -> None:
    made = good()
    made.cells[2].execution_count = 7
    made.cells[3].execution_count = None
    made.cells[-1].outputs[0].update(
        output_type="execute_result", data={}, execution_count=9, metadata={}
    )
    assert broken(made).count("executed") == 3


def test_metadata_of_an_output_or_the_notebook_is_named() -> None:
    made = good()
    made.cells[3].outputs[1].metadata = {"image/png": {"width": 10}}
    made.metadata["nbval"] = {"skip": True}
    assert broken(made) == ["metadata", "metadata"]


def test_another_kernel_and_a_notebook_without_code_are_named() -> None:
    assert broken(notebook(TITLE, CLOSING)) == ["form"]
    made = good()
    made.metadata["kernelspec"]["name"] = "other"
    assert broken(made) == ["form"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<table><tr onclick='x'><td></td></tr></table>",
        "<div style='display:none'></div>",
        "<a href='x'>y</a>",
        "<img src=x>",
    ],
)
def test_output_that_is_no_plain_table_is_named(html: str) -> None:
    made = good()
    made.cells[2].outputs[1].data["text/html"] = html
    assert "markup" in broken(made)


def _drawn(content: bytes) -> object:
    made = copy.deepcopy(good())
    made.cells[3].outputs[1].data["image/png"] = base64.b64encode(content).decode()
    return made


def narrower(content: bytes) -> bytes:
    """The same rows, said to be half as wide."""
    header = b"IHDR" + struct.pack(">II", 320, 400) + content[24:29]
    return content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:]


TEXT = f"fig-counts data sha256 {hash_of('fig-counts')}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (png(640, 400, text="fig-other"), "data hash"),
        (png(640, 400, text=TEXT.replace("fig-counts", "fig-mine")), "id of a printed figure"),
        (png(10, 10, text=TEXT), "10x10 pixels"),
        (png(640, 400, text=TEXT, more=[(b"acTL", b"\0" * 8)]), "chunks acTL"),
        (png(640, 400, text=TEXT) + b"more", "behind its end"),
        (png(640, 400, text=TEXT)[:-20], "cut or damaged"),
        (b"GIF89a", "no PNG"),
        (narrower(png(640, 400, text=TEXT)), "pixels are not of its size"),
    ],
)
def test_picture_is_one_image_of_its_record(content: bytes, said: str) -> None:
    found = [each for each in guard().of(_drawn(content), "01-x") if each.rule == "picture"]
    assert any(said in each.text for each in found), found


def test_picture_that_is_there_and_not_drawn_is_named() -> None:
    made = notebook(TITLE, IMPORTS, RECORD, DRAWN, CLOSING)
    made.cells[2].outputs.append(copy.deepcopy(made.cells[3].outputs[1]))
    assert "picture" in broken(made)


def test_picture_that_is_drawn_and_not_there_is_named() -> None:
    made = good()
    made.cells[3].outputs = made.cells[3].outputs[:1]
    assert "hidden" in broken(made)


@pytest.mark.parametrize("heading", ["limits", "references"])
def test_section_that_must_be_there_is_named(heading: str) -> None:
    made = good()
    made.cells[-2].source = made.cells[-2].source.replace(heading.title(), "Else")
    assert broken(made) == ["section"]


def test_section_may_have_another_name() -> None:
    made = good()
    made.cells[-2].source = made.cells[-2].source.replace("Limits", "What this cannot say")
    assert broken(made) == []


def test_emptied_section_is_named() -> None:
    made = good()
    made.cells[-2].source = "## Limits\n\nNone.\n\n## References\n\nOwn counts of all the places."
    found = guard().of(made, "01-x")
    assert [each.text for each in found] == ["section 'Limits' is empty"]


def test_notebook_that_is_rewritten_later_is_asked_the_rules_of_form() -> None:
    made = good("|Of 640 places most are small.", "import subprocess")
    later = dataclasses.replace(guard(), settings=dataclasses.replace(SETTINGS, later=("01-old",)))
    assert [each.rule for each in later.of(made, "01-old")] == ["import"]
    assert [each.rule for each in later.of(made, "02-new")] == ["numeral", "import"]


def test_file_that_is_no_notebook_is_named(tmp_path: object) -> None:
    path = tmp_path / "01-x.ipynb"
    path.write_text("{}", "utf-8")
    assert [each.rule for each in guard().of_file(path)] == ["form"]
