"""What the browser needs to check a pasted text, beside names and indices: one more script.

``browser`` gives names, rules of names, sentences and every printed index; here are the rules of
reading a text, and what comparisons, domains and national means are made from.
"""

import json
from decimal import Decimal
from itertools import combinations

from spbe_research.claims.agency_search import REFUSALS
from spbe_research.claims.groups import GROUP_TYPES, STATUSES
from spbe_research.claims.names import name_table
from spbe_research.claims.record import DOMAINS, Record
from spbe_research.claims.rules import NATION
from spbe_research.claims.text_rules import browser_rules
from spbe_research.claims.values import PROBLEMS
from spbe_research.claims.wording import LANGUAGES, sentences
from spbe_research.years import break_between, evaluation_years, province_column

__all__ = ["facts_script"]

_SECTIONS = ("frame", "text", "verdict", "cite")
_REFUSALS = ("several", "part", "unknown", "near", "nothing")
_NOW = "province"


def facts_script(record: Record | None = None) -> str:
    """Return the script that ``site/static/facts.js`` reads beside ``browser_script``.

    Returns
    -------
    str
        ``globalThis.SPBE_FACTS={...};``: ``rules`` of a text, ``sentences``, and of the record the
        provinces, domains (whole numbers, of 2 decimals as printed or 4 from levels), means,
        breaks, press reports and sources.

    Examples
    --------
    >>> facts_script().startswith("globalThis.SPBE_FACTS={")
    True
    """
    record = record or Record.load()
    body = {
        "rules": browser_rules(),
        "sentences": _sentences(),
        "nation": NATION,
        "statuses": STATUSES,
        "groups": GROUP_TYPES,
        **_frames(record),
        **_domains(record),
        **_means(record),
        "breaks": {
            f"{first}-{last}": between
            for first, last in combinations(evaluation_years(), 2)
            if (between := break_between(first, last)) != "none"
        },
        "press": {
            "|".join(map(str, key)): [row["text"], row["locator"], row["source_id"]]
            for key, row in record.press.items()
        },
    }
    return f"globalThis.SPBE_FACTS={json.dumps(body, ensure_ascii=False, separators=(',', ':'))};\n"


def _sentences() -> dict[str, object]:
    said = sentences()
    refused = {
        key: {language: REFUSALS[language][key] for language in LANGUAGES} for key in _REFUSALS
    }
    loose = {
        language: PROBLEMS[language]["loose"].replace("{stated!r}", "'{stated}'")
        for language in LANGUAGES
    }
    return {**{section: said[section] for section in _SECTIONS}, "why": {**refused, "loose": loose}}


def _frames(record: Record) -> dict[str, object]:
    """Where a body lies now and before, what kind it was, and the list of each year."""
    types = {body.agency_id: body.agency_type for body in name_table().bodies}
    lies = {
        agency_id: [row[_NOW], row[column]]
        for column in {province_column(year) for year in evaluation_years()} - {_NOW}
        for agency_id, row in record.places.items()
        if isinstance(row[_NOW], str)
    }
    names = sorted({name for both in lies.values() for name in both})
    return {
        "provinces": names,
        "lies": {key: [names.index(name) for name in both] for key, both in lies.items()},
        "before": [year for year in evaluation_years() if province_column(year) != _NOW],
        "types": {
            f"{agency_id}|{year}": row["agency_type"]
            for (agency_id, year), row in record.published.items()
            if row["agency_type"] != types[agency_id]
        },
        "sources": {year: rows[0]["source_id"] for year, rows in record.lists.items()},
    }


def _domains(record: Record) -> dict[str, object]:
    printed: dict[str, dict[int, list[int | None]]] = {}
    solved, flags, sources = [], {}, {}
    for (agency_id, year, item), row in record.domains.items():
        of_body = printed.setdefault(agency_id, {}).setdefault(year, [None] * len(DOMAINS))
        of_body[DOMAINS.index(item)] = _whole(f"{row['value']:.2f}")
        sources[year] = row["source_id"]
        key = f"{agency_id}|{year}|{item}"
        if row["method"] == "derived":
            solved.append(key)
        if isinstance(row["flag"], str) and row["flag"] in record.reasons:
            flags[key] = record.reasons[row["flag"]]
    levels: dict[str, dict[int, list[int]]] = {}
    level_sources = {}
    for (agency_id, year), (values, row) in record.from_levels.items():
        whole = [_whole(f"{values[item]:.4f}") for item in DOMAINS]
        levels.setdefault(agency_id, {})[year] = whole
        level_sources[year] = row["source_id"]
    return {
        "domains": DOMAINS,
        "printed": printed,
        "printedSources": sources,
        "solved": solved,
        "flags": flags,
        "levels": levels,
        "levelSources": level_sources,
        "nLevels": {year: len(record.instrument(year).indicators) for year in level_sources},
    }


def _whole(text: str) -> int:
    return int(Decimal(text.replace(".", "")))


def _means(record: Record) -> dict[str, object]:
    means: dict[str, list[list[str]]] = {}
    for year in evaluation_years():
        for item in ("index", *DOMAINS):
            rows = record.means(year, item)
            if rows:
                means[f"{year}|{item}"] = [[f"{r['value']:.2f}", str(r["source_id"])] for r in rows]
    cited = {source for rows in means.values() for _, source in rows}
    cited |= {str(row["source_id"]) for row in record.press.values()}
    cited |= {str(row["source_id"]) for row in record.published.values()}
    cited |= {str(row["source_id"]) for row in record.domains.values()}
    cited |= {str(row["source_id"]) for _, row in record.from_levels.values()}
    return {
        "means": means,
        "listMeans": {year: record.list_mean(year) for year in record.lists},
        "titles": {each: record.documents.get(each, "") for each in sorted(cited)},
    }
