"""Where the index is high, and how alike near places are: means by province, Moran's I by distance.

The tile map of provinces is ``load_reference("province_tiles")``, our own arrangement. Places are
kabupaten and kota; provinces have no point on the map. Nothing here says why near places are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError, listed, refuse
from spbe_research.methods.estimates import estimate_table, finite_values, permutation_p
from spbe_research.panel.frames import select_results
from spbe_research.years import province_column

__all__ = [
    "DISTANCE_EDGES_KM",
    "PLACE_TYPES",
    "check_edges",
    "great_circle_km",
    "moran_correlogram",
    "morans_i",
    "place_values",
    "province_means",
]

PLACE_TYPES = ("kabupaten", "kota")
DISTANCE_EDGES_KM = (0, 100, 200, 400, 800, 1600)  # km; classes double with distance
_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG

_Array = NDArray[np.float64]


def province_means(published: pd.DataFrame, agencies: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return the mean index of the kabupaten and kota of each province in one year.

    For a map or a ranking; not for change across eras, and not of weight where ``n`` is far below
    ``n_places``. All that were assessed are counted, so there is no interval.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (assessed results only) and ``load_agencies()``.
    year : int
        Provinces are those of that year.

    Returns
    -------
    pandas.DataFrame
        One row per province, in order of its code: ``year, province, island, n_places`` (kabupaten
        and kota there are), ``provincial_index`` (the provincial government's own, index points,
        missing where not assessed), ``estimate`` (mean, index points), ``lowest, highest`` (of its
        places), ``n`` assessed. DKI Jakarta has no autonomous kabupaten or kota: its estimate is
        missing.

    Raises
    ------
    DataError
        When no kabupaten or kota was assessed that year, or a body is unknown.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> [len(province_means(*tables, year=year)) for year in (2018, 2024)]
    [34, 38]
    >>> province_means(*tables, year=2017)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], ...
    """
    values = place_values(published, agencies, year=year)
    column = province_column(year)
    places = agencies[agencies["agency_type"].isin(PLACE_TYPES)].groupby(column).size()
    own = select_results(published, years=[year], status="all")
    own = own[(own["status"] == "evaluated") & (own["agency_type"] == "provinsi")]
    own = own.set_index("agency_id")["index_published"]
    own.index = own.index.map(agencies.set_index("agency_id")[column])
    code = f"kemendagri_code{column.removeprefix('province')}"
    regions = agencies[agencies["agency_type"].isin((*PLACE_TYPES, "provinsi"))].sort_values(code)
    table = regions.dropna(subset=[column]).groupby(column, sort=False)["island"].first()
    table = table.rename_axis("province").reset_index()
    names, groups = table["province"], values.groupby("province")["index"]
    table.insert(0, "year", year)
    return table.assign(
        n_places=names.map(places).fillna(0).astype(int),
        provincial_index=names.map(own).astype(float),
        estimate=names.map(groups.mean()).astype(float),
        lowest=names.map(groups.min()).astype(float),
        highest=names.map(groups.max()).astype(float),
        n=names.map(groups.size()).fillna(0).astype(int),
    )


def place_values(published: pd.DataFrame, agencies: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return each assessed kabupaten and kota of one year with its point on the map.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (assessed results only) and ``load_agencies()``.
    year : int
        Of the evaluation.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, name, province`` (of that year), ``lon, lat`` (degrees; missing where
        unknown), ``index`` (index points); sorted by province and name.

    Raises
    ------
    DataError
        When none was assessed that year, a body is unknown, or an index is missing.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_agencies, load_published
    >>> len(place_values(load_published(), load_agencies(), year=2024))
    485
    >>> place_values(load_published(), load_agencies(), year=2017)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], ...
    """
    chosen = select_results(published, years=[year], agency_types=PLACE_TYPES)
    finite_values(chosen["index_published"], f"indices of {year}")
    lost = sorted(set(chosen["agency_id"]) - set(agencies["agency_id"]))
    violations = [f"{len(lost)} unknown: {listed(lost)}"] if lost else []
    refuse(DataError, "agency_id", violations, "Every result needs its row in agencies.")
    known = agencies.assign(province=agencies[province_column(year)])
    known = known[["agency_id", "name", "province", "lon", "lat"]]
    values = chosen[["agency_id", "index_published"]].merge(known, on="agency_id", how="left")
    values = values.rename(columns={"index_published": "index"})
    values = values[["agency_id", "name", "province", "lon", "lat", "index"]]
    return values.sort_values(["province", "name"], ignore_index=True)


def great_circle_km(lon: ArrayLike, lat: ArrayLike) -> _Array:
    """Return the great-circle distances between all places.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Degrees; latitude -90 to 90.

    Returns
    -------
    numpy.ndarray, shape (n, n)
        Kilometres on a sphere of radius 6371.0088 km; 0 on the diagonal.

    Raises
    ------
    DataError
        When the lengths differ, or a coordinate is missing or out of range.

    Notes
    -----
    Haversine formula: Sinnott (1984), *Sky and Telescope* 68(2), 159. The sphere errs by at most
    about 0.5 %.

    Examples
    --------
    >>> round(float(great_circle_km([0, 90], [0, 0])[0, 1]), 1)
    10007.6
    >>> great_circle_km([0], [91])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid coordinates, 1 violation:
      - place 0: lon 0, lat 91
    Every place needs a longitude (-180 to 180) and a latitude (-90 to 90) in degrees.
    """
    x, y = np.asarray(lon, dtype=float).ravel(), np.asarray(lat, dtype=float).ravel()
    if x.size != y.size:
        raise DataError(f"Invalid coordinates. There are {x.size} longitudes, {y.size} latitudes.")
    unfit = np.flatnonzero(~((np.abs(x) <= 180) & (np.abs(y) <= 90)))
    refuse(
        DataError,
        "coordinates",
        [f"place {place}: lon {x[place]:g}, lat {y[place]:g}" for place in unfit],
        "Every place needs a longitude (-180 to 180) and a latitude (-90 to 90) in degrees.",
    )
    x, y = np.radians(x), np.radians(y)
    north = np.sin((y[:, None] - y) / 2) ** 2
    east = np.sin((x[:, None] - x) / 2) ** 2 * np.cos(y)[:, None] * np.cos(y)
    return np.asarray(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(north + east, 1))))


def morans_i(
    values: ArrayLike,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    band_km: tuple[float, float],
    within: ArrayLike | None = None,
    n_permutations: int = 999,
    seed: int,
) -> dict[str, object]:
    """Return global Moran's I: whether places and their neighbours have similar values.

    One number for the whole map; not where it is alike, nor why.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value per place.
    lon, lat : array_like, shape (n,)
        Degrees.
    band_km : (float, float)
        Neighbours are at least as far as the first and nearer than the second, kilometres.
    within : array_like, shape (n,), optional
        Groups; values are permuted within them only.
    n_permutations, seed : int
        Random assignments of the values to the places, and their seed.

    Returns
    -------
    dict
        ``estimate`` (I), ``n_isolated`` (places without a neighbour, which add nothing to the
        numerator), ``mean_neighbours``, ``expected`` (mean of the permutations), ``null_low,
        null_high`` (their central 95 %), ``p_two_sided`` (as far from the expected value), ``n``.
        There is no interval of I; the last but two tell what chance gives. Below 4 places, without
        spread or without any neighbours, I and its company are missing.

    Raises
    ------
    DataError
        When lengths differ, a value or coordinate is missing, or the band is none.

    Notes
    -----
    ``I = n / S0 * sum_ij w_ij z_i z_j / sum_i z_i²``, rows of w summing to 1. Moran (1950),
    doi:10.1093/biomet/37.1-2.17.

    Examples
    --------
    >>> row = morans_i([1, 2, 3, 4], [0, 1, 2, 3], [0, 0, 0, 0], band_km=(0, 120), seed=1)
    >>> round(row["estimate"], 4)
    0.4
    >>> morans_i([1, float("nan")], [0, 1], [0, 0], band_km=(0, 120), seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 not finite. Each must be a number.
    """
    check_edges(band_km)
    field = finite_values(values)
    distance = great_circle_km(lon, lat)
    if field.size != len(distance):
        raise DataError(f"Invalid values. There are {field.size} values, {len(distance)} places.")
    near = ((distance >= band_km[0]) & (distance < band_km[1])).astype(float)
    np.fill_diagonal(near, 0)
    linked = near.sum(axis=1)
    weights = near / np.where(linked > 0, linked, 1)[:, None]
    names = ("estimate", "expected", "null_low", "null_high", "p_two_sided")
    row: dict[str, object] = {
        **{name: float("nan") for name in names},
        "n_isolated": int((linked == 0).sum()),
        "mean_neighbours": float(linked.mean()) if field.size else float("nan"),
        "n": field.size,
    }
    total = float(weights.sum())
    if field.size < 4 or total == 0 or np.ptp(field) == 0:
        return row
    away = field - field.mean()
    scale = field.size / total / float(away @ away)
    drawn = _permuted(away, within, n_permutations, seed)
    random = scale * np.einsum("ri,ri->r", drawn @ weights.T, drawn)
    observed, expected = scale * float(away @ weights @ away), float(random.mean())
    low, high = np.quantile(random, [0.025, 0.975])
    return row | {
        "estimate": observed,
        "expected": expected,
        "null_low": float(low),
        "null_high": float(high),
        "p_two_sided": permutation_p(observed, random, tail="two-sided", centre=expected),
    }


def moran_correlogram(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    year: int,
    edges_km: Sequence[float] = DISTANCE_EDGES_KM,
    n_permutations: int = 999,
    seed: int,
) -> pd.DataFrame:
    """Return Moran's I by class of distance, of the index and of what provinces leave over.

    To see how far likeness reaches. The classes are tests of one map and hang together: read the
    shape, not the smallest p. Not to ask whether a border matters: residuals from province means
    sum to 0 in each province, so near places of one province are *negatively* alike by
    construction, and those across a border are not (``neighbours`` compares the two directly).

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (assessed results only) and ``load_agencies()``.
    year : int
        Of the evaluation.
    edges_km : sequence of float
        Bounds of the classes, kilometres; each class holds its lower bound.
    n_permutations, seed : int
        Random assignments of values to places; the same for every class.

    Returns
    -------
    pandas.DataFrame
        ``year, values`` (index; less province mean), ``from_km, to_km, n_without_point,
        without_point`` (assessed places without coordinates, left out, and their names), the
        results of :func:`morans_i`, and the result columns. Residuals are permuted within their
        province.

    Raises
    ------
    DataError
        When the edges do not rise from 0 or more, nothing was assessed that year, or an index is
        missing.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> found = moran_correlogram(*tables, year=2024, edges_km=[0, 100], n_permutations=99, seed=1)
    >>> found["values"].tolist()
    ['index', 'less province mean']
    >>> moran_correlogram(*tables, year=2024, edges_km=[100, 100], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid edges (100, 100). They must be two or more, ...
    """
    check_edges(edges_km)
    values = place_values(published, agencies, year=year)
    unplaced = values.loc[values[["lon", "lat"]].isna().any(axis=1), "name"]
    values = values.dropna(subset=["lon", "lat"])
    residual = values["index"] - values.groupby("province")["index"].transform("mean")
    keys: dict[str, object] = {"year": year}
    missing = {"n_without_point": len(unplaced), "without_point": "; ".join(unplaced)}
    rows: list[dict[str, object]] = []
    for name, field, within in (
        ("index", values["index"], None),
        ("less province mean", residual, values["province"]),
    ):
        how = "permutations" if within is None else "permutations within provinces"
        for band in pairwise(edges_km):
            found = morans_i(
                field,
                values["lon"],
                values["lat"],
                band_km=band,
                within=within,
                n_permutations=n_permutations,
                seed=seed,
            )
            place = {"values": name, "from_km": float(band[0]), "to_km": float(band[1])}
            method = f"Moran's I, row-standardised; {n_permutations} {how}"
            rows.append(keys | place | missing | found | {"method": method, "seed": seed})
    return estimate_table(rows)


def check_edges(edges_km: Iterable[float]) -> None:
    """Refuse classes of distance that do not rise from 0 or more."""
    edges = np.asarray(list(edges_km), dtype=float)
    if edges.size < 2 or not (edges >= 0).all() or not (np.diff(edges) > 0).all():
        raise DataError(
            f"Invalid edges {tuple(edges_km)}. They must be two or more, rise, and start at 0 km "
            "or more."
        )


def _permuted(field: _Array, within: ArrayLike | None, count: int, seed: int) -> _Array:
    """Permuted values, one row each; within groups where these are given."""
    rng = np.random.default_rng(seed)
    if within is None:
        return rng.permuted(np.broadcast_to(field, (count, field.size)), axis=1)
    groups = pd.factorize(np.asarray(within, dtype=object))[0]
    # Sorting random keys inside each group permutes within it, all rows at once.
    keys = rng.random((count, field.size)) + groups
    drawn = np.empty((count, field.size))
    drawn[:, np.argsort(groups, kind="stable")] = field[np.argsort(keys, axis=1)]
    return drawn
