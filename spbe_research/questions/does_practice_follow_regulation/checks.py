"""What the lead of bodies that gained many topics rests on: size, floor, kind of body, few places.

Losses are not checked here: no sentence rests on their size.
"""

import numpy as np
import pandas as pd

from spbe_research.methods.policy_and_practice import standardise
from spbe_research.methods.regression import fit, result_rows
from spbe_research.methods.wild_clusters import wild_cluster_p
from spbe_research.questions.does_practice_follow_regulation.movers import (
    changes_of,
    find_movers,
)

__all__ = ["LOCAL", "check_gains", "count_held", "held_bodies", "set_back", "wild_p_of_local"]

FEWEST_GAINED = 4  # in the choice that counts the smallest gains
LOCAL = ("provinsi", "kabupaten", "kota")
_HELD = 0.03  # index points over last year's printed index: one step of the heaviest indicator


def check_gains(
    pairs: pd.DataFrame,
    parts: pd.DataFrame,
    agencies: pd.DataFrame,
    published: pd.DataFrame,
    *,
    first: int,
    last: int,
) -> pd.DataFrame:
    """Lead of bodies that gained many topics in the rest of the index, one choice changed a time.

    Parameters
    ----------
    pairs, parts, agencies, published : pandas.DataFrame
        As ``pair_topics``, ``policy_and_rest`` and the loaders return them.
    first, last : int
        The years of the move; the first is the base.

    Returns
    -------
    pandas.DataFrame
        ``check`` (``none``; ``smaller moves``: gain of 4; ``larger moves``: of 6; ``not held``:
        without bodies whose index lies at that of the last year or just above in the year after;
        ``held set back``: those of them that gained put back to their rest of the first year where
        that is lower; ``local governments``), ``period`` (the years since the move together, or
        one) and the result in standard deviations, since the first year.

    Raises
    ------
    DataError
        As ``find_movers``, or when nobody moved or nobody stayed.

    Notes
    -----
    Mean of the positions of the period less the position of the first year, gained against stayed;
    clusters are provinces of 2018 or, of bodies without one, the bodies. Positions are taken anew
    after bodies were set back.
    """
    own = _gains(pairs, first, last)
    position = _positions(parts)
    later = [year for year in position if year > first]
    local = agencies.loc[agencies["agency_type"].isin(LOCAL), "agency_id"]
    is_local = own["agency_id"].isin(local)
    is_held = own["agency_id"].isin(held_bodies(published, last + 1))
    plan = [
        ("none", own, position, later),
        ("smaller moves", _gains(pairs, first, last, FEWEST_GAINED), position, later),
        ("larger moves", _gains(pairs, first, last, 6), position, later),
        ("not held", own[~is_held], position, later),
        ("local governments", own[is_local], position, later),
        ("local governments", own[is_local], position, later[-1:]),
    ]
    gained = own.loc[own["moved"], "agency_id"]
    for year in later[1:]:
        bodies = set(gained) & held_bodies(published, year)
        moved_back = _positions(set_back(parts, bodies, year=year, to=first))
        plan.append(("held set back", own, moved_back, [year]))
    rows = []
    for check, movers, places, years in plan:
        table = changes_of(movers, places[years].mean(axis=1), places[first], agencies)
        period = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
        key = {"check": check, "period": period, "n_moved": int(table["moved"].sum())}
        rows.append((key, fit(table, "change ~ moved", clusters="place", terms=["moved"])))
    return result_rows(rows)


def wild_p_of_local(
    pairs: pd.DataFrame,
    parts: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    first: int,
    last: int,
    seed: int,
) -> tuple[float, int]:
    """P of no lead of the local governments that gained, by a wild cluster bootstrap.

    Parameters
    ----------
    pairs, parts, agencies : pandas.DataFrame
        As ``check_gains``.
    first, last : int
        The years of the move.
    seed : int
        Of the draws.

    Returns
    -------
    tuple of float and int
        The p value and the number of bodies.

    Raises
    ------
    DataError
        As ``check_gains``.
    """
    own = _gains(pairs, first, last)
    local = agencies.loc[agencies["agency_type"].isin(LOCAL), "agency_id"]
    position = _positions(parts)
    after = position[[year for year in position if year > first]].mean(axis=1)
    table = changes_of(own[own["agency_id"].isin(local)], after, position[first], agencies)
    p_value = wild_cluster_p(table["change"], table["moved"], table["place"], seed=seed)
    return p_value, len(table)


def held_bodies(published: pd.DataFrame, year: int) -> set[str]:
    """Bodies whose printed new index of a year lies at that of the year before, or just above.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    year : int
        The later year.

    Returns
    -------
    set of str
        Their ``agency_id``: change from 0 to 0.02 points.
    """
    own = published[published["status"] == "evaluated"]
    index = own.pivot(index="agency_id", columns="year", values="index_published")
    change = _two_decimals(index[year]) - _two_decimals(index[year - 1])
    return set(change.index[(change > -1e-9) & (change < _HELD - 1e-9)])


def count_held(movers: pd.DataFrame, published: pd.DataFrame, *, year: int) -> pd.Series:
    """Count the bodies held in a year among those that gained and those that stayed.

    Parameters
    ----------
    movers, published : pandas.DataFrame
        As ``find_movers`` and ``load_published()``.
    year : int
        As ``held_bodies``.

    Returns
    -------
    pandas.Series
        Number held, by ``moved``.
    """
    gains = movers[movers["direction"] == "gains"]
    return gains["agency_id"].isin(held_bodies(published, year)).groupby(gains["moved"]).sum()


def set_back(parts: pd.DataFrame, bodies: set[str], *, year: int, to: int) -> pd.DataFrame:
    """Put the rest of some bodies back to an earlier year, where it was lower then.

    Parameters
    ----------
    parts : pandas.DataFrame
        As ``policy_and_rest``.
    bodies : set of str
        Their ``agency_id``.
    year, to : int
        The year that is changed, and the year whose value is taken.

    Returns
    -------
    pandas.DataFrame
        The parts with ``rest`` changed.

    Examples
    --------
    >>> parts = pd.DataFrame(
    ...     {"agency_id": [*"aabb"], "year": [2021, 2023] * 2, "rest": [1.5, 2.0, 2.5, 2.4]}
    ... )
    >>> set_back(parts, {"a", "b"}, year=2023, to=2021)["rest"].tolist()
    [1.5, 1.5, 2.5, 2.4]
    """
    before = parts[parts["year"] == to].set_index("agency_id")["rest"]
    lower = np.fmin(parts["rest"], parts["agency_id"].map(before))
    chosen = (parts["year"] == year) & parts["agency_id"].isin(bodies)
    return parts.assign(rest=parts["rest"].where(~chosen, lower))


def _gains(pairs: pd.DataFrame, first: int, last: int, gain: int = 5) -> pd.DataFrame:
    movers = find_movers(pairs, first=first, last=last, gain=gain)
    return movers[movers["direction"] == "gains"]


def _positions(parts: pd.DataFrame) -> pd.DataFrame:
    """Position in the rest among the type, a row per body and a column per year."""
    scaled = standardise(parts, ["rest"])
    return scaled.pivot(index="agency_id", columns="year", values="rest")


def _two_decimals(index: pd.Series) -> pd.Series:
    """Rounded half up, as printed."""
    return np.floor(index * 100 + 0.5 + 1e-9) / 100
