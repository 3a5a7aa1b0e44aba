"""The page that checks a pasted text, as a reader uses it: from the disk, by keyboard, small."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from spbe_research.claims.fact_check import check_text
from spbe_research.site.facts import EXAMPLE


def opened(browser: Browser, site: Path, **settings: object) -> Page:
    page = browser.new_page(**settings)  # type: ignore[arg-type]
    page.goto((site / "cek-fakta.html").as_uri())
    return page


def test_an_example_is_judged_as_by_the_command_and_nothing_is_asked_for(
    browser: Browser, built_site: Path
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda text: wrong.append(text.text) if text.type == "error" else None)
    page.goto((built_site / "cek-fakta.html").as_uri())
    before = len(asked)
    page.click("#facts-example")
    found = check_text(EXAMPLE)
    said = page.locator("#facts-list > li > p:nth-of-type(2) > i[lang=id]").all_text_contents()
    assert said == [each.sentences(language="id")[0] for each in found]
    assert page.locator("#facts-marked .fact").count() == len(list(found))
    expect(page.locator("#facts-summary")).to_contain_text(found.summary(language="id"))
    for link in page.locator("#facts-list a").evaluate_all("all => all.map(each => each.href)"):
        assert Path(link.removeprefix("file://")).is_file(), link
    # The browser may fetch the icon late, or a weight of the typeface: never anything with a text.
    assert {Path(url).suffix for url in asked[before:]} <= {".svg", ".woff2"}
    assert [url for url in asked if not url.startswith("file:")] == []
    assert wrong == []
    page.close()


def test_a_guessed_year_is_a_question_until_it_is_chosen_by_keyboard(
    browser: Browser, built_site: Path
) -> None:
    page = opened(browser, built_site)
    page.focus("#facts-text")
    page.keyboard.type("Cilegon dinilai pada 2023. Indeks SPBE Kota Cilegon mencapai 2,56.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    item = page.locator("#fact-1")
    expect(item.locator("h3")).to_contain_text("perlu dijawab dulu")
    expect(item.locator("button.guess")).to_have_text("2023?")
    item.locator("button", has_text="2024").focus()
    page.keyboard.press("Space")
    expect(item.locator("h3")).to_contain_text("sesuai")
    expect(item.locator("p", has_text="2,56 sesuai dengan nilai resmi")).to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == "2024"
    expect(page.locator("#facts-summary")).to_contain_text("1 pernyataan: 1 sesuai.")
    page.click("button[data-set=en]")
    expect(item.locator("h3")).to_contain_text("confirmed")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_findings_have_no_axe_violation_and_fit_a_phone(
    browser: Browser, built_site: Path, scheme: str
) -> None:
    narrow = {"width": 320, "height": 640}
    page = opened(browser, built_site, color_scheme=scheme, viewport=narrow)
    page.click("#facts-example")
    expect(page.locator("#fact-1")).to_be_visible()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= narrow["width"]
    page.close()


def test_without_scripts_the_page_says_what_it_needs_and_the_command(
    browser: Browser, built_site: Path
) -> None:
    page = opened(browser, built_site, java_script_enabled=False)
    expect(page.locator("noscript code")).to_have_text(
        "spbe-research check --text berita.txt --lang id"
    )
    assert not page.locator("#facts-text").is_visible()
    page.close()
