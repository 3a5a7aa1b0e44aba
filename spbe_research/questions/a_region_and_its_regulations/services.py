"""The services of a body, which no policy topic is about: their domain beside that of its type."""

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.scoring import compute_index

__all__ = ["compare_services"]

_EDITION = "permen-59-2020"
_SERVICES = "D4"
_HIGHER = 3  # level


def compare_services(scores: pd.DataFrame, agencies: pd.DataFrame, agency_id: str) -> pd.DataFrame:
    """Compare the services of a body with those of its type, in the years with levels.

    Parameters
    ----------
    scores, agencies : pandas.DataFrame
        As ``load_scores()`` and ``load_agencies()``.
    agency_id : str
        The body.

    Returns
    -------
    pandas.DataFrame
        ``year, domain`` (services domain by the weights, 1 to 5), ``type_mean`` (mean of its type),
        ``rank`` (1 plus the bodies of the type above it), ``n_bodies``, ``n_higher`` (indicators of
        the domain at level 3 or more) and ``n_items``.

    Raises
    ------
    DataError
        When the body has no levels of all indicators in any year.
    """
    instrument = load_instrument(_EDITION)
    own = scores[(scores["edition"] == _EDITION) & (scores["status"] == "evaluated")]
    levels = own[own["scale"] == "indicator"]
    complete = levels.groupby(["agency_id", "year"])["item"].transform("size")
    levels = levels[complete == len(instrument.indicators)]
    domains = compute_index(levels, instrument)[_SERVICES].rename("domain").reset_index()
    types = agencies.set_index("agency_id")["agency_type"]
    peers = domains[domains["agency_id"].map(types) == types.get(agency_id)]
    by_year = peers.groupby("year")["domain"]
    peers = peers.assign(
        type_mean=by_year.transform("mean"),
        rank=peers["domain"].round(9).groupby(peers["year"]).rank(ascending=False, method="min"),
        n_bodies=by_year.transform("size"),
    )
    case = peers[peers["agency_id"] == agency_id]
    if case.empty:
        raise DataError(f"Invalid body {agency_id!r}. It must have levels of all indicators.")
    items = [item for item in instrument.indicators if _is_service(item)]
    served = levels[(levels["agency_id"] == agency_id) & levels["item"].isin(items)]
    counts = (
        (served["value"] >= _HIGHER).groupby(served["year"]).agg(n_higher="sum", n_items="size")
    )
    table = case.drop(columns="agency_id").merge(counts.reset_index(), on="year")
    return table.astype({"rank": int}).sort_values("year", ignore_index=True)


def _is_service(item: str) -> bool:
    instrument = load_instrument(_EDITION)
    code = item
    while code not in instrument.domains:
        code = str(instrument.item(code).parent)
    return code == _SERVICES
