"""What lies behind the path of every body: bands with their edges, years, the two breaks.

It is one file per language, ``path-id.svg`` and ``path-en.svg``; ``static/rapor.js`` draws the
points of a body over it, in the colours of the page, so that they follow dark mode and print.
"""

from collections.abc import Iterator

from spbe_research.drawing.style import BANDS, EDGES
from spbe_research.site.text import swap_marks

__all__ = ["GROUND", "draw_ground"]

_YEARS = range(2018, 2025)
_LEFT, _RIGHT, _TOP, _BOTTOM = 32, 560, 20, 220
_WIDTH, _HEIGHT = 640, 246
_NARROW = 500  # pixels; on a phone the words grow
_STEP = (_RIGHT - _LEFT) / len(_YEARS)
GROUND = {  # where a year and an index lie, for who draws upon it
    "width": _WIDTH,
    "height": _HEIGHT,
    "left": _LEFT,
    "step": _STEP,
    "top": _TOP,
    "bottom": _BOTTOM,
    "lowest": EDGES[0],
    "highest": EDGES[-1],
}
_BREAKS = {
    2021: {"en": "new instrument", "id": "instrumen baru"},
    2023: {"en": "new guideline", "id": "pedoman baru"},
}
# As in static/style.css: light, then dark.
_BAND_FILLS = {
    "light": ("#f4efe2", "#e6ecee", "#d3e1e9", "#b9d2df", "#9bc0d2"),
    "dark": ("#26241f", "#222a2e", "#22323b", "#223c4a", "#22485b"),
}
_INK = {"light": ("#1c1f23", "#585f67"), "dark": ("#e9e6df", "#a9b0b7")}


def draw_ground(language: str) -> str:
    """Draw what lies behind every path: bands with their edges, years, the two breaks.

    Parameters
    ----------
    language : {"en", "id"}
        Of the words and of the decimal mark.

    Returns
    -------
    str
        An SVG file that turns dark with the reader's screen.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"<style>text{{font:12px system-ui,sans-serif}}.e{{text-anchor:end;font-size:11px}}"
        f".c{{text-anchor:middle;font-size:13px}}.k{{font-size:11px}}"
        f"path.k{{stroke-dasharray:5 4}}{_colours('light')}"
        f"@media(prefers-color-scheme:dark){{{_colours('dark')}}}"
        f"@media(max-width:{_NARROW}px){{text,.c{{font-size:19px}}.e,.k{{font-size:17px}}"
        f".r{{text-anchor:end;transform:translate({_WIDTH - _RIGHT - 8}px)}}}}</style>"
        f"{''.join(_ground(language))}</svg>\n"
    )


def _ground(language: str) -> Iterator[str]:
    for number, (name, low, high) in enumerate(zip(BANDS, EDGES, EDGES[1:], strict=False)):
        top, bottom = _y(high), _y(low)
        edge = f"{low:.1f}" if language == "en" else swap_marks(f"{low:.1f}")
        yield f'<path class="b{number}" d="M{_LEFT} {top:g}H{_RIGHT}V{bottom:g}H{_LEFT}z"/>'
        yield f'<text class="r" x="{_RIGHT + 6}" y="{(top + bottom) / 2 + 4:g}">{name}</text>'
        yield f'<text class="e" x="{_LEFT - 5}" y="{bottom + 4:g}">{edge}</text>'
    for year in _YEARS:
        yield f'<text class="c" x="{_x(year):g}" y="{_BOTTOM + 18}">{year}</text>'
    for year, names in _BREAKS.items():
        x = _x(year) - _STEP / 2
        yield f'<path class="k" d="M{x:g} {_TOP - 14}V{_BOTTOM}"/>'
        yield f'<text class="k" x="{x + 4:g}" y="{_TOP - 6}">{names[language]}</text>'


def _colours(mode: str) -> str:
    ink, soft = _INK[mode]
    fills = "".join(f".b{i}{{fill:{fill}}}" for i, fill in enumerate(_BAND_FILLS[mode]))
    return f"text{{fill:{soft}}}.c,text.k{{fill:{ink}}}path.k{{stroke:{ink}}}{fills}"


def _x(year: int) -> float:
    return round(_LEFT + (year - _YEARS[0] + 0.5) * _STEP, 1)


def _y(value: float) -> float:
    share = (value - EDGES[0]) / (EDGES[-1] - EDGES[0])
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)
