"""Public claims set against the record: confirmed, contradicted or not decidable here.

A claim is *confirmed* or *contradicted* only by a source independent of the one that makes it; a
page that repeats the same press release is not one.
What no table here can answer is *not decidable here*; nothing is decided from plausibility.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.panel.ids import current_agency_id
from spbe_research.panel.loaders import load_aggregates, load_published, load_reference
from spbe_research.panel.schemas import PREDICATES
from spbe_research.years import evaluation

__all__ = ["check_claims"]

CONFIRMED = "confirmed"
CONTRADICTED = "contradicted"
NOT_DECIDABLE = "not decidable here"

_AT_LEAST_BAIK = ("Baik", "Sangat Baik", "Memuaskan")
_CENT = 0.005
_ASSESSOR = "Kementerian PANRB"
_REPEATING = ("news",)  # a page may repeat the press release that the claim itself repeats


@dataclass(frozen=True)
class _Record:
    """The published record a set of claims is checked against."""

    agency_id: str
    published: pd.DataFrame
    aggregates: pd.DataFrame
    regulations: pd.DataFrame
    cohorts: pd.DataFrame

    def of_agency(self, year: int) -> pd.Series:
        rows = self.published.query("agency_id == @self.agency_id and year == @year")
        found: pd.Series = rows.iloc[0]
        return found


_Finding = tuple[str, str, str]  # verdict, evidence, independent source (empty where none)


def check_claims(claims: pd.DataFrame, *, agency_id: str) -> pd.DataFrame:
    """Check the claims of one article about one agency.

    Parameters
    ----------
    claims : pandas.DataFrame of str
        ``claim_id, source_id, claim, year, quantity, value, unit``, as
        ``load_reference("claims")``; ``searched``, where there, says what a search outside the
        tables found.
    agency_id : str
        The agency the article speaks of, for example ``"kota-36.72"``.

    Returns
    -------
    pandas.DataFrame
        ``claim_id, claim, stated, verdict, evidence, independent_source``: one row per claim, in
        order. Verdicts: confirmed, contradicted, not decidable here; the last has no independent
        source.

    Raises
    ------
    DataError
        When the agency was never published.

    Examples
    --------
    >>> table = check_claims(load_reference("claims"), agency_id="kota-36.72").set_index("claim_id")
    >>> table.loc["cilegon-score", "verdict"]
    'contradicted'
    """
    record = _Record(
        current_agency_id(agency_id),
        load_published(),
        load_aggregates(),
        load_reference("regulations_local"),
        load_reference("smart_city_cohorts"),
    )
    if record.agency_id not in set(record.published["agency_id"]):
        raise DataError(
            f"Invalid agency_id {agency_id!r}. It must have a published index. Ids stand in "
            "load_agencies()."
        )
    rows = []
    for claim in claims.to_dict("records"):
        finder = _FINDERS.get(claim["quantity"], _no_data)
        verdict, evidence, source = finder(claim, record)
        rows.append(
            {
                "claim_id": claim["claim_id"],
                "claim": claim["claim"],
                "stated": claim["value"],
                "verdict": verdict,
                "evidence": evidence,
                "independent_source": source,
            }
        )
    return pd.DataFrame(rows)


def _index(claim: dict[str, str], record: _Record) -> _Finding:
    year, stated = int(claim["year"]), float(claim["value"])
    row = record.of_agency(year)
    agrees = abs(row["index_published"] - stated) < _CENT
    return (
        CONFIRMED if agrees else CONTRADICTED,
        f"published {year}: {row['index_published']:.2f}, {row['locator']}",
        str(row["source_id"]),
    )


def _predicate(claim: dict[str, str], record: _Record) -> _Finding:
    year = int(claim["year"])
    row = record.of_agency(year)
    agrees = row["predicate_published"] == claim["value"]
    return (
        CONFIRMED if agrees else CONTRADICTED,
        f"published {year}: {row['predicate_published']}, {row['locator']}",
        str(row["source_id"]),
    )


def _count(claim: dict[str, str], record: _Record) -> _Finding:
    if claim["unit"] != "agencies":
        return _no_data(claim, record)
    year, stated = int(claim["year"]), int(claim["value"])
    rows = record.published[record.published["year"] == year]
    if rows.empty:
        return _no_data(claim, record)
    verdict = CONFIRMED if len(rows) == stated else CONTRADICTED
    return verdict, f"the list of {year} has {len(rows)}", str(rows["source_id"].iloc[0])


def _share(claim: dict[str, str], record: _Record) -> _Finding:
    year, stated = int(claim["year"]), float(claim["value"])
    rows = record.published.query("year == @year")
    predicates = rows["predicate_published"].dropna()
    if predicates.empty:
        return NOT_DECIDABLE, f"no list of {year} prints predicates", ""
    baik = int((predicates == "Baik").sum())
    reached = int(predicates.isin(_AT_LEAST_BAIK).sum())
    shares = [100 * count / len(predicates) for count in (baik, reached)]
    agrees = any(round(share) == stated for share in shares)
    evidence = (
        f"the list of {year} has {baik} Baik ({shares[0]:.1f} %), {reached} Baik or better "
        f"({shares[1]:.1f} %)"
    )
    printed = record.aggregates.query("year == @year and measure == 'n_at_least_baik'")["value"]
    for count in printed:
        share = 100 * count / len(predicates)
        same = "equals the claim" if round(share) == stated else "does not equal the claim"
        evidence += f"; the text of the report says {count:.0f} ({share:.1f} %), which {same}"
    return CONFIRMED if agrees else CONTRADICTED, evidence, str(rows["source_id"].iloc[0])


def _membership(claim: dict[str, str], record: _Record) -> _Finding:
    if "Smart City" in claim["claim"]:
        member = record.cohorts[record.cohorts["agency_id"] == record.agency_id]
        if member.empty:
            return NOT_DECIDABLE, "in none of the press lists at hand, which may be incomplete", ""
        row = member.iloc[0]
        return CONFIRMED, f"cohort {row['cohort']} of the press lists", row["source_id"]
    named = [name for name in PREDICATES if name in claim["claim"]]
    if not named:
        return _no_data(claim, record)
    return _predicate({**claim, "value": max(named, key=len)}, record)


def _regulation(claim: dict[str, str], record: _Record) -> _Finding:
    kind, number_year = claim["value"].split(" ")
    number, year = number_year.split("/")
    texts = record.regulations
    found = texts[
        (texts["agency_id"] == record.agency_id)
        & (texts["regulation_type"] == kind)
        & (texts["number"] == number)
        & (texts["year"] == year)
    ]
    independent = found[
        (found["source_id"] != claim["source_id"]) & ~found["evidence"].isin(_REPEATING)
    ]
    if independent.empty:
        return (
            NOT_DECIDABLE,
            "named in news only, which repeats what it was told; the text was not found, and "
            "absence from a convenience sample says nothing",
            "",
        )
    row = independent.iloc[0]
    return CONFIRMED, f"{row['title']} ({row['evidence']})", row["source_id"]


def _assessor(claim: dict[str, str], record: _Record) -> _Finding:
    year = int(claim["year"])
    rules = evaluation(year)
    return (
        CONFIRMED if claim["value"] == _ASSESSOR else CONTRADICTED,
        f"the evaluation of {year} follows {rules.guideline}; its results are of {_ASSESSOR}",
        rules.edition,
    )


def _construct(claim: dict[str, str], record: _Record) -> _Finding:
    if "smart city" not in claim["claim"].lower():
        return _no_data(claim, record)
    instrument = load_instrument("permen-5-2018")
    names = [instrument.item(code).name.lower() for code in instrument.indicators]
    named = sum("smart city" in name or "kota cerdas" in name for name in names)
    return (
        CONFIRMED if named else CONTRADICTED,
        f"{named} of the {len(names)} scored items of PermenPANRB 5/2018 name smart city",
        "permen-5-2018",
    )


def _no_data(claim: dict[str, str], record: _Record) -> _Finding:
    return NOT_DECIDABLE, claim.get("searched") or "no table here holds it", ""


_FINDERS: dict[str, Callable[[dict[str, str], _Record], _Finding]] = {
    "index": _index,
    "predicate": _predicate,
    "count": _count,
    "share": _share,
    "membership": _membership,
    "regulation": _regulation,
    "construct": _construct,
    "assessor": _assessor,
}
