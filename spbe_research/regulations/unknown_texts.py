"""What the texts that are not known leave open: how many there must be, and what they could hide.

A region without a known text may well have regulated. The ministry's own policy levels say how
often; bounds say what the difference between regions with and without a text could then be. Not
here: the known texts (``registry``) and their association with the score (``texts``).
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError
from spbe_research.estimates import estimate_table

__all__ = ["association_bounds", "breakdown_shares", "enacted_by_known_text"]

Array = NDArray[np.float64]

_YEARS = (2018, 2019, 2021, 2022, 2023, 2024)  # as ``texts``: few were evaluated in 2020


def enacted_by_known_text(table: pd.DataFrame) -> pd.DataFrame:
    """Count who has regulated in the ministry's eyes, with and without a known text.

    Use it to see what the absence of a text from the sample says. Not useful to check a single
    text: the ministry judges ten topics, and a text on another subject is none of them.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``texts.texts_and_scores``; rows with ``n_enacted`` are used (2021 and 2022).

    Returns
    -------
    pandas.DataFrame
        One row a year, group (``known text``, ``no known text``, by the end of the year) and
        outcome: ``year, group, outcome, count, estimate`` (share of the group with at least one
        of ten topics enacted, or with all ten, 0-1), ``low, high`` (missing: all local governments
        evaluated are counted, none is sampled), ``n, method, seed``.

    Raises
    ------
    DataError
        When no row has a number of topics enacted.

    Examples
    --------
    >>> known, topics = [True, False, False], [10, 0, 3]
    >>> toy = pd.DataFrame({"year": 2021, "has_text": known, "n_enacted": topics})
    >>> enacted_by_known_text(toy)["estimate"].tolist()
    [1.0, 1.0, 0.5, 0.0]
    >>> enacted_by_known_text(toy.assign(n_enacted=None))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table: no row with topics enacted. Use ...
    """
    judged = table[table["n_enacted"].notna()]
    if judged.empty:
        raise DataError(
            "Invalid table: no row with topics enacted. Use texts_and_scores with 2021 or 2022."
        )
    outcomes = {"at least one topic enacted": 1, "all ten topics enacted": 10}
    rows: list[dict[str, object]] = []
    for year in sorted(judged["year"].unique()):
        for group, known in {"known text": True, "no known text": False}.items():
            chosen = (judged["year"] == year) & (judged["has_text"].astype(bool) == known)
            topics = judged.loc[chosen, "n_enacted"].astype(int)
            for outcome, least in outcomes.items():
                count = int((topics >= least).sum())
                rows.append(
                    {
                        "year": int(year),
                        "group": group,
                        "outcome": outcome,
                        "count": count,
                        "estimate": count / len(topics) if len(topics) else np.nan,
                        "n": len(topics),
                        "method": "share of all evaluated; no sampling error",
                    }
                )
    return estimate_table(rows)


def association_bounds(
    table: pd.DataFrame,
    *,
    years: Iterable[int] = _YEARS,
    shares: Sequence[float] = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9),
) -> pd.DataFrame:
    """Bound the difference of means "has a text" less "has none" when most texts are unknown.

    Use it to see what the sample alone can say. Not a confidence interval: the bounds are what
    every assignment of the unknown allows, and have no sampling error.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``texts.texts_and_scores``: scores known of all, a text only where ``has_text``.
    years : iterable of int
        Years of evaluation.
    shares : sequence of float
        Share of the regions without a known text that in truth have one, 0 to below 1.

    Returns
    -------
    pandas.DataFrame
        One row a year and share: ``design, year, outcome, contrast, share_unknown_with_text,
        estimate`` (if the unknown texts have nothing to do with the score, index points),
        ``std_error`` (missing), ``low, high`` (sharp bounds), ``n, n_clusters`` (missing),
        ``method``.

    Raises
    ------
    DataError
        When a share is outside its range or a year has no known text.

    Notes
    -----
    With k unknown texts the lowest (highest) difference gives them to the k regions with the
    lowest (highest) scores; a swap of any two regions moves it inward. Bounds of contaminated
    data: Horowitz and Manski (1995), doi:10.2307/2951627. Types are pooled.

    Examples
    --------
    >>> toy = pd.DataFrame({"year": 2018, "index": [3.0, 1, 2], "has_text": [True, False, False]})
    >>> bounds = association_bounds(toy, years=[2018], shares=[0, 0.5])
    >>> bounds[["estimate", "low", "high"]].values.tolist()
    [[1.5, 1.5, 1.5], [0.75, 0.0, 1.5]]
    >>> association_bounds(toy, years=[2018], shares=[1])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid shares [1]. Each must be 0 or more and below 1.
    """
    wrong = [share for share in shares if not 0 <= share < 1]
    if wrong:
        raise DataError(f"Invalid shares {wrong}. Each must be 0 or more and below 1.")
    rows: list[dict[str, object]] = []
    for year in years:
        known, unknown = _known_and_unknown(table, year)
        for share in shares:
            # At least one region stays without, or there is nothing to compare with.
            k = min(round(share * unknown.size), unknown.size - 1)
            low, high = _bounds(known, unknown, k)
            mixed = (known.sum() + k * unknown.mean()) / (known.size + k)
            rows.append(
                {
                    "design": "local texts, bounds",
                    "year": int(year),
                    "outcome": "index",
                    "contrast": "has a text against none",
                    "share_unknown_with_text": float(share),
                    "estimate": float(mixed - unknown.mean()),
                    "std_error": np.nan,
                    "low": low,
                    "high": high,
                    "n": known.size + unknown.size,
                    "n_clusters": pd.NA,
                    "method": "difference of means; sharp bounds, no sampling error",
                }
            )
    return pd.DataFrame(rows)


def breakdown_shares(table: pd.DataFrame, *, years: Iterable[int] = _YEARS) -> pd.DataFrame:
    """Return the smallest share of unknown texts that could turn the sign of the difference.

    Use it to say how much the sample's difference of means can bear. Not a probability: it says
    what could be, not how likely it is.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``texts.texts_and_scores``.
    years : iterable of int
        Years of evaluation.

    Returns
    -------
    pandas.DataFrame
        One row a year: ``year, outcome, contrast, n_regions`` (with a text that is not known, the
        fewest for which the bounds hold zero; missing where no number does), ``estimate`` (their
        share of the regions without a known text, 0-1), ``low, high`` (missing), ``n`` (regions
        without a known text), ``method, seed`` (missing).

    Raises
    ------
    DataError
        When a year has no known text, or nothing but known texts.

    Notes
    -----
    The breakdown point of a conclusion: Horowitz and Manski (1995), doi:10.2307/2951627.

    Examples
    --------
    >>> toy = pd.DataFrame({"year": 2018, "index": [3.0, 1, 2], "has_text": [True, False, False]})
    >>> breakdown_shares(toy, years=[2018])[["n_regions", "estimate"]].values.tolist()
    [[1, 0.5]]
    >>> breakdown_shares(toy, years=[2019])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid year 2019. Some regions must have a known text, ...
    """
    rows: list[dict[str, object]] = []
    for year in years:
        known, unknown = _known_and_unknown(table, year)
        bounds = [_bounds(known, unknown, k) for k in range(unknown.size)]
        turning = [k for k, (low, high) in enumerate(bounds) if low <= 0 <= high]
        rows.append(
            {
                "year": int(year),
                "outcome": "index",
                "contrast": "has a text against none",
                "n_regions": turning[0] if turning else pd.NA,
                "estimate": turning[0] / unknown.size if turning else np.nan,
                "n": unknown.size,
                "method": "smallest share for which the sharp bounds hold zero",
            }
        )
    return estimate_table(rows).astype({"n_regions": "Int64"})


def _known_and_unknown(table: pd.DataFrame, year: int) -> tuple[Array, Array]:
    """Return scores with a known text, and those without from low to high."""
    data = table[table["year"] == year]
    text = data["has_text"].to_numpy(dtype=bool)
    score = data["index"].to_numpy(dtype=float)
    if not text.any() or text.all():
        raise DataError(f"Invalid year {year}. Some regions must have a known text, some not.")
    return score[text], np.sort(score[~text])


def _bounds(known: Array, unknown: Array, k: int) -> tuple[float, float]:
    """Return the extreme differences when k of the regions, sorted by score, have a text too."""
    lowest = np.concatenate([known, unknown[:k]]).mean() - unknown[k:].mean()
    rest = unknown.size - k
    highest = np.concatenate([known, unknown[rest:]]).mean() - unknown[:rest].mean()
    return float(lowest), float(highest)
