"""Who was assessed in both years, and what vanished by why a body was assessed again.

In 2022 the bodies were monitored, without the interview of an evaluation (Permen PANRB 59/2020,
article 3): those below *Baik* had to be, the others had asked.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument

__all__ = ["compare_assessed_again", "share_vanished_by_duty"]

_PASSING = 2  # the third band, Baik: below it a body is assessed again


def share_vanished_by_duty(
    years: pd.DataFrame, published: pd.DataFrame, *, first: int
) -> pd.DataFrame:
    """Share of the topics enacted in the first year and not in the second, by duty.

    Parameters
    ----------
    years : pandas.DataFrame
        As ``pair_years``.
    published : pandas.DataFrame
        As ``load_published()``.
    first : int
        The first year, whose printed index decides.

    Returns
    -------
    pandas.DataFrame
        ``duty`` (``obliged``: index below *Baik* in the first year; ``asked``), ``share`` (0 to 1)
        and ``n``, topics enacted in the first year. Complete counts.

    Raises
    ------
    DataError
        When a body has no index in the first year.
    """
    index = published[published["year"] == first].set_index("agency_id")["index_published"]
    enacted = years[years["enacted_first"]]
    printed = enacted["agency_id"].map(index).round(2)
    if printed.isna().any():
        raise DataError(f"Invalid published table. Every body must have an index of {first}.")
    passing = load_instrument("permen-59-2020").bands[_PASSING].lower
    duty = np.where(printed < passing, "obliged", "asked")
    gone = (~enacted["enacted_last"]).groupby(pd.Series(duty, enacted.index, name="duty"))
    return gone.agg(share="mean", n="size").reset_index()


def compare_assessed_again(
    pairs: pd.DataFrame, places: pd.DataFrame, *, first: int, last: int
) -> pd.DataFrame:
    """Compare bodies assessed in both years with those assessed in one.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    places : pandas.DataFrame
        As ``positions``.
    first, last : int
        The years.

    Returns
    -------
    pandas.DataFrame
        ``fact, year, value, n``. ``only-first-ahead``: mean position in the rest of the index of
        the first year, in standard deviations, of those not assessed again less that of the others;
        ``topics-only-last`` and ``topics-both``: mean number of regulated topics in the last year;
        ``n``: bodies (of the first: those not assessed again). Complete counts.

    Raises
    ------
    DataError
        When no body is in one year only.
    """
    topics = pairs.groupby(["agency_id", "year"])["is_enacted"].sum().unstack()
    topics = topics.reindex(columns=[first, last])
    only_first = topics.index[topics[last].isna()]
    only_last = topics.index[topics[first].isna()]
    both = topics.index.difference(only_first).difference(only_last)
    if only_first.empty or only_last.empty:
        raise DataError("Invalid pairs. Some bodies must be in one year only.")
    start = places[(places["year"] == first) & (places["outcome"] == "rest")]
    position = start.set_index("agency_id")["position"]
    ahead = position.reindex(only_first).mean() - position.reindex(both).mean()
    rows = [
        ("only-first-ahead", first, ahead, len(only_first)),
        ("topics-only-last", last, topics.loc[only_last, last].mean(), len(only_last)),
        ("topics-both", last, topics.loc[both, last].mean(), len(both)),
    ]
    return pd.DataFrame(rows, columns=["fact", "year", "value", "n"])
