"""What the next list will decide, written down before it is known.

Two descriptions of how printed numbers move are told apart by the share of falls among the changes
within a tenth of zero, all pairs of the next list. Beside it stands the count of falls among a
hundred pairs, which also depends on how much numbers rise on the whole. Also the values of that
year that the press has printed already. Not here: a forecast of any body.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.estimates import wilson_interval
from spbe_research.questions.may_a_score_fall.changes import printed_hundredths

__all__ = ["known_already", "register_near_zero", "register_prediction", "threshold"]


_SLACK = 1e-9  # a share of a count that is whole must not be floored below it


def threshold(*, n: int, most_if_kept: float, least_if_free: float, error: float = 0.05) -> int:
    """Return the fewest falls among n pairs that speak against a kept number.

    Parameters
    ----------
    n : int
        Pairs that are looked at.
    most_if_kept, least_if_free : float
        Largest share of falls if numbers are kept, smallest if they may fall.
    error : float
        Largest chance of a wrong verdict, either way.

    Raises
    ------
    DataError
        When no count tells the two apart with that error.

    Examples
    --------
    >>> threshold(n=100, most_if_kept=0.07, least_if_free=0.20)
    12
    >>> threshold(n=10, most_if_kept=0.07, least_if_free=0.20)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid number of pairs 10. No count of falls tells ...
    """
    from scipy.stats import binom

    for count in range(n + 1):
        wrong_if_kept = binom.sf(count - 1, n, most_if_kept)
        wrong_if_free = binom.cdf(count - 1, n, least_if_free)
        if wrong_if_kept < error and wrong_if_free < error:
            return count
    raise DataError(
        f"Invalid number of pairs {n}. No count of falls tells {most_if_kept} from {least_if_free} "
        f"with an error below {error}. Take more pairs."
    )


def register_near_zero(
    falls: pd.DataFrame,
    *,
    year: int,
    free: int,
    kept: int,
    kept_up_to: float,
    free_from: float,
) -> pd.DataFrame:
    """Register what the share of falls among changes within a tenth of zero will decide.

    Around zero a smooth distribution of changes has about as many small falls as small rises,
    however large its mean: the share hardly depends on how much numbers rise on the whole.

    Parameters
    ----------
    falls : pandas.DataFrame
        As ``tabulate_falls``.
    year, free, kept : int
        As for ``register_prediction``.
    kept_up_to, free_from : float
        Largest share of falls that speaks for a kept number, and least that speaks against it;
        between the two there is no verdict.

    Returns
    -------
    pandas.DataFrame
        One row per regime, in the columns of ``register_prediction``: ``measure`` (``near_zero``),
        ``n_seen`` (changes in [-0.10, 0.10) of the pair seen), ``share_allowed`` (the end of the
        interval that is nearer to the other regime), ``n_pairs`` (the next list is supposed to have
        as many), ``decides_at`` and ``kept_up_to`` (the two counts), ``wrong_verdict`` and
        ``no_verdict`` (chances at the share allowed).
    """
    from scipy.stats import binom

    pairs = falls[(falls["group_by"] == "all") & falls["end"].isin([free, kept])].sort_values("end")
    regime = pairs["end"].map({free: "free", kept: "kept"})
    n = pairs["n_just_below"] + pairs["n_just_above"]
    low, high = wilson_interval(pairs["n_just_below"], n)
    allowed = np.where(regime == "free", low, high)
    most, least = np.floor(kept_up_to * n + _SLACK), np.ceil(free_from * n - _SLACK)
    is_kept, is_free = binom.cdf(most, n, allowed), binom.sf(least - 1, n, allowed)
    known = falls[_is_list(falls, year)]
    return pd.DataFrame(
        {
            "year": year,
            "measure": "near_zero",
            "regime": regime,
            "seen_in": pairs["end"],
            "group": "all",
            "n_seen": n,
            "n_fell": pairs["n_just_below"],
            "estimate": pairs["n_just_below"] / n,
            "low": low,
            "high": high,
            "share_allowed": allowed,
            "n_pairs": n,
            "decides_at": least.astype(int),
            "kept_up_to": most.astype(int),
            "wrong_verdict": np.where(regime == "free", is_kept, is_free),
            "no_verdict": 1 - is_kept - is_free,
            "n_known": int((known["n_just_below"] + known["n_just_above"]).sum()),
            "n_known_fell": int(known["n_just_below"].sum()),
        }
    ).reset_index(drop=True)


def register_prediction(
    falls: pd.DataFrame,
    *,
    year: int,
    free: int,
    kept: int,
    n: int,
    least_if_free: float,
    most_if_kept: float,
) -> pd.DataFrame:
    """Return the two descriptions, the falls they rest on and the count that decides.

    Parameters
    ----------
    falls : pandas.DataFrame
        As ``tabulate_falls``.
    year : int
        Of the list that decides.
    free, kept : int
        End years of the pairs in which numbers fell as a matter of course, and were kept.
    n : int
        Pairs of the next list that decide.
    least_if_free, most_if_kept : float
        Shares of falls that the two descriptions allow.

    Returns
    -------
    pandas.DataFrame
        One row per description (``regime`` free or kept) and the group it was seen in: ``year``
        (of the prediction), ``regime, seen_in, group, n_seen, n_fell, estimate`` (share),
        ``low, high`` (Wilson, for what another list of this size would show), ``share_allowed``
        (least if free, most if kept), ``n_pairs, decides_at`` (falls among them), ``wrong_verdict``
        (chance at the share allowed), ``n_known, n_known_fell`` (pairs and falls of that list: 0
        until it is published).
    """
    from scipy.stats import binom

    decides = threshold(n=n, most_if_kept=most_if_kept, least_if_free=least_if_free)
    wrong = {
        "free": float(binom.cdf(decides - 1, n, least_if_free)),
        "kept": float(binom.sf(decides - 1, n, most_if_kept)),
    }
    allowed = {"free": least_if_free, "kept": most_if_kept}
    chosen = falls[
        falls["group_by"].isin(["all", "duty"]) & falls["end"].isin([free, kept])
    ].sort_values(["end", "group_by"])
    regime = chosen["end"].map({free: "free", kept: "kept"})
    low, high = wilson_interval(chosen["n_fell"], chosen["n"])
    return pd.DataFrame(
        {
            "year": year,
            "measure": "falls",
            "regime": regime,
            "seen_in": chosen["end"],
            "group": chosen["group"],
            "n_seen": chosen["n"],
            "n_fell": chosen["n_fell"],
            "estimate": chosen["share_fell"],
            "low": low,
            "high": high,
            "share_allowed": regime.map(allowed),
            "n_pairs": n,
            "decides_at": decides,
            "kept_up_to": decides - 1,
            "wrong_verdict": regime.map(wrong),
            "no_verdict": 0.0,
            "n_known": int(falls.loc[_is_list(falls, year), "n"].sum()),
            "n_known_fell": int(falls.loc[_is_list(falls, year), "n_fell"].sum()),
        }
    ).reset_index(drop=True)


def known_already(press: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Set indices that the press has printed for the next year beside those of the last list.

    Parameters
    ----------
    press : pandas.DataFrame
        As ``load_press_indices()``.
    published : pandas.DataFrame
        As ``load_published()``.

    Returns
    -------
    pandas.DataFrame
        One row per value: ``agency_id`` (missing where the body is new), ``name, year,
        index_published, index_before`` (of the last list; missing
        where the body is new), ``change`` (hundredths, printed), ``fell``.
    """
    last = published["year"].max()
    before = published[published["year"] == last].set_index("agency_id")["index_published"]
    table = pd.DataFrame(
        {
            "agency_id": press["agency_id"],
            "name": press["name_published"],
            "year": press["year"],
            "index_published": press["index_reported"],
            "index_before": press["agency_id"].map(before),
        }
    )
    both = table["index_before"].notna()
    now, then = (
        printed_hundredths(table.loc[both, each]) for each in ("index_published", "index_before")
    )
    change = (now - then).reindex(table.index)
    return table.assign(change=change.astype("Int64"), fell=(change < 0).where(both))


def _is_list(falls: pd.DataFrame, year: int) -> pd.Series:
    return (falls["group_by"] == "all") & (falls["end"] == year)
