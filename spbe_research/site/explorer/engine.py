"""The explorer's own scripts run outside a browser: to draw what is read without scripts.

The same code draws in the page and here, so nothing is written twice; QuickJS needs neither a
browser nor node.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from spbe_research.extras import require
from spbe_research.site.explorer.data import explorer_script

__all__ = [
    "CHART",
    "EXPLORE",
    "FIGURE",
    "Explorer",
    "chart_style",
    "explorer",
    "plain_style",
    "scripts",
]

CHART = ("chart",)  # static/chart.js: for every page that draws
EXPLORE = (
    "core",
    "words",
    "tables",
    "sentences",
    "drawings",
    "markup",
    "files",
    "saving",
    "app",
)  # static/explore.js
FIGURE = ("saving", "taking")  # static/figure.js
_PAGE_ONLY = ("saving", "app")
_HERE = Path(__file__).parent / "scripts"
_STYLE = '"@chart.css@"'
_VARIABLE = re.compile(r"var\(--[\w-]+, ([^()]*)\)")


def scripts(names: tuple[str, ...]) -> str:
    """Return sources as one classic script: the style of pictures written in, comments left out.

    Examples
    --------
    >>> [line for line in scripts(EXPLORE).splitlines() if line.startswith("//")]
    []
    """
    text = "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)
    lines = (line.strip() for line in text.splitlines())
    kept = "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
    return kept.replace(_STYLE, json.dumps(plain_style()))


def chart_style() -> str:
    """Return the style of charts as pages take it: colours follow the page, light or dark."""
    return (_HERE / "chart.css").read_text(encoding="utf-8")


def plain_style() -> str:
    """Return the style of charts for a picture that stands alone: every variable replaced.

    Examples
    --------
    >>> "var(" in plain_style()
    False
    """
    return _VARIABLE.sub(lambda found: found[1], chart_style())


class Explorer:
    """The explorer without a page: any of its functions, called with plain values.

    Parameters
    ----------
    data : str, optional
        The script that sets the data; that of the committed tables by default.

    Raises
    ------
    MissingExtraError
        Without the extra ``site``.
    """

    def __init__(self, data: str | None = None) -> None:
        require("quickjs")
        import quickjs

        self._context = quickjs.Context()
        self._context.eval("var window = globalThis;")
        self._context.eval(explorer_script() if data is None else data)
        names = [name for name in (*CHART, *EXPLORE) if name not in _PAGE_ONLY]
        for name in names:
            self._context.eval(scripts((name,)))

    def call(self, function: str, *values: Any) -> Any:
        """Call a function by its name in the scripts, such as ``"Spbe.read"``; values are copied.

        Examples
        --------
        >>> explorer().call("Spbe.read", "?tahun=1998&lang=en")["lang"]
        'en'
        """
        written = ", ".join(json.dumps(value) for value in values)
        text = self._context.eval(f"JSON.stringify({function}({written}))")
        return None if text is None else json.loads(text)


@cache
def explorer() -> Explorer:
    """The explorer of the committed tables, started once."""
    return Explorer()
