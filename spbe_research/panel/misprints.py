"""Printed figures that contradict their own source, its list, or its parts, and which is wrong.

Three searches: levels below the scale; counts and shares against the list of the same report; group
means against the printed means below them, the list of the group, and the report of the same year.
What is not printed twice or cannot be computed is not searched: the table is a lower bound. Cells
are not errors: one slip of a printer spoils several, which ``printing_errors.csv`` puts together.
"""

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.panel.carried_over import population
from spbe_research.panel.counted_results import ITEMS, results_by_body
from spbe_research.scoring import compute_index
from spbe_research.years import evaluation, years_with

__all__ = ["list_misprints", "name_errors"]

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
_SHARE_ROUNDING = 0.005
_ROUNDING = 0.02  # of a mean of printed means, twice what two roundings can give
_LIST_GAP = 0.03  # printed means of early years lie up to this below their lists; why is unknown
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
    "source_id",
]

Means = dict[tuple[int, str, str], float]  # by year, scope and item

MISPRINTED = "misprinted"
RIGHT = "right, a part is misprinted"
UNDECIDED = "undecided"


def list_misprints(
    published: pd.DataFrame,
    scores: pd.DataFrame,
    aggregates: pd.DataFrame,
    carried_over: pd.DataFrame,
) -> pd.DataFrame:
    """Find the printed figures that something else in print contradicts.

    Parameters
    ----------
    published, scores, aggregates, carried_over : pandas.DataFrame
        As the loaders return them; the last of ``load_carried_over_bodies()``.

    Returns
    -------
    pandas.DataFrame
        ``year, scope, item, value_printed, value_from_parts`` (from the printed means of the tier
        below), ``value_from_list`` (from the list of the agencies), ``value_in_report`` (the same
        figure in the report of the year), ``verdict, flag, source_id``; values missing where there
        is nothing to compare. Verdicts: ``misprinted``; ``right, a part is misprinted`` (its parts
        contradict it, list or report confirm it); ``undecided``. ``flag`` is the entry of
        ``data/corrections.toml``, missing for a contradiction that is nowhere declared.

    Notes
    -----
    Counts, shares and means may be of the list, or of the list and the bodies that count with their
    last result (``carried_over``). A share must round to the printed one. A mean may differ by 0.02
    from that of its printed parts, by 0.015 from the report, and by 0.03 from the lists.

    Examples
    --------
    >>> from spbe_research import load_aggregates, load_published, load_scores
    >>> from spbe_research.panel.loaders import load_carried_over_bodies
    >>> table = list_misprints(
    ...     load_published(), load_scores(), load_aggregates(), load_carried_over_bodies()
    ... )
    >>> table.query("year == 2018")["value_from_list"].tolist()
    [113.0]
    """
    bodies = population(published, carried_over)
    results = results_by_body(published, carried_over, scores)
    found = [
        *_below_the_scale(scores, published),
        *_counts(published, bodies, aggregates),
        *_group_means(aggregates, _list_means(published, scores), _means_of_all(bodies, results)),
    ]
    table = pd.DataFrame(found, columns=_COLUMNS)
    return table.sort_values(["year", "scope", "item"], ignore_index=True)


def name_errors(misprints: pd.DataFrame, errors: pd.DataFrame) -> pd.DataFrame:
    """Return contradicting cells with the independent error that each goes back to.

    Parameters
    ----------
    misprints : pandas.DataFrame
        As ``list_misprints``.
    errors : pandas.DataFrame
        As ``load_reference("printing_errors")``: ``error, flag, page, reason_en, reason_id``, one
        row per cell; the reason stands in the first row of an error.

    Returns
    -------
    pandas.DataFrame
        ``error``, the columns of ``misprints`` and ``page``: where the cell was seen in print,
        empty where no page was recorded.

    Raises
    ------
    DataError
        Naming every declared cell that belongs to no error, and every row of ``errors`` whose cell
        contradicts nothing.

    Examples
    --------
    >>> cells = pd.DataFrame({"flag": ["a", "b"], "year": [2024, 2024]})
    >>> one = pd.DataFrame({"error": ["column"] * 2, "flag": ["a", "b"], "page": ["", "p. 4"]})
    >>> name_errors(cells, one)["error"].nunique()
    1
    >>> name_errors(cells, one.head(1))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid printing errors, 1 violation:
      - b: belongs to no error
    Correct data/reference/printing_errors.csv.
    """
    found, named = set(misprints["flag"].dropna()), set(errors["flag"])
    violations = [f"{flag}: belongs to no error" for flag in sorted(found - named)]
    violations += [f"{flag}: contradicts nothing" for flag in sorted(named - found)]
    refuse(
        DataError,
        "printing errors",
        violations,
        "Correct data/reference/printing_errors.csv.",
    )
    table = misprints.merge(errors[["error", "flag", "page"]], on="flag", how="left")
    return table[["error", *misprints.columns, "page"]]


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
            "source_id": row.source_id,
        }
        for row in scores[scores["value"] < 1].itertuples()
    ]


def _counts(
    published: pd.DataFrame, bodies: pd.DataFrame, aggregates: pd.DataFrame
) -> list[dict[str, object]]:
    measures = ("n_at_least_baik", "share_at_least_baik")
    stated = aggregates[
        aggregates["measure"].isin(measures) & aggregates["scope"].isin(_TYPES_OF_SCOPE)
    ]
    found = []
    for row in stated.itertuples():
        types = _TYPES_OF_SCOPE[row.scope]
        listed, counted = (
            table[(table["year"] == row.year) & table["agency_type"].isin(types)]
            for table in (published, bodies)
        )
        if row.item == "index":
            reached = int((listed["index_published"] >= _BAIK).sum())
        else:
            reached = int(listed["predicate_published"].isin(_AT_LEAST_BAIK).sum())
        absent = counted[~counted["listed"]]["index_published"]
        of_all = reached + int((absent >= _BAIK).sum())
        if row.measure == "n_at_least_baik":
            value, agrees = float(reached), row.value in (reached, of_all)
        else:
            value = reached / len(listed)
            agrees = any(
                abs(row.value - share) <= _SHARE_ROUNDING + _NOISE
                for share in (value, of_all / len(counted))
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
                    "source_id": row.source_id,
                }
            )
    return found


def _group_means(
    aggregates: pd.DataFrame, list_means: Means, all_means: Means
) -> list[dict[str, object]]:
    means = aggregates[aggregates["measure"] == "mean"]
    reports = means[means["source_id"] != _GROUP_MEANS].groupby(["year", "scope", "item"])["value"]
    in_reports = {key: values.tolist() for key, values in reports}
    found = []
    for (year, scope), group in means[means["source_id"] == _GROUP_MEANS].groupby(
        ["year", "scope"]
    ):
        instrument = load_instrument(evaluation(int(year)).edition)
        printed = group.set_index("item")
        parts = _from_parts(instrument, printed["value"])
        listed = {item: list_means.get((int(year), str(scope), item)) for item in printed.index}
        for item in instrument.outputs:
            value = printed.loc[item, "value"]
            others = in_reports.get((year, scope, item), [])
            report = min(others, key=lambda other: abs(other - value)) if others else None
            from_parts = parts.get(item)
            of_all = all_means.get((int(year), str(scope), item), listed[item])
            contradictions = (
                _apart(value, from_parts, _ROUNDING),
                _apart(value, listed[item], _LIST_GAP) and _apart(value, of_all, _LIST_GAP),
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
                        "source_id": _GROUP_MEANS,
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


def _list_means(published: pd.DataFrame, scores: pd.DataFrame) -> Means:
    """Mean of the list of each type: the index of every year, the domains of 2023 and 2024."""
    types = published[["agency_id", "year", "agency_type"]]
    reports = [evaluation(year).source for year in years_with(parts_published="domain")]
    lists = scores["source_id"].isin(reports)
    values = scores[(scores["scale"] == "index") | (lists & (scores["scale"] == "domain"))]
    means = values.merge(types, on=["agency_id", "year"]).groupby(["year", "agency_type", "item"])
    return {
        (int(year), str(kind), str(item)): float(value)
        for (year, kind, item), value in means["value"].mean().items()
        if kind in _TYPES_OF_SCOPE
    }


def _means_of_all(bodies: pd.DataFrame, results: pd.DataFrame) -> Means:
    """Mean of each type, the bodies that count with their last result among them."""
    indices = bodies.rename(columns={"index_published": "value"}).assign(item="index")
    keys, domains = ["year", "agency_type"], [item for item in ITEMS if item != "index"]
    long = results.melt(keys, domains, var_name="item").dropna(subset=["value"])
    counted = pd.concat([indices[[*keys, "item", "value"]], long])
    means = counted.groupby([*keys, "item"])["value"].mean()
    return {
        (int(year), str(kind), str(item)): float(value)
        for (year, kind, item), value in means.items()
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
