"""The published record, read once and ready to be asked for one agency and year.

Values come from the tidy tables; the titles of documents from the data package, so that they are
there in an installed wheel too.
"""

import json
import tomllib
from dataclasses import dataclass
from typing import Any

from spbe_research.datasets import (
    load_agencies,
    load_aggregates,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.locations import data_folder

__all__ = ["Record"]

_Row = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """Published indices, domains and national means by agency, year and item.

    ``decimals`` says how many a year's list prints, ``reasons`` why a value is flagged, and
    ``documents`` which producer and title a ``source_id`` stands for.
    """

    agencies: dict[str, str]
    published: dict[tuple[str, int], _Row]
    domains: dict[tuple[str, int, str], _Row]
    national: dict[tuple[int, str], list[_Row]]
    decimals: dict[int, int]
    reasons: dict[str, str]
    documents: dict[str, str]

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
        )

    def index_text(self, agency_id: str, year: int) -> str:
        """Return the published index with the decimals that the source prints; empty for none."""
        row = self.published.get((agency_id, year))
        return f"{row['index_published']:.{self.decimals[year]}f}" if row else ""

    def years(self, agency_id: str) -> list[int]:
        """Return the years with a published index, first to last."""
        return sorted(year for agency, year in self.published if agency == agency_id)
