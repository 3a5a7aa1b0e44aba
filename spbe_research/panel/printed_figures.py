"""Every printed count, mean and share that was collected as a second witness, set beside the lists.

A figure is confirmed by what the list of the year gives, by the printed means of the tier below, or
by another print of the same figure. What contradicts any of these is declared, one by one, in
``data/reference/witness_exceptions.csv``; what none of them can confirm says why in
``witness_readings.csv``.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.panel.carried_over import population
from spbe_research.panel.counted_results import results_by_body
from spbe_research.panel.schemas import PREDICATES
from spbe_research.scoring import assign_predicate
from spbe_research.scoring.predicates import Rule
from spbe_research.years import evaluation

__all__ = ["check_printed_figures", "counted_bodies", "in_group"]

_NOISE = 1e-9
_OF_PRINTED_PARTS = 0.01  # half a printed step of the figure, and half a step of its parts
_RULES: tuple[Rule, ...] = (
    "rounded",
    "exact",
)  # offices of one ministry count at a band's edge by both
_MEASURES = ("count", "share", "mean", "maximum", "minimum", "edge", "weight")
_KEY = ["year", "quantity", "group", "value"]
_SAME_FIGURE = ["year", "group", "measure", "item", "condition"]
_OF_AGGREGATES = {  # the measures of ``aggregates`` that a witness may repeat
    "mean": ("mean", ""),
    "maximum": ("maximum", ""),
    "minimum": ("minimum", ""),
    "n_evaluated": ("count", ""),
    "n_domain_equal_1": ("count", "= 1.00"),
    "n_domain_equal_5": ("count", "= 5.00"),
}

_STATISTICS = {"mean": "mean", "maximum": "max", "minimum": "min"}
_COMPARED: dict[str, Callable[[pd.Series, float], pd.Series]] = {
    ">=": lambda values, edge: values >= edge - _NOISE,
    "<": lambda values, edge: values < edge - _NOISE,
    "=": lambda values, edge: (values - edge).abs() < _NOISE,
}
Counted = dict[str, pd.DataFrame]  # bodies by way of counting
Values = list[tuple[str, float]]  # each with the way of counting that gives it


def check_printed_figures(
    bodies: pd.DataFrame, aggregates: pd.DataFrame, reference: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Set every figure of ``witnesses.csv`` beside the lists, its parts and its other prints.

    Parameters
    ----------
    bodies : pandas.DataFrame
        As ``counted_bodies``.
    aggregates : pandas.DataFrame
        As ``load_aggregates()``: figures of the same measure are other prints.
    reference : mapping of str to pandas.DataFrame
        ``witnesses`` (the printed figures), ``witness_readings`` (what each quantity measures),
        ``witness_groups`` (the bodies of each group), ``witness_exceptions`` and
        ``predicates``, all text.

    Returns
    -------
    pandas.DataFrame
        One row per printed figure: ``year, quantity, group, value, document, page, measure, item,
        condition, from_list`` (the nearest value that the list gives, in the unit of the figure),
        ``basis`` (the way of counting), ``list_agrees, parts_agree, prints_agree`` (missing where
        nothing can be compared), ``is_confirmed`` (by at least one, contradicted by none),
        ``is_contradicted``, ``reason`` (why it is not confirmed, as declared) and ``is_declared``,
        false for a contradiction without a declaration, for a declaration without a contradiction,
        and for a figure that nothing confirms without a word why.

    Raises
    ------
    DataError
        Naming every quantity without a reading, and every declaration that meets no figure.

    Notes
    -----
    A figure agrees with a list where the list's value rounds to it: it differs by at most half a
    unit of the last printed digit. Ways of counting: the bodies of the list; these and the absent
    bodies with their last result; these without repeated results; bands on the rounded or the exact
    index. A mean agrees with its printed parts within 0.01, with another print only if equal.
    """
    figures = _read(reference)
    counted = _by_group(figures, bodies, reference["witness_groups"])
    rows = []
    for row in figures.itertuples():
        values = _values(row, counted[row.year, row.group], reference["predicates"])
        printed, half = _number(row.value), _half_unit(row.value)
        nearest = min(values, key=lambda each: abs(each[1] - printed), default=None)
        rows.append(
            {
                "from_list": None if nearest is None else nearest[1],
                "basis": None if nearest is None else nearest[0],
                "list_agrees": None if nearest is None else abs(nearest[1] - printed) <= half,
            }
        )
    table = pd.concat([figures, pd.DataFrame(rows, index=figures.index)], axis=1)
    table["parts_agree"] = _parts_agree(table)
    table["prints_agree"] = _prints_agree(table, aggregates)
    checks = table[["list_agrees", "parts_agree", "prints_agree"]].astype("boolean")
    table[checks.columns] = checks
    table["is_contradicted"] = (~checks).any(axis=1).astype(bool)
    table["is_confirmed"] = (checks.any(axis=1) & ~table["is_contradicted"]).astype(bool)
    table["is_declared"] = table["is_confirmed"] == (table["reason"] == "")
    return table


def counted_bodies(
    published: pd.DataFrame, carried_over: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Return all bodies that may be counted in a year, with their domains where these are known.

    Parameters
    ----------
    published, carried_over, scores : pandas.DataFrame
        As ``load_published()``, ``load_carried_over_bodies()`` and ``load_scores()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, name, table`` (of the report, empty for absent bodies),
        ``index, predicate, status, mode, listed, D1 .. D4`` and ``rounded, exact``: the predicate
        of the index by either rule.
    """
    bodies = population(published, carried_over).rename(columns={"index_published": "index"})
    printed = published.assign(
        name=published["name_published"],
        table=published["locator"].str.extract(r"^(Tabel \d+)", expand=False),
        predicate=published["predicate_published"],
    )
    key = ["agency_id", "year"]
    bodies = bodies.merge(printed[[*key, "name", "table", "predicate", "mode"]], on=key, how="left")
    bodies = bodies.merge(
        results_by_body(published, carried_over, scores)[[*key, "D1", "D2", "D3", "D4"]],
        on=key,
        how="left",
    )
    for rule in _RULES:
        parts = [
            assign_predicate(group["index"], evaluation(int(year)).edition, rule=rule)["predicate"]
            for year, group in bodies.groupby("year")
        ]
        bodies[rule] = pd.concat(parts)
    return bodies


def in_group(bodies: pd.DataFrame, group: Any) -> pd.Series:
    """Say which bodies of a year belong to a group, a row of ``witness_groups``.

    A report lists the groups of lembaga in tables of their own; elsewhere no list names them.
    """
    inside = bodies["agency_type"].isin(group.agency_types.split())
    if group.only_table:
        inside &= bodies["table"] == group.only_table
    if group.but_table:
        inside &= bodies["table"].ne(group.but_table)
    return inside


def _read(reference: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    readings = reference["witness_readings"]
    declared = reference["witness_exceptions"]
    figures = reference["witnesses"].merge(readings, on="quantity", how="left", indicator=True)
    violations = [
        f"{quantity!r}: has no reading"
        for quantity in figures.loc[figures["_merge"] != "both", "quantity"].unique()
    ]
    violations += [
        f"{row.quantity!r}: its measure must be one of {', '.join(_MEASURES)}, or why_not must say "
        "why there is none"
        for row in readings.itertuples()
        if (row.measure in _MEASURES) == bool(row.why_not)
    ]
    keys = set(figures[_KEY].itertuples(index=False, name=None))
    violations += [
        f"{' '.join(each)}: is declared and stands in no print"
        for each in declared[_KEY].itertuples(index=False, name=None)
        if each not in keys
    ]
    refuse(
        DataError,
        "second witnesses",
        violations,
        "Correct witness_readings.csv or witness_exceptions.csv in data/reference.",
    )
    figures = figures.merge(declared[[*_KEY, "reason"]], on=_KEY, how="left")
    figures["reason"] = figures["reason"].fillna(figures["why_not"])
    return figures[
        [*_KEY, "document", "page", "measure", "item", "condition", "reason"]
    ].reset_index(drop=True)


def _by_group(
    figures: pd.DataFrame, bodies: pd.DataFrame, groups: pd.DataFrame
) -> dict[tuple[str, str], Counted]:
    """Return the bodies of every year and group that a figure speaks of, by way of counting."""
    known = {(str(row.group), str(row.year)): row for row in groups.itertuples()}
    of_years = {str(year): rows for year, rows in bodies.groupby("year")}
    found: dict[tuple[str, str], Counted] = {}
    for year, name in figures[["year", "group"]].drop_duplicates().itertuples(index=False):
        rows = of_years.get(year, bodies.head(0))
        group = known.get((name, year)) or known.get((name, ""))
        rows = rows[rows["name"] == name if group is None else in_group(rows, group)]
        ways = {
            "list": rows[rows["listed"]],
            "list and absent bodies": rows,
            "new results": rows[rows["status"] == "evaluated"],
        }
        found[year, name] = {way: each for way, each in ways.items() if len(each)}
    return found


def _values(row: Any, counted: Counted, bands: pd.DataFrame) -> Values:
    """Return what the list of the year gives for a printed figure, by each way of counting."""
    year, measure, item = int(row.year), row.measure, row.item
    if measure == "edge":
        edition = evaluation(year).edition
        band = bands[(bands["edition"] == edition) & (bands["predicate"] == row.condition)]
        return [("instrument", float(edge)) for edge in band["lower"]]
    if measure == "weight":
        weight = load_instrument(evaluation(year).edition).item(item).weight
        return [("instrument", float(weight))]
    if not measure:
        return []
    return [value for way, rows in counted.items() for value in _measured(way, rows, row)]


def _measured(way: str, rows: pd.DataFrame, row: Any) -> Values:
    measure, item = row.measure, row.item
    if item in ("listed", "mode"):
        found = {way: rows["mode"].eq(row.condition) if item == "mode" else rows["listed"].notna()}
    elif item == "predicate":
        found = {
            f"{way}, {rule}": _in_band(rows["predicate"].fillna(rows[rule]), row.condition)
            for rule in _RULES
        }
    elif item not in rows or rows[item].isna().all():
        return []
    elif measure in _STATISTICS:
        return [(way, float(rows[item].agg(_STATISTICS[measure])))]
    else:
        sign, text = row.condition.split(" ", 1)
        found = {way: _COMPARED[sign](rows[item], float(text))}
    return [
        (name, float(true.sum()) if measure == "count" else 100 * float(true.mean()))
        for name, true in found.items()
    ]


def _in_band(predicates: pd.Series, condition: str) -> pd.Series:
    sign, name = condition.split(" ", 1)
    named = PREDICATES[PREDICATES.index(name) :] if sign == ">=" else (name,)
    return predicates.isin(named)


def _parts_agree(table: pd.DataFrame) -> pd.Series:
    """Whether a printed mean is the weighted mean of the printed means below it."""
    agree = pd.Series(None, index=table.index, dtype=object)
    means = table[table["measure"] == "mean"]
    for (year, _, _), group in means.groupby(["year", "document", "group"]):
        group = group.drop_duplicates("item")
        instrument = load_instrument(evaluation(int(year)).edition)
        printed = group.set_index("item")["value"].astype(float)
        for row in group.itertuples():
            parts = _parts_of(row.item, instrument)
            if parts and set(parts) <= set(printed.index):
                below = _weighted(printed[list(parts)], instrument)
                agree[row.Index] = abs(float(row.value) - below) <= _OF_PRINTED_PARTS + _NOISE
    return agree


def _parts_of(item: str, instrument: Instrument) -> tuple[str, ...]:
    if item in instrument.indicators:
        return ()
    parts = instrument.children(item)
    return () if set(parts) <= set(instrument.indicators) else parts


def _weighted(values: pd.Series, instrument: Instrument) -> float:
    weights = np.array([float(instrument.item(str(item)).weight) for item in values.index])
    return float(values.to_numpy() @ weights / weights.sum())


def _prints_agree(table: pd.DataFrame, aggregates: pd.DataFrame) -> pd.Series:
    """Whether another document, or the table of aggregates, prints the same figure."""
    prints: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for row in aggregates[aggregates["measure"].isin(_OF_AGGREGATES)].itertuples():
        measure, condition = _OF_AGGREGATES[row.measure]
        item = "listed" if row.item == "agencies" else row.item
        key = (str(row.year), row.scope, measure, item, condition)
        prints.setdefault(key, []).append((row.source_id, float(row.value)))
    keys = list(table[_SAME_FIGURE].itertuples(index=False, name=None))
    own = list(zip(table["document"], table["value"].map(_number), strict=True))
    for key, each in zip(keys, own, strict=True):
        prints.setdefault(key, []).append(each)
    agree = []
    for key, (document, number) in zip(keys, own, strict=True):
        others = [value for place, value in prints[key] if place != document and key[2]]
        agree.append(any(abs(value - number) < _NOISE for value in others) if others else None)
    return pd.Series(agree, index=table.index, dtype=object)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")  # two figures in one; its reading says why it is not compared


def _half_unit(text: str) -> float:
    decimals = len(text.partition(".")[2])
    return 0.5 * 10.0**-decimals + _NOISE
