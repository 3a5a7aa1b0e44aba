"""The table of names, the rules and the record as one script, so that the browser answers alike.

The script sets one global: a page opened from a disk may load a script, but not fetch a file.
"""

import json
from decimal import Decimal

from spbe_research.claims.names import name_table
from spbe_research.claims.record import Record, to_cents
from spbe_research.claims.rules import RULES
from spbe_research.claims.values import LOOSE_PREDICATES
from spbe_research.claims.wording import sentences
from spbe_research.panel.schemas import PREDICATES
from spbe_research.years import evaluation_years, years_with

__all__ = ["browser_script"]

_SECTIONS = ("subject", "headline", "hint", "word")


def browser_script(record: Record | None = None) -> str:
    """Return the script that holds names, rules, sentences and every printed index.

    Returns
    -------
    str
        ``window.SPBE={...};``: what ``site/static/resolver.js`` reads.

    Examples
    --------
    >>> browser_script().startswith("globalThis.SPBE={")
    True
    """
    record = record or Record.load()
    body = {"names": _names(), "record": _record(record), "sentences": _sentences()}
    return f"globalThis.SPBE={json.dumps(body, ensure_ascii=False, separators=(',', ':'))};\n"


def _names() -> dict[str, object]:
    table = name_table()
    return {
        "rules": RULES,
        "bodies": [[b.agency_id, b.name, b.agency_type] for b in table.bodies],
        "keys": [[key.text, key.body, key.spelled, int(key.is_short)] for key in table.keys],
        "new": [[n.name, n.since, n.kind, n.legal_basis, list(n.predecessors)] for n in table.new],
        "newOwners": table.new_owners,
    }


def _record(record: Record) -> dict[str, object]:
    years = evaluation_years()
    rows: dict[str, list[list[object]]] = {}
    flags, recomputed = {}, {}
    for (agency_id, year), row in record.published.items():
        printed = row["predicate_published"]
        place = PREDICATES.index(printed) if isinstance(printed, str) else -1
        carried = int(row["status"] == "carried_over")
        text = record.index_text(agency_id, year)
        rows.setdefault(agency_id, []).append([year, text, place, carried])
        if isinstance(row["flag"], str) and row["flag"] in record.reasons:
            flags[f"{agency_id}|{year}"] = record.reasons[row["flag"]]
        computed = record.from_domains.get((agency_id, year), "")
        if computed and not record.is_computed(year) and computed != text:
            recomputed[f"{agency_id}|{year}"] = computed
    bands = {
        year: [
            [band.predicate, int(100 * to_cents(Decimal(str(band.lower))))]
            for band in record.instrument(year).bands
        ]
        for year in years
    }
    return {
        "years": years,
        "decimals": [record.decimals[year] for year in years],
        "inferred": years_with(status_known="inferred"),
        "rows": rows,
        "flags": flags,
        "recomputed": recomputed,
        "bands": bands,
        "predicates": PREDICATES,
        "loose": LOOSE_PREDICATES,
        "press": {
            f"{owner}|{year}": [row["text"], row["locator"]]
            for (owner, year, item), row in record.press.items()
            if item == "index"
        },
        "lineage": [
            [r["predecessor_id"], r["successor_id"], r["successor_name"], r["year"], r["kind"]]
            for r in record.lineage
        ],
    }


def _sentences() -> dict[str, dict[str, dict[str, str]]]:
    said = sentences()
    return {section: said[section] for section in _SECTIONS}
