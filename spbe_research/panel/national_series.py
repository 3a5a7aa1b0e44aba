"""The official national index beside the means of those who took part and of all counted.

The series crosses two breaks of the instrument (2021 and 2023) and is no measure of change there.
"""

import pandas as pd

from spbe_research.panel.carried_over import population
from spbe_research.years import design_year, design_years

__all__ = ["fixed_frame_means", "national_means", "national_series", "official_index"]

_HALF_STEP = 0.005 + 1e-9  # what rounds to a printed value of two decimals


def national_series(
    published: pd.DataFrame, carried_over: pd.DataFrame, aggregates: pd.DataFrame
) -> pd.DataFrame:
    """Set the official national index of each year beside the mean on both bases.

    Parameters
    ----------
    published, carried_over, aggregates : pandas.DataFrame
        As ``load_published()``, ``load_carried_over_bodies()`` and ``load_aggregates()``.

    Returns
    -------
    pandas.DataFrame
        ``year, basis, n, estimate`` as ``national_means``, ``official`` (index points; missing for
        a year that the report does not print), ``difference`` (estimate minus official) and
        ``reproduced``, whether the mean rounds to the official two decimals.

    Examples
    --------
    >>> from spbe_research import load_aggregates, load_published
    >>> from spbe_research.panel.loaders import load_carried_over_bodies
    >>> table = national_series(load_published(), load_carried_over_bodies(), load_aggregates())
    >>> table.query("basis == 'population' and reproduced")["year"].tolist()
    [2021, 2022, 2023, 2024]
    """
    table = national_means(published, carried_over)
    table["official"] = table["year"].map(official_index(aggregates)).astype(float)
    table["difference"] = table["estimate"] - table["official"]
    table["reproduced"] = table["difference"].abs() <= _HALF_STEP
    return table


def official_index(aggregates: pd.DataFrame) -> pd.Series:
    """Return the printed national index by year, of the source that prints the most years.

    Parameters
    ----------
    aggregates : pandas.DataFrame
        As ``load_aggregates()``.

    Examples
    --------
    >>> from spbe_research import load_aggregates
    >>> official_index(load_aggregates())[2024]
    np.float64(3.12)
    """
    printed = aggregates.query("scope == 'nasional' and measure == 'mean' and item == 'index'")
    source = printed["source_id"].value_counts().idxmax()
    return printed[printed["source_id"] == source].set_index("year")["value"].astype(float)


def national_means(
    published: pd.DataFrame, carried_over: pd.DataFrame, *, by: str | None = None
) -> pd.DataFrame:
    """Compute the mean index of each year on two bases: those who took part, and all counted.

    Parameters
    ----------
    published, carried_over : pandas.DataFrame
        As ``load_published()`` and ``load_carried_over_bodies()``.
    by : str, optional
        A column that both tables have, such as ``"agency_type"``: means of each group of a year.

    Returns
    -------
    pandas.DataFrame
        ``year``, the column ``by`` if given, ``basis, n, estimate`` (index points). Bases:
        ``participants``, the bodies with a new result in the year; ``population``, these and every
        body that counts with its last result, whether the list repeats it or leaves it out.

    Notes
    -----
    Unweighted: every body counts once. Official means are of the population, where they can be
    reproduced at all. In 2021 nothing is carried over: bodies that were not evaluated had no result
    on the new instrument, and both bases are the list.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_carried_over_bodies, load_published
    >>> means = national_means(load_published(), load_carried_over_bodies())
    >>> means.query("year == 2024")[["basis", "n"]].to_numpy().tolist()
    [['participants', 615], ['population', 634]]
    """
    bodies = population(published, carried_over)
    keys = ["year"] if by is None else ["year", by]
    bases = {"participants": bodies[bodies["status"] == "evaluated"], "population": bodies}
    parts = [
        table.groupby(keys)["index_published"]
        .agg(n="size", estimate="mean")
        .reset_index()
        .assign(basis=basis)
        for basis, table in bases.items()
    ]
    means = pd.concat(parts).sort_values([*keys, "basis"], ignore_index=True)
    return means[[*keys, "basis", "n", "estimate"]]


def fixed_frame_means(published: pd.DataFrame) -> pd.DataFrame:
    """Compute the mean of the bodies of the first list in the years that hold no others.

    A body that a later list leaves out keeps its last value.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.

    Returns
    -------
    pandas.DataFrame
        ``year, n, estimate`` (index points).

    Examples
    --------
    >>> from spbe_research import load_published
    >>> fixed_frame_means(load_published())["n"].tolist()
    [616, 616]
    """
    first = design_year("fixed-frame", "frame")
    frame = published.loc[published["year"] == first, "agency_id"]
    rows = []
    for year in design_years("fixed-frame", "followed"):
        known = published[(published["year"] <= year) & published["agency_id"].isin(frame)]
        last = known.sort_values("year").groupby("agency_id")["index_published"].last()
        rows.append({"year": year, "n": len(last), "estimate": float(last.mean())})
    return pd.DataFrame(rows)
