"""What is written by hand in the READMEs, paragraph by paragraph: it is published like a notebook.

The tables between ``<!--questions-->`` and ``<!--/questions-->``, and so on, are written from words
and docstrings (``readme``), which have checks of their own; they are left out. White space and the
breaks of lines count for nothing, so that a paragraph may be wrapped anew.
"""

import re

__all__ = ["READMES", "paragraphs", "without_generated"]

READMES = {"en": "README.md", "id": "README.id.md"}

_GENERATED = re.compile(r"<!--(questions|analyses|figures)-->.*?<!--/\1-->", re.DOTALL)
_BETWEEN = re.compile(r"\n[ \t]*\n")


def paragraphs(text: str) -> list[str]:
    r"""Return the paragraphs of a README that are written by hand, each on one line.

    Examples
    --------
    >>> paragraphs("# So\n\nIt is\nmore.\n\n<!--figures-->\n| less |\n<!--/figures-->\n")
    ['# So', 'It is more.', '<!--figures-->']
    """
    parts = _BETWEEN.split(without_generated(text))
    return [" ".join(each.split()) for each in parts if each.strip()]


def without_generated(text: str) -> str:
    """Return a README with the mark alone where a table is written from words."""
    return _GENERATED.sub(r"<!--\1-->", text)
