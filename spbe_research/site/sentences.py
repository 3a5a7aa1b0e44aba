"""Sentences about one agency's published value, ready to quote, in English and Indonesian.

A value that repeats an earlier year is never called the result of its year, and a predicate that
no list prints is said to follow from the bands of the regulation.
"""

from spbe_research.site.agencies import AgencyPage, Lineage, YearResult
from spbe_research.site.text import index_text, swap_marks

__all__ = ["EDITIONS", "QUOTES", "describe_lineage", "locator_words", "quote_result"]

EDITIONS = {"permen-5-2018": "PermenPANRB 5/2018", "permen-59-2020": "PermenPANRB 59/2020"}
_INFERRED_UNTIL = 2020
# By how the value came about; the report cards fill them in the browser as well.
QUOTES = {
    "printed": (
        "In {year} the SPBE index of {name} was {index}, predicate {predicate}",
        "Pada {year} indeks SPBE {name} adalah {index}, predikat {predicate}",
    ),
    "follows": (
        "In {year} the SPBE index of {name} was {index}, in the band {predicate} of {edition}",
        "Pada {year} indeks SPBE {name} adalah {index}, masuk rentang predikat {predicate} menurut "
        "{edition}",
    ),
    "inferred": (
        "The SPBE list of {year} prints the index {index} for {name}, the same value as the year "
        "before: probably not an evaluation of {year}",
        "Daftar SPBE {year} mencetak indeks {index} untuk {name}, sama dengan tahun sebelumnya, "
        "sehingga kemungkinan bukan hasil evaluasi {year}",
    ),
    "carried_over": (
        "The SPBE list of {year} prints the index {index} for {name}, which repeats the value of "
        "{before}: it was not evaluated in {year}",
        "Daftar SPBE {year} mencetak indeks {index} untuk {name}, yang mengulang nilai {before}; "
        "instansi ini tidak dievaluasi pada {year}",
    ),
}
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
    if result.is_carried_over:
        kind = "inferred" if result.year <= _INFERRED_UNTIL else "carried_over"
    else:
        kind = "printed" if result.is_predicate_printed else "follows"
    number = index_text(result.index)
    english, indonesian = (
        QUOTES[kind][place].format(
            year=result.year,
            before=result.year - 1,
            name=page.name,
            index=text,
            predicate=result.predicate,
            edition=EDITIONS[result.edition],
        )
        for place, text in enumerate((number, swap_marks(number)))
    )
    return english, indonesian


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
