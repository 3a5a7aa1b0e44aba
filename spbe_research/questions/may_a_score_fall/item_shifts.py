"""Whether single indicators carry a kept predicate: 47 shifts, and one p value for all of them.

Levels of single indicators are published for two years only, so that this can be asked of one pair
of years. Not here: whether the predicate was kept more often than chance (``held_predicates``).
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.instruments import Instrument
from spbe_research.questions.may_a_score_fall.changes import WINDOW
from spbe_research.questions.may_a_score_fall.held_predicates import band_edges

__all__ = ["item_shifts", "stopped_at_an_edge"]

Array = npt.NDArray[np.float64]

_POWER = 0.8


def stopped_at_an_edge(changes: pd.DataFrame) -> pd.Series:
    """Tell for every faller whether it landed within a tenth above an edge it had held."""
    edges = np.array(list(band_edges().values()))
    start, end = (changes[name].to_numpy()[:, None] for name in ("printed_start", "printed_end"))
    near = (start >= edges) & (end >= edges) & (end < edges + WINDOW)
    return pd.Series(near.any(axis=1), index=changes.index)


def item_shifts(
    changes: pd.DataFrame,
    scores: pd.DataFrame,
    instrument: Instrument,
    *,
    n_resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Compare, item by item, fallers that landed just above an edge they held with other fallers.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``; pairs whose two years both have levels are used.
    scores : pandas.DataFrame
        As ``load_scores()``.
    instrument : Instrument
        Of these years.
    n_resamples : int
        Random divisions for the p values.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        One row per pair and item: ``start, end, item, domain, n_stopped, n_other, estimate`` (mean
        change of level of those stopped less that of the others, change and level of the index
        alike), ``std_error, p_value`` (of the item alone, two-sided), ``p_family`` (of the largest
        of all items: one for the pair), ``visible_from`` (shift that the family-wise test at 5 %
        would see with a power of 0.8, levels).

    Notes
    -----
    For item ``j``: ``change_ij = a_j + b_j stopped_i + c_j change of index_i + d_j index_i + e_ij``
    over all fallers who had a predicate to lose. The p values compare ``|b_j / se_j|`` with its
    values when who was stopped is drawn anew among fallers of the same predicate (residuals of the
    two covariates stay with their bodies); ``p_family`` compares the largest of the 47.
    """
    held = changes[
        (changes["change"] < 0) & ~changes["is_impossible"] & (changes["predicate_start"] > 0)
    ]
    levels = scores[scores["scale"] == "indicator"].pivot(
        index=["agency_id", "year"], columns="item", values="value"
    )
    items = list(instrument.indicators)
    tables = []
    for (start, end), group in held.groupby(["start", "end"]):
        first, last = (
            levels.reindex(
                index=pd.MultiIndex.from_product([group["agency_id"], [year]]), columns=items
            ).to_numpy(dtype=float)
            for year in (start, end)
        )
        if np.isnan(first).any() or np.isnan(last).any():
            continue
        stopped = stopped_at_an_edge(group).to_numpy()
        index = instrument.weight_matrix[:, 0]
        covariates = np.column_stack([np.ones(len(group)), (last - first) @ index, first @ index])
        moved = _residuals(last - first, covariates)
        rng = np.random.default_rng([seed, int(end)])
        strata = group["predicate_start"].to_numpy()
        estimate, error = _shift(moved, stopped, covariates)
        drawn = np.array(
            [
                _studentised(moved, _drawn_anew(stopped, strata, rng), covariates)
                for _ in range(n_resamples)
            ]
        )
        size = np.abs(estimate / error)
        critical = float(np.quantile(drawn.max(axis=1), 0.95))
        tables.append(
            pd.DataFrame(
                {
                    "start": int(start),
                    "end": int(end),
                    "item": items,
                    "domain": [_domain_of(instrument, item) for item in items],
                    "n_stopped": int(stopped.sum()),
                    "n_other": int((~stopped).sum()),
                    "estimate": estimate,
                    "std_error": error,
                    "p_value": (1 + (drawn >= size).sum(axis=0)) / (1 + n_resamples),
                    "p_family": (1 + (drawn.max(axis=1) >= size.max()).sum()) / (1 + n_resamples),
                    "visible_from": _visible(critical) * error,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _domain_of(instrument: Instrument, item: str) -> str:
    return next(each for each in instrument.domains if item in instrument.leaves(each))


def _residuals(values: Array, covariates: Array) -> Array:
    """What least squares on the covariates leaves, column by column."""
    rest: Array = values - covariates @ np.linalg.lstsq(covariates, values, rcond=None)[0]
    return rest


def _shift(moved: Array, stopped: Array, covariates: Array) -> tuple[Array, Array]:
    """Coefficient of ``stopped`` in every item and its standard error (Frisch-Waugh-Lovell)."""
    pure = _residuals(stopped.astype(float)[:, None], covariates)[:, 0]
    square = float(pure @ pure)
    estimate = pure @ moved / square
    rest = moved - pure[:, None] * estimate
    freedom = len(moved) - covariates.shape[1] - 1
    error: Array = np.sqrt((rest**2).sum(axis=0) / freedom / square)
    return estimate, error


def _studentised(moved: Array, stopped: Array, covariates: Array) -> Array:
    estimate, error = _shift(moved, stopped, covariates)
    size: Array = np.abs(estimate / error)
    return size


def _drawn_anew(stopped: Array, strata: Array, rng: np.random.Generator) -> Array:
    drawn = stopped.copy()
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        drawn[members] = rng.permutation(stopped[members])
    return drawn


def _visible(critical: float) -> float:
    """Standard errors that a shift must measure to exceed the critical value in 80 % of cases."""
    from scipy.stats import norm

    return critical + float(norm.ppf(_POWER))
