"""How well whole levels explain the printed domains, and which misprints would be noticed.

The exact scores themselves are a tidy table (``panel.exact_scores``). Here: how many rows fit, how
far apart the candidates stand, and what share of one-digit misprints no whole levels could give.
"""

import pandas as pd

from spbe_research.instruments import Instrument
from spbe_research.panel.exact_scores import reachable_sums

__all__ = ["fit_summary", "noticed_misprints"]

_LOWEST, _HIGHEST = 100, 500  # hundredths that can be printed
_PLACES = (100, 10, 1)  # the three printed digits


def fit_summary(exact_scores: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Count the rows that whole levels explain, year by year.

    Parameters
    ----------
    exact_scores, scores : pandas.DataFrame
        As the loaders return them.

    Returns
    -------
    pandas.DataFrame
        ``year, n, n_fits, n_single`` (one candidate only), ``largest_spread`` (index points),
        ``n_derived`` (rows that fit because a domain was solved from the index: no evidence).
    """
    derived = scores.query("scale == 'domain' and method == 'derived'").groupby("year").size()
    table = exact_scores.assign(spread=exact_scores["index_high"] - exact_scores["index_low"])
    summary = table.groupby("year", as_index=False).agg(
        n=("agency_id", "size"),
        n_fits=("fits", "sum"),
        n_single=("n_candidates", lambda counts: int((counts == 1).sum())),
        largest_spread=("spread", "max"),
    )
    summary["n_derived"] = summary["year"].map(derived).fillna(0).astype(int)
    return summary.astype({"year": int, "n_fits": int}).round({"largest_spread": 6})


def noticed_misprints(
    scores: pd.DataFrame, published: pd.DataFrame, instrument: Instrument
) -> pd.DataFrame:
    """Return the share of one-digit misprints of each cell that would be noticed.

    Parameters
    ----------
    scores, published : pandas.DataFrame
        As the loaders return them.
    instrument : Instrument
        Of the years with printed domains.

    Returns
    -------
    pandas.DataFrame
        One row per item (D1 to D4, index): ``item, n_tried`` (misprints: every other digit at every
        place of every printed cell that leaves it between 1.00 and 5.00), ``noticed_alone`` (no
        whole levels give the cell), ``noticed`` (neither do they with the rest of the row), shares.
    """
    reachable = reachable_sums(instrument)
    domains = list(reachable.sums)
    behind = {
        item: {cell: reachable.behind(item, cell) for cell in range(_LOWEST, _HIGHEST + 1)}
        for item in domains
    }
    listed = published[["agency_id", "year", "source_id", "index_published"]]
    cells = scores[scores["scale"] == "domain"].merge(listed, on=["agency_id", "year", "source_id"])
    wide = cells.pivot(index=["agency_id", "year"], columns="item", values="value")
    wide["index"] = cells.groupby(["agency_id", "year"])["index_published"].first()
    printed = (wide[[*domains, "index"]] * 100).round().astype(int)
    printed = printed[printed.ge(_LOWEST).all(axis=1)]
    counts = {item: [0, 0, 0] for item in printed.columns}
    for row in printed.to_dict("records"):
        sums = {item: behind[item][row[item]] for item in domains}
        for item, count in counts.items():
            rest = _totals([sums[each] for each in domains if each != item])
            for wrong in _one_digit_off(row[item]):
                count[0] += 1
                if item == "index":
                    fits, own = _fits(rest, [0], wrong, reachable.total), True
                else:
                    own = bool(behind[item][wrong])
                    fits = _fits(rest, behind[item][wrong], row["index"], reachable.total)
                count[1] += not own
                count[2] += not fits
    return pd.DataFrame(
        [
            {"item": item, "n_tried": n, "noticed_alone": alone / n, "noticed": noticed / n}
            for item, (n, alone, noticed) in counts.items()
        ]
    )


def _one_digit_off(cell: int) -> list[int]:
    others = [
        cell + (digit - cell // place % 10) * place for place in _PLACES for digit in range(10)
    ]
    return [each for each in others if each != cell and _LOWEST <= each <= _HIGHEST]


def _totals(parts: list[list[int]]) -> list[int]:
    totals = [0]
    for part in parts:
        totals = [total + each for total in totals for each in part]
    return totals


def _fits(rest: list[int], own: list[int], index: int, total: int) -> bool:
    return any(abs(200 * (a + b) - 2 * total * index) <= total for a in rest for b in own)
