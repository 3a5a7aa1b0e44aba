"""Change of practice, 2021 to 2022, where a regulation came against where none came.

Only agency-topics without a regulation in 2021 are compared, in agencies evaluated in both years.
Beside the change of practice stand placebos, which must be near 0 if the comparison is fair: the
level of practice *before*, and the change of practices that have nothing to do with the topic. The
circular SE 18/2022 of August 2022, which asks for architecture and road map by December 2022, gives
a second comparison, of these two topics with the other eight.

What it cannot show: order within the year (regulation and practice are both seen once a year);
a reason behind both in the same topic; and change across 2020/2021 or 2022/2023, where the
instrument or its guideline changed. Agencies choose where they enact. The circular has two treated
topics and a deadline after most of the year was over: whether the evidence of the 2022 evaluation
was closed by then is not in the data.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.regulations.results import clustered_method, fit_clustered, regulation_table

__all__ = [
    "CIRCULAR_TOPICS",
    "pair_changes",
    "measure_unrelated_changes",
    "compare_adoption",
    "compare_placebos",
    "compare_circular",
]

# SE MenPANRB 18/2022, point a.
CIRCULAR_TOPICS = ("architecture", "road_map")
_YEARS = (2021, 2022)
_DESIGN = "adoption"
_CIRCULAR = "circular of August 2022"
_SPECIFICATIONS: dict[str, tuple[str, ...]] = {
    "raw difference": (),
    "topic effects": ("topic",),
    "topic effects, same level in 2021": ("topic", "practice_before"),
    "agency and topic effects": ("agency_id", "topic"),
    "agency and topic effects, same level in 2021": ("agency_id", "topic", "practice_before"),
}
_PAIRS = ["agency_id", "year", "agency_type", "topic", "is_enacted", "practice_level"]
_CHANGES = ["agency_id", "topic", "enacted_before", "enacted_after", "practice_before", "change"]


def pair_changes(pairs: pd.DataFrame) -> pd.DataFrame:
    """Put 2022 beside 2021 for every topic of the agencies evaluated in both years.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``, which takes evaluated results only.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type`` (of 2021), ``topic, enacted_before, enacted_after``,
        ``practice_before, practice_after, change`` (levels) and ``change_elsewhere``: the mean
        change of practice in the *other* topics that the agency did not newly enact, missing where
        there is none.

    Raises
    ------
    DataError
        When a column is absent or no agency stands in both years.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": "a", "agency_type": "kota", "topic": [*"xyzxyz"],
    ...     "year": [2021] * 3 + [2022] * 3, "is_enacted": [False, True, False, True, True, False],
    ...     "practice_level": [1.0, 2, 1, 3, 3, 1]})
    >>> pair_changes(pairs)[["change", "change_elsewhere"]].to_numpy().tolist()
    [[2.0, 0.5], [1.0, 0.0], [0.0, 1.0]]
    >>> pair_changes(pairs[pairs["year"] == 2021])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid pairs. At least one agency must stand in 2021 and 2022.
    """
    _require(pairs, _PAIRS, "pairs", "Build them with pair_topics.")
    before, after = (pairs[pairs["year"] == year] for year in _YEARS)
    table = before.merge(
        after[["agency_id", "topic", "is_enacted", "practice_level"]],
        on=["agency_id", "topic"],
        suffixes=("_before", "_after"),
    ).rename(
        columns=lambda name: name.replace("is_enacted", "enacted").replace(
            "practice_level", "practice"
        )
    )
    if table.empty:
        raise DataError("Invalid pairs. At least one agency must stand in 2021 and 2022.")
    change = table["practice_after"] - table["practice_before"]
    unmoved = ~(table["enacted_after"] & ~table["enacted_before"])
    # Sums less the row's own part: the mean over the other topics without a loop.
    agency = table["agency_id"]
    total = change.where(unmoved, 0.0).groupby(agency).transform("sum")
    count = unmoved.groupby(agency).transform("sum") - unmoved
    elsewhere = (total - change.where(unmoved, 0.0)) / count.where(count > 0)
    table = table.assign(change=change, change_elsewhere=elsewhere)
    return table[
        [
            "agency_id",
            "agency_type",
            "topic",
            "enacted_before",
            "enacted_after",
            "practice_before",
            "practice_after",
            "change",
            "change_elsewhere",
        ]
    ]


def measure_unrelated_changes(scores: pd.DataFrame, topics: pd.DataFrame) -> pd.DataFrame:
    """Mean change, 2021 to 2022, of all practice items that are twin of no policy topic.

    Parameters
    ----------
    scores : pandas.DataFrame
        As ``load_scores()``; indicators are used, evaluated results only.
    topics : pandas.DataFrame
        As ``load_reference("policy_topics")``: ``policy_item, practice_items``.

    Returns
    -------
    pandas.DataFrame
        One row an agency in both years: ``agency_id, change_unrelated`` (levels), ``n_items``.

    Raises
    ------
    DataError
        When no agency stands in both years.

    Examples
    --------
    >>> from spbe_research import load_reference, load_scores
    >>> scores, topics = load_scores(scale="indicator"), load_reference("policy_topics")
    >>> measure_unrelated_changes(scores, topics)["n_items"].unique().tolist()
    [25]
    >>> measure_unrelated_changes(scores[scores["year"] == 2021], topics)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid scores. At least one agency must stand in 2021 and 2022.
    """
    related = {*topics["policy_item"], *topics["practice_items"].str.split().explode()}
    kept = scores[
        (scores["scale"] == "indicator")
        & (scores["status"] == "evaluated")
        & scores["year"].isin(_YEARS)
        & ~scores["item"].isin(related)
    ]
    wide = kept.pivot(index=["agency_id", "item"], columns="year", values="value")
    wide = wide.reindex(columns=list(_YEARS)).dropna()
    if wide.empty:
        raise DataError("Invalid scores. At least one agency must stand in 2021 and 2022.")
    change = (wide[_YEARS[1]] - wide[_YEARS[0]]).groupby("agency_id").agg(["mean", "size"])
    return change.set_axis(["change_unrelated", "n_items"], axis=1).reset_index()


def compare_adoption(
    changes: pd.DataFrame, *, by: str | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Change of practice where a regulation came by 2022 against where none came, five ways.

    Use it for agency-topics without a regulation in 2021. The rows "same level in 2021" compare
    only equal starting levels, since low levels rise and high ones fall by themselves; where
    enacting *follows* practice such a control may itself mislead, so both stand.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``pair_changes``.
    by : str, optional
        A column, ``agency_type``: every group apart.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a group and specification: ``design, year, outcome, contrast``, the group,
        ``estimate`` (levels), ``std_error, low, high, n`` (agency-topics), ``n_clusters``
        (agencies), ``method``. With agency effects only agencies with two or more such topics
        count.

    Raises
    ------
    DataError
        When a column is absent.

    Notes
    -----
    ``change_ik = beta enacted_ik + t_k (+ a_i) (+ level of 2021) + e_ik`` over ik not enacted in
    2021: a difference in differences of two periods. Angrist and Pischke (2009), *Mostly Harmless
    Econometrics*, chapter 5.

    Examples
    --------
    >>> changes = pd.DataFrame({"agency_id": [*"aabbcc"], "topic": ["x", "y"] * 3,
    ...     "enacted_before": False, "enacted_after": [True, False] * 2 + [False, True],
    ...     "practice_before": 1.0, "change": [2.0, 1, 3, 2, 0, 1]})
    >>> compare_adoption(changes)["estimate"].round(3).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    >>> compare_adoption(changes.drop(columns="change"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid changes, 1 violation:
      - column change: is absent
    Build them with pair_changes.
    """
    needed = [*_CHANGES, *([] if by is None else [by])]
    _require(changes, needed, "changes", "Build them with pair_changes.")
    open_topics = changes[~changes["enacted_before"]]
    groups = [("", open_topics)] if by is None else list(open_topics.groupby(by, sort=True))
    rows: list[dict[str, object]] = []
    for value, group in groups:
        key = {} if by is None else {by: value}
        rows += [
            _row(_DESIGN, "change of practice 2021 to 2022", f"newly enacted or not: {name}", key)
            | _fit(group, "change", "enacted_after", effects, confidence)
            for name, effects in _SPECIFICATIONS.items()
        ]
    return regulation_table(rows)


def compare_placebos(
    changes: pd.DataFrame, unrelated: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Repeat the comparison on what enacting a topic could not move.

    A placebo well away from 0 says that those who enact differ anyway. Unrelated practices and
    other topics are the same for a whole agency or nearly so: agency effects are not possible.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``pair_changes``.
    unrelated : pandas.DataFrame
        As ``measure_unrelated_changes``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As ``compare_adoption``: the level of practice in 2021, with and without agency effects; the
        change of unrelated practices; of practice in topics not newly enacted; and the change of
        the topic *less* that of unrelated practices, which is the design and not a placebo.

    Raises
    ------
    DataError
        When a column is absent or an agency has no unrelated change.

    Examples
    --------
    >>> changes = pd.DataFrame({"agency_id": [*"aabbcc"], "topic": ["x", "y"] * 3,
    ...     "enacted_before": False, "enacted_after": [True, False] * 2 + [False, True],
    ...     "practice_before": 1.0, "change": [2.0, 1, 3, 2, 0, 1], "change_elsewhere": 0.5})
    >>> unrelated = pd.DataFrame({"agency_id": [*"abc"], "change_unrelated": [0.1, 0.2, 0.3]})
    >>> compare_placebos(changes, unrelated)["estimate"].abs().round(3).tolist()
    [0.0, 0.0, 0.0, 0.0, 1.0]
    >>> compare_placebos(changes, unrelated.head(2))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid unrelated changes, 1 violation:
      - c: has no unrelated change
    Build them with measure_unrelated_changes from the same years.
    """
    _require(changes, [*_CHANGES, "change_elsewhere"], "changes", "Build them with pair_changes.")
    open_topics = changes[~changes["enacted_before"]].merge(unrelated, on="agency_id", how="left")
    lacking = open_topics.loc[open_topics["change_unrelated"].isna(), "agency_id"].unique()
    refuse(
        DataError,
        "unrelated changes",
        [f"{agency}: has no unrelated change" for agency in lacking],
        "Build them with measure_unrelated_changes from the same years.",
    )
    net = open_topics["change"] - open_topics["change_unrelated"]
    table = open_topics.assign(net=net)
    elsewhere = table.dropna(subset=["change_elsewhere"])
    both = ("agency_id", "topic")
    plan: list[tuple[int, str, str, pd.DataFrame, str, tuple[str, ...]]] = [
        (2021, "practice in 2021", "placebo: topic effects", table, "practice_before", ("topic",)),
        (
            2021,
            "practice in 2021",
            "placebo: agency and topic effects",
            table,
            "practice_before",
            both,
        ),
        (
            2022,
            "change of unrelated practices",
            "placebo: topic effects",
            table,
            "change_unrelated",
            ("topic",),
        ),
        (
            2022,
            "change of practice in topics not newly enacted",
            "placebo: topic effects",
            elsewhere,
            "change_elsewhere",
            ("topic",),
        ),
        (
            2022,
            "change of practice less that of unrelated practices",
            "newly enacted or not: topic effects",
            table,
            "net",
            ("topic",),
        ),
    ]
    rows = [
        _row(_DESIGN, outcome, contrast, {}, year=year)
        | _fit(used, column, "enacted_after", effects, confidence)
        for year, outcome, contrast, used, column, effects in plan
    ]
    return regulation_table(rows)


def compare_circular(
    changes: pd.DataFrame,
    *,
    topics: Sequence[str] = CIRCULAR_TOPICS,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Difference in differences of the topics a circular asks for, with an exact permutation.

    Two topics of ten are treated: the clustered interval speaks of other agencies, not of other
    topics, and is too narrow for that. The permutation asks how often a choice of as many topics
    is as extreme; with 45 pairs the smallest p is 1/45 = 0.022.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``pair_changes``, every agency with every topic.
    topics : sequence of str
        The topics asked for.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        For the share enacted (0 to 1) and the practice level: the difference in differences and
        the permutation p, in the form of ``regulations.csv``.

    Raises
    ------
    DataError
        When a column is absent, a topic does not occur, none is left to compare with, or an agency
        lacks a topic.

    Notes
    -----
    ``mean change of the topics asked for - mean change of the others``; p is the share of all
    choices of as many topics, the real one among them, with at least its absolute difference.

    Examples
    --------
    >>> changes = pd.DataFrame({"agency_id": [*"aaabbb"], "topic": [*"xyzxyz"],
    ...     "enacted_before": False, "enacted_after": [True, False, False] * 2,
    ...     "practice_before": 1.0, "change": [1.0, 0, 0, 2, 0, 0]})
    >>> compare_circular(changes, topics=["x"])["estimate"].round(3).tolist()
    [1.0, 0.333, 1.5, 0.333]
    >>> compare_circular(changes, topics=["w"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid topics, 1 violation:
      - w: does not occur
    Name some of the topics of the changes, not all.
    """
    _require(changes, _CHANGES, "changes", "Build them with pair_changes.")
    _check_topics(changes, topics)
    table = changes.assign(
        pushed=changes["topic"].isin(list(topics)),
        enacting=changes["enacted_after"].astype(float) - changes["enacted_before"].astype(float),
    )
    names = ", ".join(topics)
    rows: list[dict[str, object]] = []
    for column, outcome in (
        ("enacting", "change of share enacted 2021 to 2022"),
        ("change", "change of practice 2021 to 2022"),
    ):
        fit = _fit(table, column, "pushed", (), confidence)
        rows.append(_row(_CIRCULAR, outcome, f"{names} against other topics", {}) | fit)
        p_value, n_choices = _permutation(table, column, topics)
        rows.append(
            _row(_CIRCULAR, outcome, f"{names} against other topics: permutation p", {})
            | {
                "estimate": p_value,
                "n": n_choices,
                "method": f"exact permutation over {n_choices} choices of topics, two-sided",
            }
        )
    return regulation_table(rows)


def _row(
    design: str, outcome: str, contrast: str, key: dict[str, object], *, year: int = _YEARS[1]
) -> dict[str, object]:
    return {"design": design, "year": year, "outcome": outcome, "contrast": contrast, **key}


def _fit(
    table: pd.DataFrame, outcome: str, regressor: str, effects: tuple[str, ...], confidence: float
) -> dict[str, object]:
    fit = fit_clustered(table, outcome, [regressor], effects=effects, confidence=confidence)
    return {**fit.iloc[0].to_dict(), "method": clustered_method(fit["n_clusters"].iloc[0])}


def _permutation(table: pd.DataFrame, column: str, topics: Sequence[str]) -> tuple[float, int]:
    means = table.groupby("topic")[column].mean()
    values, chosen = means.to_numpy(float), means.index.isin(list(topics))
    size = int(chosen.sum())
    picks = np.array(list(combinations(range(len(values)), size)))
    inside = values[picks].sum(axis=1)
    gaps = inside / size - (values.sum() - inside) / (len(values) - size)
    observed = values[chosen].mean() - values[~chosen].mean()
    return float((np.abs(gaps) >= abs(observed) - 1e-12).mean()), len(picks)


def _check_topics(changes: pd.DataFrame, topics: Sequence[str]) -> None:
    known = set(changes["topic"])
    violations = [f"{topic}: does not occur" for topic in topics if topic not in known]
    if not violations and not 0 < len(set(topics)) < len(known):
        violations.append("some topics must be asked for and some not")
    refuse(DataError, "topics", violations, "Name some of the topics of the changes, not all.")
    sizes = changes.groupby("agency_id")["topic"].nunique()
    refuse(
        DataError,
        "changes",
        [
            f"{agency}: has {n} of {len(known)} topics"
            for agency, n in sizes.items()
            if n < len(known)
        ],
        "Every agency needs every topic.",
    )


def _require(table: pd.DataFrame, columns: Sequence[str], what: str, remedy: str) -> None:
    absent = [f"column {name}: is absent" for name in columns if name not in table.columns]
    refuse(DataError, what, absent, remedy)
