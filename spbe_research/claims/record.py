"""The published record, read once and ready to be asked for one agency and year.

Values come from the tidy tables; the titles of documents from the data package, so that they are
there in an installed wheel too.
"""

import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.locations import data_folder
from spbe_research.panel.frames import add_predicates
from spbe_research.panel.loaders import (
    load_agencies,
    load_aggregates,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.scoring import compute_index

__all__ = ["DOMAINS", "Record"]

DOMAINS = ("D1", "D2", "D3", "D4")

_AS_PRINTED = (0, 5)  # one printed domain lies below the scale: corrections.toml
_PRINTED_DECIMALS = 2
_Row = dict[str, Any]
_Key = tuple[str, int]


@dataclass(frozen=True)
class Record:
    """Published indices, domains and national means by agency, year and item.

    ``decimals`` says how many a year's list prints, ``reasons`` why a value is flagged, and
    ``documents`` which producer and title a ``source_id`` stands for. What is computed from it, as
    a hint, is computed for all agencies when the first of them is asked for.
    """

    agencies: dict[str, str]
    published: dict[tuple[str, int], _Row]
    domains: dict[tuple[str, int, str], _Row]
    national: dict[tuple[int, str], list[_Row]]
    decimals: dict[int, int]
    reasons: dict[str, str]
    documents: dict[str, str]
    lineage: list[_Row]

    @classmethod
    def load(cls) -> "Record":
        """Read the tidy tables and what is known of their sources."""
        published = load_published().to_dict("records")
        domains = load_scores(scale="domain").to_dict("records")
        means = load_aggregates().query("scope == 'nasional' and measure == 'mean'")
        national: dict[tuple[int, str], list[_Row]] = {}
        for row in means.to_dict("records"):
            national.setdefault((row["year"], row["item"]), []).append(row)
        years = load_reference("evaluation_years")
        corrections = tomllib.loads((data_folder() / "corrections.toml").read_text("utf-8"))
        package = json.loads((data_folder() / "datapackage.json").read_text("utf-8"))
        agencies = load_agencies()
        return cls(
            dict(zip(agencies["agency_id"], agencies["name"], strict=True)),
            {(row["agency_id"], row["year"]): row for row in published},
            {(row["agency_id"], row["year"], row["item"]): row for row in domains},
            national,
            dict(zip(years["year"].astype(int), years["index_decimals"].astype(int), strict=True)),
            {entry["id"]: entry["reason"] for entry in corrections["correction"]},
            {
                source["path"].removeprefix("raw/"): source["title"].replace(": ", ", ", 1)
                for source in package["sources"]
            },
            load_reference("agency_lineage").to_dict("records"),
        )

    def index_text(self, agency_id: str, year: int) -> str:
        """Return the published index with the decimals that the source prints; empty for none."""
        row = self.published.get((agency_id, year))
        return f"{row['index_published']:.{self.decimals[year]}f}" if row else ""

    def years(self, agency_id: str) -> list[int]:
        """Return the years with a published index, first to last."""
        return self._years.get(agency_id, [])

    @cached_property
    def _years(self) -> dict[str, list[int]]:
        years: dict[str, list[int]] = {}
        for agency, year in sorted(self.published):
            years.setdefault(agency, []).append(year)
        return years

    @cached_property
    def bands(self) -> dict[_Key, str]:
        """The predicate that each published index gives, printed or not."""
        table = pd.DataFrame(self.published.values()).drop(columns="predicate_published")
        predicates = add_predicates(table)["predicate"]
        return dict(zip(self.published, predicates, strict=True))

    @cached_property
    def from_domains(self) -> dict[_Key, str]:
        """The index that the printed domains give, to two decimals; from levels it is the same."""
        printed: dict[str, dict[_Key, dict[str, float]]] = {}
        for key, row in self.published.items():
            rows = [self.domains.get((*key, item)) for item in DOMAINS]
            if all(row is not None for row in rows):
                values = {found["item"]: found["value"] for found in rows if found}
                printed.setdefault(row["edition"], {})[key] = values
        texts = {}
        for edition, tables in printed.items():
            instrument = load_instrument(edition).cut_at("domain")
            domains = pd.DataFrame(tables.values())[list(instrument.indicators)]
            index = compute_index(domains, instrument.between(*_AS_PRINTED))["index"]
            rounded = (f"{value:.{_PRINTED_DECIMALS}f}" for value in index)
            texts.update(dict(zip(tables, rounded, strict=True)))
        return texts

    @cached_property
    def from_levels(self) -> dict[_Key, tuple[_Row, _Row]]:
        """The domains that a full sheet of levels of 47 indicators gives, and its first row."""
        instrument = load_instrument("permen-59-2020")
        levels = load_scores(scale="indicator")
        keys = ["agency_id", "year"]
        count = levels.groupby(keys)["item"].transform("size")
        whole = levels[count == len(instrument.indicators)]
        computed = compute_index(whole, instrument)[list(DOMAINS)]
        first = whole.drop_duplicates(keys)
        return {
            key: (domains, row)
            for key, domains, row in zip(
                computed.index, computed.to_dict("records"), first.to_dict("records"), strict=True
            )
        }
