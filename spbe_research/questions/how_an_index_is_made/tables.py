"""How an index is made: its parts, one index taken apart, the printed examples computed again."""

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.panel.loaders import load_scores, load_worked_examples
from spbe_research.panel.worked_examples import check_examples
from spbe_research.questions.how_an_index_is_made.contributions import index_contributions
from spbe_research.questions.how_an_index_is_made.figures import draw_index_anatomy
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import design_year, evaluation, load_years

__all__ = ["comparisons", "examples", "index_anatomy", "parts", "single_facts"]

_KEMENKO_PEREKONOMIAN = "pusat-kementerian-koordinator-bidang-perekonomian"
_HALF_STEP = 0.005 + 1e-9  # what rounds to a printed value of two decimals


def _levels() -> pd.DataFrame:
    """The levels of Kemenko Perekonomian in the year that is taken apart."""
    levels, year = load_scores(scale="indicator"), design_year("index-anatomy", "example")
    return levels[(levels["agency_id"] == _KEMENKO_PEREKONOMIAN) & (levels["year"] == year)]


def _parts_by_period() -> pd.DataFrame:
    """The parts, with the years that the edition was used in."""
    edition = evaluation(design_year("index-anatomy", "example")).edition
    used = [each.year for each in load_years() if each.edition == edition]
    return parts().assign(period=f"{min(used)}-{max(used)}")


@table("tab-instrument-parts", units=Units("rows", _parts_by_period))
def parts() -> pd.DataFrame:
    """Return the aspects and domains of the edition with their weights, in percent of the index.

    Returns
    -------
    pandas.DataFrame
        ``item, parent, weight_pct, name``, the index first; ``parent`` is empty for the index.
    """
    instrument = load_instrument(evaluation(design_year("index-anatomy", "example")).edition)
    rows = [
        (item.code, item.parent, float(item.weight), item.name)
        for item in instrument.items
        if item.scale != "indicator"
    ]
    return pd.DataFrame(rows, columns=["item", "parent", "weight_pct", "name"])


@figure("fig-index-anatomy", draw=draw_index_anatomy, units=Units("indicators", _levels))
def index_anatomy() -> pd.DataFrame:
    """Return the contributions of the aspects to the index of Kemenko Perekonomian."""
    edition = evaluation(design_year("index-anatomy", "example")).edition
    return index_contributions(_levels().set_index("item")["value"], load_instrument(edition))


@table("tab-comparisons", units=Units("comparisons"))
def comparisons() -> pd.DataFrame:
    """Return every printed value beside the one recomputed from the tier below it."""
    return check_examples(load_worked_examples()).drop(columns="edition")


@table("tab-examples", units=Units("comparisons", comparisons))
def examples() -> pd.DataFrame:
    """Return the printed examples beside the recomputed values, by example and tier."""
    grouped = comparisons().groupby(["example_id", "basis"], sort=False)
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
    checked, year = comparisons(), design_year("index-anatomy", "example")
    span, n = (int(checked["year"].min()), int(checked["year"].max())), len(checked)
    aspects = index_anatomy()
    index = float(aspects["contribution"].sum())
    beyond = int((checked["difference"].abs() > _HALF_STEP).sum())
    rows = [
        ("kemenko-perekonomian", year, None, year, year, index, len(_levels())),
        ("examples-reproduced", None, None, *span, int(checked["reproduced"].sum()), n),
        ("examples-beyond-half-a-step", None, None, *span, beyond, n),
        ("example-checks", None, None, *span, n, n),
    ]
    rows += [
        ("domain-weight", None, domain, year, year, float(weight), len(aspects))
        for domain, weight in aspects.groupby("domain")["weight_pct"].sum().items()
    ]
    table = pd.DataFrame(rows, columns=["fact", "year", "domain", "start", "end", "value", "n"])
    return table.astype({"year": "Int64"})
