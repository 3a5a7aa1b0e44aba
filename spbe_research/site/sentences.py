"""Sentences about one agency's published value, ready to quote, in English and Indonesian.

A value that repeats an earlier year is never called the result of its year, and a predicate that
no list prints is said to follow from the bands of the regulation.
"""

from spbe_research.site.agencies import AgencyPage, Lineage, YearResult
from spbe_research.site.text import index_text, swap_marks

__all__ = ["describe_lineage", "locator_words", "quote_result"]

_EDITIONS = {"permen-5-2018": "PermenPANRB 5/2018", "permen-59-2020": "PermenPANRB 59/2020"}
_INFERRED_UNTIL = 2020
_LINEAGE = {
    "renamed": ("{old} became {new}", "{old} menjadi {new}"),
    "merged": ("{old} was merged into {new}", "{old} dilebur ke dalam {new}"),
    "split": ("{new} was formed out of {old}", "{new} dibentuk dari {old}"),
    "transferred": ("Tasks of {old} passed to {new}", "Tugas {old} beralih ke {new}"),
}


def quote_result(page: AgencyPage, result: YearResult) -> tuple[str, str]:
    """Return a sentence on one published value, English and Indonesian.

    Parameters
    ----------
    page : AgencyPage
        The agency.
    result : YearResult
        One of its results.

    Returns
    -------
    tuple of str
        Index with two to four decimals, as published; no full stop: its source follows in brackets.
    """
    number, year = index_text(result.index), result.year
    if result.is_carried_over:
        english = f"The SPBE list of {year} prints the index {number} for {page.name}, "
        indonesian = f"Daftar SPBE {year} mencetak indeks {swap_marks(number)} untuk {page.name}, "
        if year <= _INFERRED_UNTIL:
            english += f"the same value as the year before: probably not an evaluation of {year}"
            indonesian += (
                f"sama dengan tahun sebelumnya, sehingga kemungkinan bukan hasil evaluasi {year}"
            )
        else:
            english += f"which repeats the value of {year - 1}: it was not evaluated in {year}"
            indonesian += (
                f"yang mengulang nilai {year - 1}; instansi ini tidak dievaluasi pada {year}"
            )
    else:
        english = f"In {year} the SPBE index of {page.name} was {number}, {_predicate(result)[0]}"
        indonesian = (
            f"Pada {year} indeks SPBE {page.name} adalah {swap_marks(number)}, "
            f"{_predicate(result)[1]}"
        )
    return english, indonesian


def _predicate(result: YearResult) -> tuple[str, str]:
    if result.is_predicate_printed:
        return f"predicate {result.predicate}", f"predikat {result.predicate}"
    edition = _EDITIONS[result.edition]
    return (
        f"in the band {result.predicate} of {edition}",
        f"masuk rentang predikat {result.predicate} menurut {edition}",
    )


def locator_words(locator: str) -> tuple[str, str]:
    """Return where in its source a value stands, English and Indonesian.

    Examples
    --------
    >>> locator_words("row 374")
    ('row 374', 'baris 374')
    """
    if locator.startswith("row "):
        return locator, f"baris {locator[4:]}"
    return locator, locator


def describe_lineage(link: Lineage) -> tuple[str, str]:
    """Return one change of name or task as a sentence, English and Indonesian."""
    english, indonesian = _LINEAGE[link.kind]
    names = {"old": link.predecessor, "new": link.successor}
    return (
        f"{link.year}: {english.format(**names)} ({link.legal_basis}).",
        f"{link.year}: {indonesian.format(**names)} ({link.legal_basis}).",
    )
