"""The picture of one agency's path: inline SVG, bands behind, cut where the instrument changed.

Small enough to stand in every agency's page, and drawn by the page's own colours, so that it
follows dark mode and print. No line crosses a break.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from spbe_research.figures.style import BANDS, EDGES, era_of
from spbe_research.site.agencies import YearResult
from spbe_research.site.text import both, index_text, swap_marks

__all__ = ["draw_path", "draw_place"]

_YEARS = range(2018, 2025)
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 566, 18, 218
_STEP = (_RIGHT - _LEFT) / len(_YEARS)
_BREAKS = {
    2021: ("new instrument", "instrumen baru"),
    2023: ("new guideline", "pedoman baru"),
}
_PLACE_WIDTH = 560


def draw_path(results: Sequence[YearResult], *, labelled_by: str) -> Markup:
    """Draw an agency's published index by year over the predicate bands.

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
        f'<svg class="path" viewBox="0 0 640 246" role="img" aria-labelledby="{labelled_by}">',
        *_ground(),
    ]
    for _, era in groupby(results, key=lambda result: era_of(result.year)):
        listed = list(era)
        parts.append(_line([(r.year, r.median) for r in listed], "m"))
        parts.append(_line([(r.year, r.index) for r in listed], "a"))
    for result in results:
        x, y = _x(result.year), _y(result.index)
        hollow = ' class="o"' if result.is_carried_over else ""
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="5"{hollow}/>')
        parts.append(_label(x, y - 10, swap_marks(index_text(result.index))))
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers and our own words only


def draw_place(result: YearResult) -> Markup:
    """Draw where a result lies between the lowest and the highest of its peers.

    Returns
    -------
    markupsafe.Markup
        An ``<svg>`` hidden from screen readers: the text beside it says the same.
    """
    at = _across
    dot = f'<circle cx="{at(result.index):g}" cy="20" r="6"/>'
    low, high = at(result.lower_quartile), at(result.upper_quartile)
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="place" viewBox="0 0 {_PLACE_WIDTH} 40" aria-hidden="true">'
        f'<path class="r" d="M{at(result.lowest):g} 20H{at(result.highest):g}"/>'
        f'<path class="q" d="M{low:g} 20H{high:g}"/>'
        f'<path class="d" d="M{at(result.median):g} 10V30"/>{dot}</svg>'
    )


def _ground() -> Iterator[str]:
    """Bands and their edges, years, and the two breaks."""
    for number, (name, low, high) in enumerate(zip(BANDS, EDGES, EDGES[1:], strict=False)):
        top, bottom = _y(high), _y(low)
        yield (
            f'<path class="b{number}" d="M{_LEFT} {top:g}H{_RIGHT}V{bottom:g}H{_LEFT}z"/>'
            f'<text x="{_RIGHT + 6}" y="{(top + bottom) / 2 + 4:g}">{name}</text>'
        )
        yield (
            f'<text class="n e" x="{_LEFT - 5}" y="{bottom + 4:g}">{swap_marks(f"{low:.1f}")}</text>'
        )
    for year in _YEARS:
        yield f'<text class="c" x="{_x(year):g}" y="{_BOTTOM + 18}">{year}</text>'
    for year, names in _BREAKS.items():
        x = _x(year) - _STEP / 2
        yield f'<path class="k" d="M{x:g} {_TOP - 12}V{_BOTTOM}"/>'
        words = str(both(*names)).replace("span", "tspan")
        yield f'<text class="k" x="{x + 4:g}" y="{_TOP - 5}">{words}</text>'


def _line(points: Sequence[tuple[int, float]], name: str) -> str:
    if len(points) < 2:  # noqa: PLR2004
        return ""
    steps = "L".join(f"{_x(year):g} {_y(value):g}" for year, value in points)
    return f'<path class="{name}" d="M{steps}"/>'


def _label(x: float, y: float, text: str) -> str:
    return f'<text class="n v" x="{x:g}" y="{y:g}">{text}</text>'


def _x(year: int) -> float:
    return round(_LEFT + (year - _YEARS[0] + 0.5) * _STEP, 1)


def _y(value: float) -> float:
    share = (value - EDGES[0]) / (EDGES[-1] - EDGES[0])
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def _across(value: float) -> float:
    return round(8 + (value - EDGES[0]) / (EDGES[-1] - EDGES[0]) * (_PLACE_WIDTH - 16), 1)
