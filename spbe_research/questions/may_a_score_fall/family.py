"""One family: every test that this question prints, adjusted together.

Which tests belong to it was settled by one rule: all whose p value is shown anywhere. Not here: the
tests themselves.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.bunching import window_test
from spbe_research.methods.excess_mass import Histogram, count_steps
from spbe_research.methods.multiplicity import adjust_p_values
from spbe_research.questions.may_a_score_fall.changes import WINDOW

__all__ = ["collect_tests", "no_change_tests"]

_REACH = 70  # hundredths: beyond, rises are few
_COLUMNS = ["test", "period", "predicate", "seen", "expected", "n", "p_value"]


def collect_tests(
    *,
    changes: pd.DataFrame,
    lost: pd.DataFrame,
    landings: pd.DataFrame,
    at_edges: pd.DataFrame,
    jumps: pd.DataFrame,
    digits: pd.DataFrame,
    shifts: pd.DataFrame,
) -> pd.DataFrame:
    """Return all tests of the question, with their p values adjusted over the whole.

    Parameters
    ----------
    changes, lost, landings, at_edges, jumps, digits, shifts : pandas.DataFrame
        The tables that hold them: ``printed_changes``, ``lost_predicates``, ``landing_counts``,
        ``count_at_edges``, ``jumps_at_edges``, ``final_digits``, ``item_shifts``.

    Returns
    -------
    pandas.DataFrame
        One row per test: ``test`` (no_change: falls up to a tenth against a curve of rises;
        lost_predicate; landing; window_all and window_free: above against below an edge, everybody,
        and those without the predicate; jump: of the density; digits; items), ``period`` (of the
        results), ``predicate`` (whose edge; any), ``seen`` and ``expected`` (the count tested:
        falls, losses, landings above, results above, round digits; missing for jump and items),
        ``n`` (of which), ``p_value`` (two-sided), ``p_holm`` (Holm), ``q_bh`` (Benjamini-Hochberg).
        Cells too thin to test are not in it.
    """
    parts = [
        no_change_tests(changes),
        lost.assign(
            test="lost_predicate",
            period=lost["end"].astype(str),
            seen=lost["n_lost"],
            expected=lost["n_expected"],
        ),
        landings.assign(
            test="landing",
            period=landings["end"].astype(str),
            predicate="any",
            seen=landings["n_above"],
            expected=landings["expected_share"] * landings["n"],
        ),
        at_edges.assign(
            test="window_" + at_edges["group"],
            seen=at_edges["n_above"],
            expected=at_edges["expected_share"] * at_edges["n"],
        ),
        jumps.assign(test="jump", period=jumps["year"].astype(str)),
        digits.assign(
            test="digits",
            period=digits["year"].astype(str),
            predicate="any",
            seen=digits["n_round"],
        ),
        _items(shifts),
    ]
    together = pd.concat([part.reindex(columns=_COLUMNS) for part in parts], ignore_index=True)
    together = together.dropna(subset="p_value")
    # where nobody had held the predicate, everybody and those without it are one test
    same = together["test"].replace({"window_free": "window_all"})
    twice = together.assign(test=same).duplicated(subset=_COLUMNS)
    together = together[~twice].reset_index(drop=True)
    adjusted = adjust_p_values(together)
    return adjusted[[*_COLUMNS, "p_holm", "q_bh"]].astype({"n": int})


def no_change_tests(changes: pd.DataFrame) -> pd.DataFrame:
    """Test, pair by pair, whether small falls are as many as a smooth curve of changes says.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``.

    Returns
    -------
    pandas.DataFrame
        One row per pair, in the columns of the family; ``p_value`` missing where nothing moved by
        up to a tenth or no rise beyond shows a curve.

    Notes
    -----
    Changes are not centred at zero, so that one half is no null hypothesis. The curve
    (log-quadratic Poisson) is fitted to rises from 0.10 to 0.70 only: falls may be missing. No
    change at all is left out: it is neither, and where a result is known as new only by its
    difference there is none.
    """
    rows = []
    for end, group in changes[~changes["is_impossible"]].groupby("end"):
        moved = group.loc[group["change"] != 0, "change"].to_numpy()
        closed = np.clip(np.where(moved > 0, moved - 1, moved), -_REACH, _REACH)
        seen = count_steps(closed, first=1 - _REACH, last=_REACH - 1)
        below, above = seen.sides(0, WINDOW)
        row = {"test": "no_change", "period": str(end), "predicate": "any", "seen": below}
        rows.append(row | {"n": below + above} | _against_curve(seen, below + above))
    return pd.DataFrame(rows)


def _against_curve(seen: Histogram, n: int) -> dict[str, float]:
    """Small falls that the curve of the rises expects, and the p value."""
    try:
        test = window_test(seen, cut=0, width=WINDOW, reach=_REACH, from_above=True)
    except DataError:  # nothing moved, or no rise beyond a tenth
        return {"expected": float("nan"), "p_value": float("nan")}
    return {"expected": (1 - test["expected_share"]) * n, "p_value": test["p_value"]}


def _items(shifts: pd.DataFrame) -> pd.DataFrame:
    family = shifts.groupby("end", as_index=False).agg(
        p_value=("p_family", "first"), n=("n_stopped", "first")
    )
    return family.assign(test="items", period=family["end"].astype(str), predicate="any")
