"""What notebook 16 registers: what other weights, other means and misread levels do to ranks.

The last year with levels is audited, the seed is the default of ``audit``: a reader who calls it
gets these numbers.
"""

from functools import cache

import numpy as np
import pandas as pd

from spbe_research.auditing import Audit, audit
from spbe_research.auditing.case import read_case
from spbe_research.auditing.importance import importance
from spbe_research.choices import Aggregation, Choice, LeaveOut, LevelError, Weights
from spbe_research.panel.loaders import load_scores
from spbe_research.questions.how_sure_is_a_rank.figures import draw_bands, draw_shares
from spbe_research.records import Units, facts, figure, result, table
from spbe_research.years import evaluation, load_years, years_with

__all__ = ["bands", "certainty", "shares", "single_facts", "two_errors"]

SEED = 1
N_DRAWS = 2_000
MOSTLY = 0.95  # of the draws, in which a predicate that is called certain is kept
EDGES = (0.025, 0.975)  # of an interval that is compared with one of 95 %

WEIGHTS, UNSTEADY, ONE_IN_TWENTY = (
    "weights within 25 %",
    "levels as unsteady as year to year",
    "one level in twenty misread",
)
LATENT = "latent model"


@figure("fig-rank-bands", draw=draw_bands, units=Units("agencies", lambda: _bodies()))
def bands() -> pd.DataFrame:
    """Rank band and kept predicate of every body, for three choices."""
    columns = [
        "agency_id", "index", "rank", "rank_q05", "rank_q95", "predicate", "p_predicate",
    ]  # fmt: skip
    tables = [
        _audited(name).tables["ranks"][columns].assign(year=_last(), choice=name)
        for name in (UNSTEADY, ONE_IN_TWENTY, WEIGHTS)
    ]
    return pd.concat(tables, ignore_index=True)[["year", "choice", *columns]]


@table("tab-certainty", units=Units("agencies", lambda: _bodies()))
def certainty() -> pd.DataFrame:
    """How many predicates are certain, and how wide a rank band is, choice by choice."""
    rows = []
    for name, choice in _choices().items():
        found = _audited(name)
        ranks, exact = found.tables["ranks"], found.tables["bodies_exact"]
        pairs = found.tables["pairs_exact"].set_index("radius")["share"]
        shifts = isinstance(choice, Weights) and choice.method == "uniform"
        kept = ranks["p_predicate"]
        rows.append(
            {
                "year": _last(),
                "choice": name,
                "mostly": (kept >= MOSTLY).mean(),
                "always": (kept == 1).mean(),
                "under_all": exact["is_certain"].mean() if shifts else np.nan,
                "pairs_kept": pairs[float(found.radius)] if shifts else np.nan,
                "width_90": (ranks["rank_q95"] - ranks["rank_q05"]).median(),
                "n": len(ranks),
                "n_draws": N_DRAWS,
                "seed": SEED,
            }
        )
    return pd.DataFrame(rows)


@figure("fig-weight-and-share", draw=draw_shares, units=Units("agency-years", lambda: _scored()))
def shares() -> pd.DataFrame:
    """What each domain weighs and what it explains, in every year of the edition."""
    tables = []
    for year in _edition_years():
        case = read_case(_printed(year), evaluation(year).edition)
        found = importance(case)
        found = found[found["tier"] == "domain"].drop(columns="tier")
        tables.append(found.assign(year=year, n=len(case.ids)))
    first = ["year", "code", "nominal_share", "explained_share", "correlation_ratio", "n"]
    return pd.concat(tables, ignore_index=True)[first]


@table("tab-two-errors", units=Units("agencies", lambda: _bodies()))
def two_errors() -> pd.DataFrame:
    """What is varied here beside the error of the latent model: ranks and predicates."""
    latent = result("tab-agency-uncertainty")
    latent = latent[latent["year"] == _last()].set_index("agency_id")
    intervals = {name: _interval(name) for name in (WEIGHTS, ONE_IN_TWENTY, UNSTEADY)}
    named = intervals[WEIGHTS]["predicate"].reindex(latent.index)
    columns = "p_" + named.str.lower().str.replace(" ", "_")
    kept = [latent.loc[body, column] for body, column in columns.items()]
    intervals[LATENT] = latent[["rank_low", "rank_high"]].assign(p_predicate=kept)
    rows = []
    for name, own in intervals.items():
        own = own.reindex(latent.index)
        inside = (own["rank_low"] <= latent["rank_low"]) & (own["rank_high"] >= latent["rank_high"])
        rows.append(
            {
                "year": _last(),
                "source": name,
                "width_95": (own["rank_high"] - own["rank_low"]).median(),
                "mostly": (own["p_predicate"] >= MOSTLY).mean(),
                "mean_kept": own["p_predicate"].mean(),
                "latent_inside": inside.mean(),
                "n": len(own),
            }
        )
    return pd.DataFrame(rows)


@facts
def single_facts() -> pd.DataFrame:
    """The error of levels that the last two years with levels show, and the number of draws."""
    error, n = _error(), len(_bodies())
    first, last = years_with(parts_published="indicator")[-2:]
    rows = [("misread", error.p, n), ("together", error.rho, n), ("draws", N_DRAWS, N_DRAWS)]
    return pd.DataFrame(rows, columns=["fact", "value", "n"]).assign(start=first, end=last)


@cache
def _choices() -> dict[str, Choice]:
    return {
        "weights within 10 %": Weights.uniform(0.10),
        WEIGHTS: Weights.uniform(0.25),
        "weights within 50 %": Weights.uniform(0.50),
        "one indicator left out": LeaveOut(),
        "geometric mean of the domains": Aggregation("geometric", at="index"),
        ONE_IN_TWENTY: LevelError(0.05),
        UNSTEADY: _error(),
    }


@cache
def _error() -> LevelError:
    """Every fall between the last two years with levels read as an error, to hundredths."""
    before, after = (_printed(year) for year in years_with(parts_published="indicator")[-2:])
    found = LevelError.from_panel(before, after)
    return LevelError(round(found.p, 2), round(found.rho, 2))


@cache
def _audited(name: str) -> Audit:
    edition = evaluation(_last()).edition
    return audit(_printed(_last()), edition, _choices()[name], draws=N_DRAWS, seed=SEED)


def _interval(name: str) -> pd.DataFrame:
    """Rank interval of 95 %, predicate and share of draws that keep it, by body."""
    found = _audited(name)
    low, high = (found.counts.rank_quantile(edge) for edge in EDGES)
    ranks = found.tables["ranks"].set_index("agency_id")
    return ranks[["predicate", "p_predicate"]].assign(rank_low=low, rank_high=high)


def _last() -> int:
    return years_with(parts_published="indicator")[-1]


def _edition_years() -> tuple[int, ...]:
    """The years of the last edition."""
    years = load_years()
    return tuple(each.year for each in years if each.edition == years[-1].edition)


def _printed(year: int) -> pd.DataFrame:
    scores = load_scores()
    return scores[scores["year"] == year]


def _bodies() -> pd.DataFrame:
    """The bodies that are audited."""
    return bands()[["agency_id", "year"]].drop_duplicates()


def _scored() -> pd.DataFrame:
    """One row per body and year whose parts were printed."""
    cases = {year: read_case(_printed(year), evaluation(year).edition) for year in _edition_years()}
    tables = [pd.DataFrame({"agency_id": case.ids, "year": year}) for year, case in cases.items()]
    return pd.concat(tables, ignore_index=True)
