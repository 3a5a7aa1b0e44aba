"""Colours that must be told apart are, also by people with a colour-vision deficiency."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from spbe_research.drawing.style import COLOURS, DOMAIN_COLOURS, PREDICATE_COLOURS

# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.0, linear RGB
SIMULATED = {
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}
TOGETHER = {
    "predicates": list(PREDICATE_COLOURS.values()),
    "domains": [colour for _, colour in DOMAIN_COLOURS.values()],
    "series": [COLOURS[name] for name in ("blue", "red", "ink")],
    "years": [COLOURS[name] for name in ("grey", "orange", "blue")],
    "local governments": [COLOURS[name] for name in ("red", "green", "blue")],
}
JUST_TOLD_APART = 2.3  # CIELAB distance, Mahy et al. (1994), doi:10.1002/col.5080190207


def lab(colour: str, matrix: list[list[float]]) -> np.ndarray:
    """CIELAB (D65) of a colour as seen through a deficiency."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(matrix) @ linear, 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ seen
        / np.array([0.9505, 1.0, 1.089])
    )
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", SIMULATED)
@pytest.mark.parametrize("group", TOGETHER)
def test_colours_shown_together_stay_apart(group: str, deficiency: str) -> None:
    seen = [lab(colour, SIMULATED[deficiency]) for colour in TOGETHER[group]]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))
    assert nearest > 5 * JUST_TOLD_APART


def test_the_measure_finds_red_and_green_alike() -> None:
    """A check that cannot fail is none: a pair known to be confused must fall below."""
    red, green = (lab(colour, SIMULATED["deuteranopia"]) for colour in ("#c8553d", "#7f8a3a"))
    assert np.linalg.norm(red - green) < 5 * JUST_TOLD_APART


def test_predicates_darken_towards_both_ends() -> None:
    identity = np.eye(3).tolist()
    lightness = [lab(colour, identity)[0] for colour in PREDICATE_COLOURS.values()]
    assert lightness[0] < lightness[1] < lightness[2] > lightness[3] > lightness[4]
