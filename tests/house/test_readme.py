"""What the README says is so: its example prints what it shows, its figure and numbers are ours."""

import contextlib
import io
import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from readme_rules import GENERATED, TYPED, faults
from typer.testing import CliRunner

from spbe_research import cli, load_agencies, load_published, load_scores
from spbe_research.locations import project_folder
from spbe_research.press import handwritten
from spbe_research.press.changes import changes, without_reason
from spbe_research.press.prose import prose_violations
from spbe_research.press.readme import generated_pictures
from spbe_research.press.records import load_records
from spbe_research.records import computation, file_name

ROOT = project_folder()
README = (ROOT / "README.md").read_text(encoding="utf-8")
READMES = {"en": README, "id": (ROOT / "README.id.md").read_text(encoding="utf-8")}


def test_example_prints_what_the_readme_shows() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)[1]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == [
        line.rstrip() for line in shown.splitlines()
    ]


@pytest.mark.whole
@pytest.mark.parametrize("language", READMES)
def test_figure_of_a_choice_is_drawn_by_the_lines_shown(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = re.findall(r"```python\n(.*?)```", READMES[language], re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line]) <= 4
    monkeypatch.chdir(tmp_path)
    names: dict[str, pd.DataFrame] = {}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102
    assert (tmp_path / "sumatra.png").read_bytes()[:4] == b"\x89PNG"
    ids = load_agencies().query("island == 'Sumatera'")["agency_id"]
    assert set(names["chosen"]["agency_id"]) < set(ids)


def test_every_figure_is_listed_with_what_draws_it() -> None:
    listed = re.search(r"<!--figures-->(.*?)<!--/figures-->", README, re.DOTALL)[1]
    for name, record in load_records().items():
        if record.is_figure:
            star, draw = re.search(rf"`{name}`(\\?\*?) `(\w+)`", listed).groups()
            found = computation(name)
            home = import_module(f"spbe_research.questions.{found.question}.figures")
            assert getattr(home, draw) is found.draw
            assert bool(star) == found.takes_results
            assert (ROOT / "data" / "results" / file_name(name)).is_file()


def test_other_ways_to_install_are_those_of_the_files() -> None:
    """Windows asks for extras that exist, conda for what environment.yml says of itself."""
    lines = re.findall(r"^    (.*)$", README, re.MULTILINE)
    (windows,) = (line for line in lines if line.startswith("py -3 -m venv "))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for extra in re.search(r'"\.\[(.*?)\]"', windows)[1].split(","):
        assert extra in project["optional-dependencies"]
    (conda,) = (line for line in lines if line.startswith("conda env create "))
    told = re.findall(r"^#   (.*)$", (ROOT / "environment.yml").read_text("utf-8"), re.MULTILINE)
    assert conda.split(" && ")[:-1] == told
    name = re.search(r"^name: (.*)$", (ROOT / "environment.yml").read_text("utf-8"), re.MULTILINE)
    assert f"conda activate {name[1]}" in conda
    assert lines[0].startswith("git clone ")
    assert lines[1] == f"cd {lines[0].split()[-1]}"


def test_drafts_have_one_place() -> None:
    pages = [*READMES.values(), *((ROOT / f"{n}.md").read_text("utf-8") for n in
             ("ARCHITECTURE", "CONTRIBUTING"))]  # fmt: skip
    for page in pages:
        assert page.count("notebooks/drafts/") == len(re.findall(r"\bdrafts/", page)) > 0


@pytest.mark.whole
def test_commands_print_what_the_readme_shows() -> None:
    session = re.search(r"```console\n(.*?)```", README, re.DOTALL)[1]
    shown = re.findall(r"^\$ \S*/spbe-research (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    assert len(shown) == 3
    for command, output in shown:
        printed = CliRunner().invoke(cli.app, shlex.split(command)).stdout
        assert printed.strip() == output.strip(), command


@pytest.mark.whole
def test_figure_is_the_registered_one() -> None:
    """When this fails: spbe-research readme."""
    for name, content in generated_pictures().items():
        assert (ROOT / name).read_bytes() == content
        assert name in README + READMES["id"]


@pytest.mark.parametrize("language", READMES)
def test_every_number_is_the_recorded_one(language: str) -> None:
    assert prose_violations(READMES[language], language=language) == []
    assert READMES[language].count("<!--num-") > 20


@pytest.mark.whole
@pytest.mark.parametrize("language", READMES)
def test_prose_obeys_the_rules_of_notebooks(language: str) -> None:
    assert faults(READMES[language], language) == []
    said = " ".join(READMES[language].split())
    assert [phrase for phrase in TYPED[language] if phrase not in said] == []


@pytest.mark.parametrize("language", READMES)
@pytest.mark.parametrize(
    "added",
    [
        "<script>alert(1)</script>",
        "<b>So.</b>",
        "![So](https://example.org/x.png)",
        "![So](docs/no-figure.png)",
        "[So](javascript:alert(1)).",
        "<!-- it was otherwise -->",
        "Of 640 bodies.",
        "Minus 3<!--num-agencies--> bodies.",
    ],
)
def test_prose_that_breaks_a_rule_is_named(language: str, added: str) -> None:
    assert faults(f"{READMES[language]}\n{added}\n", language) != []


def test_own_text_is_the_one_that_a_reason_was_given_for() -> None:
    """When this fails: spbe-research reason README.md "why"."""
    assert without_reason(changes(names=handwritten.READMES.values(), drawn=False)) == {}


def test_indonesian_readme_tells_the_same() -> None:
    """The same commands, figures, files and numbers in the same order, section by section.

    The tables that are written from words and docstrings are compared with those.
    """
    english, indonesian = (GENERATED.sub("", READMES[language]) for language in ("en", "id"))
    for what in (
        r"<!--(num-[a-z0-9-]+(?::\w+)?)-->",
        r"^    (\S.*?)(?:  #.*)?$",
        r"\]\((?!README|docs/fig-|docs/earlier-|docs/adding-|docs/auditing-)([^)]+)\)",
    ):
        told = [re.findall(what, text, re.MULTILINE) for text in (english, indonesian)]
        assert told[0] == told[1], what
    assert english.count("\n## ") == indonesian.count("\n## ")


def test_score_commands_work_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write, score = re.findall(r"^    \S*/spbe-research (score .*)$", README, re.MULTILINE)
    assert cli_exit_code(write) == 0
    assert cli_exit_code(score) != 0  # the example is no body
    assert not (tmp_path / "scores.csv").exists()
    book = openpyxl.load_workbook("levels.xlsx")
    book["levels"]["A2"] = "Kota Cilegon"
    book.save("levels.xlsx")
    assert cli_exit_code(score) == 0
    assert (tmp_path / "scores.csv").read_text("utf-8").count("\n") == 2


def shown(name: str) -> list[str]:
    """The commands of the package that a page shows, without the remark behind."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = re.findall(r"^    (?:\w+=\S+ )?\S*/spbe-research (.*)$", text, re.MULTILINE)
    return [re.sub(r"\s+#.*$", "", line) for line in lines]


@pytest.mark.whole
def test_steps_and_audit_that_it_shows_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = {line.split()[0]: line for line in shown("README.md")}
    monkeypatch.chdir(tmp_path)
    levels = load_scores(scale="indicator").query("year == 2022")
    wide = levels.pivot(index="agency_id", columns="item", values="value").astype(int)
    wide.head(20).to_csv("levels.csv")
    assert cli_exit_code(commands["audit"] + " --draws 200") == 0
    assert "Robustness" in (tmp_path / "audit.html").read_text("utf-8")
    assert cli_exit_code(commands["whatif"]) == 0


@pytest.mark.whole
@pytest.mark.parametrize("name", ["docs/adding-a-list.md", "docs/adding-a-list.id.md"])
def test_guide_leads_from_a_list_to_its_tables(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of the last year under another year, one name changed, taken in by the guide."""
    first, again, build, check = shown(name)
    monkeypatch.chdir(tmp_path)
    rows = load_published().query("year == 2024")[["name_published", "index_published"]]
    names = rows["name_published"].str.replace("Cilegon", "Cilegonn")
    rows = rows.assign(name_published=names).set_axis(["Nama Instansi", "Indeks"], axis=1)
    rows.to_csv("list-2025.csv", index=False)
    assert cli_exit_code(first) == 1
    decisions = tmp_path / "my-data" / "decisions.csv"
    head, undecided = decisions.read_text("utf-8").splitlines()
    assert "kota-36.72" in undecided
    decisions.write_text(f"{head}\n{undecided.split(',')[0]},kota-36.72,,,\n", "utf-8")
    assert cli_exit_code(again) == 0
    assert cli_exit_code(build) == 0
    monkeypatch.setenv("SPBE_RESEARCH_DATA", str(tmp_path / "my-data" / "data"))
    assert "2.56 is confirmed" in CliRunner().invoke(cli.app, shlex.split(check)).stdout


def test_guide_is_the_same_in_both_languages() -> None:
    assert shown("docs/adding-a-list.md") == shown("docs/adding-a-list.id.md")
    pages = [(ROOT / f"docs/adding-a-list{end}").read_text("utf-8") for end in (".md", ".id.md")]
    for what in (r"`([^`]+)`", r"^(#+) ", r"\]\(([^)]*CONTRIBUTING[^)]*)\)"):
        english, indonesian = (re.findall(what, page, re.MULTILINE) for page in pages)
        assert english == indonesian, what


def cli_exit_code(command: str) -> int:
    return CliRunner().invoke(cli.app, shlex.split(command)).exit_code


def test_every_command_it_names_exists() -> None:
    named = set(re.findall(r"spbe-research ([a-z-]+)", README))
    listed = CliRunner().invoke(cli.app, ["--help"]).stdout
    assert named, "README.md names no command"
    assert sorted(name for name in named if f" {name} " not in listed) == []


def test_files_and_targets_it_names_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", "".join(READMES.values())):
        assert (ROOT / target).exists(), target
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    assert Path(ROOT / "data" / "datapackage.json").is_file()
