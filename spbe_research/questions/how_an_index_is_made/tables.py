"""How an index is made: one index taken apart, and the printed examples computed again."""

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.panel.loaders import load_scores, load_worked_examples
from spbe_research.panel.worked_examples import check_examples
from spbe_research.questions.how_an_index_is_made.contributions import index_contributions
from spbe_research.questions.how_an_index_is_made.figures import draw_index_anatomy
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import design_year, evaluation

__all__ = ["examples", "index_anatomy", "single_facts"]

_KEMENKO_PEREKONOMIAN = "pusat-kementerian-koordinator-bidang-perekonomian"
_HALF_STEP = 0.005 + 1e-9  # what rounds to a printed value of two decimals


def _levels() -> pd.DataFrame:
    """The levels of Kemenko Perekonomian in the year that is taken apart."""
    levels, year = load_scores(scale="indicator"), design_year("index-anatomy", "example")
    return levels[(levels["agency_id"] == _KEMENKO_PEREKONOMIAN) & (levels["year"] == year)]


@figure("fig-index-anatomy", draw=draw_index_anatomy, units=Units("indicators", _levels))
def index_anatomy() -> pd.DataFrame:
    """Return the contributions of the aspects to the index of Kemenko Perekonomian."""
    edition = evaluation(design_year("index-anatomy", "example")).edition
    return index_contributions(_levels().set_index("item")["value"], load_instrument(edition))


def _checked() -> pd.DataFrame:
    return check_examples(load_worked_examples())


@table("tab-examples", units=Units("comparisons", _checked))
def examples() -> pd.DataFrame:
    """Return the printed examples beside the recomputed values, by example and tier."""
    grouped = _checked().groupby(["example_id", "basis"], sort=False)
    return grouped.agg(
        year=("year", "first"),
        n=("item", "size"),
        n_reproduced=("reproduced", "sum"),
        largest_difference=("difference", lambda difference: difference.abs().max()),
        allowed=("allowed", "first"),
    ).reset_index()


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts and indices that the texts use.

    Returns
    -------
    pandas.DataFrame
        ``fact, year, domain, start, end, value, n``; the index in index points, weights in percent.
    """
    checked, year = _checked(), design_year("index-anatomy", "example")
    span, n = (int(checked["year"].min()), int(checked["year"].max())), len(checked)
    parts = index_anatomy()
    index = float(parts["contribution"].sum())
    beyond = int((checked["difference"].abs() > _HALF_STEP).sum())
    rows = [
        ("kemenko-perekonomian", year, None, year, year, index, len(_levels())),
        ("examples-reproduced", None, None, *span, int(checked["reproduced"].sum()), n),
        ("examples-beyond-half-a-step", None, None, *span, beyond, n),
        ("example-checks", None, None, *span, n, n),
    ]
    rows += [
        ("domain-weight", None, domain, year, year, float(weight), len(parts))
        for domain, weight in parts.groupby("domain")["weight_pct"].sum().items()
    ]
    table = pd.DataFrame(rows, columns=["fact", "year", "domain", "start", "end", "value", "n"])
    return table.astype({"year": "Int64"})
