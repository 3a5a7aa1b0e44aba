"""What the adapter hands to the pages: numbers, citations, pictures, all of the catalogue."""

import tomllib
import zipfile
from pathlib import Path

import pytest

from spbe_research.errors import BuildError, DataError
from spbe_research.press import load_records
from spbe_research.press.committed import committed_bytes
from spbe_research.press.languages import localise, shared_words
from spbe_research.site import build, content, sources

WORDS = tomllib.loads(Path(build.__file__).with_name("indonesian.toml").read_text("utf-8"))


def test_number_is_filled_in_each_language() -> None:
    text = "{num-gini-2024} ({num-gini-2024:low} - {num-gini-2024:high})"
    assert content.fill_numbers(text, "en") == "0.133 (0.120 - 0.147)"
    assert content.fill_numbers(text, "id") == "0,133 (0,120 - 0,147)"


def test_percent_sign_stays_with_its_number() -> None:
    assert content.fill_numbers("{num-up-2023}", "id") == "40,4\u00a0%"


def test_missing_interval_is_refused() -> None:
    with pytest.raises(DataError, match="num-agencies has no interval"):
        content.fill_numbers("{num-agencies:low}", "en")


@pytest.mark.whole
def test_project_is_the_author_and_the_producer_the_source_in_every_citation() -> None:
    citations = {each.style: each for each in content.record_citations("fig-printed-changes")}
    assert list(citations) == ["plain", "apa", "chicago", "indonesia", "bibtex", "ris"]
    for style in ("plain", "apa", "chicago", "indonesia"):
        for text in (citations[style].text_en, citations[style].text_id):
            assert text.lower().startswith(("spbe_research", "kontributor")), style
            assert "Data: Kementerian PANRB" in text, style
            assert "fig-printed-changes" in text, style
    assert "author = {{spbe\\_research contributors}}" in citations["bibtex"].text_en
    assert "AU  - Kontributor spbe_research" in citations["ris"].text_id


def test_missing_export_is_refused(tmp_path: Path) -> None:
    (tmp_path / "drawn").mkdir()
    with pytest.raises(BuildError, match=r"No fig-.*\.csv in .*Run `spbe-research export` first"):
        content.record_files(tmp_path, drawn=tmp_path / "drawn", progress=lambda step: None)


def test_figure_has_a_picture_in_each_language_as_file_and_as_markup(exported: Path) -> None:
    folder = exported.parent / "figures-of-test"
    folder.mkdir(exist_ok=True)
    files = content.record_files(folder, drawn=exported, progress=lambda step: None)
    figure, table = files["fig-gini"], files["tab-agency-uncertainty"]
    names = [each.name.removeprefix("fig-gini.") for each in figure.downloads]
    assert names == ["id.svg", "en.svg", "csv", "xlsx"]
    kinds = [each.name.split(".", 1)[1] for each in table.downloads]
    assert kinds == ["csv.zip", "xlsx"]
    assert (table.picture_en, table.inline_en, table.width) == ("", "", 0)
    large = table.downloads[0].name.removesuffix(".csv.zip")
    with zipfile.ZipFile(folder / f"{large}.csv.zip") as packed:
        assert packed.read(f"{large}.csv") == committed_bytes(large)
    assert (figure.width, figure.height) == (672, 355)  # 7 by 3.7 inches of 96 pixels
    assert figure.inline_id.startswith('<svg id="fig-gini.id" class="picture" lang="id" role="img"')
    assert (folder / "fig-gini.id.svg").read_bytes() == (exported / "fig-gini.id.svg").read_bytes()


def test_history_begins_with_the_first_version() -> None:
    first = content.versions("fig-gini")[0]
    assert (first.text_en, first.text_id) == ("Release 0.1.0.", "Rilis 0.1.0.")


def test_no_english_word_is_left_in_what_an_n_counts() -> None:
    for record in load_records().values():
        if record.has_table:
            assert record.n_id.split(" ", 1)[0] == localise(record.n.split(" ", 1)[0], "id")
            assert record.n_id.split(" ", 1)[1] in shared_words()["units"].values()


def test_years_of_a_record_are_spelled_out() -> None:
    assert build._years("2018, 2022-2024") == "2018 2022 2023 2024"


def test_text_without_indonesian_stops_the_site() -> None:
    with pytest.raises(DataError, match="No Indonesian for 'A new column.'"):
        sources.translated(WORDS["descriptions"], "A new column.")
