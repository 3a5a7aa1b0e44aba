"""Index and domains that each body of a year counts with, whether its result is new or its last."""

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.panel.carried_over import population
from spbe_research.scoring import compute_index
from spbe_research.years import evaluation, years_with

__all__ = ["ITEMS", "results_by_body"]

ITEMS = ("D1", "D2", "D3", "D4", "index")


def results_by_body(
    published: pd.DataFrame, carried_over: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Return index and domains that each body of a year counts with.

    Parameters
    ----------
    published, carried_over, scores : pandas.DataFrame
        As ``load_published()``, ``load_carried_over_bodies()`` and ``load_scores()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, status, D1 .. D4, index`` for the years with published
        parts. A repeated result counts with the domains of the year in which it was new; domains
        are computed from levels where these are published.
    """
    bodies = population(published, carried_over).rename(columns={"index_published": "index"})
    new = bodies[bodies["status"] == "evaluated"][["agency_id", "year"]]
    dated = pd.merge_asof(
        bodies.sort_values("year"),
        new.assign(result_year=new["year"]).sort_values("year"),
        on="year",
        by="agency_id",
    )
    known = years_with(parts_published="indicator") + years_with(parts_published="domain")
    dated = dated[dated["year"].isin(known)]
    domains = _domains(scores, known).rename(columns={"year": "result_year"})
    return dated.merge(domains, on=["agency_id", "result_year"], how="left")[
        ["agency_id", "year", "agency_type", "status", *ITEMS]
    ].sort_values(["year", "agency_id"], ignore_index=True)


def _domains(scores: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    parts = []
    for year in years:
        rows = scores[scores["year"] == year]
        tier = evaluation(year).parts_published
        rows = rows.loc[rows["scale"] == tier, ["agency_id", "year", "item", "value"]]
        if tier == "indicator":
            instrument = load_instrument(evaluation(year).edition)
            parts.append(compute_index(rows, instrument).reset_index())
        else:
            wide = rows.pivot(index=["agency_id", "year"], columns="item", values="value")
            parts.append(wide.reset_index())
    domains = [item for item in ITEMS if item != "index"]
    return pd.concat(parts, ignore_index=True)[["agency_id", "year", *domains]]
