"""What the lists hold: results by type, year and status, and the counts that the texts use."""

import pandas as pd

from spbe_research.panel.loaders import (
    load_agencies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.questions.what_is_in_the_data.coverage import (
    coverage_by_type,
    coverage_by_year,
    name_coverage,
)
from spbe_research.questions.what_is_in_the_data.figures import draw_coverage
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import years_with

__all__ = ["coverage", "detail", "printed_names", "single_facts"]


@figure(
    "fig-coverage",
    draw=draw_coverage,
    units=Units("agency-years", load_published),
    of=load_published,
)
def coverage(published: pd.DataFrame) -> pd.DataFrame:
    """Return the number of bodies by type, year and status."""
    return coverage_by_type(published)


@table("tab-detail", units=Units("agency-years", load_published))
def detail() -> pd.DataFrame:
    """Return, for each year, how many bodies are listed and what is known of them."""
    return coverage_by_year(load_published(), load_scores())


def _names_in_print() -> pd.DataFrame:
    return load_published().drop_duplicates("name_published")


@table("tab-names", units=Units("names", _names_in_print))
def printed_names() -> pd.DataFrame:
    """Return how many printed names of each kind were joined to bodies."""
    return name_coverage(load_reference("agency_aliases"))


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts and shares that the texts use.

    Returns
    -------
    pandas.DataFrame
        ``fact, year, start, end, value, n``; shares in percent.
    """
    published, names = load_published(), load_reference("agency_aliases")
    levels = load_scores(scale="indicator")
    levels = levels[levels["year"].isin(years_with(parts_published="indicator"))]
    repeated = published[published["status"] == "carried_over"]
    bodies, n = published["agency_id"].nunique(), len(published)
    never = int((load_agencies()["n_years"] == 0).sum())
    rows = [
        ("agency-years", None, *_span(published), n, n),
        ("agencies", None, *_span(published), bodies, bodies),
        ("never-listed", None, *_span(published), never, len(load_agencies())),
        ("names", None, *_span(published), len(names), len(names)),
        ("carried-over", None, *_span(repeated), len(repeated), n),
        ("levels", None, *_span(levels), len(levels), len(levels)),
        ("indicators", None, *_span(levels), *[levels["item"].nunique()] * 2),
    ]
    for year, listed in published.groupby("year"):
        share = 100 * float((listed["status"] == "carried_over").mean())
        rows.append(("carried-over-share", year, year, year, share, len(listed)))
    table = pd.DataFrame(rows, columns=["fact", "year", "start", "end", "value", "n"])
    return table.astype({"year": "Int64"})


def _span(rows: pd.DataFrame) -> tuple[int, int]:
    return int(rows["year"].min()), int(rows["year"].max())
