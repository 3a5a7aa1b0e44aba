"""Who moves between predicates, and who keeps the rank.

Tables of agencies evaluated in both (or all) years of an era: moves between predicates, indices of
mobility, paths of ranks, flows for an alluvial figure. Years with a new instrument between them
(2020 and 2021) are refused; a new guideline (2022 and 2023) must be allowed by name and is marked.

Not here: whether laggards catch up (``convergence``), and what would have happened to agencies
that were not evaluated. Who is evaluated twice is no random choice: in 2019 and 2020 a value equal
to the year before counts as carried over, so an agency evaluated to the same value is missing, and
few moves of 0 are left.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, listed, refuse
from spbe_research.estimates import (
    bootstrap_interval,
    check_confidence,
    estimate_table,
    wilson_interval,
)
from spbe_research.schemas import PREDICATES
from spbe_research.selection import ERAS, add_predicates, select_results

__all__ = [
    "break_between",
    "check_span",
    "balanced_panel",
    "groups_of",
    "transition_counts",
    "transition_matrix",
    "mobility_indices",
    "rank_mobility",
    "rank_paths",
    "alluvial_flows",
]

_Floats = NDArray[np.float64]

_FEWEST_FOR_RANKS = 3
_BANDS = ("predicate", "predicate_published")
_PANEL = ("agency_id", "agency_type", "year", "index_published")


def break_between(start: int, end: int) -> str:
    """Return what changed in how the index is made between two years.

    Parameters
    ----------
    start, end : int
        Years of evaluation, start first.

    Returns
    -------
    str
        ``"none"``, ``"guideline"`` (2022 and 2023: same items, new Pedoman 6/2023) or
        ``"instrument"`` (2020 and 2021: 35 items became 47).

    Raises
    ------
    DataError
        When a year has no evaluation or the end is not after the start.

    Examples
    --------
    >>> break_between(2023, 2024), break_between(2021, 2024), break_between(2018, 2021)
    ('none', 'guideline', 'instrument')
    >>> break_between(2024, 2023)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2024 to 2023. The end must be after the start, ...
    """
    eras = list(ERAS.values())
    inside = [[low <= year <= high for low, high in eras] for year in (start, end)]
    if start >= end or not all(any(places) for places in inside):
        raise DataError(
            f"Invalid years {start} to {end}. The end must be after the start, both from "
            f"{eras[0][0]} to {eras[-1][1]}."
        )
    first, last = (places.index(True) for places in inside)
    if first == last:
        return "none"
    return "instrument" if first == 0 else "guideline"


def check_span(years: Sequence[int], *, across_guideline: bool) -> bool:
    """Refuse years that must not be compared; tell whether a new guideline lies between them.

    Parameters
    ----------
    years : sequence of int
        Two or more, ascending.
    across_guideline : bool
        Whether 2022 and 2023 may be compared.

    Returns
    -------
    bool
        Whether they are.

    Raises
    ------
    DataError
        When a break that is not allowed lies between the first and the last year.

    Examples
    --------
    >>> check_span([2021, 2022], across_guideline=False)
    False
    >>> check_span([2022, 2023], across_guideline=False)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2022, 2023]. A new guideline lies between ...
    """
    if len(years) < 2:
        raise DataError(f"Invalid years {list(years)}. They must be two or more.")
    kinds = {break_between(start, end) for start, end in pairwise(years)}
    if "instrument" in kinds:
        raise DataError(
            f"Invalid years {list(years)}. A new instrument lies between 2020 and 2021: a change "
            "of index is no change of maturity. Stay within 2018 to 2020 or 2021 to 2024."
        )
    crossed = "guideline" in kinds
    if crossed and not across_guideline:
        raise DataError(
            f"Invalid years {list(years)}. A new guideline lies between 2022 and 2023. Pass "
            "across_guideline=True to compare them all the same; the result is marked."
        )
    return crossed


def balanced_panel(
    published: pd.DataFrame,
    years: Iterable[int],
    *,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Keep the agencies that have a result in every one of the years.

    When: before any comparison of years. It does not look at breaks (``check_span`` does).

    Parameters
    ----------
    published : pandas.DataFrame
        ``agency_id, agency_type, year, index_published, status`` and, if there, ``predicate`` and
        ``predicate_published``.
    years : iterable of int
        Two or more.
    status : {"evaluated", "carried_over", "all"}
        Whether repeated old values may count.
    agency_types : iterable of str, optional
        All by default.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type`` (of the first year), ``year, index_published`` and the
        predicates if they were there; sorted by year and agency.

    Raises
    ------
    DataError
        When a column is absent, an agency stands twice in a year, an index is missing, or no agency
        has them all.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> balanced_panel(load_published(), [2023, 2024])["agency_id"].nunique()
    607
    >>> balanced_panel(load_published(), [2020, 2024], agency_types=["polda"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2020, 2024], ...
    """
    absent = [column for column in (*_PANEL, "status") if column not in published.columns]
    refuse(DataError, "table", [f"column {name}: is absent" for name in absent], "Add them.")
    wanted = sorted({int(year) for year in years})
    chosen = select_results(published, years=wanted, status=status, agency_types=agency_types)
    twice = chosen.duplicated(["agency_id", "year"])
    empty = chosen["index_published"].isna()
    violations = []
    if twice.any():
        violations.append(f"twice in a year: {listed(chosen.loc[twice, 'agency_id'])}")
    if empty.any():
        violations.append(f"index missing: {listed(chosen.loc[empty, 'agency_id'])}")
    refuse(DataError, "results", violations, "One row an agency and year, each with an index.")
    n_years = chosen.groupby("agency_id")["year"].transform("size")
    kept = chosen[n_years == len(wanted)]
    if kept.empty:
        raise DataError(f"No agency left. None has a result ({status}) in all of {wanted}.")
    columns = [*_PANEL, *(name for name in _BANDS if name in kept.columns)]
    kept = kept[columns].sort_values(["year", "agency_id"], ignore_index=True)
    first = kept[kept["year"] == wanted[0]].set_index("agency_id")["agency_type"]
    return kept.assign(agency_type=kept["agency_id"].map(first))


def groups_of(panel: pd.DataFrame, by: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each agency type and its rows, or ``"all"`` and every row.

    Raises
    ------
    DataError
        When ``by`` is neither None nor ``"agency_type"``.

    Examples
    --------
    >>> table = pd.DataFrame({"agency_type": ["kota", "polda", "kota"]})
    >>> [(label, len(rows)) for label, rows in groups_of(table, "agency_type")]
    [('kota', 2), ('polda', 1)]
    >>> list(groups_of(table, "island"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid by 'island'. It must be None or 'agency_type'.
    """
    if by not in (None, "agency_type"):
        raise DataError(f"Invalid by {by!r}. It must be None or 'agency_type'.")
    if by is None:
        yield "all", panel
    else:
        yield from panel.groupby("agency_type", sort=True)


def transition_counts(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    across_guideline: bool = False,
) -> pd.DataFrame:
    """Count the agencies by predicate at the start and at the end.

    When: for a table of moves. Only agencies with a result in both years are counted.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``; a column ``predicate``, if there, is used as it stands.
    start, end : int
        Years, start first.
    status : {"evaluated", "carried_over", "all"}
        Whether repeated old values may count.
    agency_types : iterable of str, optional
        All by default.
    across_guideline : bool
        Allow a start before and an end after the new guideline of 2023.

    Returns
    -------
    pandas.DataFrame
        25 rows: ``start, end, across_guideline`` (whether it was crossed), ``from, to``
        (predicates, lowest first), ``count, n_from`` (agencies).

    Raises
    ------
    DataError
        When a break that is not allowed lies between the years, or no agency has both.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> counts = transition_counts(load_published(), 2023, 2024)
    >>> int(counts["count"].sum())
    607
    >>> transition_counts(load_published(), 2020, 2021)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2020, 2021]. A new instrument lies between ...
    """
    crossed, pairs = _pairs(published, start, end, across_guideline, status, agency_types)
    names = list(PREDICATES)
    size = len(names)
    counts = np.bincount(pairs["from"] * size + pairs["to"], minlength=size * size)
    return pd.DataFrame(
        {
            "start": start,
            "end": end,
            "across_guideline": crossed,
            "from": np.repeat(names, size),
            "to": np.tile(names, size),
            "count": counts,
            "n_from": np.repeat(counts.reshape(size, size).sum(axis=1), size),
        }
    )


def transition_matrix(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    across_guideline: bool = False,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share of each start predicate that ends in each predicate.

    When: to compare moves of predicates of different size. The shares describe two years; that
    they would hold for a longer time (a Markov chain) is not tested and not said.

    Parameters
    ----------
    published, start, end, status, agency_types, across_guideline
        As in ``transition_counts``.
    confidence : float
        Of the Wilson interval of each share by itself.

    Returns
    -------
    pandas.DataFrame
        As ``transition_counts`` and ``estimate, low, high`` (share of n_from, missing where the
        predicate had no agency), ``n`` (equal to n_from), ``method, seed``.

    Raises
    ------
    DataError
        As ``transition_counts``, or when the confidence is outside 0 to 1.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> matrix = transition_matrix(load_published(), 2023, 2024)
    >>> round(float(matrix.groupby("from")["estimate"].sum()["Baik"]), 12)
    1.0
    >>> transition_matrix(load_published(), 2022, 2024)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2022, 2024]. A new guideline lies between ...
    """
    counts = transition_counts(
        published,
        start,
        end,
        status=status,
        agency_types=agency_types,
        across_guideline=across_guideline,
    )
    low, high = wilson_interval(counts["count"], counts["n_from"], confidence=confidence)
    share = counts["count"] / counts["n_from"].where(counts["n_from"] > 0)
    return counts.assign(
        estimate=share.astype(float),
        low=low,
        high=high,
        n=counts["n_from"],
        method=f"share of agencies; Wilson interval {confidence:g}",
        seed=pd.Series(pd.NA, index=counts.index, dtype="Int64"),
    )


def mobility_indices(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    min_start: int = 1,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
) -> pd.DataFrame:
    """Summarise the moves between predicates in a few numbers.

    When: to compare pairs of years or types. The Shorrocks index gives every start predicate the
    same weight, also one with a single agency: then raise ``min_start`` or look at the shares.

    Parameters
    ----------
    published, start, end, status, across_guideline
        As in ``transition_counts``.
    by : {None, "agency_type"}
        All agencies or each type.
    min_start : int
        Fewest agencies a start predicate needs to enter the Shorrocks index.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Of the bootstrap.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        ``start, end, across_guideline, agency_type, measure, n_states``, then ``estimate, low,
        high, n, method, seed``. ``measure``: ``shorrocks`` (0 none leaves, 1 start tells nothing
        when rows are alike), ``share_up, share_down, share_staying``, ``mean_band_change`` (bands).
        ``n_states``: start predicates in the Shorrocks index; below two it is missing.

    Raises
    ------
    DataError
        As ``transition_counts``; or when min_start is below 1.

    Notes
    -----
    ``(k - sum_j p_jj) / (k - 1)`` over the k start predicates, p_jj the share that stays. Shorrocks
    (1978), doi:10.2307/1913836. It is resampled within each start predicate, so that k is fixed; a
    row where all or none stay adds no width, which makes the interval short where rows are small.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> indices = mobility_indices(load_published(), 2023, 2024, seed=1).set_index("measure")
    >>> round(float(indices["estimate"].filter(like="share").sum()), 12)
    1.0
    >>> mobility_indices(load_published(), 2023, 2024, min_start=0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid min_start 0. It must be 1 or more.
    """
    check_confidence(confidence)
    if min_start < 1:
        raise DataError(f"Invalid min_start {min_start}. It must be 1 or more.")
    crossed, pairs = _pairs(published, start, end, across_guideline, status, None)
    rows: list[dict[str, object]] = []
    for label, group in groups_of(pairs, by):
        origin, change = group["from"].to_numpy(), (group["to"] - group["from"]).to_numpy()
        per_state = np.bincount(origin, minlength=len(list(PREDICATES)))
        stayers = np.bincount(origin[change == 0], minlength=len(list(PREDICATES)))
        used = per_state >= min_start
        shorrocks, low, high = _shorrocks(
            stayers[used], per_state[used], confidence, n_resamples, seed
        )
        key = {
            "start": start,
            "end": end,
            "across_guideline": crossed,
            "agency_type": label,
            "n_states": int(used.sum()),
            "n": len(group),
        }
        rows.append(
            {
                **key,
                "measure": "shorrocks",
                "estimate": shorrocks,
                "low": low,
                "high": high,
                "method": "Shorrocks index; percentile bootstrap of agencies within start "
                f"predicate {confidence:g}",
                "seed": seed,
            }
        )
        for name, hits in (("up", change > 0), ("down", change < 0), ("staying", change == 0)):
            share_low, share_high = wilson_interval(hits.sum(), hits.size, confidence=confidence)
            rows.append(
                {
                    **key,
                    "measure": f"share_{name}",
                    "estimate": float(hits.mean()),
                    "low": float(share_low),
                    "high": float(share_high),
                    "method": f"share of agencies; Wilson interval {confidence:g}",
                }
            )
        low, high = bootstrap_interval(
            change, np.mean, confidence=confidence, n_resamples=n_resamples, seed=seed
        )
        rows.append(
            {
                **key,
                "measure": "mean_band_change",
                "estimate": float(change.mean()),
                "low": low,
                "high": high,
                "method": f"mean of bands moved; BCa bootstrap of agencies {confidence:g}",
                "seed": seed,
            }
        )
    order = ["start", "end", "across_guideline", "agency_type", "measure", "n_states"]
    table = estimate_table(rows)
    return table[[*order, *(column for column in table.columns if column not in order)]]


def rank_mobility(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
) -> pd.DataFrame:
    """Say how far the order of the agencies at the end is that of the start.

    When: whether the same agencies lead, whatever the level. Measurement error alone lowers the
    correlations and moves ranks: a low value is no proof of true moves.

    Parameters
    ----------
    published, start, end, by, status, across_guideline, confidence, n_resamples, seed
        As in ``mobility_indices``.

    Returns
    -------
    pandas.DataFrame
        ``start, end, across_guideline, agency_type, measure``, then ``estimate, low, high, n,
        method, seed``. ``measure``: ``spearman``, ``kendall`` (tau-b), ``mean_rank_change``
        (mean distance of the two ranks as a share of n; about 1/3 if the orders had nothing in
        common). Missing below 3 agencies, the correlations also for constant values.

    Raises
    ------
    DataError
        As ``transition_counts``.

    Notes
    -----
    Ties share their mean rank. Agencies are drawn with replacement and ranked anew; percentile
    interval. Kendall (1945), doi:10.1093/biomet/33.3.239. Memory grows with n squared.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = rank_mobility(load_published(), 2023, 2024, n_resamples=99, seed=1)
    >>> table["measure"].tolist()
    ['spearman', 'kendall', 'mean_rank_change']
    >>> rank_mobility(load_published(), 2020, 2021, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2020, 2021]. A new instrument lies between ...
    """
    check_confidence(confidence)
    crossed, pairs = _pairs(published, start, end, across_guideline, status, None)
    rows: list[dict[str, object]] = []
    for label, group in groups_of(pairs, by):
        first, last = group["index_start"].to_numpy(), group["index_end"].to_numpy()
        n = len(group)
        counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_resamples)
        estimates = _rank_statistics(first, last, np.ones((1, n)))[:, 0]
        resampled = _rank_statistics(first, last, counts.astype(float))
        for name, estimate, draws in zip(
            ("spearman", "kendall", "mean_rank_change"), estimates, resampled, strict=True
        ):
            low, high = _percentiles(draws, confidence) if np.isfinite(estimate) else _NO_INTERVAL
            rows.append(
                {
                    "start": start,
                    "end": end,
                    "across_guideline": crossed,
                    "agency_type": label,
                    "measure": name,
                    "estimate": float(estimate),
                    "low": low,
                    "high": high,
                    "n": n,
                    "method": f"ranks, ties averaged; percentile bootstrap of agencies "
                    f"{confidence:g}",
                    "seed": seed,
                }
            )
    return estimate_table(rows)


def rank_paths(
    published: pd.DataFrame,
    years: Iterable[int],
    *,
    by: str | None = "agency_type",
    status: str = "evaluated",
) -> pd.DataFrame:
    """Rank each agency in each year among the agencies that have a result in all of them.

    When: for a figure of rank paths. Years before and after a new instrument may stand side by
    side, since a rank is no level; the break is marked and must be drawn.

    Parameters
    ----------
    published, status
        As in ``transition_counts``.
    years : iterable of int
        Two or more.
    by : {None, "agency_type"}
        Rank among all or within the type.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type, year, index_published, percentile_rank`` (0 to 100, 100 is best),
        ``n`` (agencies ranked together), ``break_before`` (none, guideline or instrument: between
        the year asked for before and this).

    Raises
    ------
    DataError
        As ``balanced_panel``.

    Notes
    -----
    ``100 (rank - 0.5) / n``, ties share their mean rank, so a single agency stands at 50.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> paths = rank_paths(load_published(), [2023, 2024], by=None)
    >>> round(float(paths["percentile_rank"].mean()), 9)
    50.0
    >>> rank_paths(load_published(), [2024])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2024]. They must be two or more.
    """
    wanted = _ascending(years)
    panel = balanced_panel(published, wanted, status=status)
    if by not in (None, "agency_type"):
        raise DataError(f"Invalid by {by!r}. It must be None or 'agency_type'.")
    together = ["year"] if by is None else ["year", by]
    grouped = panel.groupby(together)["index_published"]
    n = grouped.transform("size")
    breaks = {later: break_between(earlier, later) for earlier, later in pairwise(wanted)}
    return panel[list(_PANEL)].assign(
        percentile_rank=100 * (grouped.rank() - 0.5) / n,
        n=n,
        break_before=panel["year"].map({wanted[0]: "none", **breaks}),
    )


def alluvial_flows(
    published: pd.DataFrame,
    years: Iterable[int],
    *,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Count the flows between predicates from each year to the next, for an alluvial figure.

    When: to draw more than two years. The agencies are the same in every step, so the ribbons join.
    A step from 2022 to 2023 is counted and marked: draw it apart.

    Parameters
    ----------
    published, status, agency_types
        As in ``transition_counts``.
    years : iterable of int
        Two or more of 2018 to 2020, or of 2021 to 2024.

    Returns
    -------
    pandas.DataFrame
        ``year_from, predicate_from, year_to, predicate_to, n`` (agencies, above 0),
        ``break_between`` (none or guideline); lowest predicate first.

    Raises
    ------
    DataError
        When a new instrument lies between the years, or no agency has them all.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> flows = alluvial_flows(load_published(), [2021, 2022, 2023, 2024])
    >>> flows.groupby("year_to")["n"].sum().tolist()
    [446, 446, 446]
    >>> alluvial_flows(load_published(), [2019, 2021])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2019, 2021]. A new instrument lies between ...
    """
    wanted = _ascending(years)
    check_span(wanted, across_guideline=True)
    panel = balanced_panel(published, wanted, status=status, agency_types=agency_types)
    bands = add_predicates(panel).pivot(index="agency_id", columns="year", values="predicate")
    steps = []
    for earlier, later in pairwise(wanted):
        step = pd.DataFrame(
            {
                "year_from": earlier,
                "predicate_from": pd.Categorical(bands[earlier], list(PREDICATES), ordered=True),
                "year_to": later,
                "predicate_to": pd.Categorical(bands[later], list(PREDICATES), ordered=True),
            }
        )
        counted = step.groupby(list(step.columns), observed=True).size().reset_index(name="n")
        steps.append(counted.assign(break_between=break_between(earlier, later)))
    flows = pd.concat(steps, ignore_index=True)
    return flows.astype({"predicate_from": "str", "predicate_to": "str"})


_NO_INTERVAL = (float("nan"), float("nan"))


def _ascending(years: Iterable[int]) -> list[int]:
    wanted = sorted({int(year) for year in years})
    if len(wanted) < 2:
        raise DataError(f"Invalid years {wanted}. They must be two or more.")
    return wanted


def _pairs(
    published: pd.DataFrame,
    start: int,
    end: int,
    across_guideline: bool,
    status: str,
    agency_types: Iterable[str] | None,
) -> tuple[bool, pd.DataFrame]:
    """Whether the guideline is crossed; one row an agency: its type, both bands, both indices."""
    crossed = check_span([start, end], across_guideline=across_guideline)
    panel = balanced_panel(published, [start, end], status=status, agency_types=agency_types)
    position = {name: place for place, name in enumerate(list(PREDICATES))}
    panel = add_predicates(panel)
    panel = panel.assign(band=panel["predicate"].map(position).astype(int))
    first = panel[panel["year"] == start].reset_index(drop=True)
    last = panel[panel["year"] == end].reset_index(drop=True)
    return crossed, pd.DataFrame(
        {
            "agency_id": first["agency_id"],
            "agency_type": first["agency_type"],
            "from": first["band"],
            "to": last["band"],
            "index_start": first["index_published"],
            "index_end": last["index_published"],
        }
    )


def _shorrocks(
    stayers: NDArray[np.int64],
    per_state: NDArray[np.int64],
    confidence: float,
    n_resamples: int,
    seed: int,
) -> tuple[float, float, float]:
    states = per_state.size
    if states < 2:
        return float("nan"), *_NO_INTERVAL
    staying = stayers / per_state
    # Drawing agencies with replacement within a predicate is drawing its stayers from a binomial.
    rng = np.random.default_rng(seed)
    draws = rng.binomial(per_state, staying, size=(n_resamples, states)) / per_state
    estimate = (states - staying.sum()) / (states - 1)
    if not ((staying > 0) & (staying < 1)).any():
        return float(estimate), *_NO_INTERVAL
    return float(estimate), *_percentiles((states - draws.sum(axis=1)) / (states - 1), confidence)


def _rank_statistics(first: _Floats, last: _Floats, counts: _Floats) -> _Floats:
    """Spearman, Kendall and mean rank change of each resample, given how often each is drawn.

    A resample is a weighting, so its ranks and concordant pairs are matrix products.
    """
    n = first.size
    if n < _FEWEST_FOR_RANKS:
        return np.full((3, len(counts)), np.nan)
    ranks, signs, tied = [], [], []
    for values in (first, last):
        sign = np.sign(values[None, :] - values[:, None])  # of the column over the row
        ranks.append(counts @ ((sign > 0) + 0.5 * (sign == 0)) + 0.5)
        signs.append(sign)
        tied.append(np.einsum("ij,ij->i", counts @ (sign == 0).astype(float), counts))
    deviations = [rank - (n + 1) / 2 for rank in ranks]
    spread = [(counts * part**2).sum(axis=1) for part in deviations]
    together = (counts * deviations[0] * deviations[1]).sum(axis=1)
    concordant = np.einsum("ij,ij->i", counts @ (signs[0] * signs[1]), counts)
    untied = (n**2 - tied[0]) * (n**2 - tied[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        spearman = together / np.sqrt(spread[0] * spread[1])
        kendall = concordant / np.sqrt(untied)
    moved = (counts * np.abs(ranks[0] - ranks[1])).sum(axis=1) / n**2
    return np.vstack([spearman, kendall, moved])


def _percentiles(draws: _Floats, confidence: float) -> tuple[float, float]:
    """Central percentiles; a resample without spread has no correlation and is left out."""
    finite = draws[np.isfinite(draws)]
    if finite.size == 0 or np.ptp(finite) == 0:
        return _NO_INTERVAL
    low, high = np.quantile(finite, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
