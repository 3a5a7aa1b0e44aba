"""The regencies and cities of one province among all of the nation, as one small picture.

All marks of the nation are one path that every province shares; only its own are circles with a
name. Positions are those of the explorer's swarm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from spbe_research.site.explorer.engine import explorer
from spbe_research.site.text import index_text, swap_marks

__all__ = ["Strip", "draw_strip", "lay_out"]

_WIDTH, _LEFT, _RIGHT, _TOP, _RADIUS = 720, 12, 708, 26, 3
_FOOT, _LABELS = 24, 18  # px: the axis below, room for two names above the marks


@dataclass(frozen=True)
class Strip:
    """Where each body lies: places by id, the height, and the bands with their edges."""

    places: Mapping[str, tuple[float, float]]
    height: float
    edges: Sequence[float]
    names: Sequence[str]


def lay_out(values: Mapping[str, float], edges: Sequence[float], names: Sequence[str]) -> Strip:
    """Return a place for every body.

    Parameters
    ----------
    values : mapping of str to float
        Index by id.
    edges, names : sequence
        Lower edges of the predicates with the upper end of the scale, and their names.
    """
    points = [{"k": each, "at": _x(value, edges)} for each, value in values.items()]
    placed = explorer().call("SpbeChart.swarm", points, _RADIUS)
    reach = max(abs(each["dy"]) for each in placed) + _RADIUS + 2
    middle = _TOP + _LABELS + reach
    places = {each["k"]: (round(each["at"], 1), round(middle + each["dy"], 1)) for each in placed}
    return Strip(places, round(middle + reach, 1), edges, names)


def draw_strip(strip: Strip, own: Mapping[str, tuple[str, float]], *, labelled_by: str) -> Markup:
    """Draw the nation with some bodies marked, the lowest and the highest of them by name.

    Parameters
    ----------
    strip : Strip
        As :func:`lay_out`.
    own : mapping of str to tuple of str and float
        Name and index by id of the bodies to mark.
    labelled_by : str
        Id of the element that says what the picture shows.
    """
    bottom = strip.height
    parts = [
        f'<svg class="chart strip" viewBox="0 0 {_WIDTH} {bottom + _FOOT:g}" role="img" '
        f'aria-labelledby="{labelled_by}">'
    ]
    for number, name in enumerate(strip.names):
        left, right = (_x(each, strip.edges) for each in strip.edges[number : number + 2])
        parts.append(
            f'<rect class="band b{number}" x="{left:g}" y="{_TOP - 8}" width="{right - left:g}" '
            f'height="{bottom - _TOP + 8:g}"/><text class="small" x="{(left + right) / 2:g}" '
            f'y="{_TOP - 13}" text-anchor="middle">{escape(name)}</text>'
        )
    others = "".join(f"M{x:g} {y:g}h0" for key, (x, y) in strip.places.items() if key not in own)
    parts.append(f'<path class="others" d="{others}"/>')
    for key, (name, _) in own.items():
        x, y = strip.places[key]
        parts.append(
            f'<circle class="dot s0" cx="{x:g}" cy="{y:g}" r="5">'
            f"<title>{escape(name)}</title></circle>"
        )
    parts += _labels(strip, own)
    for edge in strip.edges:
        text = swap_marks(f"{edge:.2f}").rstrip("0").rstrip(",")
        parts.append(
            f'<text class="axis n" x="{_x(edge, strip.edges):g}" y="{bottom + 16:g}" '
            f'text-anchor="middle">{text}</text>'
        )
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers, and names that are escaped


def _labels(strip: Strip, own: Mapping[str, tuple[str, float]]) -> list[str]:
    """The names of the lowest and the highest at the two ends of the room above the marks."""
    ranked = sorted(own.items(), key=lambda each: each[1][1])
    ends = [(ranked[0], "start", _LEFT + 2)] if ranked else []
    if len(ranked) > 1:
        ends.append((ranked[-1], "end", _RIGHT - 2))
    found = []
    for (key, (name, index)), anchor, at in ends:
        x, y = strip.places[key]
        text = f'{escape(name)} <tspan class="n">{swap_marks(index_text(index))}</tspan>'
        found.append(
            f'<path class="lead-line" d="M{x:g} {y - 6:g}V{_TOP + 12}H{at}"/>'
            f'<text class="label s0" x="{at}" y="{_TOP + 8}" text-anchor="{anchor}">{text}</text>'
        )
    return found


def _x(value: float, edges: Sequence[float]) -> float:
    share = (value - edges[0]) / (edges[-1] - edges[0])
    return round(_LEFT + share * (_RIGHT - _LEFT), 1)
