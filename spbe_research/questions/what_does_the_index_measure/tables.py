"""What notebook 10 registers: what the index measures, and how sure a score is."""

import pandas as pd
from statsmodels.stats.multitest import multipletests

from spbe_research.questions.what_does_the_index_measure import (
    coverage,
    domains,
    drift,
    fits,
    link_coverage,
    reliability,
    replicated,
    sureness,
)
from spbe_research.questions.what_does_the_index_measure.figures import (
    draw_discrimination,
    draw_domain_curves,
    draw_predicate_sureness,
    draw_rank_intervals,
)
from spbe_research.records import Units, facts, figure, table

__all__ = [
    "agency_uncertainty",
    "bunching",
    "catching_up",
    "covered",
    "discrimination",
    "domain_correlations",
    "domain_curves",
    "general_factor",
    "item_drift",
    "link_covered",
    "linked_changes",
    "models",
    "ordinal_fits",
    "predicate_sureness",
    "rank_intervals",
    "reliabilities",
    "single_facts",
    "sureness_summary",
    "twins",
]

FLAT = ("I32", "I33", "I34")  # planning, budget and finance services
_UNUSUAL = 0.05  # of adjusted p values of drift


@table("tab-ordinal-fits", units=Units("estimates"))
def ordinal_fits() -> pd.DataFrame:
    """Parameters of every model in every year: the stored fits themselves."""
    tables = [
        fit.to_frame().assign(year=year, model=model) for (year, model), fit in fits.fits().items()
    ]
    whole = pd.concat(tables, ignore_index=True)
    return whole[["year", "model", *whole.columns.drop(["year", "model"])]]


@table("tab-models", units=Units("agency-years", lambda: _bodies()))
def models() -> pd.DataFrame:
    """Which model the levels speak for."""
    return domains.models()


@table("tab-agency-uncertainty", units=Units("agency-years"))
def agency_uncertainty() -> pd.DataFrame:
    """How sure each body's score, rank and predicate are."""
    return sureness.agency_uncertainty()


@figure("fig-rank-intervals", draw=draw_rank_intervals, units=Units("agencies"))
def rank_intervals() -> pd.DataFrame:
    """Ranks of well-known bodies, with 95 % intervals."""
    return sureness.rank_rows(agency_uncertainty())


@figure("fig-predicate-sureness", draw=draw_predicate_sureness, units=Units("agencies"))
def predicate_sureness() -> pd.DataFrame:
    """How probable the printed predicate is, body by body, in the last year with levels."""
    held = sureness.holding(agency_uncertainty())
    return held[held["year"] == held["year"].max()].reset_index(drop=True)


@table("tab-sureness", units=Units("agency-years", lambda: _bodies()))
def sureness_summary() -> pd.DataFrame:
    """How sure scores, ranks, orders and predicates are on the whole."""
    uncertainty = agency_uncertainty()
    return sureness.summary(uncertainty, sureness.holding(uncertainty))


@table("tab-coverage", units=Units("rows"))
def covered() -> pd.DataFrame:
    """How often intervals hold the truth in simulated lists."""
    return coverage.coverage()


@figure(
    "fig-domain-curves", draw=draw_domain_curves, units=Units("agencies", lambda: _last_bodies())
)
def domain_curves() -> pd.DataFrame:
    """The level of each domain along the bodies, from the weakest to the strongest."""
    return domains.domain_curves()


@table("tab-domain-correlations", units=Units("agency-years", lambda: _bodies()))
def domain_correlations() -> pd.DataFrame:
    """Correlations of what lies behind the levels of the domains."""
    return domains.correlations()


@table("tab-general-factor", units=Units("agency-years", lambda: _bodies()))
def general_factor() -> pd.DataFrame:
    """How much of each domain a general factor would explain."""
    return domains.general_factor()


@figure("fig-discrimination", draw=draw_discrimination, units=Units("indicators", lambda: _items()))
def discrimination() -> pd.DataFrame:
    """How far apart each indicator puts a strong and a weak body, in both years."""
    return domains.discrimination()


@table("tab-twins", units=Units("agency-years", lambda: _bodies()))
def twins() -> pd.DataFrame:
    """Whether a policy and the practice it regulates have more in common than their domains."""
    return replicated.twins()


@table("tab-replicated-bunching", units=Units("agency-years", lambda: _bodies()))
def bunching() -> pd.DataFrame:
    """Indices near an edge: seen, and in lists drawn from the model."""
    counted = replicated.bunching()
    return counted.assign(p_holm=multipletests(counted["p"], method="holm")[1])


@table("tab-item-drift", units=Units("indicators"))
def item_drift() -> pd.DataFrame:
    """By how much bodies with equal domain scores differ between the years, per indicator."""
    return drift.item_drift()


@table("tab-linked-changes", units=Units("agencies", lambda: _linked()))
def linked_changes() -> pd.DataFrame:
    """The change of the same bodies since the first year with levels, with its interval."""
    return drift.linked_changes()


@table("tab-link-coverage", units=Units("rows"))
def link_covered() -> pd.DataFrame:
    """How often intervals of a linked change hold the truth when indicators drift."""
    return link_coverage.link_coverage(linked_changes(), item_drift())


@table("tab-reliabilities", units=Units("agency-years", lambda: _bodies()))
def reliabilities() -> pd.DataFrame:
    """Readings of the reliability of one year's index."""
    return reliability.reliabilities()


@table("tab-catching-up", units=Units("agencies", lambda: _bodies_in_both()))
def catching_up() -> pd.DataFrame:
    """The slope of change on level under every reading of the reliability."""
    return reliability.catching_up(reliabilities())


@facts
def single_facts() -> pd.DataFrame:
    """Counts of the question, ends of the readings, settings that the text names.

    ``leniency``: levels more on every indicator that would make the whole linked rise by itself;
    weights sum to 1, so that it is the rise.
    """
    moved, slopes = item_drift(), catching_up()
    linked = linked_changes().query("scope == 'all' and method == 'equal'")
    certain = slopes["measure"] == "no_error"
    rows = [
        ("drifting", (moved["p_benjamini_hochberg"] < _UNUSUAL).sum(), len(moved)),
        ("drifting_holm", (moved["p_holm"] < _UNUSUAL).sum(), len(moved)),
        ("indicators", len(moved), len(moved)),
        ("domains", moved["domain"].nunique(), len(moved)),
        ("testlets", len(fits.TESTLETS), len(moved)),
        ("drift_effect", moved["effect"].sum(), len(moved)),
        ("leniency", linked["estimate"].iloc[-1], linked["n"].iloc[-1]),
        ("steepest", slopes.loc[~certain, "estimate"].min(), slopes["n"].max()),
        ("flattest", slopes.loc[~certain, "estimate"].max(), slopes["n"].max()),
        ("weight_of_flat", 100 * sum(fits.weights()[item] for item in FLAT), len(FLAT)),
        ("apart_least", sureness.APART[0], 2),
        ("apart_most", sureness.APART[1], 2),
        ("prior_sd", fits.fitted(fits.item_years()[-1]).prior_sd, len(moved)),
        ("draws", sureness.N_DRAWS, sureness.N_DRAWS),
        ("replications", replicated.N_REPLICATIONS, replicated.N_REPLICATIONS),
    ]
    counted = [
        {"fact": "bodies", "year": year, "value": len(own), "n": len(own)}
        for year, own in _bodies().groupby("year")
    ]
    single = pd.DataFrame(rows, columns=["fact", "value", "n"])
    first, last = fits.item_years()
    single = single.assign(start=first, end=last)
    single.loc[single["fact"] == "leniency", "end"] = linked["end"].iloc[-1]
    whole = pd.concat([pd.DataFrame(counted), single], ignore_index=True)
    return whole.astype({"year": "Int64", "start": "Int64", "end": "Int64"})


def _bodies() -> pd.DataFrame:
    """One row per body and year with levels."""
    return agency_uncertainty()[["agency_id", "year"]]


def _last_bodies() -> pd.DataFrame:
    table = _bodies()
    return table[table["year"] == table["year"].max()]


def _items() -> pd.DataFrame:
    return discrimination()[["item"]].drop_duplicates()


def _linked() -> pd.DataFrame:
    """The bodies linked between the years with levels; those linked for longer are among them."""
    first, last = fits.item_years()
    bodies = drift.linked_bodies(last)
    return pd.DataFrame({"agency_id": bodies, "start": first, "end": linked_changes()["end"].max()})


def _bodies_in_both() -> pd.DataFrame:
    first, last = fits.item_years()
    bodies = fits.item_levels(first).index.intersection(fits.item_levels(last).index)
    return pd.DataFrame({"agency_id": bodies, "start": first, "end": last})
