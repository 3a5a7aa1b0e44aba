"""The ten bodies that a regency, city or province is most like: by people and by income.

Of bodies of the centre and police regions nothing comparable is held, so they have no peers here.
"""

import numpy as np
import pandas as pd

from spbe_research.panel.frames import LOCAL_TYPES

__all__ = ["N_PEERS", "PEER_MEASURES", "find_peers"]

N_PEERS = 10
PEER_MEASURES = ("population_persons", "grdp_per_capita_idr")
_REGIONS = ("kabupaten", "kota")


def find_peers(
    agencies: pd.DataFrame, covariates: pd.DataFrame, with_result: frozenset[str]
) -> tuple[int, dict[str, tuple[str, ...]]]:
    """Return the ten most similar bodies of the same type, nearest first.

    Parameters
    ----------
    agencies, covariates : pandas.DataFrame
        As ``load_agencies()`` and ``load_covariates()``.
    with_result : frozenset of str
        The bodies that may be a peer: those with a new result in the year that is compared.

    Returns
    -------
    tuple of int and dict
        The year of the measures (the newest with both), and the ids of the peers by id; a body
        without measures has none. Distance is Euclidean in the logarithms of population and of
        gross regional product per person, each divided by its standard deviation in the type. A
        province has the people and the income of its regencies and cities together. Equal
        distances go by id.
    """
    known = covariates.dropna(subset=list(PEER_MEASURES))
    year = int(known["year"].max())
    regions = known[known["year"] == year][["agency_id", *PEER_MEASURES]]
    regions = regions.merge(agencies[["agency_id", "agency_type", "province"]], on="agency_id")
    measured = pd.concat([regions, _provinces(regions, agencies)], ignore_index=True)
    measured = measured[measured["agency_type"].isin(LOCAL_TYPES)]
    found: dict[str, tuple[str, ...]] = {}
    for _, group in measured.groupby("agency_type"):
        found |= _nearest(group.sort_values("agency_id"), with_result)
    return year, found


def _provinces(regions: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    people, income = PEER_MEASURES
    parts = regions[regions["agency_type"].isin(_REGIONS)]
    parts = parts.assign(total=parts[people] * parts[income])
    sums = parts.groupby("province")[[people, "total"]].sum().reset_index()
    sums[income] = sums["total"] / sums[people]
    own = agencies.loc[agencies["agency_type"] == "provinsi", ["agency_id", "province"]]
    return own.merge(sums, on="province").assign(agency_type="provinsi")


def _nearest(group: pd.DataFrame, with_result: frozenset[str]) -> dict[str, tuple[str, ...]]:
    logs = np.log(group[list(PEER_MEASURES)].to_numpy(dtype=float))
    scaled = logs / logs.std(axis=0, ddof=1)
    ids = group["agency_id"].to_numpy()
    allowed = np.array([each in with_result for each in ids])
    found = {}
    for place, agency_id in enumerate(ids):
        far = np.hypot(*(scaled - scaled[place]).T)
        far[~allowed | (ids == agency_id)] = np.inf
        order = np.argsort(far, kind="stable")[:N_PEERS]
        found[str(agency_id)] = tuple(str(ids[each]) for each in order if np.isfinite(far[each]))
    return found
