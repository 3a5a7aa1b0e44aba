"""Citations: this project is the author, the ministry the source of the data, in every style."""

import json
import re
import tomllib
from datetime import date
from functools import cache

import pytest
from lxml import etree
from typer.testing import CliRunner

from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press import references
from spbe_research.press.citations import STYLES, cite, cite_in_text, cite_score, cite_source
from spbe_research.press.records import load_records
from spbe_research.press.references import Reference, record_reference, source_ids

LANGUAGES = ("en", "id")
PROSE = ("apa", "chicago", "indonesia", "plain")
# Every figure and table, and one number of each family: the others differ in their year only.
CITED = list(
    {
        (record.id if record.family is None else record.family.id): name
        for name, record in load_records().items()
    }.values()
)


DATA_EN = "Data: Kementerian PANRB, results of the SPBE evaluation, 2018-2024"
DATA_ID = "Data: Kementerian PANRB, hasil evaluasi SPBE, 2018-2024"
CITIES_EN = "The median city scores above the median regency in every year but 2020"
CITIES_ID = "Median kota di atas median kabupaten pada setiap tahun kecuali 2020"


@pytest.fixture(autouse=True)
def released(monkeypatch: pytest.MonkeyPatch) -> None:
    """Release 0.7.0 of 2027-03-05, so that what is expected does not move."""
    monkeypatch.setattr(references, "newest_release", lambda: "0.7.0")
    monkeypatch.setattr(references, "release_date", lambda version: "2027-03-05")
    monkeypatch.setattr("spbe_research.__version__", "0.7.0")


@cache
def cited(name: str, style: str, language: str) -> str:
    """A citation as the tests of all records share it."""
    return cite(name, style=style, language=language)


@pytest.mark.parametrize(
    ("style", "language", "expected"),
    [
        (
            "apa", "en",
            f"spbe_research contributors. (2027). {CITIES_EN} "
            f"(fig-city-gap; Version 0.7.0) [Figure]. spbe_research. {DATA_EN}.",
        ),
        (
            "apa", "id",
            f"Kontributor spbe_research. (2027). {CITIES_ID} "
            f"(fig-city-gap; Versi 0.7.0) [Gambar]. spbe_research. {DATA_ID}.",
        ),
        (
            "chicago", "en",
            "spbe_research contributors. 2027. The Median City Scores Above the Median Regency in "
            f"Every Year but 2020. fig-city-gap. Version 0.7.0. spbe_research. {DATA_EN}. Figure.",
        ),
        (
            "chicago", "id",
            f"Kontributor spbe_research. 2027. {CITIES_ID}. "
            f"fig-city-gap. Versi 0.7.0. spbe_research. {DATA_ID}. Gambar.",
        ),
        (
            "indonesia", "id",
            f"Kontributor spbe_research. (2027). {CITIES_ID} "
            f"[Gambar fig-city-gap, versi 0.7.0]. spbe_research. {DATA_ID}.",
        ),
        (
            "plain", "en",
            f"spbe_research contributors (2027-03-05). {CITIES_EN}. "
            f"Figure fig-city-gap, version 0.7.0. spbe_research. {DATA_EN}.",
        ),
    ],
)  # fmt: skip
def test_figure_is_cited_as_the_style_asks(style: str, language: str, expected: str) -> None:
    assert cite("fig-city-gap", style=style, language=language) == expected


@pytest.mark.parametrize(
    ("style", "language", "expected"),
    [
        ("apa", "en", "Kementerian PANRB. (2024). Laporan Pelaksanaan Evaluasi SPBE 2023."),
        ("chicago", "en", "Kementerian PANRB. 2024. Laporan Pelaksanaan Evaluasi SPBE 2023."),
        ("indonesia", "id", "Kementerian PANRB. (2024). Laporan Pelaksanaan Evaluasi SPBE 2023."),
        ("plain", "id", "Kementerian PANRB (2024). Laporan Pelaksanaan Evaluasi SPBE 2023."),
    ],
)
def test_document_of_the_ministry_keeps_its_title(style: str, language: str, expected: str) -> None:
    assert cite_source("menpanrb-2023-report", style=style, language=language) == expected


def test_source_without_a_title_is_described_in_brackets_in_both_languages() -> None:
    assert cite_source("menpanrb-2018-2020-table", language="id") == (
        "Kementerian PANRB. (2020). [Indeks SPBE 2018-2020 instansi dalam kerangka 2018] "
        "[Set data]."
    )
    assert cite_source("bps-zenodo-4428102").endswith(
        "[Population and GRDP of 514 districts 2010-2017] [Data set]. quarcs-lab. "
        "https://doi.org/10.5281/zenodo.4428102"
    )


def test_article_of_a_newspaper_has_its_day() -> None:
    title = "Pemkot Cilegon Raih Predikat Baik Implementasi Smart City"
    assert cite_source("fn-cilegon-2019") == f"FN. (2019, October 14). {title}. Fixs News."
    assert cite_source("fn-cilegon-2019", style="indonesia", language="id") == (
        f"FN. (2019). {title}. Fixs News, 14 Oktober 2019."
    )
    assert cite_source("fn-cilegon-2019", style="chicago") == (
        f"FN. 2019. “{title}.” Fixs News, October 14."
    )


def test_score_of_an_agency_is_cited_from_the_document_that_prints_it() -> None:
    assert cite_score("kota-36.72", 2023) == (
        "Kementerian PANRB. (2024). SPBE index of Kota Cilegon, 2023: 2.30 (Cukup), Tabel 28 no "
        "7. In Laporan Pelaksanaan Evaluasi SPBE 2023."
    )
    assert cite_score("kota-36.72", 2023, style="indonesia", language="id") == (
        "Kementerian PANRB. (2024). Indeks SPBE Kota Cilegon 2023: 2,30 (Cukup), Tabel 28 no 7. "
        "Dalam Laporan Pelaksanaan Evaluasi SPBE 2023."
    )


def test_score_that_repeats_an_earlier_one_says_so_and_that_it_is_inferred() -> None:
    assert ": 3.23, repeats an earlier year (inferred from equality). In [" in cite_score(
        "kota-36.72", 2020
    )


def test_release_and_number_are_cited() -> None:
    assert cite(style="apa", language="id") == (
        "Kontributor spbe_research. (2027). spbe_research: hasil evaluasi Sistem Pemerintahan "
        "Berbasis Elektronik (SPBE), 2018-2024, data dan mesin penilaian (Versi 0.7.0) [Set data "
        "dan perangkat lunak]. Data: Kementerian PANRB, hasil evaluasi SPBE, 2018-2024."
    )
    assert cite("num-mean-2021", style="chicago") == (
        "spbe_research contributors. 2027. “Mean of the list, 2021.” num-mean-2021. Version 0.7.0. "
        "spbe_research. Data: Kementerian PANRB, results of the SPBE evaluation, 2021. Number."
    )


def test_question_in_a_title_is_not_followed_by_a_stop() -> None:
    assert "Carry a Kept Predicate?” tab-" in cite("tab-item-shifts", style="chicago")


def test_one_number_is_cited_in_text_with_its_value() -> None:
    assert cite_in_text("num-gini-2018") == (
        "0.184 (spbe_research contributors, 2027, num-gini-2018, version 0.7.0; data: Kementerian "
        "PANRB, results of the SPBE evaluation, 2018)"
    )
    assert cite_in_text("num-gini-2018", style="indonesia", language="id") == (
        "0,184 (Kontributor spbe_research, 2027, num-gini-2018, versi 0.7.0; data: Kementerian "
        "PANRB, hasil evaluasi SPBE, 2018)"
    )
    assert cite_in_text("fig-city-gap", style="plain") == (
        "(spbe_research contributors, 2027, fig-city-gap, version 0.7.0; data: Kementerian PANRB, "
        "results of the SPBE evaluation, 2018-2024)"
    )


def test_address_and_day_of_reading_are_told_where_given() -> None:
    text = cite(
        "fig-city-gap",
        style="indonesia",
        language="id",
        url="https://example.org/a?b=1&c=2",
        accessed=date(2027, 5, 9),
        markup="html",
    )
    assert text.endswith(f"{DATA_ID}. Diakses 9 Mei 2027, dari https://example.org/a?b=1&amp;c=2")
    assert f"<i>{CITIES_ID}</i> [Gambar" in text


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", PROSE)
def test_nothing_cited_has_doubled_punctuation_or_gaps(
    style: str, language: str, every: int
) -> None:
    texts = [cited(name, style, language) for name in ("", *CITED[::every])]
    texts += [cite_source(name, style=style, language=language) for name in source_ids()]
    wrong = re.compile(r"\.\.|,,|\s[.,;:]|[?!]\.|  |\(\)|\[\]|”\.|nocase|[\ue000\ue001]|\bnan\b")
    empty = [text for text in texts if "None" in text]
    said = [record.title_en.lower() for record in load_records().values()]
    assert all(any("none" in title and title in text.lower() for title in said) for text in empty)
    assert [text for text in texts if wrong.search(text)] == []
    assert [text for text in texts if text.count("(") != text.count(")")] == []


def test_project_is_the_author_and_the_ministry_the_source_in_every_record_and_style() -> None:
    """An inference is not the ministry's; a score it published is."""
    for style in PROSE:
        for name in ("", *(CITED if style == "plain" else CITED[::5])):
            record = load_records().get(name)
            text = cited(name, style, "en")
            assert text.startswith("spbe_research contributors"), (style, name)
            if record is None or "PANRB" in record.source:
                assert text.count("Kementerian PANRB") == 1, (style, name)
                assert "Data: " in text, (style, name)
        assert cite_score("kota-36.72", 2023, style=style).startswith("Kementerian PANRB"), style
    for style in ("bibtex", "ris", "csl-json"):
        text = cite("fig-city-gap", style=style)
        authors = [line for line in text.splitlines() if "PANRB" in line]
        assert len(authors) == 1, style
        assert DATA_EN in authors[0], style


def test_record_of_several_sources_credits_each() -> None:
    text = cite("fig-ahead", style="plain", language="id")
    assert "hasil evaluasi SPBE; daftar peserta dari pers, 20" in text


def bibtex_entry(text: str) -> tuple[str, str, dict[str, str]]:
    """Read one BibTeX entry strictly: type, key, fields; braces closed, signs of TeX escaped."""
    head = re.match(r"@([a-z]+)\{([^\s,{}]+),\n", text)
    assert head, text
    assert text.endswith("\n}")
    fields = {}
    for line in text[head.end() : -2].splitlines():
        match = re.fullmatch(r"  ([a-z]+) = \{(.*)\},", line)
        assert match, line
        assert match[1] not in fields, line
        fields[match[1]] = match[2]
    for name, value in fields.items():
        bare = re.sub(r"\\[\\{}$&#%_]|\\text[a-z]+\{\}", "", value)
        depth = 0
        for sign in bare:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            assert depth >= 0, value
        assert depth == 0, value
        if name not in ("url", "doi"):
            assert not re.search(r"[\\$&#%_~^]", bare), value
    return head[1], head[2], fields


NEEDED = {
    "misc": {"author", "title", "year"},
    "techreport": {"author", "title", "institution", "year"},
    "incollection": {"author", "title", "booktitle", "publisher", "year"},
}


def test_bibtex_is_valid_for_everything_that_can_be_cited() -> None:
    keys = []
    for language in LANGUAGES:
        texts = [cite(name, style="bibtex", language=language) for name in ("", *load_records())]
        texts += [cite_source(name, style="bibtex", language=language) for name in source_ids()]
        texts.append(cite_score("kota-36.72", 2022, style="bibtex", language=language))
        for text in texts:
            kind, key, fields = bibtex_entry(text)
            assert NEEDED[kind] <= set(fields), text
            keys.append((language, key))
    assert len(set(keys)) == len(keys)


def test_bibtex_of_a_figure_is_as_written_by_hand() -> None:
    kind, key, fields = bibtex_entry(
        cite(
            "fig-city-gap", style="bibtex", url="https://example.org/a_b", accessed=date(2027, 5, 9)
        )
    )
    assert (kind, key) == ("misc", "fig-city-gap")
    assert fields == {
        "author": r"{spbe\_research contributors}",
        "title": "{" + CITIES_EN + "}",
        "year": "2027",
        "month": "3",
        "howpublished": r"Figure fig-city-gap, version 0.7.0, spbe\_research",
        "note": DATA_EN,
        "language": "english",
        "url": "https://example.org/a_b",
        "urldate": "2027-05-09",
    }


def odd_reference(name: str, language: str) -> Reference:
    """A record whose title holds what TeX, HTML and the citation processor read as theirs."""
    return Reference(
        key=name, kind="report", language=language, authors=("A & B",),
        title=r"50 % of_{x} <y> & \z ~ $1^2$ #3", title_language="id", date="2027-03-05",
    )  # fmt: skip


def test_signs_of_tex_and_html_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spbe_research.press.citations.record_reference", odd_reference)
    assert bibtex_entry(cite("fig-x", style="bibtex"))[2]["title"] == (
        r"{50 \% of\_\{x\} <y> \& \textbackslash{}z \textasciitilde{} \$1\textasciicircum{}2\$ "
        r"\#3}"
    )
    assert cite("fig-x", style="apa", markup="html") == (
        r"A &amp; B. (2027). <i>50 % of_{x} &lt;y&gt; &amp; \z ~ $1^2$ #3</i>."
    )


RIS_TYPES = {"FIGURE", "DATA", "RPRT", "NEWS", "CHAP"}
RIS_TAGS = {
    "TY", "ID", "AU", "TI", "T2", "PY", "DA", "M1", "M3", "ET", "PB", "LA", "N1", "DO", "UR",
    "Y2", "ER",
}  # fmt: skip


def test_ris_is_valid_for_everything_that_can_be_cited() -> None:
    texts = [cite(name, style="ris", language="id") for name in ("", *load_records())]
    texts += [cite_source(name, style="ris") for name in source_ids()]
    texts.append(cite_score("kota-36.72", 2022, style="ris"))
    for text in texts:
        assert text.endswith("\r\nER  - \r\n"), text
        lines = text.removesuffix("\r\n").split("\r\n")
        pairs = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups() for line in lines]
        assert {tag for tag, _ in pairs} <= RIS_TAGS
        assert pairs[0][0] == "TY"
        assert pairs[0][1] in RIS_TYPES
        values = dict(pairs)
        assert re.fullmatch(r"\d{4}", values["PY"])
        assert re.fullmatch(r"\d{4}/(\d{2})?/(\d{2})?/", values["DA"])
        assert all(author.endswith(",") for tag, author in pairs if tag == "AU")


def test_csl_json_holds_institutions_and_date() -> None:
    (item,) = json.loads(cite("fig-city-gap", style="csl-json", language="id"))
    assert item["author"] == [{"literal": "Kontributor spbe_research"}]
    assert item["note"] == DATA_ID
    assert item["issued"] == {"date-parts": [[2027, 3, 5]]}
    assert (item["type"], item["number"], item["version"]) == ("graphic", "fig-city-gap", "0.7.0")


def test_bibliography_says_what_the_sources_say() -> None:
    folder = project_folder() / "data" / "raw"
    sources = {path.parent.name: path for path in folder.glob("*/source.toml")}
    assert set(source_ids()) == set(sources)
    for name, path in sources.items():
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        reference = references.source_reference(name, "en")
        assert reference.title in stated["title"], name
        assert str(reference.year) == stated["published"], name
        assert not reference.doi or reference.doi in stated["title"], name
        if "PANRB" in stated["producer"]:
            assert reference.authors == (stated["producer"],), name


def test_own_style_has_only_what_csl_allows() -> None:
    import citeproc

    style = project_folder() / "spbe_research" / "press" / "styles" / "indonesia.csl"
    schema = etree.RelaxNG(etree.parse(citeproc.SCHEMA_PATH))
    assert schema.validate(etree.parse(str(style))), schema.error_log


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(DataError, match="Invalid style 'mla'. It must be one of apa, chicago"):
        cite("fig-city-gap", style="mla")
    with pytest.raises(DataError, match="Invalid language 'jv'"):
        cite("fig-city-gap", language="jv")
    with pytest.raises(DataError, match="Invalid id 'fig-moon'"):
        cite("fig-moon")
    with pytest.raises(DataError, match="Invalid source 'moon'"):
        cite_source("moon")
    with pytest.raises(DataError, match="Invalid agency and year 'kota-36.72', 2017"):
        cite_score("kota-36.72", 2017)
    with pytest.raises(DataError, match="Invalid style 'ris'. In a text it must be one of apa"):
        cite_in_text("fig-city-gap", style="ris")
    with pytest.raises(DataError, match="Invalid markup 'rtf'"):
        cite("fig-city-gap", markup="rtf")


def test_every_style_works_in_both_languages_from_the_command() -> None:
    for style in STYLES:
        for language in LANGUAGES:
            arguments = ["cite", "fig-city-gap", "--style", style, "--lang", language]
            outcome = CliRunner().invoke(app, arguments)
            assert outcome.exit_code == 0, outcome.output
            expected = cite("fig-city-gap", style=style, language=language)
            assert outcome.output.split() == expected.split()
    outcome = CliRunner().invoke(app, ["cite", "menpanrb-2023-report"])
    assert outcome.output == "Kementerian PANRB. (2024). Laporan Pelaksanaan Evaluasi SPBE 2023.\n"
    outcome = CliRunner().invoke(app, ["cite", "36.72/2023"])
    assert outcome.output.strip() == cite_score("kota-36.72", 2023)
    outcome = CliRunner().invoke(app, ["cite", "num-agency-years", "--in-text"])
    assert outcome.output.startswith("4,159 (spbe_research contributors, 2027, num-agency-years")


def test_title_of_a_record_begins_with_a_capital() -> None:
    for language in LANGUAGES:
        for name in load_records():
            first = record_reference(name, language).title[0]
            assert first == first.upper(), name
