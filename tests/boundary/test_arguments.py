"""Arguments of the command that are no UTF-8 are refused before any command sees them."""

import sys

import pytest

from spbe_research.cli import main


@pytest.mark.parametrize(
    "arguments",
    [
        ["new", "Is \udcff good?"],
        ["reason", "fig-gini", "\udcff"],
        ["ingest", "list.csv", "--year", "2025", "--title", "\udcff"],
        ["ingest", "list.csv", "--year", "2025", "--obtained=\udcff"],
    ],
)
def test_argument_that_is_no_utf8_is_refused(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["spbe-research", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    at = next(at for at, text in enumerate(arguments, start=1) if "\udcff" in text)
    assert (ended.value.code, told.count("\n")) == (2, 1)
    assert told.startswith(f"Invalid argument {at}, ")
    assert told.endswith(". It must be UTF-8.\n")
