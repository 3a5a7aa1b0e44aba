"""Known local texts: how many, what replaced them, and what it means not to know one.

The texts are a convenience sample: that none is known of a region says nothing, but for the regions
whose official list was seen. Numbers are consecutive within a year, so the share of numbers seen is
the chance that a text of that kind would have been seen. Not here: whether a text is in force.
"""

import pandas as pd

__all__ = [
    "chance_of_detection",
    "check_readings",
    "collect_texts",
    "count_kinds",
    "find_or_not",
]

_LOCAL = ("provinsi", "kabupaten", "kota")
_HEADS = ("Pergub", "Perbup", "Perwal")
_GENERAL = "general"  # the whole of electronic government, no topic of its own
_OTHER = ("organisasi", "rpjmd")  # offices and plans, not electronic government
_KEY = ["region_code", "type", "number", "year"]


def collect_texts(
    texts: pd.DataFrame, added: pd.DataFrame, replaced: pd.DataFrame, agencies: pd.DataFrame
) -> pd.DataFrame:
    """Return every known local text once, with the text that replaced it.

    Parameters
    ----------
    texts, added, replaced : pandas.DataFrame
        ``load_reference`` of ``regulations_local``, ``regulations_local_added`` and
        ``text_replacements``.
    agencies : pandas.DataFrame
        As ``load_agencies()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, region_code, type, number`` (empty where not known), ``year, subjects`` (joined
        by ``;``), ``evidence`` and ``replaced_in`` (year of the text that replaced it; missing
        where none is known).
    """
    local = agencies[agencies["agency_type"].isin(_LOCAL)]
    codes = local.set_index("agency_id")["kemendagri_code"].astype(str)
    first = texts.rename(columns={"regulation_type": "type", "topics": "subjects"})
    first = first.assign(region_code=first["agency_id"].map(codes))
    ids = pd.Series(codes.index, index=codes.to_numpy())
    second = added.rename(columns={"topic": "subjects"})
    second = second.assign(agency_id=second["region_code"].map(ids))
    columns = ["agency_id", *_KEY, "subjects", "evidence"]
    table = pd.concat([first[columns], second[columns]], ignore_index=True)
    later = replaced.rename(columns={"replaced_by_year": "replaced_in"})[[*_KEY, "replaced_in"]]
    table = table.merge(later, on=_KEY, how="left")
    return table.assign(
        year=table["year"].astype(int), replaced_in=table["replaced_in"].astype("Int64")
    )


def count_kinds(texts: pd.DataFrame) -> pd.DataFrame:
    """Count texts and regions by kind of regulation, with the years they span.

    Returns
    -------
    pandas.DataFrame
        ``type, n`` (texts), ``n_regions, first_year, last_year``, most frequent first.
    """
    table = texts.groupby("type").agg(
        n=("year", "size"),
        n_regions=("agency_id", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
    )
    return table.sort_values(["n", "first_year"], ascending=[False, True]).reset_index()


def chance_of_detection(
    coverage: pd.DataFrame, texts: pd.DataFrame, agencies: pd.DataFrame, *, since: int
) -> pd.DataFrame:
    """Return the chance that a regulation of the head of a region would have been seen.

    Parameters
    ----------
    coverage : pandas.DataFrame
        ``load_reference("jdih_coverage")``: numbers listed and highest number by kind and year.
    texts : pandas.DataFrame
        As ``collect_texts``.
    agencies : pandas.DataFrame
        As ``load_agencies()``.
    since : int
        First year counted.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, name, type, start, end`` (years), ``n_listed, n_issued`` (the highest numbers
        of the years, summed), ``estimate`` (share seen) and ``n_texts``, the known texts of that
        kind and those years. A highest number that is an outlier makes the share too
        low. Shares are complete counts of a list: no interval.
    """
    local = agencies[agencies["agency_type"].isin(_LOCAL)]
    ids = pd.Series(local["agency_id"].to_numpy(), index=local["kemendagri_code"].astype(str))
    seen = coverage.assign(
        agency_id=coverage["region_code"].map(ids),
        year=coverage["year"].astype(int),
        n_listed=coverage["n_listed"].astype(int),
        n_issued=coverage["max_number"].astype(int),
    )
    seen = seen[(seen["year"] >= since) & seen["type"].isin(_HEADS)]
    table = seen.groupby(["agency_id", "type"]).agg(
        start=("year", "min"),
        end=("year", "max"),
        n_listed=("n_listed", "sum"),
        n_issued=("n_issued", "sum"),
    )
    known = texts.merge(seen[["agency_id", "type", "year"]], on=["agency_id", "type", "year"])
    table = table.assign(
        estimate=table["n_listed"] / table["n_issued"],
        n_texts=known.groupby(["agency_id", "type"]).size().reindex(table.index, fill_value=0),
    ).reset_index()
    table.insert(1, "name", table["agency_id"].map(agencies.set_index("agency_id")["name"]))
    return table.sort_values("estimate", ascending=False, ignore_index=True)


def find_or_not(texts: pd.DataFrame, words: pd.DataFrame, chances: pd.DataFrame) -> pd.DataFrame:
    """Say for each region with a list, topic by topic, which text is known, or how sure none is.

    Parameters
    ----------
    texts, words : pandas.DataFrame
        As ``collect_texts`` and ``load_reference("text_topics")``.
    chances : pandas.DataFrame
        As ``chance_of_detection``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, name, topic`` (a policy topic, or ``general`` for texts on the whole of it),
        ``start, end`` (years of the list),
        ``first_year`` (of the oldest text of the kind and years of the list; missing where none was
        found), ``n_texts`` and ``estimate``, the chance that one would have been seen.
    """
    topic_of = words.set_index("word")["topic"]
    dated = texts.assign(word=texts["subjects"].str.split(";")).explode("word")
    dated = dated[~dated["word"].isin(_OTHER)]
    dated = dated.assign(topic=dated["word"].map(topic_of).fillna(_GENERAL))
    dated = dated.drop_duplicates([*_KEY, "agency_id", "topic"])
    rows = []
    for region in chances.itertuples():
        own = dated[
            (dated["agency_id"] == region.agency_id)
            & (dated["type"] == region.type)
            & dated["year"].between(region.start, region.end)
        ]
        for topic in [_GENERAL, *dict.fromkeys(words["topic"])]:
            years = own.loc[own["topic"] == topic, "year"]
            rows.append(
                {
                    "agency_id": region.agency_id,
                    "name": region.name,
                    "topic": topic,
                    "start": region.start,
                    "end": region.end,
                    "first_year": years.min() if len(years) else pd.NA,
                    "n_texts": len(years),
                    "estimate": region.estimate,
                }
            )
    return pd.DataFrame(rows).astype({"first_year": "Int64"})


def check_readings(pairs: pd.DataFrame, texts: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """Compare the ministry's reading of a topic with dated texts on it.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``: level of each policy topic, by body and year.
    texts : pandas.DataFrame
        As ``collect_texts``.
    words : pandas.DataFrame
        ``load_reference("text_topics")``: ``word`` of the collection, policy ``topic``.

    Returns
    -------
    pandas.DataFrame
        ``year, known`` (text: a text of an earlier year is known; none: no text on the topic is
        known, in the same regions), ``n`` (region-topics), ``found`` (level 2 or more) and
        ``estimate`` (share). Complete counts of what is known: no interval.
    """
    dated = texts.assign(word=texts["subjects"].str.split(";")).explode("word")
    dated = dated.merge(words[["word", "topic"]], on="word")
    first = dated.groupby(["agency_id", "topic"])["year"].min().rename("text_year").reset_index()
    rows = pairs[pairs["agency_id"].isin(first["agency_id"])]
    rows = rows[rows["topic"].isin(words["topic"])].merge(
        first, on=["agency_id", "topic"], how="left"
    )
    known = (rows["text_year"] < rows["year"]).map({True: "text", False: "later"})
    rows = rows.assign(known=known.mask(rows["text_year"].isna(), "none"))
    rows = rows[rows["known"] != "later"]
    table = rows.groupby(["year", "known"])["is_enacted"].agg(
        n="size", found="sum", estimate="mean"
    )
    return table.sort_index(ascending=[True, False]).reset_index()
