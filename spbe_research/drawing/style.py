"""One look for every picture: size, type, colours that the colour-blind can tell apart, footer.

Pictures are ``matplotlib.figure.Figure`` objects without pyplot: no global state is touched, and
the same table gives the same bytes.
"""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from spbe_research.years import breaks, eras

__all__ = [
    "BANDS",
    "BREAKS",
    "COLOURS",
    "DOMAIN_COLOURS",
    "EDGES",
    "PREDICATE_COLOURS",
    "TYPE_NAMES",
    "canvas",
    "draw_bands",
    "era_of",
    "finish",
    "mark_breaks",
]

WIDTH_INCHES = 7.0

# Okabe and Ito (2008), Color Universal Design
COLOURS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "sky": "#56B4E9",
    "purple": "#CC79A7",
    "ink": "#222222",
    "grey": "#8A8A8A",
    "pale": "#D9D9D9",
}
DOMAIN_COLOURS = {  # domains of PermenPANRB 59/2020
    "D1": ("D1 policy", COLOURS["blue"]),
    "D2": ("D2 governance", COLOURS["orange"]),
    "D3": ("D3 management", COLOURS["green"]),
    "D4": ("D4 services", COLOURS["purple"]),
}
BANDS = {  # light to dark with the predicate, told apart in grey as well
    "Kurang": "#F7F4EC",
    "Cukup": "#E8EEF0",
    "Baik": "#D2E1E8",
    "Sangat Baik": "#B5D0DD",
    "Memuaskan": "#92BBCE",
}
PREDICATE_COLOURS = {  # orange below the middle, blue above: ordered for the colour-blind as well
    "Kurang": "#A63D00",
    "Cukup": "#F0A45D",
    "Baik": "#B7D4EA",
    "Sangat Baik": "#4A90C2",
    "Memuaskan": "#123F6B",
}
TYPE_NAMES = {
    "kementerian": "Ministries (kementerian)",
    "lembaga": "Agencies (lembaga)",
    "polda": "Police regions (polda)",
    "provinsi": "Provinces (provinsi)",
    "kabupaten": "Regencies (kabupaten)",
    "kota": "Cities (kota)",
}
EDGES = (1.0, 1.8, 2.6, 3.5, 4.2, 5.0)  # bands of PermenPANRB 5/2018 and 59/2020
BREAKS = {each.place: each.label for each in breaks()}

_RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.axisbelow": True,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "legend.frameon": False,
    "legend.fontsize": 9,
    "svg.hashsalt": "spbe_research",
    "svg.fonttype": "none",
}


@contextmanager
def canvas(height_inches: float) -> Iterator[Figure]:
    """Give an empty figure of the house's width under the house's settings."""
    with rc_context(_RC):
        yield Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")


def finish(figure: Figure, *, title: str, footer: str, room: float = 0.0) -> Figure:
    """Add the title at the top left and the footer at the bottom, and return the figure.

    ``room`` is the share of the height kept free below the title, for a legend placed there.
    """
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, 1 - room))
    figure.suptitle(textwrap.fill(title, 66), x=0.01, ha="left", fontsize=12.5, fontweight="bold")
    figure.supxlabel(textwrap.fill(footer, 118), x=0.01, ha="left", fontsize=7.5, color="#555555")
    return figure


def era_of(year: int) -> int:
    """Return the first year under the instrument and guideline of a year."""
    return next(years[0] for years in eras().values() if year in years)


def draw_bands(axes: Axes, *, label_at: float) -> None:
    """Shade the bands of the predicates behind an index axis and name them at one x."""
    for (name, colour), low, high in zip(BANDS.items(), EDGES, EDGES[1:], strict=False):
        axes.axhspan(low, high, color=colour, linewidth=0, zorder=0)
        axes.text(label_at, (low + high) / 2, name, ha="right", va="center", fontsize=8)


def mark_breaks(axes: Axes, height: float) -> None:
    """Draw and name the breaks of instrument and guideline on an axis of years."""
    for place, label in BREAKS.items():
        axes.axvline(place, color=COLOURS["ink"], linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(place + 0.06, height, label, va="top", fontsize=8)
