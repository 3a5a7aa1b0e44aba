"""The house's typeface in a picture: SPBE Sans, a renamed subset of Source Sans 3 (fonts/OFL.txt).

Pictures in notebooks stay in the typeface of Matplotlib, since releases hold the hashes of their
pixels; files to take away and the pages of the site are set in this one.
"""

import base64
import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

__all__ = ["FAMILY", "embedded", "set_typeface"]

FAMILY = "SPBE Sans"
_HERE = Path(__file__).parent / "fonts"
_WEIGHTS = {"400": _HERE / "sans-400.ttf", "600": _HERE / "sans-600.ttf"}
_SERVES = {"400": "400", "600": "500 900"}
_OTHER = "DejaVu Sans"  # a letter that the subset lacks is taken from here


def set_typeface(figure: Figure) -> Figure:
    """Set every text of a figure in the house's typeface, before its layout is computed.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn under the settings of ``canvas``.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure.
    """
    _register()
    families = [FAMILY, _OTHER]
    for axes in figure.axes:
        axes.tick_params(which="both", labelfontfamily=families)
    for text in figure.findobj(Text):
        text.set_fontfamily(families)
    return figure


def embedded(characters: Iterable[str], *, weight: str) -> str:
    """Return a rule that carries the letters of a picture within the file.

    Parameters
    ----------
    characters : iterable of str
        The letters that the picture prints in this weight.
    weight : {"400", "600"}
        Regular or semibold.

    Returns
    -------
    str
        One ``@font-face`` of CSS with the subset as WOFF. The same letters give the same bytes.

    Examples
    --------
    >>> embedded("SPBE", weight="400")[:38]
    "@font-face{font-family:'SPBE Sans';fon"
    """
    content = base64.b64encode(_subset(weight, "".join(sorted(set(characters))))).decode("ascii")
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{_SERVES[weight]};"
        f"src:url(data:font/woff;base64,{content})}}"
    )


@cache
def _register() -> None:
    for path in _WEIGHTS.values():
        fontManager.addfont(path)


@cache
def _subset(weight: str, characters: str) -> bytes:
    font = TTFont(_WEIGHTS[weight], recalcTimestamp=False)
    options = Options(layout_features=[], name_IDs=[0, 1, 2], notdef_outline=True, hinting=False)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "gasp"]  # empty without features
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    font.flavor = "woff"
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()
