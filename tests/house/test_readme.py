"""What the README says is so: its example prints what it shows, its figure and numbers are ours."""

import contextlib
import io
import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from spbe_research import cli
from spbe_research.catalogue import result_table
from spbe_research.catalogue.results import number_table
from spbe_research.catalogue.show import draw_record
from spbe_research.locations import project_folder

ROOT = project_folder()
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_example_prints_what_the_readme_shows() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)[1]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == [
        line.rstrip() for line in shown.splitlines()
    ]


def test_commands_print_what_the_readme_shows() -> None:
    session = re.search(r"```console\n(.*?)```", README, re.DOTALL)[1]
    shown = re.findall(r"^\$ \S*/spbe-research (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    assert len(shown) == 3
    for command, output in shown:
        printed = CliRunner().invoke(cli.app, shlex.split(command)).stdout
        assert printed.strip() == output.strip(), command


def test_figure_is_the_registered_one() -> None:
    png = (ROOT / "docs" / "fig-coverage.png").read_bytes()
    assert png == draw_record("fig-coverage", result_table("fig-coverage"))


def test_numbers_are_the_recorded_ones() -> None:
    numbers = number_table().set_index("id")["text"]
    assert f"{numbers['num-agency-years']} published results of {numbers['num-agencies']}" in README
    assert f"results {numbers['num-carried-over']} repeat an earlier year" in README
    assert f"All {numbers['num-examples-reproduced']} comparisons" in README
    assert f"at least {numbers['num-misprints']} printed figures are misprints" in README


def test_files_and_targets_it_names_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    assert Path(ROOT / "data" / "datapackage.json").is_file()
