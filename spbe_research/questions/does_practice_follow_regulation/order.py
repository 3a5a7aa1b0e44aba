"""Which comes first: policy and the rest of the index, year against year.

If regulation came first and practice followed, the change of practice should go with the change of
policy of the year before and not with that of the year after. Changes of one year are taken in
index points, with type effects that take out what changed for all bodies of a type.
"""

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.regression import cluster_labels, fit, result_rows

__all__ = ["compare_leads"]

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


def _with_places(table: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    ids = table["agency_id"]
    provinces = agencies.set_index("agency_id")["province_2018"]
    return table.assign(place=cluster_labels(ids, ids.map(provinces)))
