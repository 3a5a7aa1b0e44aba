"""What a change asks for next: in a small house under git, with its notebook and a release."""

import json
import subprocess
from base64 import b64encode
from typing import Any

import pytest
from typer.testing import CliRunner

from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.press import next_steps as asking
from spbe_research.press.exports import current_sha256
from spbe_research.press.next_steps import next_steps
from spbe_research.press.reasons import give_reason
from spbe_research.press.records import load_records
from spbe_research.press.show import draw_record, printed_caption


def git(house: Any, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=house.root, check=True, capture_output=True)


def commit(house: Any) -> None:
    git(house, "add", "-A")
    git(house, "commit", "-qm", "So")


def execute(house: Any) -> None:
    """Write into the notebook what it prints and draws now."""
    path = house.root / "notebooks" / "01-how-big.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    records = load_records()
    texts = [
        printed_caption(records[name], current_sha256(name)) + "\n"
        for name in ("fig-mean", "tab-mean")
    ]
    png = b64encode(draw_record("fig-mean")).decode()
    notebook["cells"][1]["outputs"] = [
        {"output_type": "stream", "text": texts},
        {"output_type": "display_data", "data": {"image/png": png}},
    ]
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture
def committed(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    execute(house)
    house.release("0.1.0")
    git(house, "init", "-q")
    commit(house)
    monkeypatch.setattr(asking, "generated_texts", dict)
    monkeypatch.setattr(asking, "stale_questions", lambda data: ("how_big",))
    return house


def test_nothing_changed_asks_for_nothing(committed: Any) -> None:
    assert next_steps().summary() == (
        "Nothing published changed since HEAD.\nnext: nothing is left to do"
    )


def test_indonesian_label_asks_for_a_reason_and_no_notebook(committed: Any) -> None:
    committed.say('"moons" = "bulan"', '"moons" = "satelit"')
    found = next_steps()
    assert found.tree.things == {"fig-mean": ("picture (id)",)}
    assert found.standing == {"fig-mean": "published in release 0.1.0"}
    assert found.commands == (
        'spbe-research reason "fig-mean" "..."  # why this changed: picture (id)',
    )
    assert found.tests[0].endswith('tests/press/test_layout.py -k "fig-mean"')
    assert found.tests[1].endswith("tests/press/test_since_release.py -k how_big")
    give_reason("fig-mean", "A better word.")
    found = next_steps()
    assert found.commands == ()
    assert found.standing == {"fig-mean": "its reason stands in data/releases"}


def test_label_that_no_figure_shows_changes_nothing(committed: Any) -> None:
    committed.say('"moons" = "bulan"', '"moons" = "bulan"\n"suns" = "surya"')
    assert next_steps().tree.things == {}


def test_english_caption_asks_for_its_notebook(committed: Any) -> None:
    committed.say('caption.en = "All', 'caption.en = "The')
    found = next_steps()
    assert found.tree.things == {"tab-mean": ("caption (en)",)}
    assert found.commands == (
        'spbe-research reason "tab-mean" "..."  # why this changed: words (en)',
        'make notebooks ONLY="01"',
    )
    execute(committed)
    assert 'make notebooks ONLY="01"' not in next_steps().commands


def test_english_title_of_a_figure_asks_for_its_notebook(committed: Any) -> None:
    committed.say('title.en = "The mean by year"', 'title.en = "Mean by year"')
    found = next_steps()
    assert found.tree.things == {"fig-mean": ("title (en)", "picture (en)")}
    assert 'make notebooks ONLY="01"' in found.commands
    execute(committed)
    assert 'make notebooks ONLY="01"' not in next_steps().commands


def test_question_asks_for_a_reason_by_the_name_of_its_notebook(committed: Any) -> None:
    committed.say('answer.id = "Reratanya', 'answer.id = "Rata-ratanya')
    found = next_steps()
    assert found.tree.things == {"01-how-big": ("answer (id)",)}
    assert found.commands[0].startswith('spbe-research reason "01-how-big"')


def test_edited_readme_asks_for_a_reason_and_its_tables_do_not(committed: Any) -> None:
    readme = committed.root / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(f"{text}\n<!--figures-->\n| more |\n<!--/figures-->\n", encoding="utf-8")
    commit(committed)
    readme.write_text(readme.read_text(encoding="utf-8").replace("more", "less"), encoding="utf-8")
    assert next_steps().tree.things == {}
    readme.write_text(text.replace("It is", "It is not"), encoding="utf-8")
    found = next_steps("HEAD~1")
    assert found.tree.things == {"README.md": ("text",)}
    assert found.commands == (
        'spbe-research reason "README.md" "..."  # why this changed: 1 paragraph',
    )
    give_reason("README.md", "It was wrong.")
    assert next_steps("HEAD~1").commands == ()


def test_words_that_changed_after_their_reason_ask_for_another(committed: Any) -> None:
    committed.say('caption.id = "Semua', 'caption.id = "Seluruh')
    give_reason("tab-mean", "A better word.")
    assert next_steps().commands == ('make notebooks ONLY="01"',)
    committed.say('caption.id = "Seluruh', 'caption.id = "Setiap')
    command, _ = next_steps().commands
    assert command.startswith('spbe-research reason "tab-mean" "..."')
    assert command.endswith("its reason was given for other words; give it again")


def test_readme_is_asked_for_where_it_would_be_written_otherwise(
    committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = (committed.root / "README.md").read_text(encoding="utf-8")
    monkeypatch.setattr(asking, "generated_texts", lambda: {"README.md": there})
    assert next_steps().commands == ()
    monkeypatch.setattr(asking, "generated_texts", lambda: {"README.md": there + "more"})
    assert next_steps().commands == ("spbe-research readme",)


def test_changed_results_name_their_numbers_and_one_reason_for_a_family(committed: Any) -> None:
    committed.table["estimate"] = [0.75, 0.125]
    committed.build()
    found = next_steps()
    assert found.tree.things == {
        "fig-mean": ("table", "picture (en, id)"),
        "tab-mean": ("table",),
        "num-mean-2023": ("number",),
        "num-mean-2024": ("number",),
    }
    reasons = [each.split('"')[1] for each in found.commands if " reason " in each]
    assert sorted(reasons) == ["fig-mean", "num-mean-{year}", "tab-mean"]
    assert found.commands[-1] == 'make notebooks ONLY="01"'


def test_format_of_a_number_asks_for_a_build_first(committed: Any) -> None:
    committed.say('text = "{:.2f}"', 'text = "{:.1f}"')
    found = next_steps()
    assert found.tree.things == {"num-mean-{year}": ("text",)}
    assert found.commands[0] == "spbe-research build", "the only question is every question"


def test_number_that_no_text_mentions_any_more_asks_for_a_build(committed: Any) -> None:
    committed.write_cells((*committed.cells[:2], committed.cells[3]))
    assert "spbe-research build" in next_steps().commands


def test_what_changed_since_an_earlier_commit_is_found_too(committed: Any) -> None:
    committed.say('caption.id = "Semua', 'caption.id = "Seluruh')
    commit(committed)
    assert next_steps().tree.things == {}
    assert next_steps("HEAD~1").tree.things == {"tab-mean": ("caption (id)",)}
    assert "tab-mean" in next_steps().commands[0], "it has no reason yet, though it is committed"


def test_label_without_indonesian_is_refused(committed: Any) -> None:
    committed.say('"moons" = "bulan"', '"suns" = "surya"')
    with pytest.raises(DataError, match="'moons'"):
        next_steps()


def test_unknown_commit_and_missing_repository_are_refused(committed: Any) -> None:
    for name in ("moon", "--output=moon"):
        with pytest.raises(DataError, match=f"Invalid commit '{name}'. git says "):
            next_steps(name)
    assert not (committed.root / "moon").exists()
    (committed.root / ".git").rename(committed.root / "elsewhere")
    with pytest.raises(DataError, match="git says .*[Nn]ot a git repository"):
        next_steps()


def test_command_says_it(committed: Any) -> None:
    committed.say('"moons" = "bulan"', '"moons" = "satelit"')
    outcome = CliRunner().invoke(app, ["changed"])
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout.startswith(
        "changed: fig-mean: picture (id); published in release 0.1.0\n"
        'next: spbe-research reason "fig-mean" "..."'
    )
