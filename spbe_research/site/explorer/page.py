"""The page of the explorer: its data, its scripts, and the default view drawn into it."""

import base64
import json
from pathlib import Path
from typing import Any

from spbe_research.site.explorer.data import AGENCY_TYPES, explorer_script
from spbe_research.site.explorer.engine import (
    CHART,
    EXPLORE,
    FIGURE,
    Explorer,
    chart_style,
    scripts,
)

__all__ = ["explorer_page", "write_scripts"]

_WEIGHTS = {"sans-400": "400", "sans-600": "500 900"}  # of static/fonts, as static/style.css has it
_WIDE, _NARROW = 1040, 358  # px; the text column of a desk and of a phone of 390


def write_scripts(static: Path) -> None:
    """Write the data and the scripts beside the site's own, and the style of charts behind its.

    Parameters
    ----------
    static : pathlib.Path
        Folder that holds ``style.css``; receives ``explore-data.js``, ``chart.js`` (drawing alone,
        for any page), ``explore.js``, ``figure.js`` (for the page of a figure) and ``letters.js``,
        the typeface for pictures that are taken away.
    """
    files = {
        "explore-data.js": explorer_script(),
        "chart.js": scripts(CHART),
        "explore.js": scripts(EXPLORE),
        "figure.js": scripts(FIGURE),
        "letters.js": _letters(static / "fonts"),
    }
    for name, text in files.items():
        (static / name).write_text(text, encoding="utf-8", newline="\n")
    style = static / "style.css"
    whole = style.read_text(encoding="utf-8") + chart_style()
    style.write_text(whole, encoding="utf-8", newline="\n")


def _letters(fonts: Path) -> str:
    rules = "".join(
        f"@font-face{{font-family:'SPBE Sans';font-weight:{weight};src:url(data:font/woff2;base64,"
        f"{base64.b64encode((fonts / f'{name}.woff2').read_bytes()).decode('ascii')})}}"
        for name, weight in _WEIGHTS.items()
    )
    return f"window.SPBE_LETTERS={json.dumps(rules)};\n"


def explorer_page() -> dict[str, Any]:
    """Return what the template shows where no script runs, drawn by the same scripts.

    Returns
    -------
    dict
        ``views`` and ``kinds`` (name in the address, words in Indonesian and English), ``title``
        and ``sentence`` of the default view in both languages, ``table``, and its chart ``wide``
        and ``narrow`` as SVG.
    """
    explorer = Explorer()
    states = [explorer.call("Spbe.read", f"?lang={language}") for language in ("id", "en")]
    first = states[0]
    names = explorer.call("(() => [SpbeWords.VIEWS, SpbeWords.TYPES])")
    return {
        "views": [(name, names[0][name]) for name in explorer.call("(() => Spbe.VIEWS)")],
        "kinds": [(name, names[1][name]) for name in AGENCY_TYPES],
        "title": [explorer.call("SpbeSentences.title", state) for state in states],
        "sentence": [explorer.call("SpbeSentences.sentence", state) for state in states],
        "table": explorer.call("SpbeMarkup.table", first, False),
        "wide": explorer.call("SpbeDrawings.drawing", first, _WIDE),
        "narrow": explorer.call("SpbeDrawings.drawing", first, _NARROW).replace(
            "chart-", "chart-narrow-"
        ),
    }
