"""Every printed figure known to contradict its own source, with what the source's parts give."""

import pandas as pd

from spbe_research.instruments import Instrument, load_instrument
from spbe_research.scoring import compute_index

__all__ = ["list_misprints"]

_AT_LEAST_BAIK = ("Baik", "Sangat Baik", "Memuaskan")
_LARGEST_ROUNDING = 0.02
_LARGEST_UNLISTED = 0.10
_LISTS_WITH_DOMAINS = ("menpanrb-2023-report", "menpanrb-2024-report")


def list_misprints(
    published: pd.DataFrame, scores: pd.DataFrame, aggregates: pd.DataFrame
) -> pd.DataFrame:
    """Find the printed figures that their own parts or lists contradict.

    Looked for are: a level below the scale; a count or share that the report's own list
    contradicts; a group mean that is not the weighted mean of the printed means below it (by more
    than 0.02, twice what rounding allows), or that lies more than 0.10 from the mean of the list
    of that group. The last bound is wide because agencies that are not listed may be counted in.

    Parameters
    ----------
    published, scores, aggregates : pandas.DataFrame
        As the loaders return them.

    Returns
    -------
    pandas.DataFrame
        ``year, scope, item, kind, value_printed, value_from_parts, value_from_list, evidence,
        flag``: values missing where there is nothing to compute them from; ``flag`` is the entry of
        ``data/corrections.toml``, missing for a contradiction that is found here and nowhere
        declared.

    Notes
    -----
    A mean that contradicts its parts may itself be right and a part misprinted; where the list of
    the group is known, ``evidence`` says which.

    Examples
    --------
    >>> from spbe_research import load_aggregates, load_published, load_scores
    >>> table = list_misprints(load_published(), load_scores(), load_aggregates())
    >>> table.query("year == 2018")["value_from_list"].tolist()
    [113.0]
    """
    found = [*_impossible_values(scores, published), *_counts(published, aggregates)]
    found += _group_means(aggregates, _list_means(published, scores))
    table = pd.DataFrame(found)[
        [
            "year",
            "scope",
            "item",
            "kind",
            "value_printed",
            "value_from_parts",
            "value_from_list",
            "evidence",
            "flag",
        ]
    ]
    return table.sort_values(["year", "scope", "item"], ignore_index=True)


def _impossible_values(scores: pd.DataFrame, published: pd.DataFrame) -> list[dict[str, object]]:
    below = scores[scores["value"] < 1]
    names = published.set_index(["agency_id", "year"])["name_published"]
    return [
        {
            "year": int(row.year),
            "scope": names[(row.agency_id, row.year)],
            "item": row.item,
            "kind": "value below the scale",
            "value_printed": row.value,
            "value_from_parts": float("nan"),
            "value_from_list": float("nan"),
            "evidence": "no level is below 1; the printed index rests on this value",
            "flag": row.flag,
        }
        for row in below.itertuples()
    ]


def _counts(published: pd.DataFrame, aggregates: pd.DataFrame) -> list[dict[str, object]]:
    flagged = aggregates[aggregates["flag"].notna() & (aggregates["item"] == "predicate")]
    found = []
    for row in flagged.itertuples():
        listed = published[published["year"] == row.year]
        if row.scope == "kabupaten dan kota":
            listed = listed[listed["agency_type"].isin(["kabupaten", "kota"])]
        reached = int(listed["predicate_published"].isin(_AT_LEAST_BAIK).sum())
        share = row.measure.startswith("share")
        found.append(
            {
                "year": int(row.year),
                "scope": row.scope,
                "item": row.measure,
                "kind": "count or share",
                "value_printed": row.value,
                "value_from_parts": float("nan"),
                "value_from_list": reached / len(listed) if share else float(reached),
                "evidence": f"the report's own list: {reached} of {len(listed)}",
                "flag": row.flag,
            }
        )
    return found


def _group_means(
    aggregates: pd.DataFrame, list_means: dict[tuple[int, str, str], float]
) -> list[dict[str, object]]:
    means = aggregates[aggregates["source_id"] == "menpanrb-group-means"]
    found = []
    for (year, scope), group in means.groupby(["year", "scope"]):
        instrument = load_instrument("permen-5-2018" if year < 2021 else "permen-59-2020")
        printed = group.set_index("item")
        parts = _from_parts(instrument, printed["value"])
        for item in ("index", *instrument.domains):
            value = printed.loc[item, "value"]
            listed = list_means.get((int(year), str(scope), item), float("nan"))
            off_parts = abs(value - parts[item]) > _LARGEST_ROUNDING
            off_list = abs(value - listed) > _LARGEST_UNLISTED
            if off_parts or off_list:
                found.append(
                    {
                        "year": int(year),
                        "scope": scope,
                        "item": item,
                        "kind": "group mean",
                        "value_printed": value,
                        "value_from_parts": parts[item],
                        "value_from_list": listed,
                        "evidence": _group_evidence(off_parts, off_list, listed),
                        "flag": printed.loc[item, "flag"],
                    }
                )
    return found


def _group_evidence(off_parts: bool, off_list: bool, listed: float) -> str:
    if off_parts and off_list:
        return "its parts and the list of the group both contradict it"
    if off_list:
        return "the list of the group contradicts it"
    if listed == listed:  # known, and it agrees
        return "its parts contradict it, the list confirms it: a part is misprinted"
    return "its parts contradict it; no list to decide which is misprinted"


def _list_means(published: pd.DataFrame, scores: pd.DataFrame) -> dict[tuple[int, str, str], float]:
    """Mean of each group's list: the index of every year, the domains of 2023 and 2024."""
    types = published[["agency_id", "year", "agency_type"]]
    whole = scores[scores["source_id"].isin(_LISTS_WITH_DOMAINS) & (scores["scale"] == "domain")]
    values = pd.concat([scores[scores["scale"] == "index"], whole])
    means = values.merge(types, on=["agency_id", "year"]).groupby(["year", "agency_type", "item"])
    return {
        (int(year), str(kind), str(item)): float(value)
        for (year, kind, item), value in means["value"].mean().items()
        if kind != "lembaga"  # the ministry splits these into groups that the lists do not name
    }


def _from_parts(instrument: Instrument, printed: pd.Series) -> dict[str, float]:
    """The index from the printed domain means, and each domain from its printed aspect means."""
    found: dict[str, float] = {}
    for tier, nodes in (("domain", ("index",)), ("aspect", instrument.domains)):
        cut = instrument.cut_at(tier)
        parts = printed[list(cut.indicators)].astype(float).to_frame().T
        computed = compute_index(parts, cut).iloc[0]
        found |= {node: float(computed[node]) for node in nodes}
    return found
