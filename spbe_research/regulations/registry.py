"""Which local and national texts are known: kind, subject, year, certainty, age at an evaluation.

The local texts are a convenience sample: that a region is absent says nothing about whether it has
a regulation. Not here: scores (``texts``), the ministry's own policy levels (``load_policies``),
and whether a text is still in force, which the sample does not tell.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from spbe_research.errors import DataError, listed, refuse

__all__ = [
    "CERTAINTIES",
    "EGOV_SUBJECTS",
    "KINDS",
    "local_texts",
    "national_timeline",
    "oldest_text",
]

# Kepwal is a decision, not a regulation; it is one row of the sample and kept under its own name.
KINDS = ("Perda", "Pergub", "Perbup", "Perwal", "Kepwal")

# What stands behind a row, from the surest: the text itself was read; a legal database or list
# names it; another text cites it; the press reports it; only a draft was seen.
CERTAINTIES = {
    "document": "read",
    "jdih_dump": "listed",
    "title_list": "listed",
    "cited_in_document": "cited",
    "cited": "cited",
    "news": "reported",
    "draft": "draft",
}

# Subjects that count as a regulation on e-government; office organisation and the medium-term
# development plan are in the sample but regulate something else.
EGOV_SUBJECTS = (
    "spbe",
    "egov",
    "tata_kelola_tik",
    "smart_city",
    "kominfo",
    "satu_data",
    "data",
    "aplikasi",
    "arsitektur",
    "rencana_induk",
)
_OTHER_SUBJECTS = ("organisasi", "rpjmd")


def local_texts(
    regulations: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    regions: Iterable[str] | None = None,
    kinds: Iterable[str] | None = None,
    subjects: Iterable[str] | None = None,
    drafts: bool = True,
) -> pd.DataFrame:
    """Return the known local texts, typed and joined to the agencies.

    Use it to look texts up. Not useful to count how many regions have regulated: the sample was
    found, not drawn, so a region without a row may well have a text.

    Parameters
    ----------
    regulations : pandas.DataFrame
        As ``load_reference("regulations_local")``.
    agencies : pandas.DataFrame
        As ``load_agencies()``.
    regions : iterable of str, optional
        Agency ids; all by default. A known region without a text gives no row.
    kinds : iterable of str, optional
        Of ``KINDS``; all by default.
    subjects : iterable of str, optional
        Of ``EGOV_SUBJECTS``, ``organisasi``, ``rpjmd``; a text with any of them is kept.
    drafts : bool
        Whether rows of which only a draft was seen are kept.

    Returns
    -------
    pandas.DataFrame
        One row a text, sorted by region and year: ``agency_id, name, agency_type, kind, number``
        (empty where not known), ``enacted_year, title, subjects`` (joined by ``;``), ``evidence,
        certainty`` (read, listed, cited, reported, draft), ``locator, source_id``.

    Raises
    ------
    DataError
        When a row or a wish names an unknown region, kind, subject, evidence or year.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_reference
    >>> sample = load_reference("regulations_local")
    >>> texts = local_texts(sample, load_agencies(), regions=["36.72"], subjects=["spbe"])
    >>> texts[["kind", "number", "enacted_year", "certainty"]].values.tolist()
    [['Perwal', '106', 2016, 'reported']]
    >>> local_texts(sample, load_agencies(), regions=["99.99"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid choice of texts, 1 violation:
      - unknown region '99.99'
    ...
    """
    known = agencies.set_index("agency_id")
    _check_rows(regulations, known.index)
    wanted = {
        "region": (regions, tuple(known.index)),
        "kind": (kinds, KINDS),
        "subject": (subjects, (*EGOV_SUBJECTS, *_OTHER_SUBJECTS)),
    }
    chosen = {
        what: None if values is None else list(values) for what, (values, _) in wanted.items()
    }
    refuse(
        DataError,
        "choice of texts",
        [
            f"unknown {what} {value!r}"
            for what, (_, allowed) in wanted.items()
            for value in chosen[what] or ()
            if value not in allowed
        ],
        "Use agency ids of load_agencies() and the names in KINDS and EGOV_SUBJECTS.",
    )
    texts = pd.DataFrame(
        {
            "agency_id": regulations["agency_id"],
            "name": regulations["agency_id"].map(known["name"]),
            "agency_type": regulations["agency_id"].map(known["agency_type"]),
            "kind": regulations["regulation_type"],
            "number": regulations["number"],
            "enacted_year": regulations["year"].astype("int64"),
            "title": regulations["title"],
            "subjects": regulations["topics"],
            "evidence": regulations["evidence"],
            "certainty": regulations["evidence"].map(CERTAINTIES),
            "locator": regulations["locator"],
            "source_id": regulations["source_id"],
        }
    )
    kept = pd.Series(data=True, index=texts.index)
    if chosen["region"] is not None:
        kept &= texts["agency_id"].isin(chosen["region"])
    if chosen["kind"] is not None:
        kept &= texts["kind"].isin(chosen["kind"])
    if chosen["subject"] is not None:
        kept &= _speaks_of(texts["subjects"], chosen["subject"])
    if not drafts:
        kept &= texts["certainty"] != "draft"
    order = ["agency_id", "enacted_year", "kind", "number"]
    return texts[kept].sort_values(order, kind="stable").reset_index(drop=True)


def oldest_text(
    texts: pd.DataFrame,
    *,
    years: Iterable[int],
    subjects: Iterable[str] = EGOV_SUBJECTS,
    drafts: bool = False,
) -> pd.DataFrame:
    """Return the oldest known text of each region at the end of each year.

    Use it for the age of the regulation at an evaluation. Not useful as "has no regulation": a
    region whose first *known* text is of 2020 may have had another one before.

    Parameters
    ----------
    texts : pandas.DataFrame
        As ``local_texts``.
    years : iterable of int
        Years of evaluation; the evaluation is taken at their end, so a text of the same year
        counts and has age 0. Texts enacted later do not count.
    subjects : iterable of str
        Which subjects count.
    drafts : bool
        Whether a draft counts as enacted in its year.

    Returns
    -------
    pandas.DataFrame
        One row a region of ``texts`` and year: ``agency_id, year, n_texts`` (enacted by then),
        ``oldest_year, oldest_kind, oldest_subjects`` (of the oldest; of several in one year a
        Perda first), ``age_years`` (completed years: the sample gives only the year of enactment,
        so the age is this to under one more), all missing where ``n_texts`` is 0.

    Raises
    ------
    DataError
        When there is no year or no text.

    Notes
    -----
    A text counts from its enactment on, also when a later one revoked or changed it: the age is
    that of the *practice of regulating*, not of the text in force.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_reference
    >>> texts = local_texts(load_reference("regulations_local"), load_agencies())
    >>> oldest = oldest_text(texts, years=[2015, 2018]).query("agency_id == '36.72'")
    >>> oldest[["year", "n_texts", "age_years"]].values.tolist()
    [[2015, 0, <NA>], [2018, 1, 2]]
    >>> oldest_text(texts, years=[])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years []. There must be at least one.
    """
    wanted = sorted({int(year) for year in years})
    if not wanted:
        raise DataError("Invalid years []. There must be at least one.")
    if texts.empty:
        raise DataError("Invalid texts: none. There must be at least one text.")
    regions = pd.DataFrame({"agency_id": sorted(texts["agency_id"].unique())})
    grid = regions.merge(pd.DataFrame({"year": wanted}), how="cross")
    counted = texts[_speaks_of(texts["subjects"], subjects)]
    if not drafts:
        counted = counted[counted["certainty"] != "draft"]
    ranked = counted.assign(rank=counted["kind"].map({kind: n for n, kind in enumerate(KINDS)}))
    pairs = grid.merge(ranked, on="agency_id")
    pairs = pairs[pairs["enacted_year"] <= pairs["year"]].sort_values(["enacted_year", "rank"])
    groups = pairs.groupby(["agency_id", "year"])
    first = groups.first()[["enacted_year", "kind", "subjects"]].reset_index()
    first = first.rename(
        columns={
            "enacted_year": "oldest_year",
            "kind": "oldest_kind",
            "subjects": "oldest_subjects",
        }
    )
    count = groups.size().rename("n_texts").reset_index()
    table = grid.merge(count, how="left").merge(first, how="left")
    table["n_texts"] = table["n_texts"].fillna(0).astype("int64")
    table["oldest_year"] = table["oldest_year"].astype("Int64")
    table["age_years"] = table["year"].astype("Int64") - table["oldest_year"]
    return table


def national_timeline(regulations: pd.DataFrame) -> pd.DataFrame:
    """Return the national texts in order of time, with what is sure of each.

    Use it to place an evaluation among the rules it was held under. Not useful for exact days
    where ``certainty`` is not ``certain``.

    Parameters
    ----------
    regulations : pandas.DataFrame
        As ``load_reference("regulations_national")``.

    Returns
    -------
    pandas.DataFrame
        One row a text: ``short, subject, year`` (of its number), ``enacted, promulgated,
        in_force_from`` (dates, missing where no full date is known), ``role, relation, certainty``
        (``certain``; ``date missing``: number and title certain, no full date of enactment;
        ``unverified``: something else is unsure), ``certainty_note`` as the source gives it,
        ``source_id``. Sorted by year, then date, then name.

    Raises
    ------
    DataError
        When a name holds no year or a date cannot be read.

    Examples
    --------
    >>> from spbe_research import load_reference
    >>> timeline = national_timeline(load_reference("regulations_national"))
    >>> timeline.set_index("short").loc["Perpres 95/2018", "enacted"].year
    2018
    >>> national_timeline(load_reference("regulations_national").assign(short="Perpres"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid national regulations, 23 violations:
    ...
    """
    year = regulations["short"].str.extract(r"/(\d{4})$")[0]
    dates = {
        column: pd.to_datetime(regulations[column], format="%Y-%m-%d", errors="coerce")
        for column in ("date_enacted", "date_promulgated", "in_force_from")
    }
    violations = [
        f"{name!r}: a name must end in its year" for name in regulations["short"][year.isna()]
    ]
    for column, parsed in dates.items():
        # A month alone (SE 18/2022) is a known gap; anything else unreadable is an error.
        text = regulations[column]
        bad = parsed.isna() & ~text.str.fullmatch(r"(\d{4}(-\d{2})?)?")
        violations += [f"{column} {value!r}: must be a date" for value in text[bad]]
    refuse(DataError, "national regulations", violations, "Correct regulations_national.csv.")
    note = regulations["certainty"]
    sure = note.str.match(r"certain|title and deadline certain")
    certainty = np.where(~sure, "unverified", "date missing")
    certainty = np.where(sure & dates["date_enacted"].notna(), "certain", certainty)
    table = pd.DataFrame(
        {
            "short": regulations["short"],
            "subject": regulations["subject"],
            "year": year.astype("int64"),
            "enacted": dates["date_enacted"],
            "promulgated": dates["date_promulgated"],
            "in_force_from": dates["in_force_from"],
            "role": regulations["role"],
            "relation": regulations["relation"],
            "certainty": certainty,
            "certainty_note": note,
            "source_id": regulations["source_id"],
        }
    )
    return table.sort_values(["year", "enacted", "short"]).reset_index(drop=True)


def _check_rows(regulations: pd.DataFrame, known: pd.Index) -> None:
    columns = {
        "agency_id": ("region", regulations["agency_id"].isin(known)),
        "regulation_type": ("kind", regulations["regulation_type"].isin(KINDS)),
        "evidence": ("evidence", regulations["evidence"].isin(list(CERTAINTIES))),
        "year": ("year", regulations["year"].astype(str).str.fullmatch(r"(19|20)\d\d")),
        "topics": (
            "subject",
            regulations["topics"].map(
                lambda text: set(text.split(";")) <= {*EGOV_SUBJECTS, *_OTHER_SUBJECTS}
            ),
        ),
    }
    refuse(
        DataError,
        "local regulations",
        [
            f"unknown {what} {listed(regulations.loc[~good.astype(bool), column])}"
            for column, (what, good) in columns.items()
            if not good.all()
        ],
        "Correct regulations_local.csv, or add the region to agencies.csv.",
    )


def _speaks_of(texts: pd.Series, subjects: Iterable[str]) -> pd.Series:
    wanted = set(subjects)
    return texts.map(lambda text: not wanted.isdisjoint(text.split(";"))).astype(bool)
