"""The exact index behind two printed decimals, solved from the printed domains of the same list.

Every domain is a weighted sum of whole levels, so that a domain printed with two decimals leaves
one or two sums that can lie behind it. Arithmetic is in whole units of the instrument's weights:
nothing is rounded on the way. Not here: the levels themselves, which the sums do not give.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import gcd

import pandas as pd

from spbe_research.instruments import Instrument, load_instrument
from spbe_research.instruments.instrument import HIGHEST_LEVEL, LOWEST_LEVEL

__all__ = [
    "ReachableSums",
    "impossible_cells",
    "reachable_sums",
    "read_exact_scores",
    "solve_exact_scores",
]

_KEY = ["agency_id", "year"]
_HUNDREDTHS = 100
_DECIMALS = 6  # the mean of two candidates of permen-59-2020 has five


@dataclass(frozen=True)
class ReachableSums:
    """What whole levels can give, in whole units of the instrument's weights.

    ``weights`` holds the weight of each domain, ``total`` that of the index, ``sums`` the weighted
    sums of levels that each domain can have, rising. A domain's value is its sum over its weight.
    """

    weights: dict[str, int]
    total: int
    sums: dict[str, tuple[int, ...]]

    def behind(self, domain: str, printed: int) -> list[int]:
        """Return the sums within half a hundredth of a printed domain.

        Parameters
        ----------
        domain : str
            Its code.
        printed : int
            As printed, in hundredths: 315 for 3.15.

        Examples
        --------
        >>> sums = reachable_sums(load_instrument("permen-59-2020"))
        >>> [each / sums.weights["D3"] for each in sums.behind("D3", 164)]
        [1.6363636363636365]
        >>> sums.behind("D3", 165)
        []
        """
        weight = self.weights[domain]
        return [each for each in self.sums[domain] if _is_within_half(each, weight, printed)]


def reachable_sums(instrument: Instrument) -> ReachableSums:
    """Return the weighted sums of whole levels that each domain of an instrument can have.

    Parameters
    ----------
    instrument : Instrument
        One with domains and whole levels.

    Returns
    -------
    ReachableSums

    Notes
    -----
    Indicators of equal weight ``w`` add ``w s`` with ``s`` any whole number from ``n`` to ``5 n``;
    a domain's sums are the sums over its groups of equal weight. For permen-59-2020 that makes D1
    and D2 tenths, D3 elevenths, and D4 ``(2.75 a + 3 b) / 45.5``.

    Examples
    --------
    >>> sums = reachable_sums(load_instrument("permen-59-2020"))
    >>> {domain: len(each) for domain, each in sums.sums.items()}
    {'D1': 41, 'D2': 41, 'D3': 45, 'D4': 619}
    """
    unit = reduce(_common, (instrument.item(code).weight for code in instrument.indicators))

    def units(code: str) -> int:
        return int(instrument.item(code).weight / unit)

    sums = {}
    for domain in instrument.domains:
        sizes: dict[int, int] = {}
        for code in instrument.leaves(domain):
            sizes[units(code)] = sizes.get(units(code), 0) + 1
        groups = [
            [weight * total for total in range(LOWEST_LEVEL * n, HIGHEST_LEVEL * n + 1)]
            for weight, n in sizes.items()
        ]
        sums[domain] = tuple(sorted({sum(parts) for parts in product(*groups)}))
    weights = {domain: units(domain) for domain in instrument.domains}
    return ReachableSums(weights, units("index"), sums)


def solve_exact_scores(
    scores: pd.DataFrame, published: pd.DataFrame, instrument: Instrument
) -> pd.DataFrame:
    """Solve the exact index of every body whose four domains are printed beside its index.

    Parameters
    ----------
    scores : pandas.DataFrame
        As ``load_scores()``: ``agency_id, year, scale, item, value, source_id``.
    published : pandas.DataFrame
        As ``load_published()``: ``agency_id, year, index_published, source_id``.
    instrument : Instrument
        The edition of those years.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year``; ``index_exact`` (mean of the candidates), ``index_low, index_high``
        (their ends; all three missing where there is none), index points; ``n_candidates``;
        ``fits``, whether there is any.

    Notes
    -----
    A candidate is one exact index: its domains lie within 0.005 of every printed domain, and it
    lies within 0.005 of the printed index, ends included. Domains and index must be printed in one
    list: sheets of single bodies, which print other tiers too, are left out. Where a printed domain
    was itself solved from the index (``method`` derived) a fit is no evidence of anything.

    Examples
    --------
    >>> domains = pd.DataFrame({
    ...     "agency_id": "a", "year": 2024, "scale": "domain", "item": ["D1", "D2", "D3", "D4"],
    ...     "value": [3.3, 3.2, 3.18, 3.96], "source_id": "list",
    ... })
    >>> index = pd.DataFrame(
    ...     {"agency_id": ["a"], "year": [2024], "index_published": [3.55], "source_id": ["list"]}
    ... )
    >>> table = solve_exact_scores(domains, index, load_instrument("permen-59-2020"))
    >>> table["index_exact"].tolist(), table["n_candidates"].tolist()
    ([3.554], [1])
    """
    reachable = reachable_sums(instrument)
    rows = []
    for body, printed in _printed(scores, published, instrument).iterrows():
        candidates = _candidates(printed, reachable)
        middle, low, high = (
            (Fraction(sum(candidates), len(candidates)), candidates[0], candidates[-1])
            if candidates
            else (None, None, None)
        )
        rows.append(
            (
                *body,
                *(_points(each, reachable) for each in (middle, low, high)),
                len(candidates),
                bool(candidates),
            )
        )
    columns = [*_KEY, "index_exact", "index_low", "index_high", "n_candidates", "fits"]
    return pd.DataFrame(rows, columns=columns)


def impossible_cells(
    scores: pd.DataFrame, published: pd.DataFrame, instrument: Instrument
) -> pd.DataFrame:
    """List what must be a misprint: printed domains that no whole levels give, or that do not add.

    Parameters
    ----------
    scores, published, instrument
        As for ``solve_exact_scores``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, item, value`` (as printed) and ``reason``: ``no sum of whole levels`` of
        one domain, or ``not the sum of its domains`` of an index whose domains are all possible.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_published, load_scores
    >>> cells = impossible_cells(
    ...     load_scores(), load_published(), load_instrument("permen-59-2020")
    ... )
    >>> cells[["year", "item", "value"]].values.tolist()
    [[2023, 'D4', 0.3]]
    """
    reachable = reachable_sums(instrument)
    rows = []
    for body, printed in _printed(scores, published, instrument).iterrows():
        wrong = [each for each in reachable.sums if not reachable.behind(each, int(printed[each]))]
        reason = "no sum of whole levels"
        if not wrong and not _candidates(printed, reachable):
            wrong, reason = ["index"], "not the sum of its domains"
        rows += [(*body, item, printed[item] / _HUNDREDTHS, reason) for item in wrong]
    return pd.DataFrame(rows, columns=[*_KEY, "item", "value", "reason"])


def read_exact_scores(scores: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """The tidy table of exact scores, as text, from the tidy scores and published indices."""
    with_domains = scores[scores["scale"] == "domain"]
    solved = [
        solve_exact_scores(group, published, load_instrument(str(edition)))
        for edition, group in with_domains.groupby("edition")
    ]
    table = pd.concat(solved, ignore_index=True)
    for column in ("index_exact", "index_low", "index_high"):
        table[column] = table[column].map(lambda value: "" if pd.isna(value) else str(value))
    return table.assign(
        n_candidates=table["n_candidates"].astype(str),
        fits=table["fits"].map({True: "true", False: "false"}),
    )


def _printed(scores: pd.DataFrame, published: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Printed domains and index in hundredths, one row a body whose list prints them all."""
    domains = scores[scores["scale"] == "domain"]
    index = published.assign(item="index", value=published["index_published"])
    domains = domains.merge(index[[*_KEY, "source_id"]], on=[*_KEY, "source_id"])
    cells = pd.concat([domains, index])[[*_KEY, "item", "value"]]
    wide = cells.pivot(index=_KEY, columns="item", values="value").astype(float)
    whole = wide.reindex(columns=[*instrument.domains, "index"]).dropna()
    return (whole * _HUNDREDTHS).round().astype(int)


def _candidates(printed: pd.Series, reachable: ReachableSums) -> list[int]:
    """Exact indices that fit a printed row, in units of the total, rising."""
    sums = [reachable.behind(domain, int(printed[domain])) for domain in reachable.sums]
    totals = {sum(parts) for parts in product(*sums)}
    index = int(printed["index"])
    return sorted(each for each in totals if _is_within_half(each, reachable.total, index))


def _is_within_half(weighted_sum: int, weight: int, printed: int) -> bool:
    """Whether ``weighted_sum / weight`` lies within 0.005 of ``printed`` hundredths."""
    return abs(2 * _HUNDREDTHS * weighted_sum - 2 * weight * printed) <= weight


def _points(units: Fraction | int | None, reachable: ReachableSums) -> float:
    return float("nan") if units is None else round(float(units / reachable.total), _DECIMALS)


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The largest fraction of which both are whole multiples."""
    return Fraction(
        gcd(one.numerator * other.denominator, other.numerator * one.denominator),
        one.denominator * other.denominator,
    )
