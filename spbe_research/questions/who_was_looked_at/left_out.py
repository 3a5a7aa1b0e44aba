"""Absent bodies that the reading of the printed means leaves out, and what counting them gives."""

import pandas as pd

from spbe_research.panel.carried_over import population

__all__ = ["bodies_left_out", "mean_with_left_out"]


def bodies_left_out(
    published: pd.DataFrame, carried_over: pd.DataFrame, reference: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the bodies of the newest year with absent ones that are absent and not counted.

    Parameters
    ----------
    published, carried_over : pandas.DataFrame
        As ``load_published()`` and ``load_carried_over_bodies()``.
    reference : dict of str to pandas.DataFrame
        ``absent_bodies`` (``year, name, counted, why``) and ``agencies``, all text.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, index_published`` (the last new result before the year, index points) and
        ``was_counted``, whether the body counts in the printed means of the year before.
    """
    absent = reference["absent_bodies"].astype({"year": int})
    absent = absent[(absent["year"] == absent["year"].max()) & (absent["counted"] == "false")]
    ids = reference["agencies"].set_index("name")["agency_id"]
    year = int(absent["year"].iloc[0])
    new = published[(published["status"] == "evaluated") & (published["year"] < year)]
    last = new.sort_values("year").groupby("agency_id")["index_published"].last()
    bodies = pd.DataFrame({"agency_id": absent["name"].map(ids), "year": year})
    before = carried_over.loc[carried_over["year"] == year - 1, "agency_id"]
    return bodies.assign(
        index_published=bodies["agency_id"].map(last),
        was_counted=bodies["agency_id"].isin(before),
    ).reset_index(drop=True)


def mean_with_left_out(
    published: pd.DataFrame, carried_over: pd.DataFrame, left_out: pd.DataFrame
) -> tuple[float, int]:
    """Return the mean index of a year had the bodies left out counted too, and of how many bodies.

    Parameters
    ----------
    published, carried_over : pandas.DataFrame
        As ``load_published()`` and ``load_carried_over_bodies()``.
    left_out : pandas.DataFrame
        As :func:`bodies_left_out`.

    Examples
    --------
    >>> listed = pd.DataFrame({"agency_id": ["a"], "year": [2024], "agency_type": ["kota"],
    ...                        "index_published": [3.0], "status": ["evaluated"]})
    >>> left_out = pd.DataFrame({"year": [2024], "index_published": [2.0]})
    >>> mean_with_left_out(listed, listed.head(0), left_out)
    (2.5, 2)
    """
    bodies = population(published, carried_over)
    counted = bodies.loc[bodies["year"].isin(left_out["year"]), "index_published"]
    together = pd.concat([counted, left_out["index_published"]])
    return float(together.mean()), len(together)
