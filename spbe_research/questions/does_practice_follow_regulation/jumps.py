"""Is it regulation? The same design for bodies that jumped in governance or in services.

A jump in governance or services often comes with new regulations. So policy is left out of what is
followed, and the gain of regulated topics is held equal, or bodies that gained some are left out.
"""

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.methods.policy_and_practice import ENACTED, standardise
from spbe_research.methods.regression import cluster_labels, fit, result_rows
from spbe_research.scoring import compute_index

__all__ = ["compare_jumps"]

_EDITION = "permen-59-2020"
_JUMP, _STAY = 0.4, 0.1  # shares of the indicators of a domain
_POLICY = "D1"
_FOLLOWED = ("D2", "D4")  # governance and services
_SAME = 1  # regulated topics, up or down, that count as unchanged
_ROUNDING = 1e-9
_KEYS = ["agency_id", "year"]


def compare_jumps(
    scores: pd.DataFrame,
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    first: int,
    last: int,
) -> pd.DataFrame:
    """Position in the other domains after a jump in one, against bodies that stayed.

    Compared are bodies at or below the median, in the first year, of the share of a domain's
    indicators above level 1. Movers gained two fifths of the indicators or more, those who stayed
    changed by a tenth at most.

    Parameters
    ----------
    scores, published, agencies : pandas.DataFrame
        As the loaders return them.
    first, last : int
        The years of the jump, with levels of indicators.

    Returns
    -------
    pandas.DataFrame
        ``domain`` (``D2`` governance, ``D4`` services), ``compared`` (``policy left out``; with it
        ``topics held equal``: the change of the number of regulated topics; ``topics unchanged``:
        bodies where it is one at most), ``n_moved, topics_gained`` (mean of those who moved),
        ``share_gained`` (of them, the share that gained a topic) and the result: change since the
        first year of the position in the index without that domain and without policy, mean of all
        later years, in standard deviations of the type.

    Raises
    ------
    DataError
        When no body has the levels of both years.

    Notes
    -----
    Difference in differences; clusters are provinces of 2018 or, of bodies
    without one, the bodies.
    """
    instrument = load_instrument(_EDITION)
    domains = _domains(scores, published)
    weights = {code: float(instrument.item(code).weight) for code in instrument.domains}
    provinces = agencies.set_index("agency_id")["province_2018"]
    policy = _share_above(scores, _POLICY, first=first, last=last)
    n_topics = sum(_domain_of(item) == _POLICY for item in instrument.indicators)
    topics = (n_topics * (policy[last] - policy[first])).round()
    rows = []
    for own in _FOLLOWED:
        share = _share_above(scores, own, first=first, last=last)
        change = share[last] - share[first]
        moved = change >= _JUMP - _ROUNDING
        low = share[first] <= share[first].median()
        chosen = low & (moved | (change.abs() <= _STAY + _ROUNDING))
        left = {code: weights[code] for code in weights if code not in (own, _POLICY)}
        others = sum(left[code] * domains[code] for code in left) / sum(left.values())
        scaled = standardise(domains.assign(others=others), ["others"])
        places = scaled.pivot(index="agency_id", columns="year", values="others")
        after = places[[year for year in places if year > first]].mean(axis=1)
        table = pd.DataFrame({"moved": moved[chosen], "change": after - places[first]}).dropna()
        table = table.rename_axis("agency_id").reset_index()
        ids = table["agency_id"]
        table = table.assign(
            moved=table["moved"].astype(bool),
            place=cluster_labels(ids, ids.map(provinces)),
            topics=ids.map(topics),
        )
        plan = {
            "policy left out": (table, "change ~ moved"),
            "topics held equal": (table, "change ~ moved + topics"),
            "topics unchanged": (table[table["topics"].abs() <= _SAME], "change ~ moved"),
        }
        for compared, (part, formula) in plan.items():
            gained = part.loc[part["moved"], "topics"]
            key = {"domain": own, "compared": compared, "n_moved": len(gained)}
            key |= {"topics_gained": gained.mean(), "share_gained": (gained > 0).mean()}
            rows.append((key, fit(part, formula, clusters="place", terms=["moved"])))
    return result_rows(rows)


def _domains(scores: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """The four domains of every body and year, from levels where these are printed."""
    instrument = load_instrument(_EDITION)
    codes = list(instrument.domains)
    own = scores[(scores["edition"] == _EDITION) & (scores["status"] == "evaluated")]
    levels = own[own["scale"] == "indicator"]
    complete = levels.groupby(_KEYS)["item"].transform("size") == len(instrument.indicators)
    computed = compute_index(levels[complete], instrument)[codes]
    printed = own[(own["scale"] == "domain") & own["item"].isin(codes)]
    misprinted = printed["flag"].notna() & (printed["method"] != "derived")
    wide = printed[~misprinted].pivot(index=_KEYS, columns="item", values="value").dropna()
    table = pd.concat([computed, wide[~wide.index.isin(computed.index)]]).reset_index()
    types = published.loc[published["status"] == "evaluated", [*_KEYS, "agency_type"]]
    return table.merge(types, on=_KEYS)


def _share_above(scores: pd.DataFrame, domain: str, *, first: int, last: int) -> pd.DataFrame:
    """Share of the domain's indicators above level 1, a column each year."""
    instrument = load_instrument(_EDITION)
    items = [item for item in instrument.indicators if _domain_of(item) == domain]
    levels = scores[
        (scores["scale"] == "indicator")
        & (scores["status"] == "evaluated")
        & scores["item"].isin(items)
        & scores["year"].isin([first, last])
    ]
    above = levels.assign(above=levels["value"] >= ENACTED).groupby(_KEYS)["above"].mean()
    table = above.unstack().reindex(columns=[first, last]).dropna()
    if table.empty:
        raise DataError(f"Invalid scores. Some body must have levels in {first} and {last}.")
    return table


def _domain_of(item: str) -> str:
    instrument = load_instrument(_EDITION)
    code = item
    while code not in instrument.domains:
        code = str(instrument.item(code).parent)
    return code
