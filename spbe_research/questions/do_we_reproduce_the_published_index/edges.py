"""Bodies whose printed index stands on an edge of the bands: which side their predicate took."""

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.years import evaluation, years_with

__all__ = ["on_an_edge"]

_NOISE = 1e-9


def on_an_edge(published: pd.DataFrame) -> pd.DataFrame:
    """Return the results on an edge in years whose predicate follows the unrounded index.

    A printed index of two decimals cannot say on which side of an edge the exact one lies; the
    printed predicate does.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, name_published, index_published, predicate_published, upper`` (whether
        the predicate is the one above the edge), by index.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = on_an_edge(load_published())
    >>> table.query("not upper")["index_published"].tolist()
    [1.8, 2.6, 3.5]
    """
    years = years_with(predicate_rule="exact")
    parts = [_on_edges_of(published[published["year"] == year], year) for year in years]
    table = pd.concat(parts).sort_values(
        ["year", "index_published", "agency_id"], ignore_index=True
    )
    columns = ["agency_id", "year", "name_published", "index_published", "predicate_published"]
    return table[[*columns, "upper"]]


def _on_edges_of(listed: pd.DataFrame, year: int) -> pd.DataFrame:
    bands = load_instrument(evaluation(year).edition).bands
    above = {float(band.lower): band.predicate for band in bands[1:]}
    known = listed.dropna(subset=["predicate_published"])
    edge = known["index_published"].map(
        lambda index: next((each for each in above if abs(index - each) < _NOISE), None)
    )
    found = known[edge.notna()]
    return found.assign(upper=found["predicate_published"] == edge.dropna().map(above))
