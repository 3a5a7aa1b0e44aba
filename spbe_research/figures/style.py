"""One look for every picture: size, type, colours that the colour-blind can tell apart, footer.

Pictures are ``matplotlib.figure.Figure`` objects without pyplot: no global state is touched, and
the same table gives the same bytes.
"""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

__all__ = ["BANDS", "BREAKS", "COLOURS", "canvas", "finish"]

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
BANDS = {  # light to dark with the predicate, told apart in grey as well
    "Kurang": "#F7F4EC",
    "Cukup": "#E8EEF0",
    "Baik": "#D2E1E8",
    "Sangat Baik": "#B5D0DD",
    "Memuaskan": "#92BBCE",
}
BREAKS = {2020.5: "new instrument", 2022.5: "new guideline"}

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


def finish(figure: Figure, *, title: str, footer: str) -> Figure:
    """Add the title at the top left and the footer at the bottom, and return the figure."""
    figure.suptitle(textwrap.fill(title, 66), x=0.01, ha="left", fontsize=12.5, fontweight="bold")
    figure.supxlabel(textwrap.fill(footer, 118), x=0.01, ha="left", fontsize=7.5, color="#555555")
    return figure
