"""Whether a region first regulates a topic where its neighbours did the year before.

Neighbours are the other regencies and cities of the province. Regions of a province also share a
provincial government and, it may be, the assessors, so that a common cause looks like imitation.
The method is that of adoption histories (Berry and Berry 1990, ``[@berry1990]``; for another kind
of local regulation in Indonesia: Hanifah and others 2025, ``[@hanifah2025]``).
"""

import pandas as pd

from spbe_research.methods.policy_and_practice import pair_years
from spbe_research.methods.regression import fit, result_rows

__all__ = ["compare_diffusion"]

_TYPES = ("kabupaten", "kota")
_PROVINCE = "provinsi"
_HELD = {
    "nothing": " | topic",
    "island": " | topic + island",
    "region": " | topic + agency_id",
}
_EVERYBODY = "neighbours and provincial government"
_PLAN = (
    ("neighbours", "all", "nothing"),
    (_EVERYBODY, "all", "nothing"),
    ("neighbours", "all", "island"),
    ("neighbours", "same", "region"),
    ("provincial government", "same", "region"),
)


def compare_diffusion(
    pairs: pd.DataFrame, agencies: pd.DataFrame, *, first: int, last: int
) -> pd.DataFrame:
    """Chance that a topic is newly regulated, by what others of the province had regulated.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.
    first, last : int
        The years: topics not regulated in the first, regulated or not in the last.

    Returns
    -------
    pandas.DataFrame
        ``others`` (``neighbours``, ``neighbours and provincial government``, ``provincial
        government``), ``topics`` (``all``: the share of all their topics; ``same``: of the topic
        itself), ``held`` (what is held equal beside the topic: ``nothing``, ``island``, ``region``)
        and the result for regencies and cities: share newly regulated, all against none of the
        others.

    Raises
    ------
    DataError
        When no region is in both years.

    Notes
    -----
    Linear probability with effects of topic; clusters are provinces. In one region all neighbours
    of a province are the same, so that ``region`` can be held equal for ``same`` only.
    """
    bodies = agencies.set_index("agency_id")
    provinces = bodies["province_2018"]
    placed = pairs.assign(province=pairs["agency_id"].map(provinces))
    before = placed[(placed["year"] == first) & placed["province"].notna()]
    years = pair_years(pairs, first=first, last=last)
    years = years[years["agency_type"].isin(_TYPES) & ~years["enacted_first"]]
    ids = years["agency_id"]
    years = years.assign(province=ids.map(provinces), island=ids.map(bodies["island"]))
    near = before[before["agency_type"].isin(_TYPES)]
    government = before[before["agency_type"] == _PROVINCE]
    sources = {
        "neighbours": near,
        "neighbours and provincial government": pd.concat([near, government]),
        "provincial government": government,
    }
    rows = []
    for others, topics, held in _PLAN:
        by = ["province"] if topics == "all" else ["province", "topic"]
        table = years.assign(share=_shares_of_others(years, sources[others], by=by))
        formula = f"enacted_last ~ share{_HELD[held]}"
        found = fit(table.dropna(subset=["share"]), formula, clusters="province", terms=["share"])
        keys = {"others": others, "topics": topics, "held": held}
        rows.append((keys, found))
    return result_rows(rows)


def _shares_of_others(rows: pd.DataFrame, others: pd.DataFrame, *, by: list[str]) -> pd.Series:
    """Share regulated among the others of a place, the body of the row itself taken out."""
    sums = others.groupby(by)["is_enacted"].agg(["sum", "size"])
    keys = ["agency_id", *by[1:]]
    own = others.groupby(keys)["is_enacted"].agg(["sum", "size"])
    theirs = rows[by].merge(sums, left_on=by, right_index=True, how="left")
    mine = rows[keys].merge(own, left_on=keys, right_index=True, how="left").fillna(0)
    count = theirs["size"] - mine["size"]
    return (theirs["sum"] - mine["sum"]) / count.where(count > 0)
