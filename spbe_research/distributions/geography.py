"""Where SPBE maturity is high: means by province, and whether near places have similar indices.

The tile map of provinces is ``load_reference("province_tiles")``, our own arrangement. Places are
kabupaten and kota; provinces have no point on the map. Nothing here says why near places are alike.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError, listed, refuse
from spbe_research.estimates import check_confidence, estimate_table
from spbe_research.selection import select_results

__all__ = [
    "DISTANCE_EDGES_KM",
    "PLACE_TYPES",
    "great_circle_km",
    "moran_correlogram",
    "morans_i",
    "place_values",
    "province_means",
]

PLACE_TYPES = ("kabupaten", "kota")
DISTANCE_EDGES_KM = (0, 100, 200, 400, 800, 1600)  # km; classes double with distance
_FOUR_NEW_PROVINCES = 2022  # year they were made; until 2021 the 34 of 2018
_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
_TIE = 1e-12  # a permutation this close to the observed value counts as equal

_Array = NDArray[np.float64]


def province_means(
    published: pd.DataFrame, agencies: pd.DataFrame, *, year: int, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the mean index of the kabupaten and kota of each province in one year.

    For a map or a ranking with its uncertainty; not for change across eras, and not of weight where
    ``n`` is far below ``n_places`` (2019 and 2020: who was evaluated was not drawn at random).

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (evaluated results only) and ``load_agencies()``.
    year : int
        Provinces are the 34 of then up to 2021, the 38 from 2022.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a province, in order of its code: ``year, province, island, n_places`` (kabupaten
        and kota there are), ``provincial_index`` (the provincial government's own, index points,
        missing where not evaluated), and the result columns in index points; ``n`` evaluated. DKI
        Jakarta has no autonomous kabupaten or kota: its estimate is missing. The t interval,
        missing below two places or without spread, takes the places as draws from a larger
        population.

    Raises
    ------
    DataError
        When no kabupaten or kota was evaluated that year, or an agency is unknown.

    Notes
    -----
    ``mean ± t(n - 1) s / sqrt(n)``. Student (1908), doi:10.1093/biomet/6.1.1.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> [len(province_means(*tables, year=year)) for year in (2018, 2024)]
    [34, 38]
    >>> province_means(*tables, year=2017)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], ...
    """
    from scipy.special import stdtrit

    check_confidence(confidence)
    column = _province_column(year)
    known = agencies.set_index("agency_id")
    values = _results_with_agencies(published, agencies, year, PLACE_TYPES)
    groups = values.groupby(column)["index"]
    places = agencies[agencies["agency_type"].isin(PLACE_TYPES)].groupby(column).size()
    own = published[(published["year"] == year) & (published["status"] == "evaluated")]
    own = own[own["agency_type"] == "provinsi"].set_index("agency_id")["index_published"]
    own.index = own.index.map(known[column])
    regions = agencies[agencies["agency_type"].isin((*PLACE_TYPES, "provinsi"))]
    provinces = regions.sort_values("region_code_2018" if column != "province" else "region_code")
    table = provinces.dropna(subset=[column]).groupby(column, sort=False)["island"].first()
    table = table.rename_axis("province").reset_index().assign(year=year)
    names = table["province"]
    count = names.map(groups.size()).fillna(0).to_numpy(dtype=int)
    mean, spread = (names.map(each).to_numpy(dtype=float) for each in (groups.mean(), groups.std()))
    # Two places with one printed value have no measured spread: an interval of width 0 would lie.
    enough = (count > 1) & (spread > 0)
    degrees = np.where(enough, count - 1, 1)
    half = stdtrit(degrees, (1 + confidence) / 2) * spread / np.sqrt(np.where(enough, count, 1))
    table = table.assign(
        n_places=names.map(places).fillna(0).astype(int),
        provincial_index=names.map(own).astype(float),
        estimate=mean,
        low=np.where(enough, mean - half, np.nan),
        high=np.where(enough, mean + half, np.nan),
        n=count,
        method="mean of kabupaten and kota; t interval",
    )
    first = ["year", "province", "island", "n_places", "provincial_index"]
    return estimate_table(table[[*first, *table.columns.difference(first)]].to_dict("records"))


def place_values(published: pd.DataFrame, agencies: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return each evaluated kabupaten and kota of one year with its point on the map.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (evaluated results only) and ``load_agencies()``.
    year : int
        Of the evaluation.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, name, province`` (of then, as in :func:`province_means`), ``lon, lat``
        (degrees; missing where unknown), ``index`` (index points).

    Raises
    ------
    DataError
        When none was evaluated that year, or an agency is unknown.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> len(place_values(load_published(), load_agencies(), year=2024))
    485
    >>> place_values(load_published(), load_agencies(), year=2017)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], ...
    """
    values = _results_with_agencies(published, agencies, year, PLACE_TYPES)
    values = values.assign(province=values[_province_column(year)])
    return values[["agency_id", "name", "province", "lon", "lat", "index"]]


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
    band_km: tuple[float, float] | None = None,
    n_neighbours: int | None = None,
    n_permutations: int = 999,
    seed: int,
) -> pd.DataFrame:
    """Return global Moran's I: whether places and their neighbours have similar values.

    One number for the whole map; not where it is alike, nor why. Neighbours are either all places
    in a band of distance or the nearest few; weights are row-standardised.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value a place.
    lon, lat : array_like, shape (n,)
        Degrees.
    band_km : (float, float), optional
        Neighbours are farther than the first (or as far) and nearer than the second, kilometres.
    n_neighbours : int, optional
        Or: this many nearest places. Exactly one of the two must be given.
    n_permutations : int
        Random assignments of the values to the places.
    seed : int
        Of the permutations.

    Returns
    -------
    pandas.DataFrame
        One row: ``neighbours`` (in words), ``n_isolated`` (places without a neighbour, which add
        nothing to the numerator), ``mean_neighbours``, ``expected`` (-1 / (n - 1)), ``z``
        (analytic, under randomisation), ``null_low``, ``null_high`` (central 95 % of the
        permutations), ``p_greater``, ``p_two_sided``, and the result columns. There is no interval
        of I; ``null_low`` and ``null_high`` tell what chance gives. Below 4 places, without spread
        or without any neighbours, I and its company are missing.

    Raises
    ------
    DataError
        When lengths differ, a value or coordinate is missing, not exactly one choice of neighbours
        is made, or it cannot be.

    Notes
    -----
    ``I = n / S0 * sum_ij w_ij z_i z_j / sum_i z_i²``. Moran (1950), doi:10.2307/2332142; variance
    under randomisation: Cliff and Ord (1981), *Spatial Processes*. p is ``(1 + as extreme) /
    (1 + permutations)``; two-sided: as far from the expected value. Phipson and Smyth (2010),
    doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> row = morans_i([1, 2, 3, 4], [0, 1, 2, 3], [0, 0, 0, 0], n_neighbours=1, seed=1).iloc[0]
    >>> round(float(row["estimate"]), 4)
    0.4
    >>> morans_i([1, 2], [0, 1], [0, 0], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid choice of neighbours. Give band_km or n_neighbours, ...
    """
    field = np.asarray(values, dtype=float).ravel()
    distance = great_circle_km(lon, lat)
    if field.size != len(distance):
        raise DataError(f"Invalid values. There are {field.size} values, {len(distance)} places.")
    if unfit := int((~np.isfinite(field)).sum()):
        raise DataError(f"Invalid values, {unfit} not finite. Each must be a number.")
    if (band_km is None) == (n_neighbours is None):
        raise DataError("Invalid choice of neighbours. Give band_km or n_neighbours, not both.")
    if band_km is not None:
        _check_edges(band_km)
        weights = _band_weights(distance, *band_km)
        words = f"{band_km[0]:g} to {band_km[1]:g} km"
    else:
        weights = _nearest_weights(distance, int(n_neighbours or 0))
        words = f"{n_neighbours} nearest"
    drawn = _permutations(field, None, n_permutations, seed)
    found = _moran_row(field, weights, drawn, analytic=True)
    method = f"Moran's I, row-standardised; {n_permutations} permutations"
    return estimate_table([{"neighbours": words} | found | {"method": method, "seed": seed}])


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

    To see how far likeness reaches and whether it is only that of provinces. The classes are tests
    of one map and hang together: read the shape, not the smallest p.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (evaluated results only) and ``load_agencies()``.
    year : int
        Of the evaluation.
    edges_km : sequence of float
        Bounds of the classes, kilometres; each class holds its lower bound.
    n_permutations : int
        Random assignments of values to places.
    seed : int
        Of the permutations; the same for every class.

    Returns
    -------
    pandas.DataFrame
        ``year, values, from_km, to_km``, the columns of :func:`morans_i`, ``n_without_point`` and
        ``without_point`` (how many evaluated places have no coordinates and are left out, and
        their names), and the result columns. ``values`` is ``index`` or ``less province mean``.

    Raises
    ------
    DataError
        When the edges do not rise from 0 or more, or nothing was evaluated that year.

    Notes
    -----
    Residuals from province means sum to 0 in each province, so near places are *negatively* alike
    by construction. For them the null is a permutation within provinces: ``expected`` is its mean,
    and ``z`` measures from it by its standard deviation. References as :func:`morans_i`.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> found = moran_correlogram(*tables, year=2024, edges_km=[0, 100], n_permutations=99, seed=1)
    >>> found["values"].tolist()
    ['index', 'less province mean']
    >>> moran_correlogram(*tables, year=2024, edges_km=[100, 100], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid edges (100, 100). They must be two or more, ...
    """
    _check_edges(edges_km)
    values = place_values(published, agencies, year=year)
    unplaced = values.loc[values[["lon", "lat"]].isna().any(axis=1), "name"]
    values = values.dropna(subset=["lon", "lat"])
    distance = great_circle_km(values["lon"], values["lat"])
    index = values["index"].to_numpy(dtype=float)
    residual = (values["index"] - values.groupby("province")["index"].transform("mean")).to_numpy()
    provinces = pd.factorize(values["province"])[0]
    missing = {"n_without_point": len(unplaced), "without_point": "; ".join(unplaced)}
    rows: list[dict[str, object]] = []
    for name, field, blocks in (
        ("index", index, None),
        ("less province mean", residual, provinces),
    ):
        drawn = _permutations(field, blocks, n_permutations, seed)
        how = "permutations" if blocks is None else "permutations within provinces"
        method = f"Moran's I, row-standardised; {n_permutations} {how}"
        for low, high in pairwise(edges_km):
            found = _moran_row(
                field, _band_weights(distance, low, high), drawn, analytic=blocks is None
            )
            row = {"year": year, "values": name, "from_km": float(low), "to_km": float(high)}
            rows.append(row | missing | found | {"method": method, "seed": seed})
    return estimate_table(rows)


def _province_column(year: int) -> str:
    return "province" if year >= _FOUR_NEW_PROVINCES else "province_2018"


def _results_with_agencies(
    published: pd.DataFrame, agencies: pd.DataFrame, year: int, types: Iterable[str]
) -> pd.DataFrame:
    chosen = select_results(published, years=[year], agency_types=types)
    known = agencies.drop(columns="agency_type")
    lost = sorted(set(chosen["agency_id"]) - set(known["agency_id"]))
    violations = [f"{len(lost)} unknown: {listed(lost)}"] if lost else []
    refuse(DataError, "agency_id", violations, "Every result needs its row in agencies.")
    merged = chosen[["agency_id", "index_published"]].merge(known, on="agency_id", how="left")
    return merged.rename(columns={"index_published": "index"})


def _check_edges(edges_km: Sequence[float]) -> None:
    edges = np.asarray(edges_km, dtype=float)
    if edges.size < 2 or not (edges >= 0).all() or not (np.diff(edges) > 0).all():
        raise DataError(
            f"Invalid edges {tuple(edges_km)}. They must be two or more, rise, and start at 0 km "
            "or more."
        )


def _band_weights(distance: _Array, low: float, high: float) -> _Array:
    near = ((distance >= low) & (distance < high)).astype(float)
    np.fill_diagonal(near, 0)
    rows = near.sum(axis=1, keepdims=True)
    return np.asarray(near / np.where(rows > 0, rows, 1))


def _nearest_weights(distance: _Array, count: int) -> _Array:
    n = len(distance)
    if not 1 <= count < n:
        raise DataError(
            f"Invalid n_neighbours {count}. It must be 1 or more and below the number of places, "
            f"{n}."
        )
    apart = distance + np.diag(np.full(n, np.inf))
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :count]
    weights = np.zeros_like(distance)
    np.put_along_axis(weights, nearest, 1 / count, axis=1)
    return weights


def _permutations(field: _Array, blocks: NDArray[np.int64] | None, count: int, seed: int) -> _Array:
    """Permuted values, one row each; within blocks where these are given."""
    rng = np.random.default_rng(seed)
    if blocks is None:
        return rng.permuted(np.broadcast_to(field, (count, field.size)), axis=1)
    # Sorting random keys inside each block permutes within it, all rows at once.
    keys = rng.random((count, field.size)) + blocks
    drawn = np.empty((count, field.size))
    places = np.argsort(blocks, kind="stable")
    drawn[:, places] = field[np.argsort(keys, axis=1)]
    return drawn


def _moran_row(
    field: _Array, weights: _Array, drawn: _Array, *, analytic: bool
) -> dict[str, object]:
    n, total = field.size, float(weights.sum())
    linked = (weights > 0).sum(axis=1)
    row: dict[str, object] = {
        "n_isolated": int((linked == 0).sum()),
        "mean_neighbours": float(linked.mean()) if n else np.nan,
    }
    names = ("expected", "z", "null_low", "null_high", "p_greater", "p_two_sided", "estimate")
    row |= dict.fromkeys(names, np.nan) | {"n": n}
    if n < 4 or total == 0 or np.ptp(field) == 0:
        return row
    away = field - field.mean()
    squares = float(away @ away)
    observed = n / total * float(away @ weights @ away) / squares
    shifted = drawn - field.mean()
    random = n / total * np.einsum("ri,ri->r", shifted @ weights.T, shifted) / squares
    expected = -1 / (n - 1) if analytic else float(random.mean())
    deviation = np.sqrt(_randomisation_variance(away, weights)) if analytic else random.std()
    # n_permutations is small and the observed value one of them: p is never 0.
    as_far = np.abs(random - expected) >= abs(observed - expected) - _TIE
    null_low, null_high = np.quantile(random, [0.025, 0.975])
    return row | {
        "expected": expected,
        "z": float((observed - expected) / deviation) if deviation > 0 else np.nan,
        "null_low": float(null_low),
        "null_high": float(null_high),
        "p_greater": float((1 + (random >= observed - _TIE).sum()) / (1 + random.size)),
        "p_two_sided": float((1 + as_far.sum()) / (1 + random.size)),
        "estimate": observed,
    }


def _randomisation_variance(away: _Array, weights: _Array) -> float:
    n, s0 = away.size, weights.sum()
    s1 = ((weights + weights.T) ** 2).sum() / 2
    s2 = ((weights.sum(axis=0) + weights.sum(axis=1)) ** 2).sum()
    kurtosis = (away**4).mean() / (away**2).mean() ** 2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    square = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2)
    # Rounding may leave a variance of 0 slightly negative.
    return max(float(square - 1 / (n - 1) ** 2), 0.0)
