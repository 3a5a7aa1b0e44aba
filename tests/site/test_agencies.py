"""The pages of agencies against values read off the published lists by hand."""

from spbe_research.site.agencies import AgencyPage, YearResult, agency_pages, policy_topics

PAGES = {page.agency_id: page for page in agency_pages()}


def year_of(page: AgencyPage, year: int) -> YearResult:
    return next(result for result in page.results if result.year == year)


def test_every_published_agency_has_a_page() -> None:
    assert len(PAGES) == 681


def test_kota_cilegon_has_its_published_path() -> None:
    page = PAGES["kota-36.72"]
    assert [(r.year, r.index, r.is_carried_over) for r in page.results] == [
        (2018, 3.23, False),
        (2019, 3.23, True),
        (2020, 3.23, True),
        (2021, 2.027, False),
        (2022, 2.007, False),
        (2023, 2.30, False),
        (2024, 2.56, False),
    ]


def test_distance_is_up_to_the_edge_of_the_next_band() -> None:
    page = PAGES["kota-36.72"]
    assert (year_of(page, 2018).next_predicate, year_of(page, 2018).distance) == (
        "Sangat Baik",
        0.27,
    )
    assert (year_of(page, 2022).next_predicate, year_of(page, 2022).distance) == ("Baik", 0.593)


def test_printed_predicate_holds_at_the_edge_of_2024() -> None:
    pacitan = year_of(PAGES["kab-35.01"], 2024)
    assert (pacitan.index, pacitan.predicate, pacitan.distance) == (3.50, "Baik", 0.0)


def test_highest_band_has_no_next_one() -> None:
    best = max((page.latest for page in PAGES.values()), key=lambda result: result.index)
    assert (best.predicate, best.next_predicate, best.distance) == ("Memuaskan", "", None)


def test_rank_counts_the_evaluated_of_the_type_only() -> None:
    year, kind = 2022, "kota"
    peers = [
        result.index
        for page in PAGES.values()
        for result in page.results
        if result.year == year and result.agency_type == kind and not result.is_carried_over
    ]
    result = year_of(PAGES["kota-36.72"], year)
    assert result.n_peers == len(peers) == 86
    assert result.rank == 1 + sum(index > result.index for index in peers)


def test_carried_over_value_has_no_rank() -> None:
    assert year_of(PAGES["kota-36.72"], 2019).rank is None


def test_computed_index_stands_beside_the_published_one() -> None:
    # 2023: 0.13 * 2.90 + 0.25 * 1.60 + 0.165 * 1.18 + 0.455 * 2.92 = 2.3003
    result = year_of(PAGES["kota-36.72"], 2023)
    assert (round(result.index_computed or 0, 6), result.basis) == (2.3003, "domain")
    assert year_of(PAGES["kota-36.72"], 2018).index_computed is None


def test_topics_have_names_in_both_languages() -> None:
    names = [(topic.name_en, topic.name_id) for topic in policy_topics()]
    assert names[8] == ("ICT audit", "Audit TIK")
    assert len(names) == 10


def test_lineage_stands_on_both_pages() -> None:
    assert [link.successor_id for link in PAGES["prov-91"].lineage] == [
        "prov-93",
        "prov-94",
        "prov-95",
    ]
    assert [link.predecessor_id for link in PAGES["prov-93"].lineage] == ["prov-91"]
