"""The pictures, the report and the command of an audit, also of an index that is not SPBE's."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from spbe_research import audit, load_instrument
from spbe_research.auditing import Audit
from spbe_research.choices import Aggregation, LeaveOut, LevelError, Weights
from spbe_research.cli import app
from spbe_research.drawing import audit_figures as figures
from spbe_research.drawing.audit_words import LABELS
from spbe_research.errors import DataError
from spbe_research.instruments.instrument import Band
from spbe_research.press.audit_report import audit_report
from spbe_research.press.audit_text import HEADS, TEXTS, choice_text, option_text

pytestmark = pytest.mark.whole

EDITION = "permen-59-2020"
ITEMS = list(load_instrument(EDITION).indicators)
TABLE = pd.DataFrame(
    np.random.default_rng(1).integers(1, 6, (30, 47)),
    columns=ITEMS,
    index=[f"<b>body-{row}</b>" for row in range(30)],
)


@pytest.fixture(scope="module")
def result() -> Audit:
    choices = [Weights.uniform(0.25), Aggregation("geometric", at="index"), LeaveOut("domain")]
    return audit(TABLE, EDITION, choices, draws=200, seed=1)


def texts(figure: object) -> list[str]:
    (axes,) = figure.axes  # type: ignore[attr-defined]
    return [each.get_text() for each in axes.texts]


def test_widest_bands_lie_behind(result: Audit) -> None:
    narrow = pd.DataFrame({"rank": [1, 2, 3], "rank_q05": [1, 2, 3], "rank_q95": [1, 2, 3]})
    wide = narrow.assign(rank_q05=1, rank_q95=3)
    figure = figures.draw_rank_bands({"one": narrow, "other": wide}, title="t", footer="f")
    (axes,) = figure.axes
    assert [each.get_text() for each in axes.get_legend().get_texts()] == ["other", "one"]
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == [3, 3, 3, 1, 1, 1]
    assert axes.get_ylim() == (3.5, 0.5)


def test_predicates_of_one_body_are_written() -> None:
    row = pd.Series({"p_low": 0.25, "p_high": 0.75, "predicate": "high", "p_predicate": 0.75})
    figure = figures.draw_predicates(row, title="t", footer="f", language="id")
    assert texts(figure) == ["25,0 %", "75,0 %  (menurut indeks apa adanya)"]
    (axes,) = figure.axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["low", "high"]


def test_weights_and_what_they_explain_are_written() -> None:
    table = pd.DataFrame({"code": ["a"], "nominal_share": [0.6], "explained_share": [0.4]})
    figure = figures.draw_importance(table, title="t", footer="f", names={"a": "Part A"})
    assert texts(figure) == ["40.0", "60.0"]
    (axes,) = figure.axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Part A"]


def test_marked_radius_is_written() -> None:
    table = pd.DataFrame({"radius": [0.0, 0.25, 1.0], "share": [1.0, 0.5, 0.0]})
    figure = figures.draw_pairs(table, title="t", footer="f")
    assert texts(figure) == ["50.0 % at 25 %"]
    (axes,) = figure.axes
    assert axes.lines[0].get_xydata().tolist() == [[0, 100], [25, 50], [100, 0]]


def test_shares_of_the_variance_are_written() -> None:
    table = pd.DataFrame(
        {"choice": ["a"], "first_order": [0.4], "total_order": [0.6], "total_order_shift": [0.1]}
    )
    figure = figures.draw_sensitivity(table, title="t", footer="f")
    assert texts(figure) == ["60.0", "40.0"]


def test_farthest_moves_are_written_with_their_ranks() -> None:
    table = pd.DataFrame(
        {"agency_id": ["x", "y", "z"], "rank": [9, 1, 5], "rank_alternative": [2, 4, 5],
         "shift": [7, -3, 0]}
    )  # fmt: skip
    figure = figures.draw_movers(table, title="t", footer="f", n_shown=2)
    assert texts(figure) == ["9 → 2", "1 → 4"]


def test_both_languages_say_the_same_things() -> None:
    assert LABELS["en"].keys() == LABELS["id"].keys()
    for english, indonesian in [*TEXTS.values(), *HEADS.values()]:
        assert english
        assert indonesian
        assert sorted(part.split("}")[0] for part in english.split("{")[1:]) == sorted(
            part.split("}")[0] for part in indonesian.split("{")[1:]
        )


@pytest.mark.parametrize(
    ("choice", "english", "indonesian"),
    [
        (Weights.equal(), "equal weights", "bobot yang sama"),
        (Weights.dirichlet(1000), "concentration 1,000", "konsentrasi 1.000"),
        (Aggregation("geometric"), "(geometric) at every node", "(geometrik) di semua simpul"),
        (LeaveOut(), "(a leaf)", "(satu indikator)"),
        (LevelError(0.25, 0.2), "correlation 0.20", "korelasi 0,20"),
    ],
)
def test_choices_are_said_in_words(choice: object, english: str, indonesian: str) -> None:
    assert english in choice_text(choice, "en")  # type: ignore[arg-type]
    assert indonesian in choice_text(choice, "id")  # type: ignore[arg-type]


def test_options_are_said_in_words() -> None:
    assert option_text("weights", "equal", "equal", "id") == "bobot yang sama"
    said = option_text("aggregation", "harmonic at every node", "x", "id")
    assert said == "rata-rata harmonik di semua simpul"
    assert option_text("leave_out", "D4", "Layanan", "id") == "tanpa Layanan"


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.heads: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()
        self._in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_head = tag in ("h1", "h2", "h3") or (self._in_head and tag == "i")
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        if self._in_head:
            self.heads.append(data)
            self._in_head = False


def test_report_goes_from_coherence_to_robustness_and_loads_nothing(result: Audit) -> None:
    text = audit_report(result, name="<script>alert(1)</script>", names={"D4": "Services"})
    page = Page()
    page.feed(text)
    order = [head for head in page.heads if head[:2] in ("1.", "2.")]
    assert order == ["1. Coherence", "2. Robustness"]
    assert page.sources
    assert all(each.startswith("data:image/png;base64,") for each in page.sources)
    assert "b" not in page.tags
    assert "<script>alert" not in text
    assert "&lt;b&gt;body-3&lt;/b&gt;" in text
    assert "without Services" in text
    assert "tanpa Services" in text


def test_report_of_one_choice_says_so_and_of_an_index_without_spbe_bands() -> None:
    bands = (Band("low", 1, 3), Band("high", 3, 5))
    instrument = load_instrument(EDITION)
    own = type(instrument)("own", instrument.items, bands)
    result = audit(TABLE, own, Weights.uniform(0.1), draws=200, seed=1)
    assert result.tables["ranks"].filter(like="p_").columns.tolist() == [
        "p_low",
        "p_high",
        "p_predicate",
    ]
    text = audit_report(result)
    assert TEXTS["one_choice"][0] in text
    assert TEXTS["rule_exact"][1] in text


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "from spbe_research.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "audit", *arguments], capture_output=True, text=True
    )


def test_command_writes_tables_and_report(tmp_path: Path) -> None:
    file, report = tmp_path / "levels.csv", tmp_path / "report.html"
    TABLE.rename_axis("name").to_csv(file)
    asked = f"{file} --instrument {EDITION} --draws 200 --leave-out domain --weights none"
    arguments = f"{asked} --tables {tmp_path} --output {report}".split()
    run = command(*arguments)
    assert (run.returncode, run.stderr) == (0, "")
    assert "30 bodies, permen-59-2020, 200 draws of leave_out one of domain" in run.stdout
    ranks = pd.read_csv(tmp_path / "audit-ranks.csv")
    expected = audit(TABLE, EDITION, LeaveOut("domain"), draws=200, seed=1).tables["ranks"]
    assert ranks["rank_q95"].tolist() == expected["rank_q95"].tolist()
    assert report.read_text("utf-8").startswith("<!doctype html>")
    again = command(*arguments)
    assert again.returncode == 2
    assert "What exists already is kept" in again.stderr


def test_command_audits_a_workbook_and_refuses_one_of_two_tiers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Domain"], ["Nama Instansi", "D1", "D2", "D3", "D4"],
                ["a", "1,5", 2, 3, 1], ["b", 2, 2, 2, 4], ["c", 5, 5, 5, 5]):  # fmt: skip
        book.active.append(row)
    file = tmp_path / "domains.xlsx"
    book.save(file)
    run = command(str(file), "--instrument", EDITION, "--draws", "200", "--tables", str(tmp_path))
    assert run.returncode == 0
    ranks = pd.read_csv(tmp_path / "audit-ranks.csv").set_index("agency_id")
    # 0.13 D1 + 0.25 D2 + 0.165 D3 + 0.455 D4
    assert ranks["index"].to_dict() == pytest.approx({"a": 1.645, "b": 2.91, "c": 5.0})
    both = tmp_path / "both.json"
    both.write_text(json.dumps([
        {"nama": "a", "D1": 1, "D2": 1, "D3": 1, "D4": 1},
        {"nama": "b"} | {f"A{number}": 2 for number in range(1, 9)},
    ]))  # fmt: skip
    run = command(str(both), "--instrument", EDITION)
    assert run.returncode == 2
    assert "Part the file" in run.stderr


def test_command_reads_long_tables_and_refuses_in_one_message(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    wide = pd.DataFrame(
        np.random.default_rng(2).uniform(1, 5, (8, 4)).round(2), columns=["D1", "D2", "D3", "D4"]
    ).rename_axis("agency_id")
    long = wide.reset_index().melt("agency_id", var_name="item").assign(year=2024)
    pd.concat([long, long.assign(year=2023)]).to_csv(file, index=False)
    run = command(str(file), "--instrument", EDITION, "--draws", "20")
    assert (run.returncode, run.stdout) == (2, "")
    assert "the column year holds 2024, 2023" in run.stderr
    run = command(str(file), "--instrument", EDITION, "--draws", "20", "--year", "2024")
    assert (run.returncode, run.stderr) == (0, "")
    run = command(str(file), "--instrument", EDITION, "--level-error", "much")
    assert "Invalid --level-error 'much'" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("draws", "minutes"),
    [(10_000_001, "1"), (10**12, "17,500"), (10**30, "17,500,000,000,000,000,000,000")],
)
def test_too_many_draws_are_refused_with_the_time_they_would_take(
    tmp_path: Path, draws: int, minutes: str
) -> None:
    file = tmp_path / "levels.csv"
    TABLE.rename_axis("name").to_csv(file)
    asked = ["audit", str(file), "--instrument", EDITION, "--draws", str(draws)]
    told = CliRunner().invoke(app, asked)
    # 30 bodies, 35e-9 s each a draw: 1e12 draws are 1,050,000 s
    assert (told.output, str(told.exception)) == (
        "",
        f"Invalid --draws {draws:,}. It must be at most 10,000,000: so many draws of 30 bodies "
        f"would take up to {minutes} minutes of one core.",
    )


def asked_of(file: Path, *more: str) -> tuple[str, str]:
    """What the command says of a file, and what it refuses."""
    told = CliRunner().invoke(
        app, ["audit", str(file), "--instrument", EDITION, "--draws", "20", *more]
    )
    assert told.exception is None or isinstance(told.exception, (DataError, SystemExit))
    return told.output, str(told.exception or "")


DOMAINS = "D1;D2;D3;D4\nKota Bandung;2,5;3;3,1;4\nKota Bogor;2;2;2,5;3\n"


def test_csv_is_read_in_the_layouts_that_score_reads(tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text("LAMPIRAN;;;;\nNama Instansi;" + DOMAINS + ";*) sementara;;;\n")
    output, refused = asked_of(file)
    assert refused == ""
    assert "2 bodies, permen-59-2020, 20 draws" in output
    assert "Passed over, since it is no agency: line 5" in output


def test_year_that_a_file_has_not_is_refused(tmp_path: Path) -> None:
    long = tmp_path / "long.csv"
    rows = [f"{agency},2022,{code},3" for agency in "ab" for code in ("D1", "D2", "D3", "D4")]
    long.write_text("\n".join(["agency_id,year,item,value", *rows]) + "\n")
    assert asked_of(long, "--year", "1999")[1] == "Invalid --year 1999. The file has 2022."
    wide = tmp_path / "wide.csv"
    wide.write_text("agency_id,year,D1,D2,D3,D4\na,2022,1,2,3,4\nb,2023,2,2,2,3\n")
    assert asked_of(wide, "--year", "1999")[1] == "Invalid --year 1999. The file has 2022, 2023."


def test_output_that_cannot_be_written_is_refused_before_the_draws(tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text("agency;" + DOMAINS)
    assert asked_of(file, "--tables", str(tmp_path / "no")) == (
        "",
        f"Invalid --tables {tmp_path / 'no'}. There is no such folder. Make it.",
    )
    taken = tmp_path / "audit-importance.csv"
    taken.write_text("mine")
    for more in (["--tables", str(tmp_path)], ["--output", str(taken)]):
        output, refused = asked_of(file, *more)
        assert (output, "What exists already is kept" in refused) == ("", True)


def test_help_names_the_extra_of_the_report() -> None:
    told = CliRunner().invoke(app, ["audit", "--help"]).output
    assert "needs the extra" in " ".join(told.replace("│", " ").split())
