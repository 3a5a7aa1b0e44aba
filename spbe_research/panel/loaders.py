"""The front door to the data: one loader a tidy table, and one for the reference tables.

Each loader checks that the file is the one the build wrote. Nothing is filtered, filled in or
joined here.
"""

import hashlib
import io
import json
from functools import cache
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.panel.schemas import TABLES
from spbe_research.panel.transaction import settle

__all__ = [
    "MANIFEST",
    "TIDY_HASH",
    "check_made_from_tidy",
    "load_agencies",
    "load_aggregates",
    "load_carried_over_bodies",
    "load_covariates",
    "load_exact_scores",
    "load_policies",
    "load_press_indices",
    "load_published",
    "load_reference",
    "load_scores",
    "load_tidy",
    "load_worked_examples",
    "read_manifest",
    "tidy_hash",
]

MANIFEST = "manifest.json"
TIDY_HASH = "tidy.sha256"  # in data/results: the tables that the results were computed from


def load_agencies() -> pd.DataFrame:
    """Load the bodies that are or could have been assessed.

    Returns
    -------
    pandas.DataFrame
        One row per body, key ``agency_id``: ``name, agency_type, kemendagri_code,
        kemendagri_code_2018, province, province_2018, island, lon, lat, first_year, last_year,
        n_years``. Four local governments were never published: their ``first_year`` is missing.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_agencies().query("agency_id == 'kota-36.72'")["name"].item()
    'Kota Cilegon'
    """
    return load_tidy("agencies")


def load_scores(*, scale: str | None = None) -> pd.DataFrame:
    """Load every printed level, aspect, domain and index in long form.

    Parameters
    ----------
    scale : {"indicator", "aspect", "domain", "index"}, optional
        One tier only.

    Returns
    -------
    pandas.DataFrame
        Key ``agency_id, year, item``; ``value`` in maturity levels, as printed; ``status``
        evaluated or carried_over; ``flag`` names an entry of ``data/corrections.toml``. Levels
        exist for 2021 and 2022 and one sheet of 2020, domains for 2023 and 2024 and five sheets.

    Raises
    ------
    DataError
        When the scale is unknown, or the file is missing or not the one the build wrote.

    Examples
    --------
    >>> len(load_scores(scale="index"))
    4159
    >>> load_scores(scale="tier")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid scale 'tier'. It must be one of indicator, aspect, ...
    """
    scores = load_tidy("scores")
    if scale is None:
        return scores
    levels = next(column.levels for column in TABLES["scores"].columns if column.name == "scale")
    if scale not in levels:
        raise DataError(f"Invalid scale {scale!r}. It must be one of {', '.join(levels)}.")
    return scores[scores["scale"] == scale].reset_index(drop=True)


def load_published() -> pd.DataFrame:
    """Load the published index and predicate.

    Returns
    -------
    pandas.DataFrame
        Key ``agency_id, year``; 4,159 rows. ``index_published`` in index points (two decimals; four
        in 2021 and 2022); ``predicate_published`` missing in 2019 to 2022; ``status`` is inferred
        in 2019 and 2020; ``mode`` says how the value came about, ``mode_basis`` how that is known.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> published = load_published().set_index(["agency_id", "year"])
    >>> float(published.loc[("kota-36.72", 2018), "index_published"])
    3.23
    """
    return load_tidy("published")


def load_carried_over_bodies() -> pd.DataFrame:
    """Load the bodies that a year's list leaves out and its printed means count.

    Returns
    -------
    pandas.DataFrame
        Key ``agency_id, year``; ``index_published`` is the last new result, of ``result_year``;
        ``status`` is carried_over, inferred from the printed means. With ``load_published()`` these
        bodies make the population of a year (``panel.carried_over.population``).

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_carried_over_bodies().groupby("year").size().tolist()
    [12, 19]
    """
    return load_tidy("carried_over_bodies")


def load_exact_scores() -> pd.DataFrame:
    """Load the exact index behind the two printed decimals of 2023 and 2024.

    Returns
    -------
    pandas.DataFrame
        Key ``agency_id, year``; ``index_exact``, the mean of the one or two indices that fit every
        printed domain and the printed index, ``index_low`` and ``index_high`` their ends (index
        points), ``n_candidates``, ``fits``. Missing where no whole levels give what is printed.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_exact_scores().groupby("year")["fits"].agg(["sum", "size"]).values.tolist()
    [[620, 621], [615, 615]]
    """
    return load_tidy("exact_scores")


def load_press_indices() -> pd.DataFrame:
    """Load single indices that the press reported of a year whose list nobody could read.

    Returns
    -------
    pandas.DataFrame
        Key ``year, name_published``; ``agency_id`` is missing where no list has held the name;
        ``index_reported`` in index points, ``locator`` the address of the page.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_press_indices()["agency_id"].notna().sum()
    np.int64(7)
    """
    return load_tidy("press_indices")


def load_policies() -> pd.DataFrame:
    """Load the levels of the ten policy indicators of 2021 and 2022.

    Returns
    -------
    pandas.DataFrame
        Key ``agency_id, year, topic``; ``level`` 1 to 5; ``is_enacted``: level 2 or more.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_policies().groupby("year")["agency_id"].nunique().tolist()
    [517, 554]
    """
    return load_tidy("policies")


def load_covariates() -> pd.DataFrame:
    """Load population, product, area and villages of the autonomous kabupaten and kota.

    Returns
    -------
    pandas.DataFrame
        Key ``agency_id, year`` (2010 to 2025); money in IDR at constant 2010 prices. What is
        missing in which year stands in the codebook.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_covariates()["agency_id"].nunique()
    508
    """
    return load_tidy("covariates")


def load_aggregates() -> pd.DataFrame:
    """Load the national and group figures as the ministry and the press print them.

    Returns
    -------
    pandas.DataFrame
        Key ``year, scope, measure, item, source_id``; ``flag`` marks printed cells that contradict
        their own parts.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> national = load_aggregates().query("scope == 'nasional' and measure == 'mean'")
    >>> float(national.query("year == 2018 and item == 'index'")["value"].iloc[0])
    1.98
    """
    return load_tidy("aggregates")


def load_worked_examples() -> pd.DataFrame:
    """Load the regulation's own example, official result sheets and printed national means.

    Returns
    -------
    pandas.DataFrame
        Key ``example_id, item``; 314 printed values.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_worked_examples()["example_id"].nunique()
    13
    """
    return load_tidy("worked_examples")


def load_reference(name: str) -> pd.DataFrame:
    """Load a table of ``data/reference``, every cell as text.

    Parameters
    ----------
    name : str
        Its stem: ``agency_lineage``, ``regulations_local``, ``claims`` and so on.

    Raises
    ------
    DataError
        When there is no such table; the message lists those there are.

    Examples
    --------
    >>> load_reference("claims")["claim_id"].iloc[0]
    'cilegon-score'
    >>> load_reference("gossip")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid reference table 'gossip'. It must be one of ...
    """
    folder = data_folder() / "reference"
    names = sorted(path.stem for path in folder.glob("*.csv"))
    if name not in names:
        raise DataError(f"Invalid reference table {name!r}. It must be one of {', '.join(names)}.")
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def read_manifest(folder: Path) -> dict[str, dict[str, str]]:
    """Return the sha256 of every input and output of the build, and the rows of each table.

    Raises
    ------
    DataError
        When the tidy folder has no manifest, or one that cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise DataError(f"No {MANIFEST} in {folder}. Run `spbe-research build`.")
    return _parsed_manifest(path, path.stat().st_mtime_ns)


def tidy_hash(folder: Path) -> str:
    """Return one sha256 for all tidy tables of a folder, from their hashes in its manifest.

    Raises
    ------
    DataError
        When the folder has no manifest, or one that cannot be read.
    """
    outputs = read_manifest(folder)["outputs"]
    stated = [f"{name} {outputs.get(f'{name}.csv', '')}\n" for name in sorted(TABLES)]
    return hashlib.sha256("".join(stated).encode("utf-8")).hexdigest()


def check_made_from_tidy(data: Path) -> None:
    """Refuse results that were computed from other tidy tables than those of the data folder.

    Raises
    ------
    DataError
        When ``results`` states other tables, or none.
    """
    path = data / "results" / TIDY_HASH
    stated = path.read_text(encoding="utf-8").strip() if path.is_file() else "no tables"
    if stated != tidy_hash(data / "tidy"):
        raise DataError(
            f"Invalid results in {data / 'results'}. They must be computed from the tables in "
            f"tidy/, and state others ({stated[:12]}). Run `spbe-research build`."
        )


def load_tidy(name: str) -> pd.DataFrame:
    """Load a tidy table by its name, with its types.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.
    """
    folder = data_folder()
    settle(folder)
    path = folder / "tidy" / f"{name}.csv"
    for _ in range(2):  # a build may put new tables in place between the two files
        stated = read_manifest(path.parent)["outputs"].get(path.name)
        if path.is_file():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == stated:
                return TABLES[name].read(io.BytesIO(content))
        settle(folder)
    if not path.is_file():
        raise DataError(f"No table {path.name} in {path.parent}. Run `spbe-research build`.")
    raise DataError(
        f"Invalid table {path.name}: it is not the one the build wrote (its sha256 differs from "
        "manifest.json). Tidy tables are never edited: declare the change in "
        "data/corrections.toml and run `spbe-research build`."
    )


@cache
def _parsed_manifest(path: Path, modified: int) -> dict[str, dict[str, str]]:
    try:
        manifest: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"Invalid {path.name}: {error}. Run `spbe-research build`.") from error
    return manifest
