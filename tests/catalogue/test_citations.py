"""Citations: the ministry first, in every style and both languages, readable by other programs."""

import json
import re
import tomllib
from datetime import date

import pytest
from lxml import etree
from typer.testing import CliRunner

from spbe_research.catalogue import references
from spbe_research.catalogue.citations import STYLES, cite, cite_in_text, cite_score, cite_source
from spbe_research.catalogue.ledger import Version
from spbe_research.catalogue.records import load_records
from spbe_research.catalogue.references import Reference, record_reference, source_ids
from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.locations import project_folder

LANGUAGES = ("en", "id")
PROSE = ("apa", "chicago", "indonesia", "plain")


@pytest.fixture(autouse=True)
def published_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All records at version 2 of 2027-03-05, so that what is expected does not move."""

    def version(name: str) -> Version:
        return Version(name, 2, "2027-03-05", "a", "b", "", "c", "0.1.0", "", "Misread.")

    monkeypatch.setattr(references, "current", version)
    monkeypatch.setattr(references, "read_ledger", lambda: (version("fig-ecdf"),))


@pytest.mark.parametrize(
    ("style", "language", "expected"),
    [
        (
            "apa", "en",
            "Kementerian PANRB, & spbe_research contributors. (2027). Cities and provinces score "
            "higher than regencies (fig-ecdf; Version 2) [Figure]. spbe_research 0.1.0.",
        ),
        (
            "apa", "id",
            "Kementerian PANRB, & Kontributor spbe_research. (2027). Kota dan provinsi bernilai "
            "lebih tinggi daripada kabupaten (fig-ecdf; Versi 2) [Gambar]. spbe_research 0.1.0.",
        ),
        (
            "chicago", "en",
            "Kementerian PANRB and spbe_research contributors. 2027. Cities and Provinces Score "
            "Higher Than Regencies. fig-ecdf. Version 2. spbe_research 0.1.0. Figure.",
        ),
        (
            "chicago", "id",
            "Kementerian PANRB dan Kontributor spbe_research. 2027. Kota dan provinsi bernilai "
            "lebih tinggi daripada kabupaten. fig-ecdf. Versi 2. spbe_research 0.1.0. Gambar.",
        ),
        (
            "indonesia", "id",
            "Kementerian PANRB dan Kontributor spbe_research. (2027). Kota dan provinsi bernilai "
            "lebih tinggi daripada kabupaten [Gambar fig-ecdf, versi 2]. spbe_research 0.1.0.",
        ),
        (
            "plain", "en",
            "Kementerian PANRB; spbe_research contributors (2027-03-05). Cities and provinces "
            "score higher than regencies. Figure fig-ecdf, version 2. Computed by spbe_research "
            "0.1.0 from results of the SPBE evaluation, 2018, 2022, 2024, published by "
            "Kementerian PANRB.",
        ),
    ],
)  # fmt: skip
def test_figure_is_cited_as_the_style_asks(style: str, language: str, expected: str) -> None:
    assert cite("fig-ecdf", style=style, language=language) == expected


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
    assert cite_source("fn-cilegon-2019") == f"FN. (2019, October 12). {title}. Banten Raya."
    assert cite_source("fn-cilegon-2019", style="indonesia", language="id") == (
        f"FN. (2019). {title}. Banten Raya, 12 Oktober 2019."
    )
    assert cite_source("fn-cilegon-2019", style="chicago") == (
        f"FN. 2019. “{title}.” Banten Raya, October 12."
    )


def test_score_of_an_agency_is_cited_from_the_document_that_prints_it() -> None:
    assert cite_score("36.72", 2023) == (
        "Kementerian PANRB. (2024). SPBE index of Kota Cilegon, 2023: 2.30 (Cukup), Tabel 28 no "
        "7. In Laporan Pelaksanaan Evaluasi SPBE 2023."
    )
    assert cite_score("36.72", 2023, style="indonesia", language="id") == (
        "Kementerian PANRB. (2024). Indeks SPBE Kota Cilegon 2023: 2,30 (Cukup), Tabel 28 no 7. "
        "Dalam Laporan Pelaksanaan Evaluasi SPBE 2023."
    )


def test_score_that_repeats_an_earlier_one_says_so_and_that_it_is_inferred() -> None:
    assert ": 3.23, repeats an earlier year (inferred from equality). In [" in cite_score(
        "36.72", 2020
    )


def test_release_and_number_are_cited() -> None:
    assert cite(style="apa", language="id") == (
        "Kementerian PANRB, & Kontributor spbe_research. (2027). spbe_research: hasil evaluasi "
        "Sistem Pemerintahan Berbasis Elektronik (SPBE), 2018-2024, data dan mesin penilaian "
        "(Versi 0.1.0) [Set data dan perangkat lunak]."
    )
    assert cite("num-mean-2021", style="chicago") == (
        "Kementerian PANRB and spbe_research contributors. 2027. “Mean of the list, 2021.” "
        "num-mean-2021. Version 2. spbe_research 0.1.0. Number."
    )


def test_question_in_a_title_is_not_followed_by_a_stop() -> None:
    assert "or Regression to the Mean? fig-" in cite("fig-regression-to-mean", style="chicago")


def test_one_number_is_cited_in_text_with_its_value() -> None:
    assert cite_in_text("num-agency-years") == (
        "4,159 (Kementerian PANRB & spbe_research contributors, 2027, num-agency-years, version 2)"
    )
    assert cite_in_text("num-agency-years", style="indonesia", language="id") == (
        "4.159 (Kementerian PANRB dan Kontributor spbe_research, 2027, num-agency-years, versi 2)"
    )
    assert cite_in_text("fig-ecdf", style="plain") == (
        "(Kementerian PANRB; spbe_research contributors, 2027, fig-ecdf, version 2)"
    )


def test_address_and_day_of_reading_are_told_where_given() -> None:
    text = cite(
        "fig-ecdf",
        style="indonesia",
        language="id",
        url="https://example.org/a?b=1&c=2",
        accessed=date(2027, 5, 9),
        markup="html",
    )
    assert text.endswith(" Diakses 9 Mei 2027, dari https://example.org/a?b=1&amp;c=2")
    assert "<i>Kota dan provinsi bernilai lebih tinggi daripada kabupaten</i> [Gambar" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", PROSE)
def test_nothing_cited_has_doubled_punctuation_or_gaps(style: str, language: str) -> None:
    cited = [cite(name, style=style, language=language) for name in ("", *load_records())]
    cited += [cite_source(name, style=style, language=language) for name in source_ids()]
    wrong = re.compile(
        r"\.\.|,,|\s[.,;:]|[?!]\.|  |\(\)|\[\]|”\.|nocase|[\ue000\ue001]|\bNone\b|\bnan\b"
    )
    assert [text for text in cited if wrong.search(text)] == []
    assert [text for text in cited if text.count("(") != text.count(")")] == []


def test_ministry_is_named_first_in_every_record_and_style() -> None:
    for style in PROSE:
        for name in ("", *load_records()):
            assert cite(name, style=style).startswith("Kementerian PANRB"), (style, name)


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
        texts.append(cite_score("36.72", 2022, style="bibtex", language=language))
        for text in texts:
            kind, key, fields = bibtex_entry(text)
            assert NEEDED[kind] <= set(fields), text
            keys.append((language, key))
    assert len(set(keys)) == len(keys)


def test_bibtex_of_a_figure_is_as_written_by_hand() -> None:
    kind, key, fields = bibtex_entry(
        cite("fig-ecdf", style="bibtex", url="https://example.org/a_b", accessed=date(2027, 5, 9))
    )
    assert (kind, key) == ("misc", "fig-ecdf")
    assert fields == {
        "author": r"{Kementerian PANRB} and {spbe\_research contributors}",
        "title": "{Cities and provinces score higher than regencies}",
        "year": "2027",
        "month": "3",
        "howpublished": r"Figure fig-ecdf, version 2, spbe\_research 0.1.0",
        "note": r"Computed by spbe\_research 0.1.0 from results of the SPBE evaluation, 2018, "
        "2022, 2024, published by Kementerian PANRB",
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
    monkeypatch.setattr("spbe_research.catalogue.citations.record_reference", odd_reference)
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
    texts.append(cite_score("36.72", 2022, style="ris"))
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
    (item,) = json.loads(cite("fig-ecdf", style="csl-json", language="id"))
    assert item["author"] == [
        {"literal": "Kementerian PANRB"},
        {"literal": "Kontributor spbe_research"},
    ]
    assert item["issued"] == {"date-parts": [[2027, 3, 5]]}
    assert (item["type"], item["number"], item["version"]) == ("graphic", "fig-ecdf", "2")


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

    style = project_folder() / "spbe_research" / "catalogue" / "styles" / "indonesia.csl"
    schema = etree.RelaxNG(etree.parse(citeproc.SCHEMA_PATH))
    assert schema.validate(etree.parse(str(style))), schema.error_log


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(DataError, match="Invalid style 'mla'. It must be one of apa, chicago"):
        cite("fig-ecdf", style="mla")
    with pytest.raises(DataError, match="Invalid language 'jv'"):
        cite("fig-ecdf", language="jv")
    with pytest.raises(DataError, match="Invalid id 'fig-moon'"):
        cite("fig-moon")
    with pytest.raises(DataError, match="Invalid source 'moon'"):
        cite_source("moon")
    with pytest.raises(DataError, match="Invalid agency and year '36.72', 2017"):
        cite_score("36.72", 2017)
    with pytest.raises(DataError, match="Invalid style 'ris'. In a text it must be one of apa"):
        cite_in_text("fig-ecdf", style="ris")
    with pytest.raises(DataError, match="Invalid markup 'rtf'"):
        cite("fig-ecdf", markup="rtf")


def test_every_style_works_in_both_languages_from_the_command() -> None:
    for style in STYLES:
        for language in LANGUAGES:
            arguments = ["cite", "fig-ecdf", "--style", style, "--lang", language]
            outcome = CliRunner().invoke(app, arguments)
            assert outcome.exit_code == 0, outcome.output
            expected = cite("fig-ecdf", style=style, language=language)
            assert outcome.output.split() == expected.split()
    outcome = CliRunner().invoke(app, ["cite", "menpanrb-2023-report"])
    assert outcome.output == "Kementerian PANRB. (2024). Laporan Pelaksanaan Evaluasi SPBE 2023.\n"
    outcome = CliRunner().invoke(app, ["cite", "num-agency-years", "--in-text"])
    assert outcome.output.startswith("4,159 (Kementerian PANRB & ")


def test_title_of_a_record_begins_with_a_capital() -> None:
    for language in LANGUAGES:
        for name in load_records():
            first = record_reference(name, language).title[0]
            assert first == first.upper(), name
