"""What is said twice: small tables in which one value is wrong, and the check that names it."""

import pandas as pd

from spbe_research.panel.second_witnesses import (
    claims_state_their_values,
    dates_agree,
    domains_have_levels,
    elections_agree,
    places_lie_in_their_province,
    press_agrees,
    products_agree,
    repeated_results_agree,
)


def results(*rows: tuple[str, int, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["agency_id", "year", "index_published", "status"])


def test_a_repeated_result_must_equal_the_one_before() -> None:
    right = results(("a", 2018, 3.23, "evaluated"), ("a", 2019, 3.23, "carried_over"))
    assert repeated_results_agree(right) == (1, [])
    wrong = results(("a", 2018, 3.24, "evaluated"), ("a", 2019, 3.23, "carried_over"))
    assert repeated_results_agree(wrong) == (1, ["a 2019"])


def test_a_new_result_must_differ_where_new_is_inferred_from_that() -> None:
    same = (("a", 2018, 2.0, "evaluated"), ("a", 2019, 2.0, "evaluated"))
    assert repeated_results_agree(results(*same)) == (1, ["a 2019"])
    stated = (("a", 2022, 2.0, "evaluated"), ("a", 2023, 2.0, "evaluated"))
    assert repeated_results_agree(results(*stated)) == (0, [])
    apart = (("a", 2018, 2.0, "evaluated"), ("a", 2020, 2.0, "evaluated"))
    assert repeated_results_agree(results(*apart)) == (0, [])


def test_domains_without_levels_are_named_unless_they_are_flagged() -> None:
    exact = pd.DataFrame({"agency_id": ["a", "b"], "year": [2023] * 2, "fits": [False, False]})
    published = pd.DataFrame(
        {"agency_id": ["a", "b"], "year": [2023] * 2, "flag": [None, "misprint"]}
    )
    assert domains_have_levels(exact, published) == (2, ["a 2023"])


PUBLISHED = pd.DataFrame(
    {
        "agency_id": ["a", "b"],
        "year": [2023, 2021],
        "index_published": [3.65, 2.6795],
        "predicate_published": ["Sangat Baik", None],
    }
)
SCORES = pd.DataFrame(
    {"agency_id": ["a"], "year": [2023], "item": ["D1"], "value": [4.10], "scale": ["domain"]}
)
REPORTED = pd.DataFrame({"agency_id": ["a"], "year": [2025], "index_reported": [3.96]})


def said(agency: str, year: int, quantity: str, value: str, verdict: str) -> list[str]:
    claims = pd.DataFrame(
        [("c", agency, str(year), quantity, value, verdict)],
        columns=["claim_id", "agency_id", "year", "quantity", "value", "verdict"],
    )
    n, wrong = press_agrees(claims, PUBLISHED, SCORES, REPORTED)
    assert n == (verdict != "not held")
    return wrong


def test_the_press_is_held_to_its_verdict_at_its_own_decimals() -> None:
    assert not said("a", 2023, "index", "3.65", "confirmed")
    assert not said("a", 2023, "index", "3.6", "confirmed")
    assert not said("a", 2023, "index", "3.7", "confirmed")
    assert said("a", 2023, "index", "3.66", "confirmed") == [
        "c 3.66 is contradicted, not confirmed"
    ]
    assert not said("b", 2021, "index", "2.69", "contradicted")
    assert said("b", 2021, "index", "2.68", "contradicted") == [
        "c 2.68 is confirmed, not contradicted"
    ]


def test_predicates_domains_and_reported_years_are_compared_too() -> None:
    assert not said("a", 2023, "predicate", "SANGAT BAIK", "confirmed")
    assert not said("b", 2021, "predicate", "Baik", "confirmed")  # by its index: 2.68
    assert said("b", 2021, "predicate", "Cukup", "confirmed")
    assert not said("a", 2023, "D1", "4.10", "confirmed")
    assert not said("a", 2025, "index", "3.96", "confirmed")
    assert not said("a", 2025, "D1", "4.10", "not held")
    assert said("a", 2025, "D1", "4.10", "confirmed") == ["c 4.10 is not held, not confirmed"]


def national(**cells: str) -> pd.DataFrame:
    row = {"short": "Perpres 95/2018", "number": "Peraturan Presiden Nomor 95 Tahun 2018",
           "gazette": "LN 2018 No. 182", "date_enacted": "2018-10-02",
           "date_promulgated": "2018-10-05", "in_force_from": "2018-10-05"}  # fmt: skip
    return pd.DataFrame([row | cells])


def test_the_dates_of_a_national_regulation_agree_with_its_names_and_one_another() -> None:
    assert dates_agree(national()) == (6, [])
    for cells in ({"number": "Peraturan Presiden Nomor 95 Tahun 2019"},
                  {"gazette": "LN 2017 No. 182"}, {"date_enacted": "2019-10-02"},
                  {"date_enacted": "2018-10-06"}, {"in_force_from": "2018-10-04"}):  # fmt: skip
        assert dates_agree(national(**cells))[1] == ["Perpres 95/2018"]
    assert dates_agree(national(date_enacted="2018-10", date_promulgated="2018-10-05"))[1] == []


def test_the_year_of_a_local_regulation_agrees_with_its_address() -> None:
    page = "https://x.go.id/perwal-nomor-9-tahun-2022.pdf"
    local = pd.DataFrame({"number": ["9", "8", "9"], "year": ["2022", "2020", "2021"],
                          "locator": [page, page, page]})  # fmt: skip
    assert dates_agree(national().head(0), local) == (2, [f"9/2021 {page}"])
    added = local.rename(columns={"locator": "source"}).head(1)
    assert dates_agree(national().head(0), added) == (1, [])


def test_a_day_of_election_that_differs_from_its_wave_is_named() -> None:
    day = "2017-02-15;2024-11-27"
    waves = pd.DataFrame(
        {
            "agency_id": ["a", "b", "c", "d"],
            "wave": ["2017/2024"] * 4,
            "election_dates": [day, day, "2017-02-16;2024-11-27", "2018-02-15;2024-11-27"],
        }
    )
    assert elections_agree(waves) == (8, ["c 2017/2024", "d 2017/2024"])


def test_a_place_among_those_of_another_province_is_named() -> None:
    places = pd.DataFrame(
        {
            "agency_id": [f"a{at}" for at in range(6)] + [f"b{at}" for at in range(6)] + ["none"],
            "province": ["A"] * 6 + ["B"] * 6 + ["A"],
            "lon": [100.0 + 0.1 * at for at in range(6)]
            + [110.0 + 0.1 * at for at in range(6)]
            + [None],
            "lat": [0.0] * 12 + [None],
        }
    )
    assert places_lie_in_their_province(places) == (12, [])
    places.loc[0, "lon"] = 110.05
    assert places_lie_in_their_province(places) == (12, ["a0"])


def test_a_product_that_is_not_that_of_its_people_is_named_unless_declared() -> None:
    covariates = pd.DataFrame(
        {
            "agency_id": ["a", "b", "c", "d"],
            "year": [2015] * 4,
            "population_persons": [100, 100, 100, None],
            "grdp_idr": [5_000, 5_000, 5_000, 5_000],
            "grdp_per_capita_idr": [50, 52, 60, 50],
            "grdp_sources_differ": [False, False, True, False],
        }
    )
    none = pd.DataFrame({"agency_id": [], "year": []}, dtype=str)
    assert products_agree(covariates, none) == (2, ["b 2015"])
    declared = pd.DataFrame({"agency_id": ["b"], "year": ["2015"]})
    assert products_agree(covariates, declared) == (2, [])
    stale = pd.DataFrame({"agency_id": ["a", "b"], "year": ["2015", "2015"]})
    assert products_agree(covariates, stale) == (2, ["a 2015"])


def test_a_claim_states_its_value_as_a_whole_word() -> None:
    claims = pd.DataFrame(
        {
            "claim_id": ["right", "wrong", "spelled", "longer", "none", "name"],
            "claim": ["holds 3.27", "holds 3.27", "three quick wins", "holds 13.27",
                      "takes part", "is regulated by Perwal 106/2016"],
            "value": ["3.27", "3.28", "3", "3.27", "yes", "Perwal 106/2016"],
        }
    )  # fmt: skip
    assert claims_state_their_values(claims) == (5, ["wrong", "longer"])
