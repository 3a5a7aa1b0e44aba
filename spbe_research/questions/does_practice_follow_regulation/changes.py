"""From one year to the next: practice where a regulation was first found, and where it vanished.

A loss is a placebo if nothing was repealed, which was not looked for: then nothing was taken from
practice, and what practice loses with it is what one reading of a body gives to all its levels (a
halo), or what another procedure no longer accepts.
"""

import pandas as pd

from spbe_research.methods.regression import cluster_labels, fit, result_rows

__all__ = ["compare_changes", "compare_years"]


def compare_changes(years: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Change of practice where a topic was gained or lost against where nothing changed.

    Parameters
    ----------
    years : pandas.DataFrame
        As ``pair_years``.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.

    Returns
    -------
    pandas.DataFrame
        ``change`` (``gained``: among topics not enacted in the first year; ``single gained``: the
        same of bodies that gained one topic at most; ``lost``: among those enacted; ``one level
        more``: per policy level, all topics), ``practice`` (``own``: of the topic itself;
        ``others``: mean of the other topics of the body; ``others unchanged``: of those whose
        status stayed; ``own less others``), ``compared`` (``same topic``, ``same body and topic``)
        and the result in levels of practice.

    Raises
    ------
    DataError
        When a column is absent or incomplete.

    Notes
    -----
    ``practice_last - practice_first = b change_ik + t_k (+ a_i) + e_ik``. Clusters are bodies where
    the body is held equal; else provinces of 2018 or, of bodies without one, the bodies. The
    practice of the other topics is a placebo: no regulation of theirs is compared. It does not tell
    a halo from one text for many topics. With the body held equal it would be none, but
    ``-b/(K - 1)`` by arithmetic, for K topics.
    """
    table = _with_others(years, agencies)
    new, known = table[~table["enacted_first"]], table[table["enacted_first"]]
    single = new[new["n_gained"] <= 1]
    body = "same body and topic"
    plan = (
        ("gained", new, "own", "same topic"),
        ("gained", new, "own", body),
        ("gained", new, "others", "same topic"),
        ("gained", new.dropna(subset=["unchanged"]), "others unchanged", "same topic"),
        ("single gained", single, "own", "same topic"),
        ("single gained", single, "others", "same topic"),
        ("single gained", single, "own less others", "same topic"),
        ("lost", known, "own", "same topic"),
        ("lost", known, "own", body),
        ("lost", known, "others", "same topic"),
        ("one level more", table, "own", body),
    )
    terms = {"lost": "lost", "one level more": "more"}
    outcomes = {"others unchanged": "unchanged", "own less others": "beyond"}
    effects = {"same topic": "topic", body: "agency_id + topic"}
    return result_rows(
        (
            {"change": name, "practice": practice, "compared": compared},
            fit(
                sample,
                f"{outcomes.get(practice, practice)} ~ {terms.get(name, 'gained')} "
                f"| {effects[compared]}",
                clusters="agency_id" if compared == body else "place",
            ),
        )
        for name, sample, practice, compared in plan
    )


def _with_others(years: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """The pairs with the change of their practice and of that of the other topics of the body."""
    ids = years["agency_id"]
    provinces = agencies.set_index("agency_id")["province_2018"]
    own = years["practice_last"] - years["practice_first"]
    gained = years["enacted_last"] & ~years["enacted_first"]
    same = years["enacted_last"] == years["enacted_first"]
    others = _mean_of_others(own, pd.Series(True, own.index), ids)
    return years.assign(
        own=own,
        others=others,
        unchanged=_mean_of_others(own, same, ids),
        beyond=own - others,
        lost=~years["enacted_last"],
        gained=years["enacted_last"],
        more=years["policy_last"] - years["policy_first"],
        n_gained=gained.groupby(ids).transform("sum"),
        place=cluster_labels(ids, ids.map(provinces)),
    )


def _mean_of_others(values: pd.Series, counted: pd.Series, bodies: pd.Series) -> pd.Series:
    """Mean of the counted values of the body without the row itself; missing where none is left."""
    kept = values.where(counted, 0.0)
    total = kept.groupby(bodies).transform("sum") - kept
    number = counted.groupby(bodies).transform("sum") - counted
    return total / number.where(number > 0)


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
