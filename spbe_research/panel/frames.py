"""Which results are analysed: years, types, places, and whether a repeated old value may count."""

from collections.abc import Iterable

import pandas as pd

from spbe_research.errors import DataError, listed
from spbe_research.panel.loaders import load_agencies
from spbe_research.panel.schemas import AGENCY_TYPES, PREDICATES
from spbe_research.scoring import assign_predicate, predicate_rule
from spbe_research.years import evaluation, evaluation_years, province_column

__all__ = [
    "LOCAL_TYPES",
    "add_places",
    "add_predicates",
    "frame_pairs",
    "select_results",
    "stack_pairs",
]

LOCAL_TYPES = ("provinsi", "kabupaten", "kota")
_STATUSES = ("evaluated", "carried_over")
_COLUMNS = ("year", "agency_type", "island", "province")  # what results are chosen by


def select_results(
    published: pd.DataFrame,
    *,
    years: int | Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: str | Iterable[str] | None = None,
    islands: str | Iterable[str] | None = None,
    provinces: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """Choose published results; carried-over values only where asked for by name.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    years : int or iterable of int, optional
        All by default.
    status : {"evaluated", "carried_over", "all"}
        Whether the value is of the year itself or repeats an earlier one.
    agency_types : str or iterable of str, optional
        ``"kementerian"``, ``"lembaga"``, ``"polda"``, ``"provinsi"``, ``"kabupaten"``, ``"kota"``:
        the type in that year; all by default.
    islands, provinces : str or iterable of str, optional
        As ``island`` and ``province`` of ``load_agencies()``, the province as it was in the year
        (``add_places``). Only local governments have them; all bodies by default.

    Returns
    -------
    pandas.DataFrame
        The rows chosen, columns as they were, index renewed; never empty.

    Raises
    ------
    DataError
        When a status, type, island or province is unknown, or nothing is left.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> len(select_results(load_published(), years=[2020]))
    131
    >>> len(select_results(load_published(), years=[2020], status="all"))
    555
    >>> banten = select_results(load_published(), years=2024, provinces="Banten")
    >>> banten.groupby("agency_type").size().to_dict()
    {'kabupaten': 4, 'kota': 4, 'provinsi': 1}
    >>> select_results(load_published(), islands="Java")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid islands 'Java'. Each must be one of Bali dan Nusa ...
    >>> select_results(load_published(), years=[2017])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], status evaluated, ...
    """
    if status not in (*_STATUSES, "all"):
        raise DataError(f"Invalid status {status!r}. It must be evaluated, carried_over or all.")
    wanted = {
        "years": _chosen(years),
        "types": _known("agency types", agency_types, AGENCY_TYPES),
        "islands": _chosen(islands),
        "provinces": _chosen(provinces),
    }
    placed = published
    if wanted["islands"] is not None or wanted["provinces"] is not None:
        agencies = load_agencies()
        _known("islands", islands, agencies["island"])
        _known("provinces", provinces, _provinces(agencies))
        bare = published.drop(columns=["province", "island", "java"], errors="ignore")
        placed = add_places(bare, agencies).set_index(published.index)
    kept = pd.Series(data=True, index=published.index)
    for values, column in zip(wanted.values(), _COLUMNS, strict=True):
        if values is not None:
            kept &= placed[column].isin(values)
    if status != "all":
        kept &= published["status"] == status
    if not kept.any():
        asked = [f"{name} {values or 'all'}" for name, values in wanted.items()]
        asked.insert(1, f"status {status}")
        raise DataError(
            f"No result left. Asked for: {', '.join(asked)}. Published: years "
            f"{published['year'].min()} to {published['year'].max()}."
        )
    return published[kept].reset_index(drop=True)


def frame_pairs(
    published: pd.DataFrame, start: int, end: int, *, kind: str = "like_for_like"
) -> pd.DataFrame:
    """Return one row per body with its value in both years, of any two years.

    For what may be said across eras too: the direction of the printed number, places among bodies
    of one type. A *difference* of the two values means something within an era only
    (``spbe_research.years.may_compare``; ``frames_compare`` for the frames of such a pair).

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    start, end : int
        Years, start first.
    kind : {"like_for_like", "listed"}
        Bodies with a new result in both years; or those in the list of the start, an old value
        printed again included, with a new result at the end.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type`` (of the start), ``index_start, index_end`` (as printed), and
        ``flag`` of the end; never empty.

    Raises
    ------
    DataError
        When the kind is unknown, an index is missing, or no body has both values.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_published
    >>> published = load_published()
    >>> [len(frame_pairs(published, 2022, 2023, kind=k)) for k in ("like_for_like", "listed")]
    [547, 604]
    >>> frame_pairs(published.query("year < 2022"), 2021, 2022)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No body left. None has a value in 2021 and 2022 (like_for_like).
    """
    if kind not in ("like_for_like", "listed"):
        raise DataError(f"Invalid frame {kind!r}. It must be like_for_like or listed.")
    first = published[published["year"] == start]
    if kind == "like_for_like":
        first = first[first["status"] == "evaluated"]
    last = published[(published["year"] == end) & (published["status"] == "evaluated")]
    last = last[["agency_id", "index_published", "flag"]]
    both = first[["agency_id", "agency_type", "index_published"]].merge(
        last, on="agency_id", suffixes=("_start", "_end"), validate="one_to_one"
    )
    if both.empty:
        raise DataError(f"No body left. None has a value in {start} and {end} ({kind}).")
    names = {"index_published_start": "index_start", "index_published_end": "index_end"}
    both = both.rename(columns=names)
    empty = both[["index_start", "index_end"]].isna().any(axis=1)
    if empty.any():
        raise DataError(
            f"Invalid results, index missing: {listed(both.loc[empty, 'agency_id'])}. Leave them "
            "out by name, or give their value."
        )
    return both[["agency_id", "agency_type", "index_start", "index_end", "flag"]]


def stack_pairs(
    published: pd.DataFrame,
    pairs: Iterable[tuple[int, int]],
    *,
    kind: str = "like_for_like",
) -> pd.DataFrame:
    """Return the rows of ``frame_pairs`` of several pairs of years, with ``start`` and ``end``.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_published
    >>> len(stack_pairs(load_published(), [(2021, 2022), (2023, 2024)]))
    1058
    """
    tables = [
        frame_pairs(published, *pair, kind=kind).assign(start=pair[0], end=pair[1])
        for pair in pairs
    ]
    return pd.concat(tables, ignore_index=True)


def add_predicates(published: pd.DataFrame) -> pd.DataFrame:
    """Add the column ``predicate``: the printed one, else the one that the index gives.

    Printed in 2018, 2023 and 2024; else computed from the printed index by edition and rule of the
    year. A printed one is kept: that of 2024 was given to the unrounded index, of which only two
    decimals are published (three agencies would be a band too high).

    Parameters
    ----------
    published : pandas.DataFrame
        With ``year, index_published`` and, if there, ``predicate_published``.

    Returns
    -------
    pandas.DataFrame
        The table with ``predicate``, from Kurang to Memuaskan; one that has the column already is
        returned as it is.

    Raises
    ------
    DataError
        When a predicate that is there is unknown, or a year has no evaluation.
    ScoringError
        When an index lies outside 1 to 5.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2023, 2024], "index_published": [3.5, 3.4999]})
    >>> add_predicates(table)["predicate"].tolist()
    ['Sangat Baik', 'Baik']
    >>> add_predicates(table.assign(predicate="Bagus"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid predicate 'Bagus'. It must be one of Kurang, Cukup, ...
    """
    if "predicate" in published.columns:
        unknown = sorted(set(published["predicate"].astype(str)) - set(PREDICATES))
        if unknown:
            raise DataError(
                f"Invalid predicate {listed(unknown)}. It must be one of {', '.join(PREDICATES)}."
            )
        return published
    missing = sorted({int(year) for year in published["year"]} - set(evaluation_years()))
    if missing:
        raise DataError(f"Invalid year {listed(missing)}. It must be one with an evaluation.")
    computed = [
        assign_predicate(
            rows["index_published"], evaluation(int(year)).edition, rule=predicate_rule(int(year))
        )["predicate"]
        for year, rows in published.groupby("year")
    ]
    predicate = pd.concat(computed).reindex(published.index)
    if "predicate_published" in published.columns:
        predicate = published["predicate_published"].fillna(predicate)
    return published.assign(predicate=predicate)


def add_places(published: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Add ``province`` (as it was in the year), ``island`` and ``java`` to local governments.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` and ``load_agencies()``.

    Returns
    -------
    pandas.DataFrame
        The table with the three columns; missing for bodies that are no local government. Until
        2021 Papua has two provinces, from 2022 on six. ``java`` is "Java" or "outside Java".

    Raises
    ------
    DataError
        When a result belongs to no agency of the table.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> placed = add_places(load_published(), load_agencies())
    >>> placed.groupby("year")["province"].nunique().loc[[2021, 2023]].tolist()
    [34, 38]
    """
    unknown = sorted(set(published["agency_id"]) - set(agencies["agency_id"]))
    if unknown:
        raise DataError(f"Invalid agencies {unknown[:5]}. Each must stand in the agency table.")
    column_of = {int(year): province_column(int(year)) for year in set(published["year"])}
    earlier = sorted(set(column_of.values()) - {"province"})
    columns = ["agency_id", "province", "island", *earlier]
    placed = published.merge(agencies[columns], on="agency_id", how="left")
    local = placed["agency_type"].isin(LOCAL_TYPES)
    for column in earlier:
        then = placed["year"].map(column_of) == column
        placed["province"] = placed["province"].mask(then, placed[column])
    placed["province"] = placed["province"].where(local)
    placed["island"] = placed["island"].where(local)
    placed["java"] = (placed["island"] == "Jawa").map({True: "Java", False: "outside Java"})
    placed["java"] = placed["java"].where(local)
    return placed.drop(columns=earlier)


def _chosen(values: object) -> list[object] | None:
    """One value or several as a list; None where nothing was asked for."""
    if values is None or isinstance(values, str) or not isinstance(values, Iterable):
        return None if values is None else [values]
    return list(values)


def _known(what: str, asked: object, known: Iterable[str]) -> list[object] | None:
    values = _chosen(asked)
    names = sorted({name for name in known if isinstance(name, str)})
    if unknown := [value for value in values or [] if value not in names]:
        raise DataError(
            f"Invalid {what} {listed(unknown)}. Each must be one of {', '.join(names)}."
        )
    return values


def _provinces(agencies: pd.DataFrame) -> pd.Series:
    """The names of provinces of today and of earlier years."""
    columns = {"province", *(province_column(year) for year in evaluation_years())}
    return pd.concat([agencies[column] for column in sorted(columns)])
