"""The page of a source: what it is, how it was obtained, and which results were read from it."""

from typing import Any

from spbe_research.panel.loaders import load_published
from spbe_research.site.sentences import locator_words

__all__ = ["source_page"]


def source_page(source: dict[str, Any]) -> dict[str, Any]:
    """Return what the template of a source shows.

    Parameters
    ----------
    source : dict
        One of ``described_sources()``.

    Returns
    -------
    dict
        ``source``; ``results``, year, number of results and the place of the first; ``thesis``,
        whether a row is one of a spreadsheet copy.
    """
    published = load_published()
    rows = published[published["source_id"] == source["id"]]
    return {
        "source": source,
        "results": [
            (int(year), len(part), locator_words(part["locator"].iloc[0]))
            for year, part in rows.groupby("year")
        ],
        "thesis": "thesis" in source["obtained"][0],
    }
