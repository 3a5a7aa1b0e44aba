"""What the means and transitions would be had those who kept their number been free to fall.

The pile of bodies at no change is counted against the run of changes above it; as many bodies as
are too many get a fall drawn from the last pair of years in which falls were ordinary. An upper
bound comes from a normal distribution fitted to the changes beyond the pile alone; the same is done
where nothing was kept, as a placebo. Not here: that the kept bodies would in truth have fallen.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.panel.schemas import PREDICATES
from spbe_research.questions.may_a_score_fall.changes import printed_hundredths
from spbe_research.questions.may_a_score_fall.held_predicates import band_edges

__all__ = ["Pile", "count_pile", "exact_changes", "normal_bound", "without_the_stop"]

Array = npt.NDArray[np.float64]

_PILE = (-0.0075, 0.03)  # change of the exact index of those whose printed number was just kept
_RUN = (0.04, 0.20)  # changes beyond the pile, whose mean count per hundredth is expected in it
_NOISE = 1e-9
_PERCENTILES = (2.5, 97.5)
_LOWEST = 1.0
_AT_LEAST = PREDICATES.index("Baik")


@dataclass(frozen=True)
class Pile:
    """How many changes lie in the pile, how many the run beyond it expects, and the difference."""

    n: int
    expected: float

    @property
    def excess(self) -> float:
        """Bodies too many, 0 where there are not."""
        return max(self.n - self.expected, 0.0)


def exact_changes(changes: pd.DataFrame, exact: pd.Series) -> pd.DataFrame:
    """Add the exact index of both years to the pairs that have both.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``.
    exact : pandas.Series
        As ``exact_index``.

    Returns
    -------
    pandas.DataFrame
        The pairs with ``exact_start, exact_end, exact_change`` (index points).
    """
    start, end = (
        exact.reindex(pd.MultiIndex.from_frame(changes[["agency_id", year]])).to_numpy(dtype=float)
        for year in ("start", "end")
    )
    table = changes.assign(exact_start=start, exact_end=end, exact_change=end - start)
    known = table["exact_change"].notna() & ~table["is_impossible"]
    return table[known].reset_index(drop=True)


def count_pile(change: npt.ArrayLike) -> Pile:
    """Count the changes in the pile at no change, and what the run beyond it would give there.

    Parameters
    ----------
    change : array_like
        Changes of the exact index, index points.

    Notes
    -----
    The pile is ``[-0.0075, 0.03)``: the printed number is kept to half a hundredth, and whole
    levels overshoot it by less than the heaviest item's 0.03. Expected is the mean count per
    hundredth in ``[0.04, 0.20)`` times the width of the pile.

    Examples
    --------
    >>> count_pile([0.0, 0.01, 0.02, *np.arange(0.04, 0.20, 0.01)])
    Pile(n=3, expected=3.75)
    """
    values = np.asarray(change, dtype=float)

    def between(low: float, high: float) -> int:
        return int(((values >= low - _NOISE) & (values < high - _NOISE)).sum())

    widths = [round((high - low) * 100, 6) for low, high in (_PILE, _RUN)]
    return Pile(between(*_PILE), between(*_RUN) / widths[1] * widths[0])


def normal_bound(change: npt.ArrayLike) -> dict[str, float]:
    """Fit a normal distribution to the changes beyond the pile and compare its mean with theirs.

    Parameters
    ----------
    change : array_like
        Changes of the exact index, index points.

    Returns
    -------
    dict
        ``mean_fitted`` (of the whole normal), ``excess_of_mean`` (mean seen less that), index
        points.

    Notes
    -----
    Maximum likelihood of a normal truncated below at 0.03. It supposes that every body below 0.03,
    fallers included, was moved there, and that changes are normal: a bound, and a loose one.

    Examples
    --------
    >>> free = np.random.default_rng(1).normal(0.3, 0.4, 4000)
    >>> bool(abs(normal_bound(free)["excess_of_mean"]) < 0.03)
    True
    """
    from scipy.optimize import minimize
    from scipy.stats import norm

    values = np.asarray(change, dtype=float)
    cut = _PILE[1]
    beyond = values[values >= cut - _NOISE]
    if beyond.size < 2 or np.ptp(beyond) == 0:
        raise DataError("Invalid changes. At least two different ones must lie beyond the pile.")

    def minus_log_likelihood(parameters: Array) -> float:
        mean, spread = parameters[0], np.exp(parameters[1])
        density = norm.logpdf(beyond, mean, spread) - norm.logsf(cut, mean, spread)
        return -float(density.sum())

    start = np.array([beyond.mean(), np.log(beyond.std())])
    fit = minimize(
        minus_log_likelihood, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-8}
    )
    return {
        "mean_fitted": float(fit.x[0]),
        "excess_of_mean": float(values.mean() - fit.x[0]),
    }


def without_the_stop(
    pairs: pd.DataFrame, *, drops_from: int, n_resamples: int, seed: int
) -> pd.DataFrame:
    """Compare what was printed with what would have been, for every pair with exact indices.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``exact_changes``.
    drops_from : int
        End year of the pair whose falls are drawn from.
    n_resamples : int
        Draws of who falls and by how much.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        One row per pair and measure: ``start, end, measure, n, n_pile, n_expected, seen, estimate``
        (mean over the draws), ``low, high`` (2.5 and 97.5 % of the draws), ``effect`` (seen less
        estimate), ``bound`` (largest effect on the mean that a truncated normal allows; else
        missing). Measures: ``mean_change``, ``n_fell``, ``n_lost_predicate``, ``n_at_least_baik``
        (at the end), ``rank_correlation`` (Spearman, of the two years).

    Notes
    -----
    In each draw as many bodies of the pile as are too many, chosen at random, end at their first
    index less a fall drawn from those of ``drops_from``, and not below 1. What varies over the
    draws is who falls and by how much; the lists themselves are complete.
    """
    drops = pairs.loc[(pairs["end"] == drops_from) & (pairs["change"] < 0), "exact_change"]
    drops = -drops.to_numpy()
    rows = []
    for (start, end), group in pairs.groupby(["start", "end"]):
        pile = count_pile(group["exact_change"])
        change = group["exact_change"].to_numpy()
        members = np.flatnonzero((change >= _PILE[0] - _NOISE) & (change < _PILE[1] - _NOISE))
        seen = _measures(group, group["exact_end"].to_numpy(), group["predicate_end"].to_numpy())
        rng = np.random.default_rng([seed, int(end)])
        draws = pd.DataFrame(
            [
                _drawn(group, members, round(pile.excess), drops, rng)
                for _ in range(n_resamples if pile.excess >= 1 else 1)
            ]
        )
        low, high = np.percentile(draws, _PERCENTILES, axis=0)
        bound = _bound(change)
        for place, measure in enumerate(draws.columns):
            estimate = float(draws[measure].mean())
            rows.append(
                {
                    "start": int(start),
                    "end": int(end),
                    "measure": measure,
                    "n": len(group),
                    "n_pile": pile.n,
                    "n_expected": pile.expected,
                    "seen": seen[measure],
                    "estimate": estimate,
                    "low": float(low[place]),
                    "high": float(high[place]),
                    "effect": seen[measure] - estimate,
                    "bound": bound if measure == "mean_change" else float("nan"),
                }
            )
    return pd.DataFrame(rows)


def _bound(change: Array) -> float:
    try:
        return normal_bound(change)["excess_of_mean"]
    except DataError:  # a list that repeats the one before has no changes to fit
        return float("nan")


def _drawn(
    group: pd.DataFrame,
    members: npt.NDArray[np.intp],
    n_falling: int,
    drops: Array,
    rng: np.random.Generator,
) -> dict[str, float]:
    ends = group["exact_end"].to_numpy().copy()
    predicate = group["predicate_end"].to_numpy().copy()
    falling = rng.choice(members, n_falling, replace=False)
    fallen = group["exact_start"].to_numpy()[falling] - rng.choice(drops, n_falling)
    ends[falling] = np.maximum(fallen, _LOWEST)
    printed = printed_hundredths(pd.Series(ends[falling])).to_numpy()
    predicate[falling] = np.searchsorted(list(band_edges().values()), printed, side="right")
    return _measures(group, ends, predicate)


def _measures(group: pd.DataFrame, ends: Array, predicate: Array) -> dict[str, float]:
    from scipy.stats import spearmanr

    start = group["exact_start"].to_numpy()
    printed = printed_hundredths(pd.Series(ends)).to_numpy()
    return {
        "mean_change": float((ends - start).mean()),
        "n_fell": float((printed < group["printed_start"]).sum()),
        "n_lost_predicate": float(
            ((predicate < group["predicate_start"]) & (printed < group["printed_start"])).sum()
        ),
        "n_at_least_baik": float((predicate >= _AT_LEAST).sum()),
        "rank_correlation": float(spearmanr(start, ends).statistic),
    }
