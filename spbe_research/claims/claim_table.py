"""A table of claims to a table of verdicts: every row gets one, *not understood* included.

A score is checked by `check_claim`, a place or a change by `comparing`. Claims of another kind (how
many agencies, which regulation) are checked as those of the article are, by `check_claims`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from spbe_research.claims.agency_search import resolve_agency
from spbe_research.claims.article import check_claims
from spbe_research.claims.checking import check_claim, is_nation
from spbe_research.claims.comparing import check_change, check_place
from spbe_research.claims.group_words import read_group
from spbe_research.claims.record import Record
from spbe_research.claims.values import QUANTITIES, read_quantity, read_year
from spbe_research.claims.verdicts import NOT_UNDERSTOOD, STRENGTHS, Verdict
from spbe_research.claims.wording import check_language, citation, headline, hints, verdict_word
from spbe_research.errors import DataError, refuse
from spbe_research.years import evaluation_years

__all__ = ["COLUMNS", "check_claim_table", "named_columns"]

COLUMNS = ("agency", "year", "value")  # and, where they are there, claim_id, quantity, among

_CALLED = {
    "claim_id": ("claim_id", "id", "no", "nomor"),
    "agency": ("agency", "instansi", "nama_instansi", "agency_as_written", "agency_name", "body"),
    "year": ("year", "tahun"),
    "quantity": ("quantity", "besaran", "ukuran", "jenis"),
    "value": ("value", "nilai", "stated", "angka"),
    "among": ("among", "di_antara", "lingkup"),
}
_OTHER = {
    "count": (r"\d+", "a whole number"),
    "share": (r"\d+", "a whole percentage"),
    "membership": (r"yes", "'yes'"),
    "regulation": (r"\S+ \d+/\d{4}", "a kind, number and year such as Perwal <number>/<year>"),
    "construct": (r"", "empty"),
    "assessor": (r"\S.*", "a name"),
}
_OTHER_COLUMNS = ("source_id", "claim", "unit")
_YEARS = re.compile(r"\s*(\d{4})\s*[-–/]\s*(\d{4})\s*")
_PLACE = re.compile(r"\s*(?:ke-?|#)?\s*(\d{1,3})(?:\s*(?:dari|of|/)\s*(\d{1,3}))?\s*", re.I)
_ADDED = (
    "agency_id", "agency_name", "verdict", "strength", "published", "computed",
    "carried_over_from", "finding", "source_id", "document", "locator", "name_published", "cite",
)  # fmt: skip
_PROBLEMS = {
    "en": {
        "row": "Not understood. {why}",
        "year": "Invalid year {stated!r}. It must be a year such as {example}.",
        "years": "Invalid year {stated!r}. A change needs two years such as {example}.",
        "place": "Invalid value {stated!r}. A place is written 2, or 2 of 38.",
        "quantity": "Invalid quantity {stated!r}. It must be one of {known}.",
        "column": "The quantity {stated} needs the column {known}.",
        "value": "Invalid value {stated!r} of {what}. It must be {rule}.",
        "nation": "The quantity {stated} is checked for one agency.",
        "id": "Invalid claim_id {stated!r}. It stands above already.",
    },
    "id": {
        "row": "Tidak dipahami. {why}",
        "year": "Tahun {stated!r} tidak dapat dibaca. Tulis tahun, misalnya {example}.",
        "years": "Tahun {stated!r} tidak dapat dibaca. Perubahan memerlukan dua tahun, misalnya "
        "{example}.",
        "place": "Nilai {stated!r} tidak dapat dibaca. Tulis peringkat sebagai 2, atau 2 dari 38.",
        "quantity": "Besaran {stated!r} tidak dikenali. Tulis salah satu dari {known}.",
        "column": "Besaran {stated} memerlukan kolom {known}.",
        "value": "Nilai {stated!r} untuk {what} tidak dapat dibaca. Yang diharapkan: {rule}.",
        "nation": "Besaran {stated} diperiksa untuk satu instansi.",
        "id": "claim_id {stated!r} sudah ada di atas.",
    },
}


def named_columns(names: list[str]) -> list[str]:
    """Return the names of columns as this module calls them; an unknown one stays as it is.

    Examples
    --------
    >>> named_columns(["Instansi", "TAHUN", "speaker"])
    ['agency', 'year', 'speaker']
    """
    known = {each: name for name, called in _CALLED.items() for each in called}
    short = [re.sub(r"[\s-]+", "_", name.strip().casefold()) for name in names]
    taken = set(short) & set(_CALLED)
    return [
        each if known.get(each, each) in taken - {each} else known.get(each, each) for each in short
    ]


def check_claim_table(
    claims: pd.DataFrame,
    *,
    language: str = "en",
    what: str = "claims",
    unread: Mapping[object, str] | None = None,
) -> pd.DataFrame:
    """Check every claim of a table.

    Parameters
    ----------
    claims : pandas.DataFrame of str
        ``agency``, a loose name, or ``Nasional``; ``year`` (``2018.0`` is read too, and
        ``2023-2024`` for a change); ``value`` as it was said. Where they are there: ``claim_id``;
        ``quantity``, one of index, predicate, D1, D2, D3, D4, rank, change, also in Indonesian,
        empty for the predicate where one is stated, else the index; ``among`` of whom a rank is
        (``provinsi``, ``kabupaten/kota se-Banten``). Columns may be called in Indonesian
        (``instansi, tahun, nilai``); others are kept. The quantities of the article (count, share,
        membership, regulation, construct, assessor) need ``source_id, claim, unit`` as well.
    language : {"en", "id"}
        Of ``finding`` and ``cite``; the words of ``verdict`` are English always.
    what : str
        What the table is, for a message.
    unread : mapping of str, optional
        Rows that could not be read as rows, by the index of the table: why not.

    Returns
    -------
    pandas.DataFrame
        The columns given, then ``agency_id, agency_name, verdict, strength, published, computed,
        carried_over_from, finding, source_id, document, locator, name_published, cite``; a column
        given under one of these names stands as ``claim_<name>``. Rows in order. A row that cannot
        be read gets the verdict *not understood*, and ``finding`` says why.

    Raises
    ------
    DataError
        Naming every absent column.

    Examples
    --------
    >>> claims = pd.DataFrame({"instansi": ["Pemkot Cilegon", "Bandung"], "tahun": ["2024", "2024"],
    ...                        "nilai": ["2,56", "4,00"]})
    >>> check_claim_table(claims)[["agency_id", "verdict", "published"]].values.tolist()
    [['kota-36.72', 'confirmed', '2.56'], ['', 'not understood', '']]
    >>> check_claim_table(claims.drop(columns="nilai"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid claims, 1 violation:
      - column value is absent
    Add the columns named above. Columns: agency, year, value; ...
    """
    check_language(language)
    claims = claims.set_axis(named_columns([str(name) for name in claims]), axis=1)
    absent = [f"column {name} is absent" for name in COLUMNS if name not in claims]
    remedy = (
        f"Add the columns named above. Columns: {', '.join(COLUMNS)}; where they are there "
        "claim_id, quantity, among; any other is kept."
    )
    refuse(DataError, what, absent, remedy)
    checker = _Checker(Record.load(), language)
    problems = unread or {}
    rows = zip(claims.index, claims.to_dict("records"), strict=True)
    found = [
        checker.unread(problems[place]) if place in problems else checker.row(row)
        for place, row in rows
    ]
    table = pd.DataFrame(found, columns=list(_ADDED), index=claims.index)
    kept = claims.rename(columns={name: f"claim_{name}" for name in claims if name in _ADDED})
    return kept.join(table)


@dataclass(frozen=True)
class _Checker:
    """One record and one language for all rows, and the ids that stand above."""

    record: Record
    language: str
    seen: set[str] = field(default_factory=set)

    def row(self, row: dict[str, object]) -> dict[str, object]:
        """The verdict on a row; one that cannot be read is not understood."""
        cells = {name: "" if pd.isna(cell) else str(cell).strip() for name, cell in row.items()}
        try:
            self._check_id(cells.get("claim_id", ""))
            return self._checked(cells)
        except DataError as error:
            return self.unread(str(error))

    def unread(self, why: str) -> dict[str, object]:
        """The verdict on a row that is not understood."""
        text = _PROBLEMS[self.language]["row"].format(why=why)
        empty: dict[str, object] = dict.fromkeys(_ADDED, "")
        return empty | {
            "verdict": NOT_UNDERSTOOD,
            "strength": STRENGTHS[NOT_UNDERSTOOD],
            "finding": " ".join(text.split()),
        }

    def _check_id(self, claim_id: str) -> None:
        if claim_id and claim_id in self.seen:
            raise self._problem("id", claim_id)
        self.seen.add(claim_id)

    def _problem(self, kind: str, stated: str, **values: str) -> DataError:
        return DataError(_PROBLEMS[self.language][kind].format(stated=stated, **values))

    def _checked(self, cells: dict[str, str]) -> dict[str, object]:
        asked = cells.get("quantity", "")
        quantity = read_quantity(asked) if asked else ""
        if asked in _OTHER and all(name in cells for name in _OTHER_COLUMNS):
            return self._other(cells, asked)
        if quantity == "change":
            return self._as_row(self._change(cells))
        if asked in _OTHER:
            raise self._problem("column", asked, known=", ".join(_OTHER_COLUMNS))
        if asked and quantity not in (*QUANTITIES, "rank"):
            known = ", ".join([*QUANTITIES, "rank", "change", *_OTHER])
            raise self._problem("quantity", asked, known=known)
        year = read_year(cells["year"])
        if year is None:
            raise self._problem("year", cells["year"], example=str(evaluation_years()[0]))
        if quantity == "rank":
            return self._as_row(self._place(cells, year))
        verdict = check_claim(
            cells["agency"],
            year,
            cells["value"],
            quantity=quantity,
            language=self.language,
            record=self.record,
        )
        return self._as_row(verdict)

    def _place(self, cells: dict[str, str], year: int) -> Verdict:
        found = _PLACE.fullmatch(cells["value"])
        if found is None:
            raise self._problem("place", cells["value"])
        kind, province = read_group(cells.get("among", ""))
        agency_id = resolve_agency(cells["agency"], language=self.language)
        return check_place(
            agency_id,
            year,
            int(found[1]),
            kind=kind,
            province=province,
            of=int(found[2] or 0),
            record=self.record,
        )

    def _change(self, cells: dict[str, str]) -> Verdict:
        found = _YEARS.fullmatch(cells["year"])
        first, last = evaluation_years()[-2:]
        if found is None or int(found[1]) >= int(found[2]):
            raise self._problem("years", cells["year"], example=f"{first}-{last}")
        agency = cells["agency"]
        agency_id = "" if is_nation(agency) else resolve_agency(agency, language=self.language)
        stated = cells["value"].lstrip("+-−")
        is_fall = cells["value"].startswith(("-", "−"))
        return check_change(
            agency_id, int(found[1]), int(found[2]), stated, is_fall=is_fall, record=self.record
        )

    def _as_row(self, verdict: Verdict) -> dict[str, object]:
        said = headline(verdict, language=self.language)
        return {
            "agency_id": verdict.agency_id,
            "agency_name": verdict.agency,
            "verdict": verdict.verdict,
            "strength": verdict.strength,
            "published": verdict.published,
            "computed": verdict.computed,
            "carried_over_from": str(verdict.carried_from or ""),
            "finding": " ".join([said, *hints(verdict, language=self.language)]),
            "source_id": verdict.source_id,
            "document": verdict.document,
            "locator": verdict.locator,
            "name_published": verdict.name_published,
            "cite": citation(verdict, language=self.language),
        }

    def _other(self, cells: dict[str, str], quantity: str) -> dict[str, object]:
        pattern, rule = _OTHER[quantity]
        if not re.fullmatch(pattern, cells["value"]):
            raise self._problem("value", cells["value"], what=quantity, rule=rule)
        year = read_year(cells["year"])
        if year is None:
            raise self._problem("year", cells["year"], example=str(evaluation_years()[0]))
        if is_nation(cells["agency"]):
            raise self._problem("nation", quantity)
        agency_id = resolve_agency(cells["agency"], language=self.language)
        cells = {**cells, "year": str(year), "claim_id": cells.get("claim_id", "")}
        found = check_claims(pd.DataFrame([cells]), agency_id=agency_id).iloc[0]
        word = verdict_word(found["verdict"], language=self.language)
        return dict.fromkeys(_ADDED, "") | {
            "agency_id": agency_id,
            "agency_name": self.record.agencies[agency_id],
            "verdict": found["verdict"],
            "strength": STRENGTHS.get(found["verdict"], "not held"),
            "finding": f"{found['claim']}: {word}; {found['evidence']}.",
        }
