"""Printed figures that contradict their own source, its list, or its parts, and which is wrong.

Three searches: levels below the scale; counts and shares against the list of the same report; group
means against the printed means below them, the list of the group, and the report of the same year.
What is not printed twice or cannot be computed is not searched: the table is a lower bound.
"""

import pandas as pd

from spbe_research.instruments import Instrument, load_instrument
from spbe_research.scoring import compute_index

__all__ = ["list_misprints"]

_AT_LEAST_BAIK = ("Baik", "Sangat Baik", "Memuaskan")
_BAIK = 2.6  # lower edge of Baik, PermenPANRB 5/2018
_TYPES_OF_SCOPE = {  # what the lists can recompute; lembaga are grouped in ways they do not name
    "nasional": ("kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota"),
    "pemerintah daerah": ("provinsi", "kabupaten", "kota"),
    "kabupaten dan kota": ("kabupaten", "kota"),
    "kementerian": ("kementerian",),
    "polda": ("polda",),
    "provinsi": ("provinsi",),
    "kabupaten": ("kabupaten",),
    "kota": ("kota",),
}
_UNLISTED_AT_MOST = 20  # local governments without a result that a share may be taken of
_SHARE_ROUNDING = 0.005
_ROUNDING = 0.02  # of a mean of printed means, twice what two roundings can give
_UNLISTED_EFFECT = 0.10  # agencies without a result, counted as 1.00, move no group mean further
_SAME_FIGURE = 0.015
_NOISE = 1e-9
_GROUP_MEANS = "menpanrb-group-means"
_COLUMNS = [
    "year",
    "scope",
    "item",
    "value_printed",
    "value_from_parts",
    "value_from_list",
    "value_in_report",
    "verdict",
    "flag",
]

MISPRINTED = "misprinted"
RIGHT = "right, a part is misprinted"
UNDECIDED = "undecided"


def list_misprints(
    published: pd.DataFrame, scores: pd.DataFrame, aggregates: pd.DataFrame
) -> pd.DataFrame:
    """Find the printed figures that something else in print contradicts.

    Parameters
    ----------
    published, scores, aggregates : pandas.DataFrame
        As the loaders return them.

    Returns
    -------
    pandas.DataFrame
        ``year, scope, item, value_printed, value_from_parts`` (from the printed means of the tier
        below), ``value_from_list`` (from the list of the agencies), ``value_in_report`` (the same
        figure in the report of the year), ``verdict, flag``; values missing where there is nothing
        to compare. Verdicts: ``misprinted``; ``right, a part is misprinted`` (its parts contradict
        it, list or report confirm it); ``undecided``. ``flag`` is the entry of
        ``data/corrections.toml``, missing for a contradiction that is nowhere declared.

    Notes
    -----
    A mean may differ by 0.02 from that of its printed parts, by 0.015 from the report, and by 0.10
    from the list, since agencies without a result may be counted in. A share may be taken of up to
    20 kabupaten more than the list has.

    Examples
    --------
    >>> from spbe_research import load_aggregates, load_published, load_scores
    >>> table = list_misprints(load_published(), load_scores(), load_aggregates())
    >>> table.query("year == 2018")["value_from_list"].tolist()
    [113.0]
    """
    found = [
        *_below_the_scale(scores, published),
        *_counts(published, aggregates),
        *_group_means(aggregates, _list_means(published, scores)),
    ]
    table = pd.DataFrame(found, columns=_COLUMNS)
    return table.sort_values(["year", "scope", "item"], ignore_index=True)


def _below_the_scale(scores: pd.DataFrame, published: pd.DataFrame) -> list[dict[str, object]]:
    names = published.set_index(["agency_id", "year"])["name_published"]
    return [
        {
            "year": int(row.year),
            "scope": names[(row.agency_id, row.year)],
            "item": row.item,
            "value_printed": row.value,
            "verdict": MISPRINTED,
            "flag": row.flag,
        }
        for row in scores[scores["value"] < 1].itertuples()
    ]


def _counts(published: pd.DataFrame, aggregates: pd.DataFrame) -> list[dict[str, object]]:
    measures = ("n_at_least_baik", "share_at_least_baik")
    stated = aggregates[
        aggregates["measure"].isin(measures) & aggregates["scope"].isin(_TYPES_OF_SCOPE)
    ]
    found = []
    for row in stated.itertuples():
        types = _TYPES_OF_SCOPE[row.scope]
        listed = published[(published["year"] == row.year) & published["agency_type"].isin(types)]
        if row.item == "index":
            reached = int((listed["index_published"] >= _BAIK).sum())
        else:
            reached = int(listed["predicate_published"].isin(_AT_LEAST_BAIK).sum())
        if row.measure == "n_at_least_baik":
            value, agrees = float(reached), row.value == reached
        else:
            value = reached / len(listed)
            unlisted = range(_UNLISTED_AT_MOST + 1) if "kabupaten" in types else range(1)
            agrees = any(
                abs(row.value - reached / (len(listed) + extra)) <= _SHARE_ROUNDING + _NOISE
                for extra in unlisted
            )
        if not agrees:
            found.append(
                {
                    "year": int(row.year),
                    "scope": row.scope,
                    "item": row.measure,
                    "value_printed": row.value,
                    "value_from_list": value,
                    "verdict": MISPRINTED,
                    "flag": row.flag,
                }
            )
    return found


def _group_means(
    aggregates: pd.DataFrame, list_means: dict[tuple[int, str, str], float]
) -> list[dict[str, object]]:
    means = aggregates[aggregates["measure"] == "mean"]
    reports = means[means["source_id"] != _GROUP_MEANS].groupby(["year", "scope", "item"])["value"]
    in_reports = {key: values.tolist() for key, values in reports}
    found = []
    for (year, scope), group in means[means["source_id"] == _GROUP_MEANS].groupby(
        ["year", "scope"]
    ):
        instrument = load_instrument("permen-5-2018" if year < 2021 else "permen-59-2020")
        printed = group.set_index("item")
        parts = _from_parts(instrument, printed["value"])
        listed = {item: list_means.get((int(year), str(scope), item)) for item in printed.index}
        for item in instrument.outputs:
            value = printed.loc[item, "value"]
            others = in_reports.get((year, scope, item), [])
            report = min(others, key=lambda other: abs(other - value)) if others else None
            from_parts = parts.get(item)
            contradictions = (
                _apart(value, from_parts, _ROUNDING),
                _apart(value, listed[item], _UNLISTED_EFFECT),
                _apart(value, report, _SAME_FIGURE),
            )
            if any(contradictions):
                found.append(
                    {
                        "year": int(year),
                        "scope": scope,
                        "item": item,
                        "value_printed": value,
                        "value_from_parts": from_parts,
                        "value_from_list": listed[item],
                        "value_in_report": report,
                        "verdict": _verdict(
                            contradictions[1:],
                            known=listed[item] is not None or report is not None,
                            parts_hold=_aspects_give_the_list(instrument, printed, listed),
                        ),
                        "flag": printed.loc[item, "flag"],
                    }
                )
    return found


def _verdict(by_others: tuple[bool, ...], *, known: bool, parts_hold: bool) -> str:
    """Which is wrong: others decide where there are any, else the parts if these give the list."""
    if any(by_others):
        return MISPRINTED
    if known:
        return RIGHT
    return MISPRINTED if parts_hold else UNDECIDED


def _aspects_give_the_list(
    instrument: Instrument, printed: pd.DataFrame, listed: dict[str, float | None]
) -> bool:
    """Whether the printed aspect means give the mean index of the list, and so are right."""
    cut = instrument.cut_at("aspect")
    parts = printed.loc[list(cut.indicators), "value"].astype(float).to_frame().T
    index = float(compute_index(parts, cut)["index"].iloc[0])
    return listed["index"] is not None and not _apart(index, listed["index"], _ROUNDING)


def _apart(value: float, other: float | None, allowed: float) -> bool:
    return other is not None and abs(value - other) > allowed + _NOISE


def _list_means(published: pd.DataFrame, scores: pd.DataFrame) -> dict[tuple[int, str, str], float]:
    """Mean of the list of each type: the index of every year, the domains of 2023 and 2024."""
    types = published[["agency_id", "year", "agency_type"]]
    lists = scores["source_id"].isin(["menpanrb-2023-report", "menpanrb-2024-report"])
    values = scores[(scores["scale"] == "index") | (lists & (scores["scale"] == "domain"))]
    means = values.merge(types, on=["agency_id", "year"]).groupby(["year", "agency_type", "item"])
    return {
        (int(year), str(kind), str(item)): float(value)
        for (year, kind, item), value in means["value"].mean().items()
        if kind in _TYPES_OF_SCOPE
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
