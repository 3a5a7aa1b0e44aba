"""Comparisons between bodies, and how much of them is arithmetic.

What stands behind a difference between bodies is not seen here: able bodies may regulate and
perform, and one assessment gives both numbers.
"""

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.regression import cluster_labels, fit, joint_test, result_rows
from spbe_research.questions.do_regulated_agencies_score_higher.samples import (
    ALSO_COMPARED_BY,
    COMPARED_BY,
)

__all__ = [
    "MORE_HELD",
    "check_straight_lines",
    "compare_all_with_none",
    "compare_between_and_within",
    "compare_numbers_of_topics",
    "fit_straight_lines",
    "split_arithmetic",
]

_LIKE = " + ".join(COMPARED_BY) + " | island"
_MORE = " + ".join((*COMPARED_BY, *ALSO_COMPARED_BY))
_BEFORE = "and the earlier index"
MORE_HELD = "and schooling, poverty, spending"
_COMPARISONS = (
    ("index", "similar", f" + {_LIKE}"),
    ("is_good", "similar", f" + {_LIKE}"),
    ("rest", "as they are", ""),
    ("rest", MORE_HELD, f" + {_MORE} | island"),
    ("rest", "and the province", f" + {_MORE} | province"),
    ("rest", _BEFORE, f" + index_before + {_MORE} | island"),
)
_ALL = 10  # topics of the policy domain
_RANGES = ((1, 8), (1, 9))


def compare_numbers_of_topics(sample: pd.DataFrame) -> pd.DataFrame:
    """Rest of the index at each number of regulated topics against none, similar bodies compared.

    Use it before any straight line: each number has a difference of its own.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``local_sample``.

    Returns
    -------
    pandas.DataFrame
        ``year, n_enacted`` (1 to the largest), ``n_bodies`` with that number, and the result in
        index points of the index without its policy domain.

    Raises
    ------
    DataError
        When nobody has none.

    Notes
    -----
    ``rest = sum_k b_k [n = k] + kota + log population + log product per person + island + e``;
    clusters are provinces.
    """
    _require_none(sample)
    fits = []
    for year, group in sample.groupby("year"):
        steps = sorted(set(group["n_enacted"]) - {0})
        formula = f"rest ~ {' + '.join(map(_step, steps))} + {_LIKE}"
        found = fit(
            _with_steps(group), formula, clusters="province", terms=[_step(k) for k in steps]
        )
        counts = group["n_enacted"].value_counts()
        fits += [
            ({"year": year, "n_enacted": k, "n_bodies": int(counts[k])}, found.iloc[[at]])
            for at, k in enumerate(steps)
        ]
    return result_rows(fits)


def fit_straight_lines(sample: pd.DataFrame) -> pd.DataFrame:
    """Slope per topic over two ranges of the number of topics.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``local_sample``.

    Returns
    -------
    pandas.DataFrame
        ``year, first_topic, last_topic`` (the range, both ends included) and the result in index
        points of the index without its policy domain.

    Raises
    ------
    DataError
        When nobody has none.
    """
    _require_none(sample)
    fits = []
    for year, group in sample.groupby("year"):
        for first, last in _RANGES:
            inside = group[group["n_enacted"].between(first, last)]
            formula = f"rest ~ n_enacted + {_LIKE}"
            slope = fit(inside, formula, clusters="province", terms=["n_enacted"])
            fits.append(({"year": year, "first_topic": first, "last_topic": last}, slope))
    return result_rows(fits)


def check_straight_lines(sample: pd.DataFrame) -> pd.DataFrame:
    """Two tests of the hypothesis that one straight line does from none to all topics.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``local_sample``.

    Returns
    -------
    pandas.DataFrame
        ``year, against`` (``steps at both ends``, ``every number its own``), ``errors``
        (``clustered`` by province, ``independent``), ``statistic`` (F), ``restrictions, p_value, n,
        clusters`` (missing where errors are taken as independent).

    Raises
    ------
    DataError
        When nobody has none.

    Notes
    -----
    Steps: ``rest = b n + s_1 [n >= 1] + s_10 [n = 10] + ...``, both s zero. Every number its own:
    the dummies of all numbers against the line, by residual sums of squares; with clusters that
    test would reject a true line in 28 % of draws of 33 provinces, the one of the steps in 6 %:
    with few clusters few restrictions can be tested.
    """
    from statsmodels.formula.api import ols

    _require_none(sample)
    rows = []
    for year, group in sample.groupby("year"):
        table = group.assign(
            any_topic=group["n_enacted"] > 0, all_topics=group["n_enacted"] == _ALL
        )
        stepped = f"rest ~ n_enacted + any_topic + all_topics + {_LIKE}"
        steps = joint_test(table, stepped, terms=["any_topic", "all_topics"], clusters="province")
        key = {"year": year, "against": "steps at both ends", "errors": "clustered"}
        rows.append(key | steps)
        like = f"{' + '.join(COMPARED_BY)} + C(island)"
        line = ols(f"rest ~ n_enacted + {like}", group).fit()
        own = ols(f"rest ~ C(n_enacted) + {like}", group).fit()
        statistic, p_value, restrictions = own.compare_f_test(line)
        key = {"year": year, "against": "every number its own", "errors": "independent"}
        found = {"statistic": statistic, "restrictions": restrictions, "p_value": p_value}
        rows.append(key | found | {"n": len(group), "clusters": pd.NA})
    table = pd.DataFrame(rows)
    return table.astype({"restrictions": int, "n": int, "clusters": "Int64"})


def compare_all_with_none(sample: pd.DataFrame) -> pd.DataFrame:
    """All ten topics against none: for each score, and with more and more held equal.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``local_sample``.

    Returns
    -------
    pandas.DataFrame
        ``year, outcome`` (``index``, ``rest``: without the policy domain, ``is_good``: share at
        Baik or better), ``compared`` (``as they are``; ``similar``: type, population, product and
        island held equal; of the rest also ``and schooling, poverty, spending``; with these ``and
        the province`` in the place of the island, ``and the earlier index``) and the result, in
        index points or as a share.

    Raises
    ------
    DataError
        When nobody has none.
    """
    _require_none(sample)
    fits = []
    for year, group in sample.groupby("year"):
        table = _with_steps(group)
        steps = [_step(k) for k in sorted(set(group["n_enacted"]) - {0})]
        for outcome, compared, held in _COMPARISONS:
            known = table.dropna(subset=["index_before"]) if compared == _BEFORE else table
            formula = f"{outcome} ~ {' + '.join(steps)}{held}"
            found = fit(known, formula, clusters="province", terms=steps[-1:])
            fits.append(({"year": year, "outcome": outcome, "compared": compared}, found))
    return result_rows(fits)


def compare_between_and_within(pairs: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Practice where regulated against where not: between bodies, and between topics of one body.

    Both are in levels of practice, so that they may be compared.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.

    Returns
    -------
    pandas.DataFrame
        ``year, compared`` (``between bodies``: a body with all its topics regulated against one
        with none, by their mean practice; ``within a body``: its regulated against its other
        topics, each topic's own mean taken out) and the result, in levels. ``n`` counts bodies in
        the first row and pairs of body and topic in the second.

    Raises
    ------
    DataError
        When a column is absent or incomplete.

    Notes
    -----
    Between: difference of the mean practice of bodies with all and with no topic regulated, the
    others left out; clusters are provinces of 2018 or, of bodies without one, the bodies. Within:
    effects of body and topic, clusters are bodies.
    """
    provinces = agencies.set_index("agency_id")["province_2018"]
    fits = []
    for year, group in pairs.groupby("year"):
        bodies = group.groupby("agency_id", as_index=False).agg(
            practice=("practice_level", "mean"), share=("is_enacted", "mean")
        )
        ids = bodies["agency_id"]
        bodies = bodies.assign(place=cluster_labels(ids, ids.map(provinces)))
        ends = bodies[bodies["share"].isin([0, 1])]
        between = fit(ends, "practice ~ share", clusters="place")
        within = fit(group, "practice_level ~ is_enacted | agency_id + topic", clusters="agency_id")
        fits += [
            ({"year": year, "compared": "between bodies"}, between),
            ({"year": year, "compared": "within a body"}, within),
        ]
    return result_rows(fits)


def split_arithmetic(parts: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Index points per level of the policy domain, split into its weight and the other domains.

    Parameters
    ----------
    parts : pandas.DataFrame
        As ``policy_and_rest``.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.

    Returns
    -------
    pandas.DataFrame
        ``year, weight`` (index points that a level of policy is worth by the instrument), the
        result (index points that come through the other domains), and ``share_weight``: the weight
        as a share of both.

    Raises
    ------
    DataError
        When a column is absent or incomplete.

    Notes
    -----
    ``slope(index on policy) = w + (1 - w) slope(rest on policy)``, exactly.
    """
    provinces = agencies.set_index("agency_id")["province_2018"]
    fits, shares = [], []
    for year, group in parts.groupby("year"):
        ids = group["agency_id"]
        weight = float(group["weight"].iloc[0])
        table = group.assign(
            place=cluster_labels(ids, ids.map(provinces)), through=(1 - weight) * group["rest"]
        )
        found = fit(table, "through ~ policy", clusters="place")
        fits.append(({"year": year, "weight": weight}, found))
        shares.append(weight / (weight + found["estimate"].item()))
    return result_rows(fits).assign(share_weight=shares)


def _step(number: int) -> str:
    return f"topics_{number}"


def _with_steps(sample: pd.DataFrame) -> pd.DataFrame:
    steps = {_step(k): (sample["n_enacted"] == k).astype(float) for k in set(sample["n_enacted"])}
    return sample.assign(**steps)


def _require_none(sample: pd.DataFrame) -> None:
    if not (sample["n_enacted"] == 0).any():
        raise DataError("Invalid sample. Some body must have no topic regulated, to compare with.")
