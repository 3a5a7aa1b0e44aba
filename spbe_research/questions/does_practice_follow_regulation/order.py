"""Which comes first: policy and the rest of the index, year against year.

If regulation came first and practice followed, the change of practice should go with the change of
policy of the year before and not with that of the year after. Position among bodies of one type is
used for levels, since guidelines changed; changes of one year are taken in index points, with type
effects that take out what changed for all bodies of a type.
"""

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.policy_and_practice import standardise
from spbe_research.methods.regression import cluster_labels, fit, result_rows

__all__ = ["compare_lags", "compare_leads"]

_YEARS_NEEDED = 4


def compare_leads(parts: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Change of the rest in a year on the change of policy in that year, before and after.

    Parameters
    ----------
    parts : pandas.DataFrame
        As ``policy_and_rest``, of four years; bodies known in all of them are compared.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.

    Returns
    -------
    pandas.DataFrame
        ``year`` (of the change of the rest), ``policy_change`` (``year before``, ``same year``,
        ``year after``) and the result: index points of the rest per level of the policy domain.

    Raises
    ------
    DataError
        When there are not four years, or no body is known in all.

    Notes
    -----
    One regression on all three with effects of type; clusters are provinces of 2018 or, of bodies
    without one, the bodies.
    """
    years = sorted(parts["year"].unique())
    if len(years) != _YEARS_NEEDED:
        raise DataError(f"Invalid parts. There must be four years, not {len(years)}.")
    wide = {
        name: parts.pivot(index="agency_id", columns="year", values=name).dropna()
        for name in ("policy", "rest")
    }
    if wide["rest"].empty:
        raise DataError("Invalid parts. Some body must be known in all years.")
    policy = wide["policy"].diff(axis=1)
    terms = {"before": years[1], "same": years[2], "after": years[3]}
    table = pd.DataFrame({name: policy[year] for name, year in terms.items()})
    table = table.assign(change=wide["rest"].diff(axis=1)[years[2]]).reset_index()
    types = parts[parts["year"] == years[2]].set_index("agency_id")["agency_type"]
    table = _with_places(table, agencies).assign(kind=table["agency_id"].map(types))
    found = fit(table, f"change ~ {' + '.join(terms)} | kind", clusters="place", terms=list(terms))
    words = {"before": "year before", "same": "same year", "after": "year after"}
    return result_rows(
        ({"year": years[2], "policy_change": words[term]}, found.iloc[[at]])
        for at, term in enumerate(terms)
    )


def compare_lags(parts: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Policy on the rest of the year before, and the rest on policy of the year before.

    Parameters
    ----------
    parts : pandas.DataFrame
        As ``policy_and_rest``; bodies known in all years are compared.
    agencies : pandas.DataFrame
        As ``load_agencies()``: the provinces.

    Returns
    -------
    pandas.DataFrame
        ``lag`` (``policy to rest``, ``rest to policy``) and the result in standard deviations of
        the type per standard deviation, its own value of the year before held equal; all pairs of
        neighbouring years together.

    Raises
    ------
    DataError
        When no body is known in all years.

    Notes
    -----
    An error in the control of its own past pulls such coefficients away from 0, the more the less
    reliable that control: the two directions are compared with each other, not with 0.
    """
    scaled = standardise(parts, ["policy", "rest"])
    n_years = scaled["year"].nunique()
    kept = scaled.dropna(subset=["policy", "rest"])
    kept = kept[kept.groupby("agency_id")["year"].transform("size") == n_years]
    if kept.empty:
        raise DataError("Invalid parts. Some body must be known in all years.")
    later = kept[["agency_id", "year", "policy", "rest"]]
    before = kept.assign(year=kept["year"] + 1)
    table = before.merge(later, on=["agency_id", "year"], suffixes=("_before", ""))
    table = _with_places(table, agencies)
    rows = []
    for cause, outcome in (("policy", "rest"), ("rest", "policy")):
        formula = f"{outcome} ~ {cause}_before + {outcome}_before"
        found = fit(table, formula, clusters="place", terms=[f"{cause}_before"])
        rows.append(({"lag": f"{cause} to {outcome}"}, found))
    return result_rows(rows)


def _with_places(table: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    ids = table["agency_id"]
    provinces = agencies.set_index("agency_id")["province_2018"]
    return table.assign(place=cluster_labels(ids, ids.map(provinces)))
