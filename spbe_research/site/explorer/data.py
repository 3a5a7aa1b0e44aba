"""What the explorer knows: every published value, where it stands, and what may be said of years.

One classic script assigns one object, since a page opened from a disk may load a script but not
fetch a file. Values are whole numbers with the decimals of their year, so that "as printed"
survives; what may be said of a pair of years is data here and a rule in ``years``, never typed in
the browser.
"""

import json
import re
from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

import pandas as pd

from spbe_research.instruments import Instrument, load_instrument
from spbe_research.locations import data_folder
from spbe_research.panel.carried_over import population
from spbe_research.panel.corrections import read_corrections
from spbe_research.panel.frames import LOCAL_TYPES, add_predicates
from spbe_research.panel.loaders import (
    load_agencies,
    load_aggregates,
    load_carried_over_bodies,
    load_exact_scores,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.panel.national_series import official_index
from spbe_research.panel.schemas import PREDICATES
from spbe_research.press.records import LICENCE
from spbe_research.site.sources import (
    indonesian,
    licence_in_indonesian,
    source_titles,
    translated,
)
from spbe_research.years import (
    EvaluationYear,
    break_between,
    evaluation,
    evaluation_years,
    load_years,
    may_compare,
    province_column,
)

__all__ = ["AGENCY_TYPES", "COLUMNS", "DATA_NAME", "explorer_data", "explorer_script"]

DATA_NAME = "SPBE_DATA"
AGENCY_TYPES = ("kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota")
COLUMNS = (
    "id",
    "name",
    "short",  # official abbreviations, as the search reads them
    "type",  # place in AGENCY_TYPES; a digit a year in "types"
    "types",
    "province",  # place in "provinces", or -1; "then" is the one of years before new provinces
    "then",
    "values",  # a year each; the printed index without its decimal point, 0 where none was printed
    "statuses",  # a letter a year: evaluated, monitored, carried over, or - for none
    "predicates",  # a sign a year: 0 to 4 printed, a to e following from the index, - none
    "places",  # a year each: place in "locators" and the number that ends it, or 0
    "domains",  # of each year with printed domains: four hundredths, or 0
    "levels",  # of each year with printed levels: a digit an indicator, or ""
    "exact",  # of each year with printed domains: the index before rounding, in 1/100,000, or 0
)
_DECIMALS_EXACT = 5
_DECIMALS_SUM = 4  # the most decimals of a printed index
_DOMAINS = ("D1", "D2", "D3", "D4")
_STATUS = {"evaluated": "e", "monitored": "m", "carried_over": "c"}
_LOCATOR = re.compile(r"(.*?)(\d+)", re.DOTALL)
_WORDING = (r"^Tingkat Kematangan ", r" Instansi Pusat/Pemerintah Daerah$")


def explorer_script() -> str:
    """Return the classic script that assigns :func:`explorer_data` to ``window.SPBE_DATA``."""
    body = json.dumps(explorer_data(), ensure_ascii=False, separators=(",", ":"))
    return f"window.{DATA_NAME}={body};\n"


def explorer_data() -> dict[str, Any]:
    """Return the object of the explorer's data file.

    Returns
    -------
    dict
        ``years`` (year, era, decimals, guideline, break, number of indicators, lower edges of the
        predicates); ``pairs``, what ``may_compare`` allows of all pairs of years; ``national``, the
        official index and the sums of both bases by year; ``flags``; ``rows``, one list a body in
        the order of ``columns``; and the tables that these point into.

    Examples
    --------
    >>> data = explorer_data()
    >>> [len(data[part]) for part in ("rows", "years", "pairs", "provinces", "items")]
    [681, 7, 21, 38, 47]
    """
    published = add_predicates(load_published())
    bodies = load_agencies()
    bodies = bodies[bodies["agency_id"].isin(published["agency_id"])]
    named = {"province", *map(province_column, evaluation_years())}
    provinces = sorted(set().union(*(bodies[column].dropna() for column in named)))
    locators = _Locators()
    # The finest edition is that of the levels; its names and weights are those of the views.
    level_years = _years_with_parts("indicator")
    instrument = load_instrument(_edition(level_years))
    return {
        "years": [_year(each) for each in load_years()],
        "pairs": [
            [first, second, list(may_compare(first, second)), break_between(first, second)]
            for first, second in combinations(evaluation_years(), 2)
        ],
        "predicates": list(PREDICATES),
        "types": list(AGENCY_TYPES),
        "local": [AGENCY_TYPES.index(kind) for kind in LOCAL_TYPES],
        "provinces": provinces,
        "tiles": _tiles(provinces),
        "items": _items(instrument),
        "domains": [[code, instrument.item(code).name] for code in _DOMAINS],
        "levelYears": list(level_years),
        "domainYears": list(_years_with_parts("domain")),
        "national": _national(published),
        "flags": _flags(),
        "columns": list(COLUMNS),
        "rows": _rows(bodies, published, provinces, locators),
        "locators": locators.written(),
        "licence": (LICENCE, licence_in_indonesian(LICENCE)),
        "sources": {name: source_titles()[name] for name in locators.sources()},
    }


class _Locators:
    """Places in sources, shared: "Tabel 29 no 7" is the number 7 behind a place in a list."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def add(self, source_id: str, locator: str) -> list[int]:
        match = _LOCATOR.fullmatch(locator)
        start, number = (match[1], int(match[2])) if match else (locator, -1)
        return [self._known.setdefault((source_id, start), len(self._known)), number]

    def written(self) -> list[list[str]]:
        """Each start with its source, in English and Indonesian."""
        return [[source, start, re.sub(r"^row ", "baris ", start)] for source, start in self._known]

    def sources(self) -> list[str]:
        return sorted({source for source, _ in self._known})


def _year(each: EvaluationYear) -> dict[str, Any]:
    instrument = load_instrument(each.edition)
    return {
        "year": each.year,
        "era": each.era,
        "decimals": each.index_decimals,
        "guideline": each.guideline,
        "break": each.break_before,
        "nItems": len(instrument.indicators),
        "inferred": each.status_known == "inferred",
        "then": province_column(each.year) != "province",
        "lower": [band.lower for band in instrument.bands] + [instrument.bands[-1].upper],
    }


def _years_with_parts(parts: str) -> tuple[int, ...]:
    return tuple(each.year for each in load_years() if each.parts_published == parts)


def _edition(years: Iterable[int]) -> str:
    (edition,) = {each.edition for each in load_years() if each.year in set(years)}
    return edition


def _tiles(provinces: list[str]) -> list[list[Any]]:
    """Province, code, row and column of each square of the map."""
    tiles = load_reference("province_tiles")
    return [
        [provinces.index(row.province), row.code, int(row.row), int(row.column)]
        for row in tiles.itertuples()
    ]


def _items(instrument: Instrument) -> list[list[Any]]:
    """Code, domain, weight in percent and wording of each indicator, as the regulation has it."""
    found = []
    for code in instrument.indicators:
        item = instrument.item(code)
        words = item.name
        for part in _WORDING:
            words = re.sub(part, "", words)
        aspect = instrument.item(item.parent)
        found.append([item.code, aspect.parent, float(item.weight), words])
    return found


def _national(published: pd.DataFrame) -> list[dict[str, Any]]:
    """Per year the official index, where it stands, and sums of both bases, whole and by type.

    A sum is ``[n, sum]`` in the smallest unit that any year prints, so that the browser divides
    whole numbers and rounds once.
    """
    official = official_index(load_aggregates())
    everyone = population(published, load_carried_over_bodies())
    everyone["units"] = (everyone["index_published"] * 10**_DECIMALS_SUM).round().astype(int)
    found = []
    for year in evaluation_years():
        counted = everyone[everyone["year"] == year]
        bases = {
            "participants": counted[counted["status"] == "evaluated"],
            "population": counted,
        }
        found.append(
            {
                "official": round(float(official[year]) * 100),
                **{name: _sum(rows) for name, rows in bases.items()},
                "byType": {
                    name: [_sum(rows[rows["agency_type"] == kind]) for kind in AGENCY_TYPES]
                    for name, rows in bases.items()
                },
            }
        )
    return found


def _sum(rows: pd.DataFrame) -> list[int]:
    return [len(rows), int(rows["units"].sum())]


def _flags() -> list[list[Any]]:
    """Corrections and flags of a body's own values: body, year, item, action, reason twice."""
    found: dict[tuple[str, int, str], list[Any]] = {}
    for entry in read_corrections(data_folder() / "corrections.toml"):
        where = entry.where
        if entry.table not in ("scores", "published") or "agency_id" not in where:
            continue
        item = where.get("item", "index")
        key = (where["agency_id"], int(where["year"]), item)
        reason = translated(indonesian()["corrections"], entry.id)
        found[key] = [*key, entry.action, entry.reason, reason]
    return list(found.values())


def _rows(
    bodies: pd.DataFrame, published: pd.DataFrame, provinces: list[str], locators: _Locators
) -> list[list[Any]]:
    results = {(row.agency_id, row.year): row for row in published.itertuples()}
    scores = load_scores()
    domains = _printed(scores, "domain", _DOMAINS, _years_with_parts("domain"))
    level_years = _years_with_parts("indicator")
    codes = load_instrument(_edition(level_years)).indicators
    levels = _printed(scores, "indicator", codes, level_years)
    exact = {
        (row.agency_id, row.year): round(row.index_exact * 10**_DECIMALS_EXACT)
        for row in load_exact_scores().dropna(subset=["index_exact"]).itertuples()
    }
    short: dict[str, list[str]] = {}
    for row in load_reference("agency_abbreviations").itertuples():
        short.setdefault(row.agency_id, []).append(row.abbreviation)
    found = []
    for body in bodies.itertuples():
        mine = [results.get((body.agency_id, year)) for year in evaluation_years()]
        found.append(
            [
                body.agency_id,
                body.name,
                " ".join(short.get(body.agency_id, [])),
                AGENCY_TYPES.index(body.agency_type),
                "".join("-" if r is None else str(AGENCY_TYPES.index(r.agency_type)) for r in mine),
                *_places(body, provinces),
                [0 if r is None else _units(r) for r in mine],
                "".join("-" if r is None else _STATUS[r.mode] for r in mine),
                "".join("-" if r is None else _predicate(r) for r in mine),
                [0 if r is None else locators.add(r.source_id, r.locator) for r in mine],
                [
                    [round(value * 100) for value in cells] if cells else 0
                    for cells in domains(body.agency_id)
                ],
                ["".join(str(int(v)) for v in cells) for cells in levels(body.agency_id)],
                [exact.get((body.agency_id, year), 0) for year in _years_with_parts("domain")],
            ]
        )
    return found


def _places(body: Any, provinces: list[str]) -> tuple[int, int]:
    """The province of a local government now and in earlier years; of other bodies none."""
    if body.agency_type not in LOCAL_TYPES:
        return -1, -1
    earlier = {province_column(year) for year in evaluation_years()} - {"province"}
    then = [getattr(body, column) for column in earlier] or [body.province]
    return provinces.index(body.province), provinces.index(then[0])


def _units(result: Any) -> int:
    """The printed index in the smallest unit of its year."""
    decimals = evaluation(int(result.year)).index_decimals
    units: int = round(float(result.index_published) * 10**decimals)
    return units


def _predicate(result: Any) -> str:
    place = PREDICATES.index(result.predicate)
    return str(place) if isinstance(result.predicate_published, str) else "abcde"[place]


def _printed(
    scores: pd.DataFrame, scale: str, items: tuple[str, ...], years: tuple[int, ...]
) -> Callable[[str], list[tuple[float, ...]]]:
    """A function from a body to its cells, a tuple a year, empty where not all are there."""
    part = scores[(scores["scale"] == scale) & scores["year"].isin(years)]
    table = part.pivot(index=["agency_id", "year"], columns="item", values="value")
    table = table.reindex(columns=list(items)).dropna()
    known = {key: tuple(cells) for key, cells in zip(table.index, table.to_numpy(), strict=True)}
    return lambda agency_id: [known.get((agency_id, year), ()) for year in years]
