"""The front door to the data: one loader a tidy table, and one for the reference tables.

Each loader checks that the file is the one the build wrote. Nothing is filtered, filled in or
joined here.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.schemas import TABLES

__all__ = [
    "load_agencies",
    "load_aggregates",
    "load_covariates",
    "load_policies",
    "load_published",
    "load_reference",
    "load_scores",
    "load_worked_examples",
]


def load_agencies() -> pd.DataFrame:
    """Load the bodies that are or could have been assessed.

    Returns
    -------
    pandas.DataFrame
        One row a body, key ``agency_id``: ``name, agency_type, region_code, region_code_2018,
        province, province_2018, island, lon, lat, first_year, last_year, n_years``. Four local
        governments were never published: their ``first_year`` is missing.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> load_agencies().query("agency_id == '36.72'")["name"].item()
    'Kota Cilegon'
    """
    return _load("agencies")


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
    scores = _load("scores")
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
        in 2019 and 2020.

    Raises
    ------
    DataError
        When the file is missing or not the one the build wrote.

    Examples
    --------
    >>> published = load_published().set_index(["agency_id", "year"])
    >>> float(published.loc[("36.72", 2018), "index_published"])
    3.23
    """
    return _load("published")


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
    return _load("policies")


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
    return _load("covariates")


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
    return _load("aggregates")


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
    return _load("worked_examples")


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


def _load(name: str) -> pd.DataFrame:
    path = _folder() / f"{name}.csv"
    stated = _manifest(path.parent)["outputs"].get(path.name)
    if not path.is_file():
        raise DataError(f"No table {path.name} in {path.parent}. Run `spbe-research build`.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != stated:
        raise DataError(
            f"Invalid table {path.name}: it is not the one the build wrote (its sha256 differs "
            "from manifest.json). Tidy tables are never edited: declare the change in "
            "data/corrections.toml and run `spbe-research build`."
        )
    return TABLES[name].read(path)


def _folder() -> Path:
    return data_folder() / "tidy"


@cache
def _read_manifest(path: Path, modified: int) -> dict[str, dict[str, str]]:
    manifest: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "manifest.json"
    if not path.is_file():
        raise DataError(f"No manifest.json in {folder}. Run `spbe-research build`.")
    return _read_manifest(path, path.stat().st_mtime_ns)
