"""What the search and the check of a number need: one short script that sets one global.

A page opened from a disk may not fetch a file, but it may load a script; so the index is one. The
names under which an agency is found are made here, the forgiving comparison is done in the browser.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

from spbe_research.panel.loaders import load_reference
from spbe_research.site.agencies import AgencyPage

__all__ = ["initials", "normalise", "search_index"]

_SHORT = {"kab": "kabupaten", "prov": "provinsi"}
_OFFICES = {"kabupaten": "pemkab", "kota": "pemkot", "provinsi": "pemprov"}
_SILENT = {"dan", "dan/atau", "pemerintah", "republik", "indonesia", "di", "untuk"}
_UNSAID = {"dan", "di", "untuk"}
_MIN_INITIALS = 3


def normalise(text: str) -> str:
    """Write a name as it is compared: no accents, lower case, letters and digits, long forms.

    Examples
    --------
    >>> normalise("Pemerintah Kab. Pangkajene dan Kepulauan")
    'kabupaten pangkajene kepulauan'
    """
    plain = unicodedata.normalize("NFD", text.lower())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(_SHORT.get(word, word) for word in words if word not in _SILENT)


def initials(name: str) -> str:
    """Return the initials of a name of several words, as agencies are called for short.

    Examples
    --------
    >>> initials("Badan Koordinasi Penanaman Modal"), initials("Kota Cilegon")
    ('bkpm', '')
    """
    words = [word for word in re.findall(r"[a-z]+", name.lower()) if word not in _UNSAID]
    short = "".join(word[0] for word in words)
    return short if len(short) >= _MIN_INITIALS else ""


def search_index(pages: Sequence[AgencyPage]) -> str:
    """Return the script that holds every agency with the words it is found by and its values.

    Parameters
    ----------
    pages : sequence of AgencyPage
        As ``agency_pages()``.

    Returns
    -------
    str
        ``window.SPBE_AGENCIES = [[id, name, type, words, values, states, short], ...]``: ``values``
        from 2018 to 2024 (null where none was published), ``states`` one letter a year: e
        evaluated, c carried over, - not published; ``short``: official abbreviations.
    """
    short = _abbreviations()
    names = _names_in_print(short)
    rows = [
        [
            page.agency_id,
            page.name,
            page.agency_type,
            _words(page, names),
            *_values(page),
            " ".join(normalise(each) for each in short.get(page.agency_id, [])),
        ]
        for page in pages
    ]
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"window.SPBE_AGENCIES={body};\n"


def _abbreviations() -> dict[str, list[str]]:
    short: dict[str, list[str]] = {}
    for row in load_reference("agency_abbreviations").itertuples():
        short.setdefault(row.agency_id, []).append(row.abbreviation)
    return short


def _names_in_print(short: dict[str, list[str]]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for row in load_reference("agency_aliases").itertuples():
        names.setdefault(row.agency_id, []).append(row.name_published)
    for row in load_reference("agency_lineage").query("kind == 'renamed'").itertuples():
        names.setdefault(row.successor_id, []).extend([row.predecessor_name, row.successor_name])
    for agency_id, abbreviations in short.items():
        names.setdefault(agency_id, []).extend(abbreviations)
    return names


def _words(page: AgencyPage, names: dict[str, list[str]]) -> str:
    """Every word an agency is found by, each once, those of its name first."""
    called = [page.name, *names.get(page.agency_id, [])]
    parts = [part for name in called for part in name.split("/")]
    words = [word for name in called for word in normalise(name).split()]
    words += [_OFFICES.get(page.agency_type, "")]
    if page.agency_type not in _OFFICES:
        words += [initials(part) for part in parts]
    return " ".join(_unique(word for word in words if word))


def _values(page: AgencyPage) -> tuple[list[float | None], str]:
    by_year = {result.year: result for result in page.results}
    values = [by_year[year].index if year in by_year else None for year in range(2018, 2025)]
    states = "".join(
        "-" if year not in by_year else "c" if by_year[year].is_carried_over else "e"
        for year in range(2018, 2025)
    )
    return values, states


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
