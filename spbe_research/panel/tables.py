"""One reader a tidy table: from raw and reference tables, all text, to tidy columns, still text.

Text keeps what was printed. Types and rules are checked afterwards against ``schemas``.
"""

import re
from collections.abc import Mapping

import pandas as pd

from spbe_research.panel.ids import agency_order
from spbe_research.panel.names import identify
from spbe_research.panel.raw import Source, stack
from spbe_research.panel.schemas import TABLES
from spbe_research.years import evaluation_years, province_column

__all__ = [
    "complete_scores",
    "read_agencies",
    "read_aggregates",
    "read_covariates",
    "read_policies",
    "read_published",
    "read_scores",
    "read_worked_examples",
]

Sources = Mapping[str, Source]
Reference = Mapping[str, pd.DataFrame]

_KEY = ["agency_id", "year"]
_REGION_TYPES = ("provinsi", "kabupaten", "kota")
_ENACTED_FROM = 2  # level 1 is at most a draft: PermenPANRB 59/2020, criteria of indicators 1-10


def read_published(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """Published index and predicate, one row an agency and year."""
    index = stack(sources, "index.csv").rename(columns={"agency_name_published": "name_published"})
    index["agency_id"] = identify(
        index["name_published"], index["year"], reference["agency_aliases"]
    )
    index["edition"] = _edition(index["year"], reference)
    return index


def read_scores(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """Every level and domain that a national list prints, in long form."""
    aliases = reference["agency_aliases"]
    indicators = _long(stack(sources, "indicators.csv"), aliases, "indicator")
    domains = _long(stack(sources, "domains.csv"), aliases, "domain")
    solved = [
        item in cell.split()
        for item, cell in zip(domains["item"], domains["derived_items"], strict=True)
    ]
    domains["method"] = domains["method"].mask(solved, "derived")
    return pd.concat([indicators, domains], ignore_index=True)


def complete_scores(
    scores: pd.DataFrame, published: pd.DataFrame, examples: pd.DataFrame, reference: Reference
) -> pd.DataFrame:
    """Add what other tidy tables hold: the published index, and the official sheets of agencies.

    These rows are derived, with their flags, so that a correction is declared once: of an index in
    ``published``, of a sheet in ``worked_examples``. The sheets print aspects and domains, and for
    Kabupaten Madiun 2020 the levels, which no national list has. Where list and sheet both print an
    item the list is kept; a test compares the two.
    """
    index = published.rename(columns={"index_published": "value"})
    sheets = examples[examples["agency_id"] != ""]
    parts = [scores, index.assign(scale="index", item="index"), sheets]
    whole = pd.concat(parts, ignore_index=True).drop_duplicates([*_KEY, "item"], keep="first")
    status = published.set_index(_KEY)["status"]
    return whole.assign(
        edition=_edition(whole["year"], reference),
        status=status.loc[list(zip(whole["agency_id"], whole["year"], strict=True))].array,
    )


def read_policies(scores: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Level of each policy indicator of permen-59-2020 and whether the regulation is enacted."""
    topics = reference["policy_topics"].rename(columns={"policy_item": "item"})
    policies = scores[scores["scale"] == "indicator"].merge(
        topics[["edition", "item", "topic"]], on=["edition", "item"]
    )
    enacted = policies["value"].astype(int) >= _ENACTED_FROM
    return policies.assign(
        level=policies["value"], is_enacted=enacted.map({True: "true", False: "false"})
    )


def read_agencies(reference: Reference, published: pd.DataFrame) -> pd.DataFrame:
    """Bodies with their place and the years in which an index was published."""
    regions = reference["regions"].set_index("region_code")
    agencies = reference["agencies"].copy()
    place = regions.reindex(agencies["region_code"])
    is_region = agencies["agency_type"].isin(_REGION_TYPES).array
    agencies["island"] = place["island"].fillna("").array
    place = place.assign(region_code=place.index)
    for province in {province_column(year) for year in evaluation_years()}:
        agencies[province] = place[province].fillna("").array
        earlier = province.removeprefix("province")  # the year of a boundary that is past, or none
        code = place[f"region_code{earlier}"].where(is_region, "")
        agencies[f"kemendagri_code{earlier}"] = code.array
    for column in ("lon", "lat"):
        agencies[column] = place[column].fillna("").where(is_region, "").array
    years = published.groupby("agency_id")["year"].agg(["min", "max", "count"])
    years = years.reindex(agencies["agency_id"])
    agencies["first_year"] = years["min"].fillna("").array
    agencies["last_year"] = years["max"].fillna("").array
    agencies["n_years"] = years["count"].fillna(0).astype(int).astype(str).array
    return agencies


def read_covariates(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """Population, product, area and villages of the autonomous kabupaten and kota by year.

    The six administrative cities and regencies of DKI Jakarta are left out: they are not assessed.
    """
    product = stack(sources, "grdp_per_capita.csv")
    people = stack(sources, "population_grdp.csv")
    recent = stack(sources, "population_area.csv")
    parts = [
        _by_year(product, r"grdp_pc_const\d+_kIDR_", "grdp_per_capita_idr", 10**3),
        _by_year(people, "pop_bps_", "population_persons", 1),
        _by_year(people, r"grdp_const\d+_bnIDR_", "grdp_idr", 10**9),
        _by_year(recent, "n_kecamatan_", "n_kecamatan", 1),
        _by_year(recent, "n_kelurahan_", "n_kelurahan", 1),
        _by_year(recent, "n_desa_", "n_desa", 1),
        _by_year(recent, "pop_total_", "population_persons", 1),
        _by_year(recent, "area_km2_", "area_km2", None),
    ]
    key = ["region_code", "year"]
    values = pd.concat(parts).pivot(index=key, columns="column", values="value").reset_index()
    differ = product.set_index("region_code")["grdp_514_flag"].map({"1": "true", "0": "false"})
    values["grdp_sources_differ"] = differ.loc[values["region_code"]].array
    assessed = reference["agencies"]
    assessed = assessed[assessed["agency_type"].isin(_REGION_TYPES)]
    ids = assessed[["region_code", "agency_id"]]
    return values.merge(ids, on="region_code", how="inner").fillna("")


def read_aggregates(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """National and group figures as printed, with measures named once."""
    stated = stack(sources, "aggregates.csv").merge(
        reference["aggregate_measures"],
        left_on="measure",
        right_on="measure_printed",
        how="left",
        suffixes=("_raw", ""),
    )
    means = sources["menpanrb-group-means"].tables["group_means.csv"].assign(measure="mean")
    return pd.concat([stated, means], ignore_index=True)


def read_worked_examples(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """The regulation's own example, official sheets and printed national means."""
    examples = pd.concat(
        [
            sources["permen-59-2020"].tables["examples.csv"],
            sources["menpanrb-result-sheets"].tables["sheets.csv"],
        ],
        ignore_index=True,
    )
    aliases = reference["agency_aliases"].set_index("name_published")["agency_id"]
    examples["agency_id"] = aliases.reindex(examples["agency_name_published"]).fillna("").to_numpy()
    return examples


def tidy(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the contract in their order, rows by the key, regions by code."""
    contract = TABLES[name]
    table = table[contract.names]
    return table.sort_values(list(contract.key), key=agency_order, ignore_index=True)


def _edition(years: pd.Series, reference: Reference) -> pd.Series:
    return years.map(reference["evaluation_years"].set_index("year")["edition"])


def _long(wide: pd.DataFrame, aliases: pd.DataFrame, scale: str) -> pd.DataFrame:
    wide = wide.assign(
        agency_id=identify(wide["agency_name_published"], wide["year"], aliases), scale=scale
    )
    items = [column for column in wide.columns if column[0] in "ID" and column[1:].isdigit()]
    return wide.melt(
        id_vars=[column for column in wide.columns if column not in items],
        value_vars=items,
        var_name="item",
        value_name="value",
    )


def _by_year(table: pd.DataFrame, name: str, column: str, factor: int | None) -> pd.DataFrame:
    """Columns of a name and a year to rows: whole numbers in single units, or as printed."""
    years = [each for each in table.columns if re.fullmatch(name + r"\d{4}", each)]
    long = table.melt("region_code", years, var_name="year", value_name="value")
    values = long["value"]
    if factor is not None:
        values = (values.astype(float) * factor).round().astype("int64").astype(str)
    return pd.DataFrame(
        {
            "region_code": long["region_code"],
            "year": long["year"].str[-4:],
            "column": column,
            "value": values,
        }
    )
