"""Each rule names its cheat, and a good notebook breaks none."""

import base64
import copy
import dataclasses
import struct
import zlib

import pytest
from nbformat.v4 import new_code_cell

from bench import CLOSING, DRAWN, FACTS, IMPORTS, RECORD, SETTINGS, TITLE, good, guard, notebook
from cheats import CODE, OTHER, PROSE, cells, rule_of
from recorder import hash_of, png


def broken(made: object, stem: str = "01-is-it-so") -> list[str]:
    return [each.rule for each in guard().of(made, stem)]


def test_good_notebook_breaks_no_rule() -> None:
    assert guard().of(good(), "01-is-it-so") == []


@pytest.mark.whole
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


def test_record_of_the_notebook_that_no_cell_shows_is_named() -> None:
    """With no manifest at all: its words say which records it must show."""
    facts = dataclasses.replace(FACTS, records={"01-is-it-so": ("tab-counts", "fig-counts")})
    asked = dataclasses.replace(guard(), facts=facts)
    assert asked.of(good(), "01-is-it-so") == []
    for change in (
        lambda cells: cells.pop(3),
        lambda cells: cells[3].update(outputs=[]),
        lambda cells: cells[3].update(cell_type="raw"),
    ):
        made = copy.deepcopy(good())
        change(made.cells)
        (text,) = (e.text for e in asked.of(made, "01-is-it-so") if e.rule == "lost")
        assert text == "fig-counts is a record of this notebook, and no cell shows it"


def test_picture_whose_line_is_silent_is_named() -> None:
    assert "hidden" in broken(good('show("fig-counts", counts());'))


@pytest.mark.parametrize("source", ["!ls", "files = !ls", "%pwd", "%%bash\nls", "get_ipython()"])
def test_shell_line_and_magic_are_named(source: str) -> None:
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
        ("import pandas as pd\npd.DataFrame.to_html = print", "call"),
        ("import pandas as pd\npd.options.display.precision = 0", "call"),
        ("import pandas as pd\npd.set_option('display.precision', 1)", "warnings"),
        ("import pandas as pd\npd.set_option('display.float_format', str)", "warnings"),
        ("import pandas as pd\npd.set_option({'display.precision': 0})", "warnings"),
        ("import pandas as pd\nchoose = pd.set_option", "warnings"),
        ("from pandas import set_option as choose", "warnings"),
        ("rows = counts().query('@pd.io.common.os.system(1)')", "call"),
        ("import pandas as pd\nx = pd.read_csv", "read"),
        ("from recorder import show as other\nother = 1", "record"),
    ],
)
def test_way_around_a_rule_is_named(source: str, rule: str) -> None:
    assert rule in broken(good(new_code_cell(source, execution_count=4)))


@pytest.mark.whole
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
        "table.rows[0] = 640\ntable",
        "kept = table\nkept['n'] = 640\ntable",
        "(same,) = [table]\nsame.loc[0, 'n'] = 640\ntable",
        "[table][0]['n'] = 640\ntable",
        "table.iloc[0, 0] += 1\ntable",
        "table.insert(0, 'n', 640)\ntable",
        "add = table.insert\nadd(0, 'n', 640)\ntable",
        "table.pop('n')\ntable",
        "table.drop('n', inplace=True)\ntable",
        "import numpy as np\nnp.copyto(table.rows, 640)\ntable",
        "def of(rows):\n    rows[0] = 1\nof(table)\ntable",
        "table.assign(n=640)",
        "table.eval('n = 640')",
        "table.replace(3, 640)",
        "table.n.map({3: 640})",
        "table.rename(columns={'n': 'm', 'm': 'n'})",
        "table.set_axis(['m', 'n'], axis=1)",
        "table.shift(1)",
        "table.combine_first(table)",
        "table.style.format('x')",
        "table.to_string(header=['m', 'n'])",
        "import pandas as pd\npd.concat([table, pd.DataFrame({'n': [640]})])",
        "import pandas as pd\nmake = pd.DataFrame\nx = [table, make([640])]\nx",
        "from pandas import DataFrame as D\nx = [table, D([640])]\nx",
        "x = list(zip(table.rows, [640]))\nx",
        "x = table.rows * 2\nx",
        "x = f'{table.rows} of 640'\nx",
    ],
)
def test_result_of_no_record_is_named(source: str) -> None:
    """Only read, not executed: what it would show is taken from the good table."""
    assert "record" in broken(good(_shown(source)))


def _shown(source: str) -> object:
    output = copy.deepcopy(good().cells[2].outputs[1])
    output.execution_count = 4
    return new_code_cell(source, execution_count=4, outputs=[output])


@pytest.mark.parametrize(
    "source",
    [
        "print(str(8), table)",
        "print(table, 'of', 8)",
        "print('{} of 8'.format(table))",
        "print(f'{table}', end='8')",
        "n = 8\nprint(n, table)",
        "print(max(8, 9) if table else table)",
        "display(8, table)",
        "[8, table]",
        "{'n': 8, 'table': table}",
        "print('Eleven of them:', table)",
        "print('sebelas di antaranya', table)",
        "print(f'{table} of a dozen')",
        "most = 'two thirds'\nprint(most, table)",
    ],
)
def test_typed_number_beside_a_record_is_named(source: str) -> None:
    assert "typed" in broken(good(_shown(source)))


@pytest.mark.parametrize(
    "source",
    [
        "table[['n', 'p_2022']].round(3).head(8)",
        "table.drop(columns=['x1']).pivot(index='n', columns='m').to_string(index=False)",
        "table[table.n > 2022]",
        "table.query('n > 8').sort_values('n', ascending=False)",
        "import pandas as pd\npd.concat([table, table])",
        "round(table.n, 3)",
        "kept = {}\nkept['x'] = table\nkept['x'].head(2)",
        "print('Often, and for tents:', table)",
        "table[['two_way', 'ten']].head()",
    ],
)
def test_selection_of_a_record_is_let_through(source: str) -> None:
    assert set(broken(good(_shown(source)))) == {"executed"}  # which it was not


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
