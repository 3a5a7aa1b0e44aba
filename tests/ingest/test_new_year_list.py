"""``ingest``: a list of a next year in the layouts it may come in, made from the list of 2024.

The list is that of the raw table: what is read must be what stands there, row by row.
"""

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from spbe_research import load_instrument, load_published
from spbe_research.claims import find_agencies
from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.ingest.grid import read_grid
from spbe_research.ingest.list_checks import Checked, Decisions, check_list, fold, known_names
from spbe_research.ingest.list_report import report_page, report_text
from spbe_research.ingest.new_year import (
    Source,
    joined_data,
    read_decisions,
    write_decisions,
    write_year,
)
from spbe_research.ingest.year_list import YearList, find_list
from spbe_research.locations import project_folder

pytestmark = pytest.mark.whole

RAW = project_folder() / "data" / "raw" / "menpanrb-2024-report"
EDITION = load_instrument("permen-59-2020")
YEAR = 2025
SOURCE = Source("A list", "Somebody", "2025", "made up", "none")
HEAD = ["No", "Nama Instansi", "Indeks", "Predikat", "D1", "D2", "D3", "D4"]


def the_list() -> list[list[str]]:
    """Name, type, index, predicate, four domains of every body, as the raw tables have them."""
    tables = []
    for name in ("index.csv", "domains.csv"):
        with (RAW / name).open(encoding="utf-8", newline="") as file:
            tables.append({row["agency_name_published"]: row for row in csv.DictReader(file)})
    index, domains = tables
    return [
        [name, row["agency_type"], row["index_published"], row["predicate_published"],
         *(domains[name][code] for code in ("D1", "D2", "D3", "D4"))]
        for name, row in index.items()
    ]  # fmt: skip


LIST = the_list()
SHORT = [LIST[at] for at in (0, 40, 100, 200, 300, 400, 500, 614)]


def layout(rows: list[list[str]], *, decimal: str = ",") -> list[list[str]]:
    """A decree: title, header, groups, numbers within each, the header again, a note."""
    made = [["LAMPIRAN KEPUTUSAN"], [""] * 8, HEAD]
    kind = ""
    for number, (name, own, *values) in enumerate(rows, start=1):
        if own != kind:
            made.append([own.upper()])
            kind = own
        if number % 90 == 0:
            made.append(HEAD)
        made.append([str(number), name, *(cell.replace(".", decimal) for cell in values)])
    return [[*row, *[""] * (8 - len(row))] for row in [*made, ["*) nilai sementara"]]]


def csv_file(path: Path, rows: list[list[str]], delimiter: str = ";", begin: str = "") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(begin)
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def found(path: Path, decisions: Decisions | None = None) -> tuple[YearList, Checked]:
    certain, decided = known_names(), decisions or {}
    listed = find_list(
        read_grid(path), EDITION, lambda name: fold(name) in certain or name in decided
    )
    return listed, check_list(listed, YEAR, EDITION, "exact", decided)


def as_listed(listed: YearList) -> list[list[str]]:
    return [
        [body.name, body.cells["predicate"], f"{body.index:.2f}",
         *(f"{body.numbers[code]:.2f}" for code in ("D1", "D2", "D3", "D4"))]
        for body in listed.bodies
    ]  # fmt: skip


def expected(rows: list[list[str]]) -> list[list[str]]:
    return [[name, predicate, index, *parts] for name, _, index, predicate, *parts in rows]


def test_decree_in_a_csv_loses_changes_and_doubts_no_row(tmp_path: Path) -> None:
    listed, checked = found(csv_file(tmp_path / "a.csv", layout(LIST), begin="sep=;\n"))
    assert as_listed(listed) == expected(LIST)
    assert checked.is_clean
    published = load_published().query("year == 2024").set_index("name_published")["agency_id"]
    assert checked.agency_ids == [published[body.name] for body in listed.bodies]
    edges = [note for note in checked.notes if "the exact index lies below the edge" in note]
    assert len(edges) == 3  # Pacitan, Luwu, Nias Barat: printed on an edge, banded below it
    assert any(note.startswith("615 have exactly the values of 2024") for note in checked.notes)


def test_plain_csv_with_other_heads_and_order_is_the_same(tmp_path: Path) -> None:
    head = ["Domain 4", "Domain 3", "Domain 2", "Domain 1", "PREDIKAT SPBE", "Nilai", "Instansi"]
    rows = [[*reversed(parts), predicate.upper(), index, f"  {name}\u00a0"]
            for name, _, index, predicate, *parts in LIST]  # fmt: skip
    listed, checked = found(csv_file(tmp_path / "b.csv", [head, *rows], delimiter=","))
    assert checked.is_clean
    upper = [[name, predicate.upper(), *rest] for name, predicate, *rest in expected(LIST)]
    assert as_listed(listed) == upper


def test_a_table_far_longer_than_a_list_is_refused_before_its_end(tmp_path: Path) -> None:
    rows = [
        HEAD,
        *([str(at), f"Kota {at}", "3.00", "Baik", "3", "3", "3", "3"] for at in range(12_000)),
    ]
    path = csv_file(tmp_path / "long.csv", rows)
    command = "from spbe_research.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", command, "ingest", str(path), "--year", str(YEAR),
         "--output", str(tmp_path / "my-data")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 2
    assert "long.csv. It has more than 10,000 rows. Split it." in run.stderr
    assert not (tmp_path / "my-data").exists()


def test_workbook_with_merged_cells_and_a_header_of_two_rows_is_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["HASIL EVALUASI"])
    sheet.append(["No", "Instansi", "Indeks", "Predikat", "Domain"])
    sheet.append(["", "", "", "", "D1", "D2", "D3", "D4"])
    for number, (name, _, index, predicate, *parts) in enumerate(LIST, start=1):
        sheet.append([number, name, float(index), predicate, *map(float, parts)])
    for cells in ("A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:H2"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "c.xlsx")
    listed, checked = found(tmp_path / "c.xlsx")
    assert as_listed(listed) == expected(LIST)
    assert checked.is_clean


def test_names_on_two_rows_are_put_together_where_only_the_whole_is_one(tmp_path: Path) -> None:
    rows = layout(SHORT)
    at = next(at for at, row in enumerate(rows) if row[1] == SHORT[0][0])
    first, last = SHORT[0][0].rsplit(" ", 1)
    after = [
        *rows[:at],
        [rows[at][0], first, *rows[at][2:]],
        ["", last, *[""] * 6],
        *rows[at + 1 :],
    ]
    listed, _ = found(csv_file(tmp_path / "after.csv", after))
    assert as_listed(listed) == expected(SHORT)
    before = [
        *rows[:at],
        ["", first, *[""] * 6],
        [rows[at][0], last, *rows[at][2:]],
        *rows[at + 1 :],
    ]
    listed, _ = found(csv_file(tmp_path / "before.csv", before))
    assert as_listed(listed) == expected(SHORT)


def test_json_of_the_application_gives_aspects_and_their_domains(tmp_path: Path) -> None:
    aspects = {f"A200{n}": "3.00" if n != 1 else "4.00" for n in range(1, 9)}
    record = {"kode": "1", "tahun": YEAR, "nama_instansi": SHORT[0][0],
              "nilai": {**aspects, "indeks": 3.13}}  # fmt: skip
    path = tmp_path / "app.json"
    path.write_text(json.dumps([record]), encoding="utf-8")
    listed, checked = found(path)
    assert checked.is_clean  # 13 % of 4 and the rest of 3 is 3.13
    files = write_year(tmp_path / "own", listed, checked, YEAR, EDITION, SOURCE, rule="exact")
    domains = next(file for file in files if file.name == "domains.csv").read_text()
    assert 'Keamanan",4.000000,3.000000,3.000000,3.000000,D1 D2 D3 D4,' in domains


@pytest.mark.parametrize("kind", ["lines", "scan", "locked", "none"])
def test_pdf_is_read_by_its_lines_or_refused_in_one_sentence(tmp_path: Path, kind: str) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    path = tmp_path / "decree.pdf"
    figure = Figure(figsize=(8.3, 11.7))
    axes = figure.add_axes((0.03, 0.03, 0.94, 0.9))
    axes.axis("off")
    if kind == "scan":
        axes.imshow([[0, 1], [1, 0]])
    elif kind == "none":
        axes.text(0.1, 0.1, "no table")
    else:
        rows = [HEAD, *layout(SHORT)[3:-1]]
        wide = [0.05, 0.45, 0.08, 0.12, 0.075, 0.075, 0.075, 0.075]
        table = axes.table(rows, colWidths=wide, loc="upper center", cellLoc="left")
        table.auto_set_font_size(False)
        table.set_fontsize(6)
    with mpl.rc_context({"pdf.fonttype": 42}):
        figure.savefig(path)
    if kind == "lines":
        listed, checked = found(path)
        assert as_listed(listed) == expected(SHORT)
        assert checked.is_clean
        return
    if kind == "locked":
        from pypdf import PdfReader, PdfWriter

        writer = PdfWriter(clone_from=PdfReader(path))
        writer.encrypt("secret", algorithm="RC4-128")
        writer.write(path)
    said = {"scan": "It has no text: it is a scan", "locked": "It is locked by a password",
            "none": "no table in it|No row of it is a header"}[kind]  # fmt: skip
    with pytest.raises(DataError, match=said):
        found(path)


def test_text_that_is_no_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_text("no pdf")
    with pytest.raises(DataError, match="It is no PDF, whatever its name says"):
        read_grid(path)
    path.write_bytes(b"%PDF-1.7 nonsense")
    with pytest.raises(DataError, match="x.pdf"):
        read_grid(path)


def changed(tmp_path: Path, at: int, column: int, text: str) -> Checked:
    rows = [list(row) for row in SHORT]
    rows[at][column] = text
    return found(csv_file(tmp_path / "changed.csv", layout(rows)))[1]


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        (2, "5.10", "index: 5.10 is outside 1 to 5"),
        (2, "x", "is no number"),
        (2, "", "has no index"),
        (4, "0.30", "D1: 0.30 is outside 1 to 5"),
        (4, "", "has some domains and not all"),
        (5, "1.00", "is printed, its domains give"),
        (3, "Kurang", "Kurang is printed"),
        (3, "Hebat", "'Hebat' is no predicate of permen-59-2020"),
        (0, SHORT[2][0], "stands 2 times"),
    ],
)
def test_what_cannot_be_right_is_named(tmp_path: Path, column: int, text: str, said: str) -> None:
    checked = changed(tmp_path, 1, column, text)
    assert not checked.is_clean
    assert any(said in error for error in checked.errors), checked.errors


def test_jump_never_seen_and_absent_bodies_are_told(tmp_path: Path) -> None:
    rows = [[SHORT[0][0], "kementerian", "5.00", "Memuaskan", *["5.00"] * 4]]
    _, checked = found(csv_file(tmp_path / "jump.csv", layout(rows)))
    lowest = next(row for row in LIST if row[2] == min(each[2] for each in LIST))
    rows = [[lowest[0], lowest[1], "5.00", "Memuaskan", *["5.00"] * 4]]
    _, checked = found(csv_file(tmp_path / "jump.csv", layout(rows)))
    assert any("moved by more than ever within an era" in note for note in checked.notes)
    assert any(note.startswith("614 of 2024 are not in the list") for note in checked.notes)


def test_name_that_is_not_certain_is_for_the_user_to_decide(tmp_path: Path) -> None:
    rows = [["Pemkab Bandng", "kabupaten", *LIST[300][2:]]]
    path = csv_file(tmp_path / "x.csv", layout(rows))
    listed, checked = found(path)
    assert "Kabupaten Bandung" in " ".join(checked.undecided["Pemkab Bandng"])
    own = tmp_path / "own"
    with pytest.raises(DataError, match="1 names are not decided"):
        write_year(own, listed, checked, YEAR, EDITION, SOURCE, rule="exact")
    file = write_decisions(own, {}, checked)
    text = file.read_text().replace("Pemkab Bandng,,", "Pemkab Bandng,kab-32.04,")
    file.write_text(text)
    listed, checked = found(path, read_decisions(own))
    assert (checked.agency_ids, checked.undecided) == (["kab-32.04"], {})
    files = write_year(own, listed, checked, YEAR, EDITION, SOURCE, rule="exact")
    aliases = next(each for each in files if each.name == "agency_aliases.csv").read_text()
    assert aliases.splitlines()[1] == "Pemkab Bandng,kab-32.04,spelling"


def test_bodies_are_suggested_for_the_first_fifty_unknown_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "spbe_research.claims.find_agencies",
        lambda name, limit: asked.append(name) or find_agencies(name, limit=limit),
    )
    names = [f"Dinas Nomor {at}" for at in range(60)]
    rows = [[name, "kota", *LIST[300][2:]] for name in (*names, names[0])]
    _, checked = found(csv_file(tmp_path / "many.csv", layout(rows)))
    assert asked == names[:50]
    assert list(checked.undecided) == names
    assert all(checked.undecided[name] == ["not looked for"] for name in names[50:])
    assert any("50 unknown names" in note and "the other 10" in note for note in checked.notes)


def test_list_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    listed, checked = found(csv_file(tmp_path / "x.csv", layout(SHORT)))
    own = tmp_path / "a" / "own"
    broken = Source("\udcff", "Somebody", "2025", "made up", "none")
    with pytest.raises(UnicodeEncodeError):
        write_year(own, listed, checked, YEAR, EDITION, broken, rule="exact")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    (own / "reference").mkdir(parents=True)
    taken = own / "reference" / "evaluation_years.csv"
    taken.write_text("mine")
    with pytest.raises(DataError, match=r"evaluation_years\.csv'. What exists already is kept"):
        write_year(own, listed, checked, YEAR, EDITION, SOURCE, rule="exact")
    assert ([*own.rglob("*.*")], taken.read_text()) == ([taken], "mine")
    files = write_year(own, listed, checked, YEAR, EDITION, SOURCE, rule="exact", overwrite=True)
    assert {path for path in own.rglob("*") if path.is_file()} == set(files)


def test_new_body_needs_its_type(tmp_path: Path) -> None:
    rows = [["Badan Baru Sekali", "lembaga", *LIST[50][2:]]]
    path = csv_file(tmp_path / "x.csv", layout(rows))
    decided = {"Badan Baru Sekali": {"agency_id": "pusat-badan-baru"}}
    _, checked = found(path, decided)
    assert any("a new one needs its agency_type" in error for error in checked.errors)
    decided["Badan Baru Sekali"]["agency_type"] = "lembaga"
    listed, checked = found(path, decided)
    assert checked.is_clean
    write_year(tmp_path / "own", listed, checked, YEAR, EDITION, SOURCE, rule="exact")
    text = (tmp_path / "own" / "reference" / "agencies.csv").read_text()
    assert "pusat-badan-baru,Badan Baru Sekali,lembaga,," in text


def test_report_escapes_what_it_quotes(tmp_path: Path) -> None:
    rows = [["<script>alert(1)</script>", "lembaga", *LIST[50][2:]]]
    listed, checked = found(csv_file(tmp_path / "x.csv", layout(rows)))
    page = report_page(listed, checked, YEAR, "<b>.csv")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "1 to decide" in report_text(listed, checked, YEAR, "x.csv")


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "Nama Instansi\nKota A\n", "Indeks;D1\n1;2\n"])
def test_table_without_name_or_values_is_no_list(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(DataError, match="No row of it is a header with the name of the body"):
        found(path)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "from spbe_research.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True
    )


def test_command_writes_a_folder_that_build_takes(tmp_path: Path) -> None:
    path, own = csv_file(tmp_path / "x.csv", layout(LIST)), tmp_path / "own"
    run = command("ingest", str(path), "--year", str(YEAR), "-o", str(own))
    assert run.returncode == 0, run.stderr
    assert "615 bodies, 615 names certain or decided, 0 to decide, 0 errors" in run.stdout
    again = command("ingest", str(path), "--year", str(YEAR), "-o", str(own))
    assert (again.returncode, "What exists already is kept" in again.stderr) == (2, True)
    refused = command("build", "--with", str(own), "--only", "horoscope")
    assert (refused.returncode, "Invalid question 'horoscope'" in refused.stderr) == (2, True)
    assert not (own / "data").exists()
    built = command("build", "--with", str(own))
    assert built.returncode == 0, built.stderr
    with (own / "data" / "tidy" / "published.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == str(YEAR)]
    assert len(rows) == len(LIST)
    assert sum(Decimal(row["index_published"]) for row in rows) == sum(
        Decimal(row[2]) for row in LIST
    )


def test_command_writes_nothing_before_the_list_is_clean(tmp_path: Path) -> None:
    rows = [list(row) for row in SHORT]
    rows[1][3] = "Kurang"
    path, own = csv_file(tmp_path / "x.csv", layout(rows)), tmp_path / "own"
    run = command("ingest", str(path), "--year", str(YEAR), "-o", str(own))
    assert (run.returncode, own.exists()) == (1, False)
    assert "Nothing was written. Correct the list, or add --accept." in run.stdout
    run = command("ingest", str(path), "--year", str(YEAR), "-o", str(own), "--accept")
    assert (run.returncode, own.exists()) == (0, True)
    run = command("ingest", str(path), "--year", "2024", "-o", str(own))
    assert "Invalid year 2024. It must be after 2024" in run.stderr


@pytest.mark.parametrize("path", ["a list", "no list"])
def test_full_screen_for_output_and_errors_is_no_traceback(tmp_path: Path, path: str) -> None:
    """What was not caught ends Python with 1, also where its traceback finds no room."""
    file = csv_file(tmp_path / "x.csv", layout(SHORT)) if path == "a list" else tmp_path / "no"
    program = [sys.executable, "-c", "from spbe_research.cli import main; main()"]
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*program, "ingest", str(file), "--year", str(YEAR), "-o", str(tmp_path / "own")],
            stdout=full,
            stderr=full,
            check=False,
        )
    assert run.returncode == 2
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("year", ["2024", "2101", "0", "9" * 30])
def test_year_that_no_list_can_have_is_refused(tmp_path: Path, year: str) -> None:
    told = CliRunner().invoke(app, ["ingest", str(tmp_path / "no.csv"), "--year", year])
    assert f"Invalid year {year}. It must be after 2024" in str(told.exception)
    assert "at most 2100" in str(told.exception)


def test_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="It holds no list"):
        joined_data(project_folder() / "data", tmp_path)
