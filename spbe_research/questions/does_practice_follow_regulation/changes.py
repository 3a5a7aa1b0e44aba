"""From one year to the next: practice where a regulation was first found, and where it vanished.

A loss is a placebo: where a regulation only vanishes from the reading nothing was taken from
practice, so that what practice loses with it is what one reading of a body gives to all its levels
(a halo). Repeals were not looked for.
"""

import pandas as pd

from spbe_research.methods.regression import fit, result_rows

__all__ = ["compare_changes", "compare_years"]


def compare_changes(years: pd.DataFrame) -> pd.DataFrame:
    """Change of practice where a topic was gained or lost against where nothing changed.

    Parameters
    ----------
    years : pandas.DataFrame
        As ``pair_years``.

    Returns
    -------
    pandas.DataFrame
        ``change`` (``gained``: among topics not enacted in the first year; ``lost``: among those
        enacted; ``one level more``: per policy level, all topics), ``practice`` (``own``: of the
        topic itself; ``others``: mean of the other topics of the body), ``compared`` (``same
        topic``, ``same body and topic``) and the result in levels of practice.

    Raises
    ------
    DataError
        When a column is absent or incomplete.

    Notes
    -----
    ``practice_last - practice_first = b change_ik + t_k (+ a_i) + e_ik``; clusters are bodies. The
    practice of the other topics is a placebo: no regulation of theirs is compared. With the body
    held equal it would be none, but ``-b/(K - 1)`` by arithmetic, for K topics.
    """
    change = years["practice_last"] - years["practice_first"]
    bodies = change.groupby(years["agency_id"])
    table = years.assign(
        own=change,
        others=(bodies.transform("sum") - change) / (bodies.transform("size") - 1),
        lost=~years["enacted_last"],
        gained=years["enacted_last"],
        more=years["policy_last"] - years["policy_first"],
    )
    new, known = table[~table["enacted_first"]], table[table["enacted_first"]]
    plan = (
        ("gained", new, "own", "same topic"),
        ("gained", new, "own", "same body and topic"),
        ("gained", new, "others", "same topic"),
        ("lost", known, "own", "same topic"),
        ("lost", known, "own", "same body and topic"),
        ("lost", known, "others", "same topic"),
        ("one level more", table, "own", "same body and topic"),
    )
    terms = {"gained": "gained", "lost": "lost", "one level more": "more"}
    effects = {"same topic": "topic", "same body and topic": "agency_id + topic"}
    return result_rows(
        (
            {"change": name, "practice": practice, "compared": compared},
            fit(sample, f"{practice} ~ {terms[name]} | {effects[compared]}", clusters="agency_id"),
        )
        for name, sample, practice, compared in plan
    )


def compare_years(pairs: pd.DataFrame) -> pd.DataFrame:
    """Difference within a body in the last year minus that in the first, tested.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``, of two years.

    Returns
    -------
    pandas.DataFrame
        One row: ``change`` (``difference, later minus earlier``), ``practice, compared`` and the
        result.

    Raises
    ------
    DataError
        When a column is absent or incomplete.

    Notes
    -----
    Both years together, effects of body and of topic apart for each year; clusters are bodies, so
    that the two years of one body may err together.
    """
    later = pairs["year"] == pairs["year"].max()
    table = pairs.assign(
        later_enacted=pairs["is_enacted"] & later,
        body_year=pairs["agency_id"] + " " + pairs["year"].astype(str),
        topic_year=pairs["topic"] + " " + pairs["year"].astype(str),
    )
    found = fit(
        table,
        "practice_level ~ is_enacted + later_enacted | body_year + topic_year",
        clusters="agency_id",
        terms=["later_enacted"],
    )
    key = {"change": "difference, later minus earlier", "practice": "own"}
    return result_rows([(key | {"compared": "same body and topic"}, found)])
