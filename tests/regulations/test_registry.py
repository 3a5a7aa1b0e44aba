import pandas as pd
import pytest

from compare_registry import comparisons, coverage
from spbe_research import load_agencies, load_reference
from spbe_research.errors import DataError
from spbe_research.regulations.registry import local_texts, national_timeline, oldest_text

AGENCIES = pd.DataFrame(
    {"agency_id": ["11", "11.01"], "name": ["A", "B"], "agency_type": ["provinsi", "kabupaten"]}
)


def sample(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    columns = ["agency_id", "regulation_type", "year", "topics", "evidence"]
    table = pd.DataFrame(list(rows), columns=columns)
    return table.assign(number="1", title="t", locator="x", source_id="s")


@pytest.mark.parametrize("row", comparisons(), ids=lambda row: row["quantity"])
def test_registry_agrees_with_a_loop_over_the_file(row):
    assert row["ours"] == row["independent"]


def test_coverage_is_empty_for_a_registry():
    assert coverage(1, seed=1) == []


def test_text_of_the_year_itself_has_age_zero_and_a_later_one_does_not_count():
    texts = local_texts(sample(("11", "Perda", "2018", "spbe", "document")), AGENCIES)
    oldest = oldest_text(texts, years=[2017, 2018, 2020]).set_index("year")
    assert oldest.loc[2017, "n_texts"] == 0
    assert pd.isna(oldest.loc[2017, "age_years"])
    assert oldest.loc[[2018, 2020], "age_years"].tolist() == [0, 2]


def test_drafts_and_other_subjects_do_not_make_a_text_old_unless_asked_for():
    rows = sample(
        ("11", "Perda", "2010", "rpjmd", "document"),
        ("11", "Pergub", "2012", "spbe", "draft"),
        ("11", "Pergub", "2015", "egov;rencana_induk", "news"),
    )
    texts = local_texts(rows, AGENCIES)
    assert oldest_text(texts, years=[2018])["age_years"].tolist() == [3]
    assert oldest_text(texts, years=[2018], drafts=True)["age_years"].tolist() == [6]
    assert oldest_text(texts, years=[2018], subjects=["rpjmd"])["age_years"].tolist() == [8]
    assert len(local_texts(rows, AGENCIES, drafts=False)) == 2


def test_of_two_texts_of_one_year_the_perda_is_the_oldest():
    rows = sample(("11", "Pergub", "2015", "egov", "news"), ("11", "Perda", "2015", "egov", "news"))
    oldest = oldest_text(local_texts(rows, AGENCIES), years=[2018])
    assert oldest[["oldest_kind", "n_texts"]].to_numpy().tolist() == [["Perda", 2]]


def test_known_region_without_a_text_gives_no_row_and_no_error():
    rows = sample(("11", "Perda", "2015", "egov", "news"))
    assert local_texts(rows, AGENCIES, regions=["11.01"]).empty


def test_every_wrong_part_of_a_row_is_named_at_once():
    rows = sample(("99", "Peraturan", "18", "poems", "rumour"))
    with pytest.raises(DataError, match=r"(?s)5 violations.*'99'.*'Peraturan'.*'rumour'.*'18'"):
        local_texts(rows, AGENCIES)


@pytest.mark.parametrize("choice", [{"kinds": ["x"]}, {"subjects": ["x"]}, {"regions": ["x"]}])
def test_unknown_wish_is_refused(choice):
    with pytest.raises(DataError, match="unknown .* 'x'"):
        local_texts(sample(("11", "Perda", "2015", "egov", "news")), AGENCIES, **choice)


def test_no_text_at_all_is_refused():
    with pytest.raises(DataError, match="at least one text"):
        oldest_text(local_texts(sample(), AGENCIES), years=[2018])


def test_inputs_are_not_changed():
    rows = load_reference("regulations_local")
    before = rows.copy()
    oldest_text(local_texts(rows, load_agencies()), years=[2018])
    pd.testing.assert_frame_equal(rows, before)


def test_timeline_names_what_is_not_certain():
    timeline = national_timeline(load_reference("regulations_national")).set_index("short")
    assert timeline.loc["Perpres 95/2018", "certainty"] == "certain"
    assert timeline.loc["SE MenPANRB 18/2022", "certainty"] == "date missing"
    assert timeline.loc["KepmenPANRB 663/2024", "certainty"] == "unverified"
    assert timeline["year"].is_monotonic_increasing


def test_unreadable_date_is_refused():
    rows = load_reference("regulations_national")
    with pytest.raises(DataError, match="must be a date"):
        national_timeline(rows.assign(date_enacted="soon"))
