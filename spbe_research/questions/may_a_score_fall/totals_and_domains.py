"""Whether the total is kept or its parts: domains that fall under a total that does not.

Domains are compared as printed, with two decimals; those of years with published levels are the
exact sums, rounded the same way. And by how much the exact index lies above the least one that
still prints last year's number. Not here: single indicators (``item_shifts``).
"""

import numpy as np
import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.questions.may_a_score_fall.changes import PER_POINT, printed_hundredths
from spbe_research.scoring import compute_index

__all__ = [
    "domain_falls",
    "exact_index",
    "overshoot",
    "overshoot_counts",
    "printed_domains",
    "with_domains",
]

_EDITION = "permen-59-2020"  # of every year with published levels or domains
_HALF_STEP = 0.005
_NOISE = 1e-6  # hundredths: far above the error of a difference, far below a step of 0.05
_RUN = (4, 20)  # hundredths beyond the pile
_PLACES = ("n_first", "n_second", "n_third", "n_fourth")


def printed_domains(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the four domains of every body and year in whole printed hundredths.

    Parameters
    ----------
    scores : pandas.DataFrame
        As ``load_scores()``.

    Returns
    -------
    pandas.DataFrame
        Index ``agency_id, year``; columns ``D1`` to ``D4``. Years with published levels or with a
        published list of domains.
    """
    instrument = load_instrument(_EDITION)
    domains = list(instrument.domains)
    chosen = scores[scores["edition"] == _EDITION]
    levels = chosen[chosen["scale"] == "indicator"]
    computed = compute_index(levels[["agency_id", "year", "item", "value"]], instrument)[domains]
    listed = chosen[chosen["scale"] == "domain"].pivot(
        index=["agency_id", "year"], columns="item", values="value"
    )
    listed = listed.reindex(columns=domains).dropna()
    both = pd.concat([computed, listed[~listed.index.isin(computed.index)]])
    return both.apply(printed_hundredths).sort_index()


def with_domains(changes: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    """Add by how much each printed domain moved, to the pairs that have domains in both years.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``.
    domains : pandas.DataFrame
        As ``printed_domains``.

    Returns
    -------
    pandas.DataFrame
        The pairs that can be read, with one column per domain (hundredths).
    """
    start, end = (
        domains.reindex(pd.MultiIndex.from_frame(changes[["agency_id", year]])).to_numpy(float)
        for year in ("start", "end")
    )
    moved = pd.DataFrame(end - start, columns=domains.columns, index=changes.index)
    table = changes.join(moved)
    known = table[domains.columns].notna().all(axis=1) & ~table["is_impossible"]
    return table[known].reset_index(drop=True)


def domain_falls(changes: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    """Count bodies of which a printed domain fell, beside those of which the index did.

    Parameters
    ----------
    changes, domains : pandas.DataFrame
        As for ``with_domains``.

    Returns
    -------
    pandas.DataFrame
        One row per pair and ``item`` (index; any_domain; D1 to D4): ``start, end, item, n``
        (bodies with domains in both years), ``n_fell, share_fell`` (the printed item is lower),
        ``n_index_held`` (the printed index is not lower), ``n_fell_while_held`` (of these, the item
        is lower), ``n_fell_with_index`` (both are lower), ``mean_fall`` (of the items that
        fell, points).
    """
    names = list(domains.columns)
    rows = []
    for (start, end), group in with_domains(changes, domains).groupby(["start", "end"]):
        moved = group[names].to_numpy()
        held = group["change"].to_numpy() >= 0
        items = {"index": group["change"].to_numpy(), "any_domain": moved.min(axis=1)}
        items |= {name: moved[:, place] for place, name in enumerate(names)}
        for item, change in items.items():
            fell = change < 0
            rows.append(
                {
                    "start": int(start),
                    "end": int(end),
                    "item": item,
                    "n": len(group),
                    "n_fell": int(fell.sum()),
                    "share_fell": float(fell.mean()),
                    "n_index_held": int(held.sum()),
                    "n_fell_while_held": int((fell & held).sum()),
                    "n_fell_with_index": int((fell & ~held).sum()),
                    "mean_fall": float(-change[fell].mean() / PER_POINT)
                    if fell.any()
                    else float("nan"),
                }
            )
    return pd.DataFrame(rows)


def exact_index(published: pd.DataFrame, exact_scores: pd.DataFrame) -> pd.Series:
    """Return the exact index by ``agency_id, year``: printed with four decimals, or solved.

    Years whose list prints two decimals and no domains have none.
    """
    solved = exact_scores.set_index(["agency_id", "year"])["index_exact"]
    four = published[~published["year"].isin(exact_scores["year"].unique())]
    four = four[four["edition"] == _EDITION].set_index(["agency_id", "year"])["index_published"]
    return pd.concat([four, solved]).dropna()


def overshoot(changes: pd.DataFrame, exact: pd.Series) -> pd.DataFrame:
    """Return by how much each exact index lies above the least that prints last year's number.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``.
    exact : pandas.Series
        As ``exact_index``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, start, end, overshoot`` (index points: exact index minus last year's printed
        number less 0.005; below 0 the printed number fell); pairs whose end has exact indices.
    """
    keys = pd.MultiIndex.from_frame(changes[["agency_id", "end"]])
    threshold = changes["printed_start"] / PER_POINT - _HALF_STEP
    above = exact.reindex(keys).to_numpy(dtype=float) - threshold
    table = changes[["agency_id", "start", "end"]].assign(overshoot=above.round(6))
    return table[~changes["is_impossible"]].dropna(subset="overshoot").reset_index(drop=True)


def overshoot_counts(overshoots: pd.DataFrame) -> pd.DataFrame:
    """Count exact indices in the hundredths above the least that prints last year's number.

    Parameters
    ----------
    overshoots : pandas.DataFrame
        As ``overshoot``.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``start, end, n, n_fell`` (below 0), ``n_first, n_second, n_third,
        n_fourth`` (in each of the first four hundredths), ``mean_beyond`` (mean count per hundredth
        from 0.04 to 0.20), ``smallest`` (of those that did not fall, index points).
    """
    rows = []
    for (start, end), group in overshoots.groupby(["start", "end"]):
        hundredths = np.floor(PER_POINT * group["overshoot"].to_numpy() + _NOISE)
        counts = [int((hundredths == place).sum()) for place in range(_RUN[0])]
        run = int(((hundredths >= _RUN[0]) & (hundredths < _RUN[1])).sum())
        kept = group.loc[hundredths >= 0, "overshoot"]
        rows.append(
            {
                "start": int(start),
                "end": int(end),
                "n": len(group),
                "n_fell": int((hundredths < 0).sum()),
                **dict(zip(_PLACES, counts, strict=True)),
                "mean_beyond": run / (_RUN[1] - _RUN[0]),
                "smallest": float(kept.min()) if len(kept) else float("nan"),
            }
        )
    return pd.DataFrame(rows)
