"""The published record, ready to be asked for one agency and year; each table is read when asked.

Values come from the tidy tables; the titles of documents from the data package, so that they are
there in an installed wheel too. What is computed, as a hint or as what follows from print, is
computed for all agencies when the first of them is asked for.
"""

import json
import tomllib
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from spbe_research.claims.names import name_table
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.locations import data_folder
from spbe_research.panel.loaders import (
    load_agencies,
    load_aggregates,
    load_press_indices,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.scoring import compute_index
from spbe_research.years import evaluation, evaluation_years, load_years

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CENT", "DOMAINS", "Row", "Record", "to_cents"]

DOMAINS = ("D1", "D2", "D3", "D4")
CENT = Decimal("0.01")

_AS_PRINTED = (0, 5)  # one printed domain lies below the scale: corrections.toml
_PRINTED_DECIMALS = 2

Row = dict[str, Any]
_Key = tuple[str, int]


def to_cents(value: Decimal) -> Decimal:
    """Round to two decimals, a half up, as the decrees print.

    Examples
    --------
    >>> to_cents(Decimal("2.0250"))
    Decimal('2.03')
    """
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


class Record:
    """Published indices, domains and means by agency, year and item; press reports beside them."""

    @classmethod
    def load(cls) -> "Record":
        """Return a record of the data folder in use; nothing is read before it is asked for."""
        return cls()

    @cached_property
    def agencies(self) -> dict[str, str]:
        """The name of each agency by its id."""
        return {body.agency_id: body.name for body in name_table().bodies}

    @cached_property
    def places(self) -> dict[str, Row]:
        """The row of ``load_agencies()`` of each agency: its province, now and in 2018."""
        return {row["agency_id"]: row for row in load_agencies().to_dict("records")}

    @cached_property
    def published(self) -> dict[_Key, Row]:
        """The row of the list of a year for each agency."""
        return {(row["agency_id"], row["year"]): row for row in _rows_of(load_published())}

    @cached_property
    def lists(self) -> dict[int, list[Row]]:
        """All rows of the list of each year."""
        lists: dict[int, list[Row]] = defaultdict(list)
        for row in self.published.values():
            lists[row["year"]].append(row)
        return dict(lists)

    @cached_property
    def domains(self) -> dict[tuple[str, int, str], Row]:
        """The printed domain of an agency and year."""
        rows = _rows_of(load_scores(scale="domain"))
        return {(row["agency_id"], row["year"], row["item"]): row for row in rows}

    @cached_property
    def aggregates(self) -> list[Row]:
        """The figures of the country and of groups, as printed."""
        return _rows_of(load_aggregates())

    def means(self, year: int, item: str) -> list[Row]:
        """Return the rows that print the national mean of an item, one a document."""
        wanted = (year, "nasional", "mean", item)
        return [
            row
            for row in self.aggregates
            if (row["year"], row["scope"], row["measure"], row["item"]) == wanted
        ]

    def list_mean(self, year: int) -> str:
        """Return the mean index of all bodies in the list of a year, to cents; empty for none."""
        texts = [
            Decimal(self.index_text(row["agency_id"], year)) for row in self.lists.get(year, [])
        ]
        return str(to_cents(sum(texts, Decimal(0)) / len(texts))) if texts else ""

    @cached_property
    def press(self) -> dict[tuple[str, int, str], Row]:
        """What the press reported, by agency_id or the name of a new body, year and item."""
        found: dict[tuple[str, int, str], Row] = {}
        for row in _rows_of(load_press_indices()):
            known = row["agency_id"]
            owner = known if isinstance(known, str) else row["name_published"]
            text = f"{row['index_reported']:.{_PRINTED_DECIMALS}f}"
            found[owner, row["year"], "index"] = {**row, "text": text}
        for row in _rows_of(load_reference("press_values")):
            found[row["agency_id"], int(row["year"]), row["item"]] = {**row, "text": row["value"]}
        return found

    @cached_property
    def decimals(self) -> dict[int, int]:
        """How many decimals the copy of a year's list that was read has."""
        return {year.year: year.index_decimals for year in load_years()}

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why a value is flagged, by the id of its correction."""
        text = (data_folder() / "corrections.toml").read_text("utf-8")
        return {entry["id"]: entry["reason"] for entry in tomllib.loads(text)["correction"]}

    @cached_property
    def documents(self) -> dict[str, str]:
        """Which producer and title a ``source_id`` stands for."""
        package = json.loads((data_folder() / "datapackage.json").read_text("utf-8"))
        return {
            source["path"].removeprefix("raw/"): source["title"].replace(": ", ", ", 1)
            for source in package["sources"]
        }

    @cached_property
    def lineage(self) -> list[Row]:
        """What became of which body, and when."""
        return _rows_of(load_reference("agency_lineage"))

    def index_text(self, agency_id: str, year: int) -> str:
        """Return the published index with the decimals of the copy read; empty for none."""
        row = self.published.get((agency_id, year))
        return f"{row['index_published']:.{self.decimals[year]}f}" if row else ""

    def printed_text(self, agency_id: str, year: int) -> str:
        """Return the published index with two decimals, as every decree and report prints it."""
        text = self.index_text(agency_id, year)
        return str(to_cents(Decimal(text))) if text else ""

    def is_computed(self, year: int) -> bool:
        """Whether the copy that was read has more decimals than the decree prints."""
        return self.decimals.get(year, 0) > _PRINTED_DECIMALS

    def years(self, agency_id: str) -> list[int]:
        """Return the years with a published index, first to last."""
        return self._years.get(agency_id, [])

    @cached_property
    def _years(self) -> dict[str, list[int]]:
        years: dict[str, list[int]] = {}
        for agency, year in sorted(self.published):
            years.setdefault(agency, []).append(year)
        return years

    def evaluated_year(self, agency_id: str, year: int) -> int:
        """Return the year whose evaluation a value is of; earlier where it is carried over."""
        while self.published[agency_id, year]["status"] == "carried_over":
            year -= 1
        return year

    def instrument(self, year: int) -> Instrument:
        """Return the instrument of a year; of one after the last list that of the last list."""
        if year not in self._instruments:
            known = evaluation_years()
            edition = evaluation(year if year in known else known[-1]).edition
            self._instruments[year] = load_instrument(edition)
        return self._instruments[year]

    @cached_property
    def _instruments(self) -> dict[int, Instrument]:
        """The instruments that were asked for: reading one takes longer than judging a claim."""
        return {}

    def band(self, index: Decimal, year: int) -> str:
        """Return the predicate in whose band an index lies, taken as it stands."""
        bands = self.instrument(year).bands
        return next((b.predicate for b in reversed(bands) if index >= _decimal(b.lower)), "")

    def bands_possible(self, index: Decimal, year: int) -> tuple[str, ...]:
        """Return the predicates that an index may have been given, one where that is certain.

        At an edge of two bands to two decimals it is not: whether the ministry looked at the exact
        or the rounded index is known of the years that print predicates only.
        """
        cents = to_cents(index)
        edges = [_decimal(band.lower) for band in self.instrument(year).bands[1:]]
        if cents not in edges:
            return (self.band(cents, year),)
        return (self.band(cents - CENT, year), self.band(cents, year))

    @cached_property
    def from_domains(self) -> dict[_Key, str]:
        """The index that the printed domains give, to two decimals; from levels it is the same."""
        import pandas as pd

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
    def from_levels(self) -> dict[_Key, tuple[Row, Row]]:
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


def _rows_of(table: "pd.DataFrame") -> list[Row]:
    """The rows as dicts: ``to_dict("records")`` in a quarter of its time, column by column."""
    names = table.columns.tolist()
    columns = [table[name].to_numpy().tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _decimal(edge: float) -> Decimal:
    return Decimal(str(edge)).quantize(CENT)
