"""What the adapter hands to the pages: numbers, citations, pictures, all of the catalogue."""

import io
import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from spbe_research.catalogue import load_records
from spbe_research.errors import BuildError, DataError
from spbe_research.site import build, content

WORDS = tomllib.loads(Path(build.__file__).with_name("indonesian.toml").read_text("utf-8"))


def test_number_is_filled_in_each_language() -> None:
    text = "{num-gini-2024} ({num-gini-2024:low} - {num-gini-2024:high})"
    assert content.fill_numbers(text, "en") == "0.133 (0.127 - 0.141)"
    assert content.fill_numbers(text, "id") == "0,133 (0,127 - 0,141)"


def test_percent_sign_stays_with_its_number() -> None:
    assert content.fill_numbers("{num-up-2023}", "id") == "40,4\u00a0%"


def test_missing_interval_is_refused() -> None:
    with pytest.raises(DataError, match="num-agencies has no interval"):
        content.fill_numbers("{num-agencies:low}", "en")


def test_producer_stands_first_in_a_citation() -> None:
    (plain,) = content.record_citations("fig-bunching")
    assert plain.text_en.startswith("Kementerian PANRB, results of the SPBE evaluation, 2021-2024.")
    assert plain.text_id.startswith("Kementerian PANRB, hasil evaluasi SPBE, 2021-2024.")
    assert plain.text_en.endswith("spbe_research, fig-bunching.")


def test_missing_drawing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "drawn").mkdir()
    with pytest.raises(BuildError, match=r"No picture fig-.*Run `spbe-research figures` first"):
        content.record_files(tmp_path, drawn=tmp_path / "drawn", progress=lambda step: None)


def test_small_picture_keeps_its_metadata() -> None:
    told = PngInfo()
    told.add_text("Description", "fig-x data sha256 0")
    target = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(target, "png", pnginfo=told)
    small = content._small(target.getvalue())
    with Image.open(io.BytesIO(small)) as picture:
        assert (picture.mode, picture.size) == ("P", (256, 256))
        assert picture.info["Description"] == "fig-x data sha256 0"
    assert content._small(small) == small


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("4,159 agency-years", "4.159 instansi-tahun"),
        ("1 city; 90 to 93 cities a year", "1 kota, 90 sampai 93 kota per tahun"),
    ],
)
def test_sample_reads_in_indonesian(english: str, indonesian: str) -> None:
    assert build._sample(english) == (english, indonesian)


def test_no_english_word_is_left_in_a_sample() -> None:
    known = set(re.findall(r"[a-z]+", " ".join(WORDS["samples"].values())))
    samples = {build._sample(record.n)[1] for record in load_records().values() if record.has_table}
    left = {word for sample in samples for word in re.findall(r"[a-z]+", sample)} - known
    assert left == set()


def test_years_of_a_record_are_spelled_out() -> None:
    assert build._years("2018, 2022-2024") == "2018 2022 2023 2024"


def test_finding_names_a_figure() -> None:
    stated = tomllib.loads(Path(build.__file__).with_name("findings.toml").read_text("utf-8"))
    assert len(stated["finding"]) == 5
    assert all(load_records()[each["record"]].is_figure for each in stated["finding"])


def test_text_without_indonesian_stops_the_site() -> None:
    with pytest.raises(DataError, match="No Indonesian for 'A new column.'"):
        build._translated(WORDS["descriptions"], "A new column.")
