"""Enactment is read: what vanishes from one year's reading to the next, and what that does.

A regulation that was found in one year and is not in the next was repealed, or one of the two
readings is wrong, or the text was judged by another measure. Repeals were not looked for.
"""

import pandas as pd

from spbe_research.methods.regression import fit, result_rows

__all__ = ["check_against_texts", "count_vanished", "estimate_with_instrument", "first_dated_texts"]

_LOCAL = ("provinsi", "kabupaten", "kota")


def count_vanished(years: pd.DataFrame) -> pd.DataFrame:
    """Of the topics read as enacted in the first year, the share that is not in the second.

    Parameters
    ----------
    years : pandas.DataFrame
        As ``pair_years``.

    Returns
    -------
    pandas.DataFrame
        ``topic, estimate`` (share, 0 to 1), ``vanished`` and ``n`` (bodies with the topic enacted
        in the first year), the largest share first. Complete counts: no interval.
    """
    enacted = years[years["enacted_first"]]
    table = enacted.assign(gone=~enacted["enacted_last"]).groupby("topic")["gone"]
    table = table.agg(estimate="mean", vanished="sum", n="size").reset_index()
    return table.sort_values(["estimate", "topic"], ascending=[False, True], ignore_index=True)


def estimate_with_instrument(years: pd.DataFrame, *, first: int, last: int) -> pd.DataFrame:
    """Difference in practice within a body, as enactment was read and by the other year's reading.

    Where both readings err and their errors have nothing to do with each other nor with practice,
    the first is too near to 0 and the second, since a misread yes or no errs in one direction, too
    far from it: the truth would lie between. A leniency that moves both readings of a body breaks
    this; the two estimates of 2021 are in the other order.

    Parameters
    ----------
    years : pandas.DataFrame
        As ``pair_years``.
    first, last : int
        Its years.

    Returns
    -------
    pandas.DataFrame
        ``period`` (each year, and both together), ``reading`` (``as read``, ``other year as
        instrument``) and the result in levels of practice.

    Raises
    ------
    DataError
        When a column is absent or incomplete.

    Notes
    -----
    ``practice_ik = b enacted_ik + a_i + t_k + e_ik``, all effects apart for each year when both are
    together; clusters are bodies.
    """
    stacked = pd.concat(
        [
            pd.DataFrame(
                {
                    "agency_id": years["agency_id"],
                    "year": year,
                    "body": years["agency_id"] + f" {year}",
                    "topic": years["topic"] + f" {year}",
                    "practice": years[f"practice_{own}"],
                    "enacted": years[f"enacted_{own}"],
                    "other": years[f"enacted_{other}"],
                }
            )
            for year, own, other in ((first, "first", "last"), (last, "last", "first"))
        ],
        ignore_index=True,
    )
    samples = {
        str(first): stacked[stacked["year"] == first],
        str(last): stacked[stacked["year"] == last],
        f"{first}-{last}": stacked,
    }
    formulas = {
        "as read": "practice ~ enacted | body + topic",
        "other year as instrument": "practice ~ 1 | body + topic | enacted ~ other",
    }
    return result_rows(
        ({"period": name, "reading": reading}, fit(table, formula, clusters="agency_id"))
        for name, table in samples.items()
        for reading, formula in formulas.items()
    )


def first_dated_texts(
    texts: pd.DataFrame, added: pd.DataFrame, words: pd.DataFrame, agencies: pd.DataFrame
) -> pd.DataFrame:
    """Return the first known year of a regulation of each region on each policy topic.

    Parameters
    ----------
    texts, added : pandas.DataFrame
        As ``load_reference("regulations_local")`` and ``("regulations_local_added")``.
    words : pandas.DataFrame
        As ``load_reference("text_topics")``: ``word`` of the collection, policy ``topic``.
    agencies : pandas.DataFrame
        As ``load_agencies()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, topic, text_year``; texts without a year or on no policy topic are left out.
    """
    local = agencies[agencies["agency_type"].isin(_LOCAL)].dropna(subset=["kemendagri_code"])
    ids = added["region_code"].map(local.set_index("kemendagri_code")["agency_id"])
    columns = ["agency_id", "year", "topics"]
    both = pd.concat(
        [texts[columns], added.assign(agency_id=ids, topics=added["topic"])[columns]],
        ignore_index=True,
    )
    known = both.assign(
        word=both["topics"].str.split(";"), text_year=pd.to_numeric(both["year"], errors="coerce")
    ).explode("word")
    found = known.dropna(subset=["agency_id", "text_year"]).merge(
        words[["word", "topic"]], on="word"
    )
    first = found.groupby(["agency_id", "topic"])["text_year"].min().reset_index()
    return first.astype({"text_year": int})


def check_against_texts(pairs: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """Of the topics with a regulation dated before the year, the share that is read as enacted.

    Of regions with a known text only, which are no sample: it says how often a text that exists is
    not found, in these regions.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.
    texts : pandas.DataFrame
        As ``first_dated_texts``.

    Returns
    -------
    pandas.DataFrame
        ``year, estimate`` (share), ``found`` and ``n`` (pairs of region and topic). Complete counts
        of what is known: no interval.
    """
    known = pairs.merge(texts, on=["agency_id", "topic"])
    known = known[known["text_year"] < known["year"]]
    table = known.groupby("year")["is_enacted"].agg(estimate="mean", found="sum", n="size")
    return table.reset_index()
