"""The built site as files: complete, linked, well formed, small, the same twice, on its own."""

import base64
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from fontTools.ttLib import TTFont

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.press import load_records
from spbe_research.site import write_site

MAX_MEGABYTES = 15
VOID = {"meta", "link", "img", "input", "br", "hr", "col"}
OPTIONAL_END = {"td", "th", "tr", "li", "dt", "dd", "thead", "tbody", "option"}
LOADING = {("img", "src"), ("script", "src"), ("link", "href"), ("source", "src")}


class _Page(HTMLParser):
    """Ids, addresses and faults of a page: tags that do not close, closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.faults: list[str] = []
        self.title = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src") and value:
                (self.loaded if (tag, name) in LOADING else self.links).append(value)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open[-1] != tag and self._open[-1] in OPTIONAL_END:
            self._open.pop()
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title":
            self.title += data

    def close(self) -> None:
        super().close()
        self.faults += self._open


def read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    return page


@cache
def pages_of(site: Path) -> dict[Path, _Page]:
    return {path: read(path) for path in sorted(site.rglob("*.html"))}


def files_of(site: Path) -> dict[str, bytes]:
    paths = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in paths}


def broken(site: Path) -> Iterator[str]:
    pages = pages_of(site)
    for path, page in pages.items():
        for address in page.links + page.loaded:
            if re.match(r"https?:|data:image/png;", address):
                continue
            name, _, anchor = unquote(address).partition("#")
            name = name.partition("?")[0]  # the state of the explorer
            target = (path.parent / name).resolve() if name else path
            if not target.is_file():
                yield f"{path.relative_to(site)}: {address}"
            elif anchor and target in pages and anchor not in pages[target].ids:
                yield f"{path.relative_to(site)}: {address} (no such place)"


def test_every_agency_figure_and_notebook_has_a_page(built_site: Path) -> None:
    pages = [path for path in pages_of(built_site) if not re.fullmatch(r"[\d.]+", path.stem)]
    kinds = Counter(path.relative_to(built_site).parts[0] for path in pages)
    former = len(pages_of(built_site)) - len(pages)  # addresses of release 0.1.0, by code alone
    assert former == sum(path.stem.startswith(("prov-", "kab-", "kota-")) for path in pages)
    tabled = sum(record.has_table for record in load_records().values())
    notebooks = len(list((data_folder().parent / "notebooks").glob("*.ipynb")))
    assert (kinds["agency"], kinds["figure"], kinds["notebook"]) == (681, tabled, notebooks)


def test_every_address_leads_somewhere(built_site: Path) -> None:
    assert list(broken(built_site.resolve())) == []


def test_nothing_is_loaded_from_elsewhere(built_site: Path) -> None:
    loaded = {address for page in pages_of(built_site).values() for address in page.loaded}
    assert [address for address in loaded if ":" in address] == []
    style = (built_site / "static" / "style.css").read_text("utf-8")
    assert re.findall(r"url\((?!path-|fonts/)|@import", style) == []


def test_every_page_states_its_policy_and_holds_no_program_of_its_own(built_site: Path) -> None:
    policy = "default-src 'none'; script-src 'self' file:; style-src 'self' file:;"
    for path in sorted(built_site.rglob("*.html")):
        text = path.read_text("utf-8")
        head, _, rest = text.partition("</title>")
        moved = "http-equiv=refresh" in head  # it loads nothing and leads on
        assert ("content=\"default-src 'none'\">" if moved else policy) in head, path.name
        assert re.search(r"<script(?! src=)|<style|<[^>]* (?:on\w+|style)=", rest) is None, (
            path.name
        )


def test_every_page_is_well_formed_with_a_title_and_unique_ids(built_site: Path) -> None:
    wrong = {
        str(path): (page.faults, [name for name, n in Counter(page.ids).items() if n > 1])
        for path, page in pages_of(built_site).items()
        if page.faults or not page.title or len(set(page.ids)) < len(page.ids)
    }
    assert wrong == {}


def test_no_page_shows_a_number_left_open(built_site: Path) -> None:
    pages = sorted(built_site.rglob("*.html"))
    assert [page.name for page in pages if "{num-" in page.read_text("utf-8")] == []


def test_site_is_small(built_site: Path) -> None:
    size = sum(len(content) for content in files_of(built_site).values())
    assert size < MAX_MEGABYTES * 1_000_000


@pytest.mark.long
def test_same_data_give_the_same_bytes(built_site: Path, exported: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    write_site(again, drawn=exported)
    first, second = files_of(built_site), files_of(again)
    assert sorted(first) == sorted(second)
    assert [name for name, content in first.items() if second[name] != content] == []


def test_no_page_names_the_machine(built_site: Path) -> None:
    machine = re.compile(rb"(?<![\w.:/])/(?:home|root|work|tmp|Users)/")
    text = (".html", ".js", ".css", ".md", ".csv", ".svg")
    found = [
        name
        for name, content in files_of(built_site).items()
        if name.endswith(text) and machine.search(content)
    ]
    assert found == []


def test_downloaded_result_is_the_committed_one(built_site: Path) -> None:
    for path in (data_folder() / "results").glob("fig-*.csv"):
        offered = built_site / "figures" / path.name
        if offered.is_file():
            assert offered.read_bytes() == path.read_bytes()
        else:
            with zipfile.ZipFile(offered.with_name(f"{path.name}.zip")) as packed:
                assert packed.read(path.name) == path.read_bytes()


FIGURES = [name for name, record in load_records().items() if record.is_figure]


def test_every_figure_stands_in_its_page_in_both_languages(built_site: Path) -> None:
    for name in FIGURES:
        text = (built_site / "figure" / f"{name}.html").read_text("utf-8")
        drawn = re.findall(r"<svg ([^>]*)>(.*?)</svg>", text, re.DOTALL)
        assert len(drawn) == 2, name
        for (root, marks), language in zip(drawn, ("id", "en"), strict=True):
            assert f"id={name}.{language} " in root
            assert f" lang={language} role=img aria-label=" in root
            assert "<metadata" not in marks
            assert "<title" not in marks
            ids = re.findall(r" id=(\w+)", marks)
            assert {each[0] for each in ids} <= {language[0]}  # two pictures never share one


def test_picture_of_a_page_and_its_file_hold_the_same_words(built_site: Path) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"<text[^>]*>([^<]*)</text>", text)

    for name in FIGURES:
        page = (built_site / "figure" / f"{name}.html").read_text("utf-8")
        for language in ("id", "en"):
            file = (built_site / "figures" / f"{name}.{language}.svg").read_text("utf-8")
            start = page.index(f"<svg id={name}.{language} ")
            assert words(page[start : page.index("</svg>", start)]) == words(file) != []


def test_every_figure_carries_the_letters_it_prints(built_site: Path) -> None:
    rule = re.compile(r"font-weight:([\d ]+);src:url\(data:font/woff;base64,([^)]+)\)")
    for path in sorted((built_site / "figures").glob("*.svg")):
        text = path.read_text("utf-8")
        held: set[str] = set()
        for _, font in rule.findall(text):
            held |= set(map(chr, TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()))
        printed = unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", text)))
        assert set(printed) <= held, path.name


def test_records_come_as_csv_xlsx_and_figures_as_svg(built_site: Path) -> None:
    held = {path.name for path in (built_site / "figures").iterdir()}
    for name, record in load_records().items():
        if record.has_table:
            assert f"{name}.xlsx" in held
            assert held & {f"{name}.csv", f"{name}.csv.zip"}
        if record.is_figure:
            assert {f"{name}.id.svg", f"{name}.en.svg"} <= held
            page = (built_site / "figure" / f"{name}.html").read_text("utf-8")
            assert f"data-png={name}.id" in page


def test_search_index_holds_every_agency_with_its_words(built_site: Path) -> None:
    script = (built_site / "search-index.js").read_text("utf-8")
    held = json.loads(script.removeprefix("globalThis.SPBE=").removesuffix(";\n"))
    assert len(held["record"]["rows"]) == 681
    cilegon = [row[1] for row in held["record"]["rows"]["kota-36.72"]]
    assert cilegon == ["3.23", "3.23", "3.23", "2.0270", "2.0070", "2.30", "2.56"]
    spelled = {key[2] for key in held["names"]["keys"]}
    assert {"Kota Cilegon", "BKPM", "Halsel"} <= spelled


def test_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(DataError, match="holds something else than a site"):
        write_site(tmp_path)
    assert (tmp_path / "thesis.docx").exists()
