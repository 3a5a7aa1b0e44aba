"""Each index from its parts, the national index on both bases, and what print contradicts."""

from functools import cache

import pandas as pd

from spbe_research.panel.carried_over import population
from spbe_research.panel.loaders import (
    load_aggregates,
    load_carried_over_bodies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.panel.misprints import MISPRINTED, list_misprints, name_errors
from spbe_research.panel.national_series import fixed_frame_means, national_series
from spbe_research.panel.recomputation import (
    difference_counts,
    recomputation_summary,
    recompute_all,
)
from spbe_research.questions.do_we_reproduce_the_published_index.edges import on_an_edge
from spbe_research.questions.do_we_reproduce_the_published_index.figures import (
    draw_national_series,
    draw_recomputation,
)
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import years_with

__all__ = [
    "closeness",
    "edge_cases",
    "misprints",
    "printing_errors",
    "recomputation",
    "series",
    "single_facts",
]

_EXACT = 1e-12
_STEP = 0.01  # the last printed decimal, index points
_ON_THE_OLD_SCALE = "mean index converted to the instrument"


@cache
def _recomputed() -> pd.DataFrame:
    return recompute_all(load_scores(), load_published())


def _from_parts() -> pd.DataFrame:
    """The agency-years of years whose lists print the parts of every index."""
    levels, domains = (years_with(parts_published=tier) for tier in ("indicator", "domain"))
    return _recomputed()[_recomputed()["year"].isin(levels + domains)]


def _bodies() -> pd.DataFrame:
    return population(load_published(), load_carried_over_bodies())


def _computable() -> pd.DataFrame:
    return _recomputed().dropna(subset=["index_computed"])


@table("tab-recomputation", units=Units("agency-years", _computable))
def closeness() -> pd.DataFrame:
    """Return by year and basis how close the recomputed index comes to the printed one."""
    return recomputation_summary(_recomputed())


@figure(
    "fig-recomputation",
    draw=draw_recomputation,
    units=Units("agency-years", lambda: _from_parts().dropna(subset=["index_computed"])),
)
def recomputation() -> pd.DataFrame:
    """Return the differences between recomputed and printed index, binned."""
    return difference_counts(_recomputed())


@figure("fig-national-series", draw=draw_national_series, units=Units("agency-years", _bodies))
def series() -> pd.DataFrame:
    """Return the official national index and the mean on both bases."""
    return national_series(load_published(), load_carried_over_bodies(), load_aggregates())


@table("tab-on-an-edge", units=Units("agency-years"))
def edge_cases() -> pd.DataFrame:
    """Return the bodies whose printed index stands on an edge where the unrounded one decides."""
    return on_an_edge(load_published())


@table("tab-misprints", units=Units("cells"))
def misprints() -> pd.DataFrame:
    """Return the printed cells that something else in print contradicts, by independent error."""
    found = list_misprints(
        load_published(), load_scores(), load_aggregates(), load_carried_over_bodies()
    )
    return name_errors(found, load_reference("printing_errors"))


def _misprinted() -> pd.DataFrame:
    return misprints()[misprints()["verdict"] == MISPRINTED]


@table("tab-printing-errors", units=Units("cells", _misprinted))
def printing_errors() -> pd.DataFrame:
    """Return the independent errors behind the misprinted cells, each with its reason."""
    counts = (
        _misprinted()
        .groupby("error")
        .agg(
            year=("year", "first"),
            scope=("scope", "first"),
            n_cells=("flag", "size"),
            n_with_page=("page", lambda page: int((page != "").sum())),
        )
        .reset_index()
    )
    reasons = load_reference("printing_errors").query("reason_en != ''")
    joined = counts.merge(reasons[["error", "reason_en", "reason_id"]], on="error", how="left")
    return joined.sort_values(["year", "error"], ignore_index=True)


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts and means that the texts use.

    Returns
    -------
    pandas.DataFrame
        ``fact, year, start, end, value, n``; means in index points.
    """
    levels, domains = (
        _recomputed()[
            _recomputed()["year"].isin(years_with(parts_published=tier))
            & (_recomputed()["basis"] == tier)
        ]
        for tier in ("indicator", "domain")
    )
    apart = domains["difference"].abs()
    cells, official = _misprinted(), series().query("basis == 'population'")
    unrecorded = int((cells["source_id"] == "menpanrb-group-means").sum())
    contradicted, without_page = len(misprints()), int((cells["page"] == "").sum())
    reproduced = int(official["reproduced"].sum())
    lower, n_edges = int((~edge_cases()["upper"]).sum()), len(edge_cases())
    alone = _of_one_predicate()
    derived = load_scores().query("method == 'derived' and scale == 'domain'")
    rows = [
        ("exact", levels, int((levels["difference"].abs() < _EXACT).sum()), len(levels)),
        ("within-rounding", domains, int((apart <= _STEP + _EXACT).sum()), len(domains)),
        ("largest-difference", domains, float(apart.max()), len(domains)),
        ("by-construction", derived, len(derived), len(domains)),
        ("misprints", cells, len(cells), contradicted),
        ("printing-errors", cells, cells["error"].nunique(), len(cells)),
        ("misprints-unrecorded", cells, unrecorded, len(cells)),
        ("misprints-without-page", cells, without_page, len(cells)),
        ("baik-alone", alone, int((alone["predicate_published"] == "Baik").sum()), len(alone)),
        ("official-reproduced", official, reproduced, len(official)),
        ("edges-lower", edge_cases(), lower, n_edges),
    ]
    spanned = [
        (fact, None, int(of["year"].min()), int(of["year"].max()), value, n)
        for fact, of, value, n in rows
    ]
    table = pd.DataFrame(
        [*spanned, *_yearly(), _bridge()], columns=["fact", "year", "start", "end", "value", "n"]
    )
    return table.astype({"year": "Int64"})


def _of_one_predicate() -> pd.DataFrame:
    """The regencies and cities of the year whose printed share is that of one predicate alone."""
    year = misprints().query("error == 'share-kabupaten-kota-2024'")["year"].item()
    published = load_published()
    return published[
        (published["year"] == year) & published["agency_type"].isin(["kabupaten", "kota"])
    ]


def _bridge() -> tuple[object, ...]:
    """The mean of a year on the scale of the instrument before, as slides of the ministry print."""
    printed = load_reference("witnesses")
    row = printed[printed["quantity"].str.startswith(_ON_THE_OLD_SCALE)].iloc[0]
    year = int(row["year"])
    return "bridge", year, year, year, float(row["value"]), 1


def _yearly() -> list[tuple[object, ...]]:
    """The mean of each list, and of the bodies of the first list where it is followed."""
    means = load_published().groupby("year")["index_published"].agg(n="size", estimate="mean")
    kinds = (("mean", means.reset_index()), ("fixed-frame", fixed_frame_means(load_published())))
    return [
        (fact, int(row.year), int(row.year), int(row.year), row.estimate, int(row.n))
        for fact, rows in kinds
        for row in rows.itertuples()
    ]
