"""Bodies that gained, or lost, many regulated topics in a year, followed before and after.

Position among bodies of the same type makes years under three guidelines comparable. Who moved is
known from two years of readings; what followed from the domains of every later year. Gains and
losses are followed alike: what reverts with a loss was the reading, not the body. What keeps is not
yet an effect: a body with a new head, budget or unit may regulate and perform.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.policy_and_practice import standardise
from spbe_research.methods.regression import cluster_labels, fit, result_rows

__all__ = ["changes_of", "compare_places", "find_movers", "follow_movers", "positions"]

FEW, MANY = 5, 6  # topics in the first year: gains start at 5 or fewer, losses at 6 or more
_STAY = 1  # topics, up or down, of those who count as unchanged
_LOCAL = ("provinsi", "kabupaten", "kota")


def find_movers(
    pairs: pd.DataFrame, *, first: int, last: int, gain: int = 5, loss: int = 3
) -> pd.DataFrame:
    """Find bodies whose number of regulated topics jumped or dropped, and their likes that stayed.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    first, last : int
        The two years.
    gain, loss : int
        Fewest topics gained, or lost, by a mover.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, direction`` (``gains``: bodies with at most 5 topics in the first year;
        ``losses``: with at least 6), ``moved`` (True for movers, False for those who changed by one
        topic at most), ``n_first, n_last``. Bodies in between are left out.

    Raises
    ------
    DataError
        When no body is in both years.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": [*"aabb"], "year": [2021, 2022] * 2, "topic": "x",
    ...     "is_enacted": [False, True, False, False]})
    >>> find_movers(pairs, first=2021, last=2022, gain=1)[["agency_id", "moved"]].values.tolist()
    [['a', True], ['b', False]]
    >>> find_movers(pairs, first=2021, last=2023)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid pairs. Some body must be in 2021 and in 2023.
    """
    counts = pairs.groupby(["agency_id", "year"])["is_enacted"].sum().unstack()
    counts = counts.reindex(columns=[first, last]).dropna().astype(int)
    if counts.empty:
        raise DataError(f"Invalid pairs. Some body must be in {first} and in {last}.")
    table = counts.set_axis(["n_first", "n_last"], axis=1).reset_index()
    change = table["n_last"] - table["n_first"]
    few = table["n_first"] <= FEW
    moved = np.where(few, change >= gain, change <= -loss)
    table = table.assign(direction=np.where(few, "gains", "losses"), moved=moved)
    table = table[moved | (change.abs() <= _STAY)]
    columns = ["agency_id", "direction", "moved", "n_first", "n_last"]
    return table[columns].reset_index(drop=True)


def positions(parts: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Position among bodies of the same type and year: policy domain, rest, and the index.

    Parameters
    ----------
    parts : pandas.DataFrame
        As ``policy_and_rest``.
    published : pandas.DataFrame
        As ``load_published()``; only values of the year itself count.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, outcome`` (``policy``, ``rest``, ``index``), ``position`` (standard
        deviations from the mean of the type in the year).
    """
    own = published[published["status"] == "evaluated"]
    index = standardise(own, ["index_published"]).assign(outcome="index")
    tables = [index.rename(columns={"index_published": "position"})]
    scaled = standardise(parts, ["policy", "rest"])
    tables += [
        scaled.rename(columns={name: "position"}).assign(outcome=name)
        for name in ("policy", "rest")
    ]
    columns = ["agency_id", "year", "outcome", "position"]
    return pd.concat([table[columns] for table in tables], ignore_index=True).dropna()


def follow_movers(
    movers: pd.DataFrame,
    places: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    base: int,
    left_out: Collection[int] = (),
    same_start: bool = False,
) -> pd.DataFrame:
    """Change of position since the base year, of movers against those who stayed, year by year.

    Parameters
    ----------
    movers : pandas.DataFrame
        As ``find_movers``.
    places : pandas.DataFrame
        As ``positions``.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.
    base : int
        The year before the move.
    left_out : collection of int
        Years in which too few of them were assessed.
    same_start : bool
        Hold the position of the base year equal; then ``rest`` only.

    Returns
    -------
    pandas.DataFrame
        ``direction, outcome, year, n_moved`` and the result in standard deviations. After the base
        year ``policy`` and ``rest``; before it no domains are published, and ``index`` is compared
        with the index of the base year.

    Raises
    ------
    DataError
        When a year has no body that moved or none that stayed.

    Notes
    -----
    Difference in differences of positions without covariates; clusters are provinces of 2018 or, of
    bodies without one, the bodies.
    """
    rows = []
    formula = "change ~ moved" + (" + start" if same_start else "")
    outcomes = ("rest",) if same_start else ("policy", "rest", "index")
    for direction, group in movers.groupby("direction"):
        for outcome in outcomes:
            wide = places[places["outcome"] == outcome].pivot(
                index="agency_id", columns="year", values="position"
            )
            before = outcome == "index"
            years = [y for y in wide if (y < base if before else y > base) and y not in left_out]
            for year in years:
                table = changes_of(group, wide[year], wide[base], agencies)
                key = {"direction": direction, "outcome": outcome, "year": year}
                key["n_moved"] = int(table["moved"].sum())
                rows.append((key, fit(table, formula, clusters="place", terms=["moved"])))
    return result_rows(rows)


def compare_places(
    movers: pd.DataFrame, parts: pd.DataFrame, agencies: pd.DataFrame, *, first: int, end: int
) -> pd.DataFrame:
    """Place in the rest of the index, in a list of 100 bodies of the type, before and after a gain.

    Parameters
    ----------
    movers, parts, agencies : pandas.DataFrame
        As ``find_movers``, ``policy_and_rest`` and ``load_agencies()``.
    first, end : int
        The year before the gain, and the year of the comparison.

    Returns
    -------
    pandas.DataFrame
        ``bodies`` (``all``, ``local``: local governments), ``n_moved, moved_first, moved_end,
        stayed_first, stayed_end`` (mean places from the top, in a list of 100, of those who moved
        and of those who stayed: complete counts, without an interval) and the result: places by
        which the first went up more.

    Raises
    ------
    DataError
        When nobody moved or nobody stayed.
    """
    # Rest of other printed domains may be the same number but for the last bit: then it is a tie.
    same = parts.assign(rest=parts["rest"].round(9))
    ranks = same.groupby(["agency_type", "year"])["rest"].rank(pct=True)
    percentiles = parts.assign(percentile=100 * ranks).pivot(
        index="agency_id", columns="year", values="percentile"
    )
    gained = movers[movers["direction"] == "gains"]
    kinds = agencies.set_index("agency_id")["agency_type"]
    chosen = {"all": gained, "local": gained[gained["agency_id"].map(kinds).isin(_LOCAL)]}
    rows = []
    for bodies, group in chosen.items():
        table = changes_of(group, percentiles[end], percentiles[first], agencies)
        key: dict[str, object] = {"bodies": bodies, "n_moved": int(table["moved"].sum())}
        for moved, name in ((True, "moved"), (False, "stayed")):
            part = table[table["moved"] == moved]
            key[f"{name}_first"] = 100 - part["start"].mean()
            key[f"{name}_end"] = 100 - (part["start"] + part["change"]).mean()
        rows.append((key, fit(table, "change ~ moved", clusters="place")))
    return result_rows(rows)


def changes_of(
    movers: pd.DataFrame, end: pd.Series, start: pd.Series, agencies: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per body known at both ends, ready for a comparison of changes.

    Parameters
    ----------
    movers : pandas.DataFrame
        As ``find_movers``, of one direction.
    end, start : pandas.Series
        Position at both ends, by ``agency_id``.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.

    Returns
    -------
    pandas.DataFrame
        The movers with ``start, change`` and ``place``, the cluster.

    Raises
    ------
    DataError
        When nobody moved or nobody stayed.
    """
    ids = movers["agency_id"]
    provinces = agencies.set_index("agency_id")["province_2018"]
    table = movers.assign(
        start=ids.map(start),
        change=ids.map(end) - ids.map(start),
        place=cluster_labels(ids, ids.map(provinces)),
    ).dropna(subset=["change"])
    if table["moved"].nunique() < 2:
        raise DataError("Invalid movers. In every year some must have moved and some stayed.")
    return table
