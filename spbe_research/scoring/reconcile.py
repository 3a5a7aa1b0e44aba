"""Computed beside published: one row an agency and year, with a verdict and its reason."""

import numpy as np
import pandas as pd

from spbe_research.errors import ScoringError, refuse
from spbe_research.scoring.predicates import assign_predicate, predicate_rule

__all__ = ["reconcile"]

_KEY = ["agency_id", "year"]
_COMPUTED = (*_KEY, "index")
_PUBLISHED = (*_KEY, "edition", "index_published", "predicate_published", "status")
_NOISE = 1e-9


def reconcile(
    computed: pd.DataFrame, published: pd.DataFrame, *, tolerance: float = 0.01
) -> pd.DataFrame:
    """Set computed indices beside published ones; neither overwrites the other.

    Parameters
    ----------
    computed : pandas.DataFrame
        ``agency_id, year, index``, as columns or with the key as index; other columns are passed
        over.
    published : pandas.DataFrame
        ``agency_id, year, edition, index_published, predicate_published, status``, as
        ``load_published()``.
    tolerance : float
        Index points, 0 or more, that rounding of printed parts and of the printed index may
        account for.

    Returns
    -------
    pandas.DataFrame
        One row a published agency and year, in the order of ``published``: ``agency_id, year,
        edition, index_computed, index_published, difference`` (computed minus published),
        ``predicate_computed`` (from the computed index), ``predicate_published, verdict, reason``.
        Verdicts: ``reproduced``; ``predicate at the edge`` (the printed parts cannot decide which
        side of an edge the exact index lies on); ``predicate differs``; ``index differs``;
        ``carried over`` (repeats an earlier year, and there is nothing to compute it from);
        ``not computable``.

    Raises
    ------
    ScoringError
        Naming every absent column, every key that stands twice, every computed key that was not
        published and every published row without an index; or a tolerance below 0.

    Notes
    -----
    Predicates are compared where one was published, under the rule of the year
    (``predicate_rule``).

    Examples
    --------
    >>> published = pd.DataFrame({"agency_id": ["kota-36.72"], "year": [2021],
    ...     "edition": ["permen-59-2020"], "index_published": [2.027],
    ...     "predicate_published": [None], "status": ["evaluated"]})
    >>> computed = pd.DataFrame({"agency_id": ["kota-36.72"], "year": [2021], "index": [2.027]})
    >>> reconcile(computed, published)["verdict"].item()
    'reproduced'
    >>> reconcile(computed.assign(year=1999), published)
    Traceback (most recent call last):
        ...
    spbe_research.errors.ScoringError: Invalid computed indices, 1 violation:
      - ('kota-36.72', 1999): is not in the published table
    Give one row an agency and year that was published.
    """
    if not tolerance >= 0:
        raise ScoringError(f"Invalid tolerance {tolerance!r}. It must be 0 or more index points.")
    if not set(_KEY) <= set(computed.columns):
        computed = computed.reset_index()
    _check_columns(computed, published)
    _check_keys(computed, published)
    table = published.merge(
        computed[[*_KEY, "index"]].rename(columns={"index": "index_computed"}), on=_KEY, how="left"
    )
    table["difference"] = table["index_computed"] - table["index_published"]
    table["predicate_computed"] = _predicates(table)
    table["verdict"] = _verdicts(table, tolerance)
    table["reason"] = [_reason(row, tolerance) for row in table.itertuples()]
    return table[
        [
            *_KEY,
            "edition",
            "index_computed",
            "index_published",
            "difference",
            "predicate_computed",
            "predicate_published",
            "verdict",
            "reason",
        ]
    ]


def _check_columns(computed: pd.DataFrame, published: pd.DataFrame) -> None:
    refuse(
        ScoringError,
        "tables to reconcile",
        [
            f"column {column}: is absent from the {name} table"
            for name, table, needed in (
                ("computed", computed, _COMPUTED),
                ("published", published, _PUBLISHED),
            )
            for column in needed
            if column not in table.columns
        ],
        f"Computed needs {', '.join(_COMPUTED)}; published needs {', '.join(_PUBLISHED)}.",
    )


def _check_keys(computed: pd.DataFrame, published: pd.DataFrame) -> None:
    violations = []
    for name, table in (("computed", computed), ("published", published)):
        twice = table.loc[table.duplicated(_KEY), _KEY]
        violations += [
            f"{key!r}: stands twice in the {name} table"
            for key in twice.itertuples(index=False, name=None)
        ]
    known = set(published[_KEY].itertuples(index=False, name=None))
    violations += [
        f"{key!r}: is not in the published table"
        for key in computed[_KEY].itertuples(index=False, name=None)
        if key not in known
    ]
    violations += [
        f"{key!r}: has no index_published"
        for key in published.loc[published["index_published"].isna(), _KEY].itertuples(
            index=False, name=None
        )
    ]
    refuse(
        ScoringError,
        "computed indices",
        violations,
        "Give one row an agency and year that was published.",
    )


def _predicates(table: pd.DataFrame) -> pd.Series:
    """Predicate of the computed index under the rule of its year; an impossible index has none."""
    possible = table["index_computed"].where(table["index_computed"].between(1, 5 + _NOISE))
    predicates = pd.Series(None, index=table.index, dtype="str")
    for (year, edition), group in table.groupby(["year", "edition"]):
        assigned = assign_predicate(
            possible[group.index], str(edition), rule=predicate_rule(int(year))
        )
        predicates[group.index] = assigned["predicate"]
    return predicates


def _verdicts(table: pd.DataFrame, tolerance: float) -> pd.Series:
    computable = table["index_computed"].notna()
    near = table["difference"].abs() <= tolerance + _NOISE
    printed = table["predicate_published"].notna()
    differs = printed & (table["predicate_computed"] != table["predicate_published"])
    edge = differs & near & _edge_undecided(table, tolerance)
    carried = ~computable & (table["status"] == "carried_over")
    return pd.Series(
        np.select(
            [carried, ~computable, ~near, edge, differs],
            ["carried over", "not computable", "index differs", "predicate at the edge",
             "predicate differs"],
            default="reproduced",
        ),
        index=table.index,
    )  # fmt: skip


def _edge_undecided(table: pd.DataFrame, tolerance: float) -> pd.Series:
    """Whether an index within the tolerance of the computed one has the published predicate.

    Only where the printed index has two decimals: with four it is exact, and so is its predicate.
    """
    printed = table["index_published"] * 100
    slack = np.where((printed - printed.round()).abs() < _NOISE, tolerance, _NOISE)
    undecided = pd.Series(False, index=table.index)
    for side in (-slack, slack):
        moved = table.assign(index_computed=(table["index_computed"] + side).clip(1, 5))
        undecided |= _predicates(moved) == table["predicate_published"]
    return undecided


def _reason(row: object, tolerance: float) -> str:
    verdict = row.verdict  # type: ignore[attr-defined]
    if verdict == "carried over":
        return "the published value repeats an earlier year; its parts were not published again"
    if verdict == "not computable":
        return "no complete set of levels or domains was published"
    size = abs(row.difference)  # type: ignore[attr-defined]
    digits = "under 1e-12" if size < 1e-12 else f"{size:.4f}"
    if verdict == "index differs":
        return f"the difference of {digits} exceeds {tolerance:g}"
    text = f"the difference of {digits} is within {tolerance:g}"
    if verdict == "reproduced":
        return text
    names = f"{row.predicate_computed} against {row.predicate_published}"  # type: ignore[attr-defined]
    if verdict == "predicate at the edge":
        return f"{text}; an edge lies that near, and printed parts cannot decide: {names}"
    return f"{text}; the predicates differ: {names}"
