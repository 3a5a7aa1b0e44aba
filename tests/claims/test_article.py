"""Claims of a newspaper article against the record: true ones confirmed, false ones not."""

import pytest

from spbe_research.claims.article import check_claims
from spbe_research.errors import DataError
from spbe_research.panel.loaders import load_reference


def test_verdicts_on_the_claims_of_the_article() -> None:
    table = check_claims(load_reference("claims"), agency_id="36.72").set_index("claim_id")
    assert table["verdict"].to_dict() == {
        "cilegon-score": "contradicted",
        "cilegon-predicate": "confirmed",
        "agencies-assessed": "confirmed",
        "share-baik": "contradicted",
        "cilegon-among-baik": "confirmed",
        "perwal-106-2016": "not decidable here",
        "perda-4-2016": "not decidable here",
        "smart-city-member": "confirmed",
        "quick-wins": "not decidable here",
        "score-is-smart-city": "contradicted",
        "score-by-kominfo": "contradicted",
    }
    decided = table["verdict"] != "not decidable here"
    assert (table["independent_source"] != "").tolist() == decided.tolist()
    assert "fn-cilegon-2019" not in set(table["independent_source"])


def test_true_claims_are_confirmed_and_false_ones_are_not() -> None:
    claims = load_reference("claims").set_index("claim_id")
    claims.loc["cilegon-score", "value"] = "3.23"
    claims.loc["cilegon-predicate", "value"] = "Cukup"
    claims.loc["agencies-assessed", "value"] = "617"
    claims.loc["share-baik", "value"] = "18"
    table = check_claims(claims.reset_index(), agency_id="36.72").set_index("claim_id")["verdict"]
    assert table[["cilegon-score", "share-baik"]].tolist() == ["confirmed"] * 2
    assert table[["cilegon-predicate", "agencies-assessed"]].tolist() == ["contradicted"] * 2


def test_absence_from_a_press_list_decides_nothing() -> None:
    claims = load_reference("claims").query("claim_id == 'smart-city-member'")
    assert check_claims(claims, agency_id="11.01")["verdict"].item() == "not decidable here"


def test_claims_about_an_unknown_agency_are_refused() -> None:
    with pytest.raises(DataError, match="Invalid agency_id '99.99'"):
        check_claims(load_reference("claims"), agency_id="99.99")


def changed(claim_id: str, **cells: str) -> str:
    """The verdict on a claim of the article with other words."""
    claims = load_reference("claims").query("claim_id == @claim_id").assign(**cells)
    agency_id = cells.get("agency_id", "36.72")
    return str(check_claims(claims, agency_id=agency_id)["verdict"].item())


def test_what_no_table_holds_is_not_decided() -> None:
    assert changed("agencies-assessed", unit="applications") == "not decidable here"
    assert changed("agencies-assessed", year="2035") == "not decidable here"
    assert changed("share-baik", year="2021") == "not decidable here"  # prints no predicates
    assert changed("score-is-smart-city", claim="Skor itu benar") == "not decidable here"
    named = changed("cilegon-among-baik", claim="Cilegon termasuk yang dinilai")
    assert named == "not decidable here"


def test_a_regulation_whose_text_was_found_is_confirmed() -> None:
    # Kota Tebing Tinggi, Perwal 39/2017: read as a document.
    verdict = changed("perwal-106-2016", value="Perwal 39/2017", agency_id="kota-12.76")
    assert verdict == "confirmed"


def test_evidence_says_whether_the_report_repeats_the_claim() -> None:
    # The report of 2018 counts 82 of 616: 13.3 percent, as the article has it; its list gives 16.4.
    claim = load_reference("claims").query("claim_id == 'share-baik'")
    said = check_claims(claim, agency_id="36.72")["evidence"].item()
    assert said.endswith("the text of the report says 82 (13.3 %), which equals the claim")
    other = check_claims(claim.assign(value="18"), agency_id="36.72")["evidence"].item()
    assert other.endswith("which does not equal the claim")
