"""What the regulations of an institution and what it does are compared with: three tables.

``pair_topics`` puts each policy topic beside the practice of the same topic, ``pair_years`` two
years of these beside each other, ``policy_and_rest`` the policy domain beside the index without it.
``standardise`` makes years comparable by position among bodies of one type.

A topic is not a regulation: one omnibus text may enact all ten. And what was enacted is what an
assessor read in a year: of what one year's reading has enacted, the next year's may find nothing.
Not here: any comparison.
"""

from collections.abc import Sequence

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.instruments import load_instrument

__all__ = ["ENACTED", "pair_topics", "pair_years", "policy_and_rest", "standardise"]

ENACTED = 2  # level 1: a draft at most; PermenPANRB 59/2020, indicators 1 to 10
_KEYS = ["agency_id", "year"]
_EDITION, _POLICY = "permen-59-2020", "D1"
_PAIRS = ["agency_id", "year", "agency_type", "topic", "policy_level", "practice_level"]


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
    >>> from spbe_research.panel.loaders import (
    ...     load_policies, load_published, load_reference, load_scores
    ... )
    >>> topics = load_reference("policy_topics")
    >>> tables = load_policies(), load_scores(scale="indicator"), topics, load_published()
    >>> pairs = pair_topics(*tables)
    >>> pairs.groupby("year").size().tolist()
    [5170, 5540]
    >>> pair_topics(tables[0], tables[1].query("item != 'I31'"), *tables[2:])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid practice levels, 1,071 violations:
      - prov-11 2021 ict_audit: 2 of 3 practice items
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


def pair_years(pairs: pd.DataFrame, *, first: int, last: int) -> pd.DataFrame:
    """Put two years beside each other for every topic of the institutions assessed in both.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    first, last : int
        The years.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type`` (of the first year), ``topic``, then for each year
        ``policy_first, policy_last, practice_first, practice_last`` (levels, 1 to 5) and
        ``enacted_first, enacted_last`` (policy level 2 or more).

    Raises
    ------
    DataError
        When a column is absent, a topic stands twice, or no institution is in both years.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": "a", "agency_type": "kota", "topic": "x",
    ...     "year": [2021, 2022], "policy_level": [1, 3], "practice_level": [1.0, 2.0]})
    >>> pair_years(pairs, first=2021, last=2022)[["policy_last", "enacted_first"]].values.tolist()
    [[3, False]]
    >>> pair_years(pairs, first=2022, last=2023)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid pairs. Some institution must be in 2022 and in 2023.
    """
    absent = [f"column {name}: is absent" for name in _PAIRS if name not in pairs.columns]
    refuse(DataError, "pairs", absent, "Build them with pair_topics.")
    twice = pairs[pairs.duplicated([*_KEYS, "topic"])]
    refuse(
        DataError,
        "pairs",
        [f"{r.agency_id} {r.year} {r.topic}: stands more than once" for r in twice.itertuples()],
        "Build them with pair_topics.",
    )
    before, after = (pairs[pairs["year"] == year] for year in (first, last))
    names = {"policy_level": "policy", "practice_level": "practice"}
    table = before.rename(columns={old: f"{new}_first" for old, new in names.items()}).merge(
        after[["agency_id", "topic", *names]].rename(
            columns={old: f"{new}_last" for old, new in names.items()}
        ),
        on=["agency_id", "topic"],
    )
    if table.empty:
        raise DataError(f"Invalid pairs. Some institution must be in {first} and in {last}.")
    levels = ["policy_first", "policy_last", "practice_first", "practice_last"]
    return table[["agency_id", "agency_type", "topic", *levels]].assign(
        enacted_first=table["policy_first"] >= ENACTED, enacted_last=table["policy_last"] >= ENACTED
    )


def policy_and_rest(
    published: pd.DataFrame, policies: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Put the policy domain beside the index without it, for every body and year that has both.

    Parameters
    ----------
    published, policies, scores : pandas.DataFrame
        As the loaders return them; of the index only values of the year itself are taken.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, policy`` (mean of the ten levels, or the domain as printed),
        ``rest, index`` (1 to 5) and ``weight`` of the policy domain (0 to 1). Of three bodies the
        policy domain of 2024 was illegible and solved from the index.

    Raises
    ------
    DataError
        When no body has both.

    Notes
    -----
    ``rest = (index - w policy)/(1 - w)`` from the printed index, so that an illegible or misprinted
    domain of the rest does no harm. With two decimals printed, rest is off by 0.006 at most.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_policies, load_published, load_scores
    >>> parts = policy_and_rest(load_published(), load_policies(), load_scores())
    >>> parts.groupby("year").size().tolist()
    [517, 554, 621, 615]
    >>> policy_and_rest(load_published().head(0), load_policies(), load_scores())
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid tables. Some body must have an index and a ...
    """
    weight = float(load_instrument(_EDITION).item(_POLICY).weight) / 100
    levels = policies.groupby(_KEYS)["level"].mean().rename("policy").astype(float)
    of_domain = (scores["scale"] == "domain") & (scores["item"] == _POLICY)
    printed = scores[of_domain & (scores["edition"] == _EDITION)].set_index(_KEYS)["value"]
    policy = pd.concat([levels, printed[~printed.index.isin(levels.index)].rename("policy")])
    own = published.loc[published["status"] == "evaluated", [*_KEYS, "agency_type"]].assign(
        index=published["index_published"].astype(float)
    )
    table = own.merge(policy.reset_index(), on=_KEYS)
    if table.empty:
        raise DataError("Invalid tables. Some body must have an index and a policy domain.")
    rest = (table["index"] - weight * table["policy"]) / (1 - weight)
    table = table.assign(rest=rest, weight=weight)
    return table[[*_KEYS, "agency_type", "policy", "rest", "index", "weight"]]


def standardise(
    table: pd.DataFrame, columns: Sequence[str], *, by: Sequence[str] = ("year", "agency_type")
) -> pd.DataFrame:
    """Return the table with columns as distances from the mean of their group, in its deviations.

    Use it for years under other guidelines: a position among bodies of the same type has a meaning
    where a difference of levels has none.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per institution and year.
    columns : sequence of str
        Columns of numbers.
    by : sequence of str
        Columns that make the groups.

    Returns
    -------
    pandas.DataFrame
        The table with the columns replaced; missing where a group has one row or does not vary.

    Raises
    ------
    DataError
        Naming every column that is absent.

    Notes
    -----
    ``(x - mean) / s`` with ``s^2 = sum (x - mean)^2 / (n - 1)`` of the group.

    Examples
    --------
    >>> table = pd.DataFrame({"year": 2024, "agency_type": "kota", "rest": [1.0, 2.0, 3.0]})
    >>> standardise(table, ["rest"])["rest"].tolist()
    [-1.0, 0.0, 1.0]
    >>> standardise(table, ["moon"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table, 1 violation:
      - column moon: is absent
    Name columns that are there.
    """
    absent = [f"column {c}: is absent" for c in [*columns, *by] if c not in table.columns]
    refuse(DataError, "table", absent, "Name columns that are there.")
    groups = table.groupby(list(by))
    scaled = {}
    for name in columns:
        spread = groups[name].transform("std")
        centred = table[name] - groups[name].transform("mean")
        scaled[name] = centred / spread.where(spread > 0)
    return table.assign(**scaled)
