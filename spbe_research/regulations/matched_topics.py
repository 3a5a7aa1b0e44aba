"""Practice of a topic where an agency has regulated it against where it has not: ten topics.

Each of the ten policy items has a practice item of the same topic (ICT audit has three: their
mean). With an effect for every agency and every topic, only differences *within* an agency across
topics count, beyond what makes a topic easy for all. So nothing that lifts all topics of an agency
alike (money, size, a good team, a kind assessor) can make the association.

What it cannot show: which came first (a practice may be written into a regulation afterwards);
what concerns one topic of one agency (a unit that both writes and does); and whether the two levels
are two facts, since one assessor judged both, often on the same documents, and the criteria of a
practice level may ask for the regulation itself.
"""

from collections.abc import Sequence

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.regulations.results import clustered_method, fit_clustered, regulation_table

__all__ = ["compare_dose", "compare_matched_topics", "leave_one_topic_out", "pair_topics"]

_DESIGN = "matched topics"
_KEYS = ["agency_id", "year"]
_NEEDED = ["agency_id", "year", "topic", "policy_level", "is_enacted", "practice_level"]
_OUTCOME = "practice level of the topic"
_SPECIFICATIONS: dict[str, tuple[str, ...]] = {
    "raw difference": (),
    "topic effects": ("topic",),
    "agency effects": ("agency_id",),
    "agency and topic effects": ("agency_id", "topic"),
}


def pair_topics(
    policies: pd.DataFrame,
    scores: pd.DataFrame,
    topics: pd.DataFrame,
    published: pd.DataFrame,
) -> pd.DataFrame:
    """Put the level of each policy topic beside the level of its practice.

    Parameters
    ----------
    policies : pandas.DataFrame
        As ``load_policies()``.
    scores : pandas.DataFrame
        As ``load_scores()``; indicators are used.
    topics : pandas.DataFrame
        As ``load_reference("policy_topics")``: ``topic, practice_items`` (codes with blanks
        between).
    published : pandas.DataFrame
        As ``load_published()``: agency type of the year; only ``evaluated`` results count.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, topic, policy_level`` (1 to 5), ``is_enacted`` (level 2 or
        more), ``practice_level`` (1 to 5, the mean of the twins).

    Raises
    ------
    DataError
        Naming every agency-topic whose practice is not complete.

    Examples
    --------
    >>> from spbe_research import load_policies, load_published, load_reference, load_scores
    >>> topics = load_reference("policy_topics")
    >>> tables = load_policies(), load_scores(scale="indicator"), topics, load_published()
    >>> pairs = pair_topics(*tables)
    >>> pairs.groupby("year").size().tolist()
    [5170, 5540]
    >>> pair_topics(tables[0], tables[1].query("item != 'I31'"), *tables[2:])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid practice levels, 1071 violations:
      - 11 2021 ict_audit: 2 of 3 practice items
    ...
    """
    twins = topics[["topic", "practice_items"]].assign(item=topics["practice_items"].str.split())
    twins = twins.explode("item")[["topic", "item"]]
    levels = scores[scores["status"] == "evaluated"].merge(twins, on="item")
    practice = levels.groupby([*_KEYS, "topic"])["value"].agg(["mean", "size"]).reset_index()
    types = published.loc[published["status"] == "evaluated", [*_KEYS, "agency_type"]]
    pairs = policies.merge(types, on=_KEYS, how="inner")
    pairs = pairs.merge(practice, on=[*_KEYS, "topic"], how="left")
    wanted = pairs["topic"].map(twins.groupby("topic").size())
    found = pairs["size"].fillna(0).astype(int)
    wrong = found != wanted
    refuse(
        DataError,
        "practice levels",
        [
            f"{row.agency_id} {row.year} {row.topic}: {found} of {items} practice items"
            for row, found, items in zip(
                pairs[wrong].itertuples(), found[wrong], wanted[wrong], strict=True
            )
        ],
        "Hand over all indicators of the years of the policies.",
    )
    pairs = pairs.rename(columns={"level": "policy_level", "mean": "practice_level"})
    pairs["practice_level"] = pairs["practice_level"].astype(float)
    return pairs[[*_KEYS, "agency_type", "topic", "policy_level", "is_enacted", "practice_level"]]


def compare_matched_topics(
    pairs: pd.DataFrame, *, by: str | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Difference of practice between topics with and without an enacted regulation, four ways.

    Use it within a year. The row with both effects is the design; the others show what each effect
    takes away. Not an effect of enacting: see the head of this module.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    by : str, optional
        A column, ``agency_type``: every group apart.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a year, group and specification (no effects, topic, agency, both): ``design, year,
        outcome, contrast``, the group, ``estimate`` (levels), ``std_error, low, high, n`` (agency-
        topics), ``n_clusters`` (agencies), ``method``.

    Raises
    ------
    DataError
        When a column is absent or an agency-topic stands twice in a year.

    Notes
    -----
    ``practice_ik = beta enacted_ik + a_i + t_k + e_ik``; errors clustered by agency, see
    ``fit_clustered``. Effects of units: Angrist and Pischke (2009), *Mostly Harmless
    Econometrics*, chapter 5.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": [*"aabbcc"], "year": 2021, "topic": ["x", "y"] * 3,
    ...     "policy_level": [1, 2, 2, 1, 3, 3]})
    >>> pairs["is_enacted"] = pairs["policy_level"] >= 2
    >>> pairs["practice_level"] = pairs["is_enacted"] + (pairs["agency_id"] == "c") * 2.0
    >>> compare_matched_topics(pairs)["estimate"].round(3).tolist()
    [2.0, 2.0, 1.0, 1.0]
    >>> compare_matched_topics(pd.concat([pairs, pairs.head(1)]))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid pairs, 1 violation:
      - a 2021 x: stands more than once
    ...
    """
    _check_pairs(pairs, by)
    rows: list[dict[str, object]] = []
    for key, group in _groups(pairs, by):
        for name, effects in _SPECIFICATIONS.items():
            fit = fit_clustered(
                group, "practice_level", ["is_enacted"], effects=effects, confidence=confidence
            )
            rows.append(_row(key, f"enacted or not: {name}", fit.iloc[0]))
    return regulation_table(rows)


def compare_dose(
    pairs: pd.DataFrame, *, by: str | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Difference of practice at each policy level from level 1, with agency and topic effects.

    Use it to see whether the step is at enactment (level 2) or grows with maturity. Levels 4 and 5
    are rare (9 % of 2021); their intervals say so.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    by : str, optional
        A column, ``agency_type``: every group apart.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As ``compare_matched_topics``, one row a policy level 2 to 5 that occurs.

    Raises
    ------
    DataError
        When a column is absent or an agency-topic stands twice in a year.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": [*"aaabbb"], "year": 2021, "topic": [*"xyzxyz"],
    ...     "policy_level": [1, 2, 3, 2, 3, 1]})
    >>> pairs = pairs.assign(is_enacted=pairs["policy_level"] > 1,
    ...     practice_level=pairs["policy_level"] * 1.0)
    >>> compare_dose(pairs)[["contrast", "estimate"]].round(6).values.tolist()
    [['policy level 2 against 1', 1.0], ['policy level 3 against 1', 2.0]]
    >>> compare_dose(pairs[["agency_id"]])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid pairs, 5 violations:
    ...
    """
    _check_pairs(pairs, by)
    rows: list[dict[str, object]] = []
    for key, group in _groups(pairs, by):
        levels = [level for level in range(2, 6) if (group["policy_level"] == level).any()]
        dummies = {f"level_{level}": group["policy_level"] == level for level in levels}
        fit = fit_clustered(
            group.assign(**dummies),
            "practice_level",
            list(dummies),
            effects=["agency_id", "topic"],
            confidence=confidence,
        )
        rows += [
            _row(key, f"policy level {level} against 1", fit.loc[f"level_{level}"])
            for level in levels
        ]
    return regulation_table(rows)


def leave_one_topic_out(pairs: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Repeat the comparison with both effects ten times, each without one topic.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As ``compare_matched_topics`` with a column ``topic``, the one left out.

    Raises
    ------
    DataError
        When a column is absent or an agency-topic stands twice in a year.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": [*"aaabbb"], "year": 2021, "topic": [*"xyzxyz"],
    ...     "policy_level": [1, 2, 1, 2, 1, 1]})
    >>> pairs = pairs.assign(is_enacted=pairs["policy_level"] > 1,
    ...     practice_level=pairs["policy_level"] * 1.0)
    >>> leave_one_topic_out(pairs)[["topic", "estimate"]].round(6).values.tolist()
    [['x', 1.0], ['y', 1.0], ['z', 1.0]]
    >>> leave_one_topic_out(pairs, confidence=2)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 2. It must lie between 0 and 1, ...
    """
    _check_pairs(pairs, None)
    rows: list[dict[str, object]] = []
    for key, group in _groups(pairs, None):
        for topic in sorted(group["topic"].unique()):
            fit = fit_clustered(
                group[group["topic"] != topic],
                "practice_level",
                ["is_enacted"],
                effects=["agency_id", "topic"],
                confidence=confidence,
            )
            contrast = "enacted or not: agency and topic effects, one topic left out"
            rows.append(_row({**key, "topic": topic}, contrast, fit.iloc[0]))
    return regulation_table(rows)


def _groups(pairs: pd.DataFrame, by: str | None) -> list[tuple[dict[str, object], pd.DataFrame]]:
    keys: Sequence[str] = ["year"] if by is None else ["year", by]
    return [
        (dict(zip(keys, values, strict=True)), group)
        for values, group in pairs.groupby(list(keys), sort=True)
    ]


def _row(key: dict[str, object], contrast: str, fit: pd.Series) -> dict[str, object]:
    head = {"design": _DESIGN, **key, "outcome": _OUTCOME, "contrast": contrast}
    return {**head, **fit.to_dict(), "method": clustered_method(fit["n_clusters"])}


def _check_pairs(pairs: pd.DataFrame, by: str | None) -> None:
    needed = [*_NEEDED, *([] if by is None else [by])]
    absent = [f"column {name}: is absent" for name in needed if name not in pairs.columns]
    refuse(DataError, "pairs", absent, "Build them with pair_topics.")
    twice = pairs[pairs.duplicated([*_KEYS, "topic"])]
    refuse(
        DataError,
        "pairs",
        [f"{r.agency_id} {r.year} {r.topic}: stands more than once" for r in twice.itertuples()],
        "Build them with pair_topics.",
    )
