"""Where a citation says it was read: an address of the web, which no file format can mistake."""

import pytest

from spbe_research.errors import DataError
from spbe_research.press.citations import STYLES, cite


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://example.org/a", "example.org", "https://", "file:///a",
        "https://a.org/b c", "https://a.org/}", "https://a.org/{", 'https://a.org/"', "https://a.org/'",
        "https://a.org/<b>", "https://a.org/\\b", "https://a.org/\nER  - ", "https://a.org/\x00",
        "https://a.org/\u202eb", "https://a.org/b\n",
    ],
)  # fmt: skip
def test_address_that_is_none_is_refused(url: str) -> None:
    for style in STYLES:
        with pytest.raises(
            DataError, match=r"Invalid url .*\. It must begin with http:// or https"
        ):
            cite("tab-moments", style=style, url=url)


@pytest.mark.parametrize("url", ["https://a.org/b?c=1&d=%20#e", "http://a.org:8000/~b/(c)_d"])
def test_address_stands_in_the_citation(url: str) -> None:
    assert url in cite("tab-moments", style="apa", url=url)
