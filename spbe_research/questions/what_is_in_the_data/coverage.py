"""Who is in the published record, when, and with how much detail."""

import pandas as pd

from spbe_research.panel.schemas import AGENCY_TYPES

__all__ = ["coverage_by_type", "coverage_by_year", "name_coverage"]


def coverage_by_year(published: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Count agencies by year and by what is known of them.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    scores : pandas.DataFrame
        As ``load_scores()``.

    Returns
    -------
    pandas.DataFrame
        One row per year: ``year, edition, n`` (bodies in the list), ``n_new`` (with a new result),
        ``n_monitored`` (of these without an interview), ``n_carried_over, n_with_predicate,
        n_with_domains, n_with_indicators``.

    Examples
    --------
    >>> from spbe_research import load_published, load_scores
    >>> coverage_by_year(load_published(), load_scores())["n_new"].tolist()
    [616, 457, 131, 517, 554, 621, 615]
    """
    table = (
        published.groupby(["year", "edition"])
        .agg(
            n=("agency_id", "size"),
            n_new=("status", lambda status: int((status == "evaluated").sum())),
            n_monitored=("mode", lambda mode: int((mode == "monitored").sum())),
            n_carried_over=("status", lambda status: int((status == "carried_over").sum())),
            n_with_predicate=("predicate_published", "count"),
        )
        .reset_index()
    )
    for scale in ("domain", "indicator"):
        tier = scores[scores["scale"] == scale]
        counts = tier.groupby("year")["agency_id"].nunique()
        table[f"n_with_{scale}s"] = table["year"].map(counts).fillna(0).astype(int)
    return table


def coverage_by_type(published: pd.DataFrame) -> pd.DataFrame:
    """Count agencies by year, type and status.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_type, year, status, n``, every combination of type, year and status, zero
        where nobody was published. The type is the one of that year: the investment board became a
        ministry in 2021.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = coverage_by_type(load_published())
    >>> table.query("agency_type == 'polda' and year == 2020")["n"].tolist()
    [0, 0]
    """
    years = sorted(int(year) for year in published["year"].unique())
    grid = pd.MultiIndex.from_product(
        [AGENCY_TYPES, years, ("evaluated", "carried_over")],
        names=["agency_type", "year", "status"],
    )
    counts = published.groupby(["agency_type", "year", "status"]).size()
    return counts.reindex(grid, fill_value=0).rename("n").reset_index()


def name_coverage(aliases: pd.DataFrame) -> pd.DataFrame:
    """Count how published names were joined to bodies.

    Parameters
    ----------
    aliases : pandas.DataFrame
        As ``load_reference("agency_aliases")``.

    Returns
    -------
    pandas.DataFrame
        ``kind, n, example``: ``same`` (the name in use), ``spelling``, ``secretariat`` (the
        list prints the secretariat for the body), ``renamed``.

    Examples
    --------
    >>> from spbe_research import load_reference
    >>> name_coverage(load_reference("agency_aliases"))["n"].sum()
    np.int64(723)
    """
    return (
        aliases.groupby("kind")
        .agg(n=("name_published", "size"), example=("name_published", "first"))
        .reset_index()
        .sort_values("n", ascending=False, ignore_index=True)
    )
