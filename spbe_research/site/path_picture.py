"""The picture of one agency's path: inline SVG over a ground that all pages share.

The ground (bands, years, the two breaks) is one file a language, ``path-id.svg`` and
``path-en.svg``; a page holds only its own points, and draws them in its own colours, so that they
follow dark mode and print. No line crosses a break.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from spbe_research.drawing.style import BANDS, EDGES, era_of
from spbe_research.site.agencies import YearResult
from spbe_research.site.text import index_text, swap_marks

__all__ = ["draw_ground", "draw_path"]

_YEARS = range(2018, 2025)
_LEFT, _RIGHT, _TOP, _BOTTOM = 32, 560, 20, 220
_WIDTH, _HEIGHT = 640, 246
_STEP = (_RIGHT - _LEFT) / len(_YEARS)
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
        f"@media(prefers-color-scheme:dark){{{_colours('dark')}}}</style>"
        f"{''.join(_ground(language))}</svg>\n"
    )


def draw_path(results: Sequence[YearResult], *, labelled_by: str) -> Markup:
    """Draw an agency's published index by year, to lie over the ground.

    Parameters
    ----------
    results : sequence of YearResult
        In the order of years.
    labelled_by : str
        Id of the element that says what the picture shows.

    Returns
    -------
    markupsafe.Markup
        An ``<svg>``. Filled: evaluated; hollow: an earlier value printed again. Grey: median of the
        evaluated agencies of the same type.
    """
    parts = [
        f'<svg class="path" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{labelled_by}">'
    ]
    for _, era in groupby(results, key=lambda result: era_of(result.year)):
        listed = list(era)
        parts.append(_line([(r.year, r.median) for r in listed], "m"))
        parts.append(_line([(r.year, r.index) for r in listed], "a"))
    for result in results:
        x, y = _x(result.year), _y(result.index)
        hollow = ' class="o"' if result.is_carried_over else ""
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="5"{hollow}/>')
        text = swap_marks(index_text(result.index))
        parts.append(f'<text class="n v" x="{x:g}" y="{y - 10:g}">{text}</text>')
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers and our own words only


def _ground(language: str) -> Iterator[str]:
    for number, (name, low, high) in enumerate(zip(BANDS, EDGES, EDGES[1:], strict=False)):
        top, bottom = _y(high), _y(low)
        edge = f"{low:.1f}" if language == "en" else swap_marks(f"{low:.1f}")
        yield f'<path class="b{number}" d="M{_LEFT} {top:g}H{_RIGHT}V{bottom:g}H{_LEFT}z"/>'
        yield f'<text x="{_RIGHT + 6}" y="{(top + bottom) / 2 + 4:g}">{name}</text>'
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


def _line(points: Sequence[tuple[int, float]], name: str) -> str:
    if len(points) < 2:
        return ""
    steps = "L".join(f"{_x(year):g} {_y(value):g}" for year, value in points)
    return f'<path class="{name}" d="M{steps}"/>'


def _x(year: int) -> float:
    return round(_LEFT + (year - _YEARS[0] + 0.5) * _STEP, 1)


def _y(value: float) -> float:
    share = (value - EDGES[0]) / (EDGES[-1] - EDGES[0])
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)
