"""One cheat for each rule that needs no kernel; nbval finds each of them as committed."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output, new_raw_cell

# What is executed and printed truthfully, and refused all the same.
CODE = {
    "code": "del_me = 1\ndel del_me",
    "import": "import subprocess",
    "import through another package": "from recorder import struct\nstruct.pack('>I', 1) and None",
    "import of the shell": "from IPython import get_ipython as helper",
    "call": '__import__("json") and None',
    "call of a private name": "counts()._repr_html_() and None",
    "read": 'committed_table = counts()',
    "write": "if False:\n    counts().to_csv('x.csv')",
    "network": 'address = "https://example.org/data.csv"',
    "warnings": "if False:\n    counts().simplefilter('ignore')",
    "exceptions": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    pass",
    "loop": "while False:\n    pass",
    "record": "counts()",
    "record, printed": "print(counts().rows)",
    "record, its text printed": "print('tab-counts: Counts by place.')",
    "record, another meaning": "show_table = print",
    "typed": 'place = show_table("tab-counts", counts())\nprint("In 640 places:", place)',
    "typed in words": 'place = show_table("tab-counts", counts())\nprint("Eleven places:", place)',
    "hidden": 'unseen = show("fig-counts", counts())',
}  # fmt: skip
PROSE = {
    "markup": "|Some <b>bold</b> claim.",
    "markup: link": "|See [this](javascript:alert).",
    "markup: hidden comment": "|Nothing<!-- it was four --> to see.",
    "section": "## Method\n\n## Result\n\nIt is so.",
    "label": "|The north had 4<!--num-north-2022--> places in 2022.",
    "label: decimal comma": "|12,5 %<!--num-above--> of the places lie above.",
    "keyword": "|Nothing is told of it, and yet 12.5 %<!--num-above-->.",
    "keyword, stated by its author": "|Confirmed: 2<!--num-wrong-->.",
    "year": "|The north has 3<!--num-north-2022--> places.",
    "part": "|3<!--num-north-2022--> of 2<!--num-wrong--> are contradicted in the north, 2022.",
    "opposite": "|12.5 %<!--num-above--> of the places lie below it.",
    "numeral": "|Of 640 places most are small.",
    "numeral: word": "|Forty places are small.",
    "numeral: code": "|It is `2.5` and no more.",
    "numeral: formula": "|It is $x = 12.5$ and no more.",
    "numeral: regulation": "|See Perwal 105/2016.",
    "numeral: kind of regulation": "|See Perpres 106/2016.",
    "numeral: year": "|As in 2017 already.",
    "citation": "|As others found [@nobody2020].",
    "citation: DOI": "|As others found, doi:10.1257/app.2.",
}


def rule_of(name: str) -> str:
    return name.split(":")[0].split(",")[0].split(" ")[0]


def cells(name: str) -> NotebookNode | str:
    """The cell of a cheat, executed where it is code."""
    return (CODE | PROSE | OTHER)[name]


def _tagged(**metadata: object) -> NotebookNode:
    return new_code_cell("kept = 1", metadata=metadata)


def _error() -> NotebookNode:
    output = new_output("error", ename="ValueError", evalue="no", traceback=[])
    return new_code_cell(
        "raise ValueError('no')", outputs=[output], metadata={"tags": ["raises-exception"]}
    )


def _path() -> NotebookNode:
    return new_code_cell("folder = '/home/me/data'")


OTHER: dict[str, NotebookNode | str] = {
    "form": new_raw_cell("Nobody sees this."),
    "metadata": _tagged(tags=["remove_output"]),
    "metadata: hidden by Jupyter": _tagged(jupyter={"outputs_hidden": True}),
    "metadata: skipped": new_code_cell("# NBVAL_SKIP\nraise ValueError"),
    "path": _path(),
    "output": _error(),
}
