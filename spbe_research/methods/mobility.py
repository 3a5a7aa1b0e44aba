"""Who moves between two years: predicates, printed numbers, and places among bodies of one kind.

What may be said depends on the pair of years (``spbe_research.years.may_compare``): a change of
predicate within an era only, the direction of the *printed* number for neighbouring years, a place
among bodies of the same type for any pair. Lists are complete, so counts have no interval.

A score that may not fall changes these counts by rule (``floors``). Not here: whether laggards
catch up (``convergence``).
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.estimates import finite_values
from spbe_research.panel.frames import add_predicates, frame_pairs
from spbe_research.panel.schemas import PREDICATES
from spbe_research.scoring.predicates import round_half_up
from spbe_research.years import may_compare

__all__ = ["PLACES", "count_moves", "moves_of", "pair_moves", "transitions"]

PLACES = 10.0  # places in a hundred that count as a move
_HALF_CENT = 0.005  # index points; printed numbers differ by a cent or not at all
_DIRECTIONS = ("fell", "unchanged", "rose")


def pair_moves(
    published: pd.DataFrame, start: int, end: int, *, kind: str = "like_for_like"
) -> pd.DataFrame:
    """Return how each body moved between two years, in print and among bodies of its type.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    start, end : int
        Years, start first.
    kind : {"like_for_like", "listed"}
        Frame, as in ``panel.frames.frame_pairs``. A value of the end that is flagged as impossible
        (``flag``) is left out: its fall never was.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type, index_start, index_end`` (rounded half up to two decimals, as
        printed), ``direction`` of the printed number (fell, unchanged, rose; missing for years that
        are not neighbours), ``place_start, place_end`` (0 to 100 among the bodies of the type of
        the start that have both values, 100 is best), ``places`` (their difference).

    Raises
    ------
    DataError
        When the end is not after the start or no body has both values.

    Notes
    -----
    ``place = 100 (rank - 0.5) / n``; ties share their mean rank, so a single body stands at 50.
    Places are of the unrounded index, where more than two decimals are published.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_published
    >>> moves = pair_moves(load_published(), 2022, 2023, kind="listed")
    >>> len(moves), int((moves["direction"] == "fell").sum())
    (603, 0)
    >>> pair_moves(load_published(), 2023, 2022)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2023 to 2022. The end must be after the start, ...
    """
    neighbours = "printed_direction" in may_compare(start, end)
    pairs = frame_pairs(published, start, end, kind=kind)
    pairs = pairs[pairs["flag"].isna() | (pairs["flag"] == "")].drop(columns="flag")
    moves = moves_of(pairs.reset_index(drop=True))
    return moves if neighbours else moves.assign(direction=pd.Series(pd.NA, moves.index, "str"))


def moves_of(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the moves of pairs of values, whatever two years they are of.

    Parameters
    ----------
    pairs : pandas.DataFrame
        ``agency_id, agency_type, index_start, index_end`` (index points).

    Returns
    -------
    pandas.DataFrame
        As :func:`pair_moves`.

    Raises
    ------
    DataError
        When a value is missing.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": ["a", "b"], "agency_type": "kota",
    ...                       "index_start": [2.0, 2.5], "index_end": [2.6, 2.5]})
    >>> moves_of(pairs)[["direction", "places"]].to_numpy().tolist()
    [['rose', 50.0], ['unchanged', -50.0]]
    """
    grouped = pairs.groupby("agency_type")
    n = grouped["agency_id"].transform("size")
    place = {
        f"place_{when}": 100 * (grouped[f"index_{when}"].rank() - 0.5) / n
        for when in ("start", "end")
    }
    printed = {
        f"index_{when}": round_half_up(finite_values(pairs[f"index_{when}"]))
        for when in ("start", "end")
    }
    change = printed["index_end"] - printed["index_start"]
    direction = np.select(
        [change < -_HALF_CENT, change > _HALF_CENT], [_DIRECTIONS[0], _DIRECTIONS[2]], "unchanged"
    )
    return pairs[["agency_id", "agency_type"]].assign(
        **printed,
        direction=direction,
        **place,
        places=place["place_end"] - place["place_start"],
    )


def count_moves(moves: pd.DataFrame, *, places: float = PLACES) -> pd.DataFrame:
    """Count who fell in print and who lost places, and say how alike the two orders are.

    Parameters
    ----------
    moves : pandas.DataFrame
        As :func:`pair_moves` returns it.
    places : float
        Places in a hundred, within the type, that count as a move.

    Returns
    -------
    pandas.DataFrame
        ``measure, count, estimate, n``. Shares (0 to 1) with their counts: ``fell, unchanged,
        rose`` (printed number), ``lost_places, gained_places``, ``rose_but_lost`` (a higher printed
        number, a place lost); without a count: ``median_places`` (median distance of the two
        places, in hundredths of the type), ``rank_correlation`` (Spearman's within each type, mean
        weighted by bodies; missing where no type has three with different values), ``mean_end``
        (mean index of the end).

    Raises
    ------
    DataError
        When there is no row.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_published
    >>> found = count_moves(pair_moves(load_published(), 2022, 2023, kind="listed"))
    >>> found.set_index("measure")["count"].head(4).tolist()
    [0, 23, 580, 185]
    """
    if moves.empty:
        raise DataError("Invalid moves. At least one body is needed.")
    lost = moves["places"] <= -places + 1e-9
    hits = {name: moves["direction"] == name for name in _DIRECTIONS}
    if moves["direction"].isna().all():
        hits = {}
    hits |= {"lost_places": lost, "gained_places": moves["places"] >= places - 1e-9}
    if "rose" in hits:
        hits["rose_but_lost"] = hits["rose"] & lost
    n = len(moves)
    rows: list[dict[str, object]] = [
        {"measure": name, "count": int(hit.sum()), "estimate": float(hit.mean()), "n": n}
        for name, hit in hits.items()
    ]
    plain = {
        "median_places": float(moves["places"].abs().median()),
        "rank_correlation": _rank_correlation(moves),
        "mean_end": float(moves["index_end"].mean()),
    }
    rows += [{"measure": name, "estimate": value, "n": n} for name, value in plain.items()]
    return pd.DataFrame(rows).astype({"count": "Int64"})


def transitions(
    published: pd.DataFrame, start: int, end: int, *, kind: str = "like_for_like"
) -> pd.DataFrame:
    """Count the bodies by predicate at the start and at the end.

    The shares describe two years; that they would hold for longer (a Markov chain) is not said.
    Where a score may not fall, or may not leave its predicate, the table is made by that rule.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``; a column ``predicate``, if there, is used as it stands.
    start, end : int
        Two years of one era, start first.
    kind : {"like_for_like", "listed"}
        Frame, as in ``panel.frames.frame_pairs``.

    Returns
    -------
    pandas.DataFrame
        25 rows: ``start, end, from, to`` (predicates, lowest first), ``count, estimate`` (share of
        n; missing where the predicate had nobody), ``n`` (bodies with the predicate at the start).

    Raises
    ------
    DataError
        When the years are of two eras, or no body has both values.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_published
    >>> counts = transitions(load_published(), 2023, 2024)
    >>> int(counts["count"].sum())
    607
    >>> transitions(load_published(), 2022, 2023)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2022 and 2023. Predicates are compared within ...
    """
    if "difference" not in may_compare(start, end):
        raise DataError(
            f"Invalid years {start} and {end}. Predicates are compared within one era: between "
            "them the instrument or its guideline changed."
        )
    pairs = frame_pairs(published, start, end, kind=kind)["agency_id"]
    named = add_predicates(published[published["year"].isin([start, end])])
    wide = named[named["agency_id"].isin(pairs)].pivot(
        index="agency_id", columns="year", values="predicate"
    )
    names = list(PREDICATES)
    counts = pd.crosstab(wide[start], wide[end]).reindex(index=names, columns=names, fill_value=0)
    total = counts.sum(axis=1)
    table = counts.reset_index(names="from").melt("from", var_name="to", value_name="count")
    order = {name: place for place, name in enumerate(names)}
    table = table.sort_values(["from", "to"], key=lambda each: each.map(order), ignore_index=True)
    n = table["from"].map(total)
    share = (table["count"] / n.where(n > 0)).astype(float)
    table = table.assign(start=start, end=end, estimate=share, n=n)
    return table[["start", "end", "from", "to", "count", "estimate", "n"]]


def _rank_correlation(moves: pd.DataFrame) -> float:
    """Spearman's correlation within each type, weighted by its bodies."""
    total, weight = 0.0, 0
    for _, group in moves.groupby("agency_type"):
        if len(group) < 3 or group["place_start"].nunique() < 2 or group["place_end"].nunique() < 2:
            continue
        total += len(group) * float(np.corrcoef(group["place_start"], group["place_end"])[0, 1])
        weight += len(group)
    return total / weight if weight else float("nan")
