"""How far apart the indices of two places lie, by their distance and by whether a border divides.

Each pair of assessed kabupaten and kota is compared: under 100 km apart and of one province, under
100 km apart and of two, and so on. A pair across a border has no mean of its own taken away, so
the two can be compared directly. Nothing here says why near places are alike.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError
from spbe_research.methods.estimates import (
    check_confidence,
    cluster_counts,
    cluster_interval,
    estimate_table,
)
from spbe_research.methods.geography import (
    DISTANCE_EDGES_KM,
    check_edges,
    great_circle_km,
    place_values,
)

__all__ = ["compare_neighbours"]

_Array = NDArray[np.float64]


def compare_neighbours(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    year: int,
    edges_km: Sequence[float] = DISTANCE_EDGES_KM,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Return the mean distance of the indices of two places, by class of kilometres and by border.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (assessed results only) and ``load_agencies()``.
    year : int
        Of the evaluation; provinces are those of that year.
    edges_km : sequence of float
        Bounds of the classes, kilometres; each class holds its lower bound.
    confidence : float
        Between 0 and 1.
    n_resamples, seed : int
        Of the bootstrap of provinces.

    Returns
    -------
    pandas.DataFrame
        ``year, n_without_point, from_km, to_km, border, likeness, n_pairs, mean_km`` and the
        result columns with clusters. ``border``: ``within`` one province, ``across`` a provincial
        border, their ``difference`` (across minus within), ``any``; the last rows, without a
        class, are all pairs of places however far. ``estimate`` is the mean distance of the two
        indices, index points; ``likeness`` the mean product of their standardised deviations from
        the national mean (Moran's I with one weight for each pair; it grows where pairs far from
        the mean are many). ``n`` counts places with such a neighbour, ``mean_km`` how far apart
        the pairs lie.

    Raises
    ------
    DataError
        When the edges do not rise from 0 or more, nothing was assessed that year, an index is
        missing, or fewer than two places have a point.

    Notes
    -----
    Provinces are drawn with replacement. A pair within province p counts as often as p is drawn, a
    pair across p and q as often as both are: the product.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> found = compare_neighbours(*tables, year=2024, edges_km=[0, 100], n_resamples=99, seed=1)
    >>> found.set_index("border")["likeness"].round(3).head(2).to_dict()
    {'within': 0.777, 'across': 0.749}
    >>> compare_neighbours(*tables, year=2017, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], ...
    """
    check_confidence(confidence)
    check_edges(edges_km)
    every = place_values(published, agencies, year=year)
    values = every.dropna(subset=["lon", "lat"])
    if len(values) < 2:
        raise DataError(f"No pair left. Fewer than two places of {year} have a point.")
    pairs = _pairs(values)
    names = pd.Series(values["province"].unique())
    draws = cluster_counts(names, n_resamples=n_resamples, seed=seed).astype(float)
    common = {
        "year": year,
        "n_without_point": len(every) - len(values),
        "method": "mean distance of the indices of two places; provinces drawn, t interval",
        "seed": seed,
    }
    rows: list[dict[str, object]] = []
    for low, high in [*pairwise(edges_km), (np.nan, np.nan)]:
        near = pairs if np.isnan(low) else pairs[(pairs["km"] >= low) & (pairs["km"] < high)]
        same = near["one"] == near["two"]
        sides = {"within": near[same], "across": near[~same]}
        found = {name: _means(side, draws) for name, side in sides.items()}
        across, within = found["across"], found["within"]
        found["difference"] = (across[0] - within[0], across[1] - within[1])
        found["any"] = _means(near, draws)
        for border, (estimate, drawn) in found.items():
            place = {"from_km": float(low), "to_km": float(high), "border": border}
            interval = cluster_interval(estimate, drawn, len(names), confidence=confidence)
            counted = _counted(sides.get(border, near), with_likeness=border != "difference")
            rows.append(common | place | counted | {"estimate": estimate} | interval)
    return estimate_table(rows)


def _pairs(values: pd.DataFrame) -> pd.DataFrame:
    """One row per pair: kilometres, distance of the indices, product of deviations, provinces."""
    first, second = np.triu_indices(len(values), 1)
    index = values["index"].to_numpy(dtype=float)
    spread = index.std()
    deviation = (index - index.mean()) / spread if spread > 0 else np.full(index.size, np.nan)
    province = pd.factorize(values["province"])[0]
    km = great_circle_km(values["lon"], values["lat"])
    return pd.DataFrame(
        {
            "first": first,
            "second": second,
            "km": km[first, second],
            "apart": np.abs(index[first] - index[second]),
            "product": deviation[first] * deviation[second],
            "one": province[first],
            "two": province[second],
        }
    )


def _means(pairs: pd.DataFrame, draws: _Array) -> tuple[float, _Array]:
    """Mean distance of the indices, and that of each draw of provinces."""
    size = draws.shape[1]
    sums, numbers = np.zeros((size, size)), np.zeros((size, size))
    places = pairs["one"].to_numpy(), pairs["two"].to_numpy()
    np.add.at(sums, places, pairs["apart"].to_numpy())
    np.add.at(numbers, places, 1.0)
    inside = np.eye(size, dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = [
            draws @ table[inside]
            + np.einsum("bp,pq,bq->b", draws, np.where(inside, 0, table), draws)
            for table in (sums, numbers)
        ]
        return (float(sums.sum() / numbers.sum()), drawn[0] / drawn[1])


def _counted(pairs: pd.DataFrame, *, with_likeness: bool) -> dict[str, object]:
    return {
        "likeness": float(pairs["product"].mean()) if with_likeness else float("nan"),
        "n_pairs": len(pairs),
        "mean_km": float(pairs["km"].mean()),
        "n": len({*pairs["first"], *pairs["second"]}),
    }
