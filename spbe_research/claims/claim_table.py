"""A table of claims to a table of verdicts; all that is wrong with it is named at once.

A score is checked by `check_claim`. Claims of another kind (how many agencies, which share, which
regulation) are checked as those of the article are, by `check_claims`, and may be undecidable.
"""

import re
from dataclasses import dataclass, field

import pandas as pd

from spbe_research.claims.agency_search import resolve_agency
from spbe_research.claims.article import check_claims
from spbe_research.claims.checking import (
    NATION,
    QUANTITIES,
    Verdict,
    check_claim,
    is_nation,
    value_problem,
)
from spbe_research.claims.record import Record
from spbe_research.claims.wording import check_language, citation, headline, hints, verdict_word
from spbe_research.errors import DataError, refuse
from spbe_research.years import evaluation_years

__all__ = ["COLUMNS", "check_claim_table"]

COLUMNS = ("claim_id", "agency", "year", "quantity", "value")

_OTHER = {
    "count": (r"\d+", "a whole number"),
    "share": (r"\d+", "a whole percentage"),
    "membership": (r"yes", "'yes'"),
    "regulation": (r"\S+ \d+/\d{4}", "a kind, number and year such as Perwal <number>/<year>"),
    "construct": (r"", "empty"),
    "assessor": (r"\S.*", "a name"),
}
_OTHER_COLUMNS = ("source_id", "claim", "unit")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_REMEDY = (
    "Correct the cells named above and run again. Nothing was checked. Columns: "
    f"{', '.join(COLUMNS)}; any other is kept."
)
_ADDED = (
    "agency_id", "agency_name", "verdict", "published", "carried_over_from", "finding", "source_id",
    "document", "locator", "name_published", "cite",
)  # fmt: skip


def check_claim_table(
    claims: pd.DataFrame,
    *,
    language: str = "en",
    what: str = "claims",
    more: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Check every claim of a table.

    Parameters
    ----------
    claims : pandas.DataFrame of str
        ``claim_id``, unique; ``agency``, a loose name, or ``Nasional``; ``year``; ``quantity``,
        one of index, predicate, D1, D2, D3, D4, empty for the index; ``value`` as it was said.
        Other columns are kept. The quantities of the article (count, share, membership, regulation,
        construct, assessor) need ``source_id, claim, unit`` as well.
    language : {"en", "id"}
        Of ``finding`` and ``cite``; the words of ``verdict`` are English always.
    what : str
        What the table is, for a message.
    more : tuple of str
        Violations found before, to be named with the others.

    Returns
    -------
    pandas.DataFrame
        The columns given, then ``agency_id, agency_name, verdict, published, carried_over_from,
        finding, source_id, document, locator, name_published, cite``; a column given under one of
        these names stands as ``claim_<name>``. Rows in order.

    Raises
    ------
    DataError
        Naming every absent column and every wrong cell: row, column, value, rule.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": ["a"], "agency": ["Pemkot Cilegon"], "year": ["2024"],
    ...                        "quantity": ["index"], "value": ["2,56"]})
    >>> check_claim_table(claims)[["agency_id", "verdict", "published"]].values.tolist()
    [['kota-36.72', 'confirmed', '2.56']]
    >>> check_claim_table(claims.assign(value="high"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid claims, 1 violation:
      - row 0, column value: 'high'. It must be a number such as 3.27 or 3,27.
    Correct the cells named above and run again. Nothing was checked. Columns: claim_id, ...
    """
    check_language(language)
    agencies = _Agencies()
    violations = [*more, *_violations(claims, agencies)]
    refuse(DataError, what, violations, _REMEDY)
    record = Record.load()
    found = [_found(row, agencies.ids, record, language) for row in claims.to_dict("records")]
    table = pd.DataFrame(found, columns=list(_ADDED), index=claims.index)
    kept = claims.rename(columns={name: f"claim_{name}" for name in claims if name in _ADDED})
    return kept.join(table)


@dataclass(frozen=True)
class _Agencies:
    """The names of a table: each is resolved once, or refused once."""

    ids: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def problem(self, agency: str) -> str:
        """Say what is wrong with a name, or nothing; its id is known then, empty for the nation."""
        if agency not in self.ids and agency not in self.problems:
            try:
                self.ids[agency] = "" if is_nation(agency) else resolve_agency(agency)
            except DataError as error:
                self.problems[agency] = str(error).partition(". ")[2]
        return self.problems.get(agency, "")


def _violations(claims: pd.DataFrame, agencies: _Agencies) -> list[str]:
    absent = [name for name in COLUMNS if name not in claims]
    if absent:
        return [f"column {name} is absent" for name in absent]
    word = claims.index.name or "row"
    twice = claims["claim_id"].map(lambda name: str(name).strip()).duplicated(keep="first")
    example = evaluation_years()[0]
    found = []
    rows = claims.to_dict("records")
    for place, is_second, row in zip(claims.index, twice, rows, strict=True):
        cells = {name: str(value).strip() for name, value in row.items()}
        problems = {
            "claim_id": _id_problem(cells["claim_id"], bool(is_second)),
            "agency": agencies.problem(cells["agency"]),
            "year": ""
            if _YEAR.fullmatch(cells["year"])
            else f"It must be a year such as {example}.",
            **_value_problems(cells),
        }
        found += [
            f"{word} {place}, column {column}: {cells.get(column, '')!r}. {problem}"
            for column, problem in problems.items()
            if problem
        ]
    return found


def _id_problem(claim_id: str, is_second: bool) -> str:
    if not claim_id:
        return "It must not be empty."
    return "It must be unique and stands above already." if is_second else ""


def _value_problems(cells: dict[str, str]) -> dict[str, str]:
    quantity = cells["quantity"] or "index"
    if quantity in QUANTITIES:
        return {"value": value_problem(quantity, cells["value"])}
    if quantity not in _OTHER:
        known = ", ".join([*QUANTITIES, *_OTHER])
        return {"quantity": f"It must be one of {known}."}
    pattern, rule = _OTHER[quantity]
    problems = {
        name: f"The quantity {quantity} needs this column."
        for name in _OTHER_COLUMNS
        if name not in cells
    }
    if is_nation(cells["agency"]):
        problems["agency"] = f"The quantity {quantity} is checked for one agency."
    if not re.fullmatch(pattern, cells["value"]):
        problems["value"] = f"It must be {rule}."
    return problems


def _found(
    row: dict[str, str], agencies: dict[str, str], record: Record, language: str
) -> dict[str, object]:
    cells = {name: str(value).strip() for name, value in row.items()}
    agency_id = agencies[cells["agency"]]
    if cells["quantity"] in _OTHER:
        return _other(cells, agency_id, record, language)
    verdict = check_claim(
        agency_id or NATION,
        int(cells["year"]),
        cells["value"],
        quantity=cells["quantity"] or "index",
        record=record,
    )
    return _as_row(verdict, language)


def _as_row(verdict: Verdict, language: str) -> dict[str, object]:
    return {
        "agency_id": verdict.agency_id,
        "agency_name": verdict.agency,
        "verdict": verdict.verdict,
        "published": verdict.published,
        "carried_over_from": str(verdict.carried_from or ""),
        "finding": " ".join(
            [headline(verdict, language=language), *hints(verdict, language=language)]
        ),
        "source_id": verdict.source_id,
        "document": verdict.document,
        "locator": verdict.locator,
        "name_published": verdict.name_published,
        "cite": citation(verdict, language=language),
    }


def _other(
    cells: dict[str, str], agency_id: str, record: Record, language: str
) -> dict[str, object]:
    found = check_claims(pd.DataFrame([cells]), agency_id=agency_id).iloc[0]
    word = verdict_word(found["verdict"], language=language)
    return dict.fromkeys(_ADDED, "") | {
        "agency_id": agency_id,
        "agency_name": record.agencies[agency_id],
        "verdict": found["verdict"],
        "finding": f"{found['claim']}: {word}; {found['evidence']}.",
    }
