"""Verdicts in words: English and Indonesian, with how to cite what they rest on.

Written once here, so that the command, its files and the tables say the same. Reasons of flagged
values and the evidence of claims that are no score are in English in both.
"""

from collections import Counter
from functools import cache
from importlib.metadata import version

from spbe_research.claims.checking import (
    CARRIED_OVER,
    CONFIRMED,
    CONTRADICTED,
    NATION,
    NOT_PUBLISHED,
    ROUNDS_TO,
    Hint,
    Verdict,
)
from spbe_research.errors import DataError
from spbe_research.years import evaluation_years

__all__ = [
    "LANGUAGES",
    "check_language",
    "citation",
    "headline",
    "hints",
    "tally",
    "verdict_word",
]

LANGUAGES = ("en", "id")

_NUMBERS = ("stated", "published", "value", "index")
_SUBJECTS = {
    "en": {"index": "SPBE index", "predicate": "SPBE predicate", "domain": "SPBE domain {item}"},
    "id": {"index": "indeks SPBE", "predicate": "predikat SPBE", "domain": "domain SPBE {item}"},
}
_NATIONS = {"en": "National mean", "id": "Rata-rata nasional"}
_HEADLINES = {
    "en": {
        CONFIRMED: "{subject}: {stated} is confirmed.",
        ROUNDS_TO: "{subject}: {stated} is what the published {published} rounds to.",
        CARRIED_OVER: "{subject}: {stated} is carried over from {first} (published: {published}).",
        CONTRADICTED: "{subject}: {stated} is contradicted (published: {published}).",
        NOT_PUBLISHED: "{subject}: not published, {stated} is neither confirmed nor contradicted.",
    },
    "id": {
        CONFIRMED: "{subject}: {stated} sesuai dengan yang diterbitkan.",
        ROUNDS_TO: "{subject}: {stated} adalah pembulatan dari nilai terbitan {published}.",
        CARRIED_OVER: "{subject}: {stated} mengulang nilai tahun {first} (terbitan: {published}).",
        CONTRADICTED: "{subject}: {stated} tidak sesuai (terbitan: {published}).",
        NOT_PUBLISHED: "{subject}: tidak diterbitkan, sehingga {stated} tidak dapat dipastikan.",
    },
}
_HINTS = {
    "en": {
        "inferred": "That it repeats {first} is inferred: it equals the value of the year before.",
        "listed_again": "The agency was not evaluated in {year}; the list repeats {first}.",
        "flag": "Flagged in data/corrections.toml: {reason}",
        "years_held": "The lists held are those of {first} to {last}.",
        "published_years": "An index of this agency is published for {years}.",
        "never_published": "No index of this agency was ever published.",
        "went_into": "Since {since} {name} has taken it over, in whole or in part.",
        "off_scale": "The scale runs from {low} to {high}.",
        "other_year": "The number is the agency's published index of {years}.",
        "other_agency": "The number is the published index of {agency} in that year.",
        "recomputed": "The number is what the printed domains give, {value}; the list prints "
        "another.",
        "band": "The list of {year} prints no predicate; its index {index} lies in the band "
        "{predicate}.",
        "other_predicate_year": "The agency has this predicate in {years}.",
        "solved": "The printed cell of {item} is illegible; solved from the others it is {value}.",
        "from_levels": "{item} is not printed; the {n} published levels give {value}.",
        "no_domains": "No domain index of this agency is held for that year.",
        "no_national": "No national mean of it is held for that year.",
        "other_document": "Another document prints {value}: {document}.",
    },
    "id": {
        "inferred": "Pengulangan nilai {first} disimpulkan karena sama dengan nilai tahun "
        "sebelumnya.",
        "listed_again": "Instansi tidak dievaluasi pada {year}; daftar mengulang nilai {first}.",
        "flag": "Ditandai dalam data/corrections.toml (bahasa Inggris): {reason}",
        "years_held": "Daftar yang tersedia adalah daftar tahun {first} sampai dengan {last}.",
        "published_years": "Indeks instansi ini diterbitkan untuk tahun {years}.",
        "never_published": "Indeks instansi ini tidak pernah diterbitkan.",
        "went_into": "Sejak {since} seluruh atau sebagian tugasnya beralih ke {name}.",
        "off_scale": "Skala penilaian adalah {low} sampai dengan {high}.",
        "other_year": "Angka itu adalah indeks terbitan instansi ini untuk tahun {years}.",
        "other_agency": "Angka itu adalah indeks terbitan {agency} pada tahun yang sama.",
        "recomputed": "Angka itu adalah hasil hitung dari nilai domain yang tercetak, {value}; "
        "daftar mencetak nilai lain.",
        "band": "Daftar tahun {year} tidak memuat predikat; indeks {index} berada dalam rentang "
        "predikat {predicate}.",
        "other_predicate_year": "Predikat itu diperoleh instansi ini pada tahun {years}.",
        "solved": "Nilai {item} yang tercetak tidak terbaca; dari nilai lain diperoleh {value}.",
        "from_levels": "Nilai {item} tidak dicetak; dari {n} tingkat kematangan terbitan diperoleh "
        "{value}.",
        "no_domains": "Nilai domain instansi ini untuk tahun tersebut tidak tersedia.",
        "no_national": "Rata-rata nasionalnya untuk tahun tersebut tidak tersedia.",
        "other_document": "Dokumen lain mencetak {value}: {document}.",
    },
}
_CITATIONS = {
    "en": "{document}, {place}; checked with spbe_research {version}.",
    "id": "{document}, {place}; diperiksa dengan spbe_research {version}.",
}
_ALL_LISTS = {
    "en": "Kementerian PANRB, results of the SPBE evaluation, {years}; checked with "
    "spbe_research {version}.",
    "id": "Kementerian PANRB, hasil evaluasi SPBE, {years}; diperiksa dengan "
    "spbe_research {version}.",
}
_TALLIES = {"en": "{n} claims: {parts}.", "id": "{n} pernyataan: {parts}."}
_VERDICTS_ID = {
    CONFIRMED: "sesuai",
    ROUNDS_TO: "sesuai setelah pembulatan",
    CARRIED_OVER: "mengulang nilai tahun sebelumnya",
    CONTRADICTED: "tidak sesuai",
    NOT_PUBLISHED: "tidak diterbitkan",
    "not decidable here": "tidak dapat diputuskan dari data ini",
}


def check_language(language: str) -> None:
    """Refuse a language that nothing is written in."""
    if language not in LANGUAGES:
        raise DataError(f"Invalid language {language!r}. It must be one of {', '.join(LANGUAGES)}.")


def headline(verdict: Verdict, *, language: str = "en") -> str:
    """Return the verdict in one sentence.

    Examples
    --------
    >>> from spbe_research.claims.checking import check_claim
    >>> headline(check_claim("Kota Cilegon", 2018, "3.27"), language="id")
    'Kota Cilegon, indeks SPBE 2018: 3,27 tidak sesuai (terbitan: 3,23).'
    """
    check_language(language)
    kind = verdict.quantity if verdict.quantity in _SUBJECTS["en"] else "domain"
    agency = _NATIONS[language] if verdict.agency == NATION else verdict.agency
    what = _SUBJECTS[language][kind].format(item=verdict.quantity)
    values = {
        "subject": f"{agency}, {what} {verdict.year}",
        "stated": verdict.stated,
        "published": verdict.published,
        "first": str(verdict.carried_from),
    }
    return _HEADLINES[language][verdict.verdict].format(**_localised(values, language))


def hints(verdict: Verdict, *, language: str = "en") -> list[str]:
    """Return what is worth knowing beside the verdict, a sentence each."""
    check_language(language)
    return [_sentence(hint, language) for hint in verdict.hints]


def citation(verdict: Verdict, *, language: str = "en") -> str:
    """Return how to cite what the verdict rests on, the producer first."""
    check_language(language)
    if not verdict.source_id:
        first, last = evaluation_years()[0], evaluation_years()[-1]
        return _ALL_LISTS[language].format(years=f"{first}-{last}", version=_version())
    name = f' ("{verdict.name_published}")' if verdict.name_published else ""
    return _CITATIONS[language].format(
        document=verdict.document,
        place=f"{verdict.locator}{name}",
        version=_version(),
    )


def tally(verdicts: list[str], *, language: str = "en") -> str:
    """Return how many claims got which verdict, the most frequent first.

    Examples
    --------
    >>> tally(["contradicted", "confirmed", "contradicted"])
    '3 claims: 2 contradicted, 1 confirmed.'
    """
    check_language(language)
    words = _VERDICTS_ID if language == "id" else {}
    parts = [f"{n} {words.get(verdict, verdict)}" for verdict, n in Counter(verdicts).most_common()]
    return _TALLIES[language].format(n=len(verdicts), parts=", ".join(parts))


def verdict_word(verdict: str, *, language: str = "en") -> str:
    """Return a verdict as a language calls it."""
    return _VERDICTS_ID[verdict] if language == "id" else verdict


@cache
def _version() -> str:
    """The version of this package: asked once, for it is looked up on the disk."""
    return version("spbe_research")


def _sentence(hint: Hint, language: str) -> str:
    return _HINTS[language][hint.kind].format(**_localised(hint.values, language))


def _localised(values: dict[str, str], language: str) -> dict[str, str]:
    """Write numbers with the decimal mark of the language, however they were stated."""
    marks = (",", ".") if language == "en" else (".", ",")
    return {
        name: value.replace(*marks) if name in _NUMBERS else value for name, value in values.items()
    }
