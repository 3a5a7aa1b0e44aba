"""The front door is light: heavy libraries are imported where they are used."""

import subprocess
import sys

import pytest

import spbe_research

HEAVY = ("pandas", "numpy", "pandera", "matplotlib", "scipy", "typer", "rich", "IPython")


def modules_after(program: str) -> set[str]:
    program = f"{program}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return set(run.stdout.split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert modules_after("import spbe_research").isdisjoint(HEAVY)


@pytest.mark.whole
def test_loading_and_scoring_import_no_more_than_pandas() -> None:
    loaded = modules_after("from spbe_research import load_published, compute_index")
    assert loaded.isdisjoint(set(HEAVY) - {"pandas", "numpy"})


def test_every_public_name_is_importable_from_the_top() -> None:
    for name in spbe_research.__all__:
        assert callable(getattr(spbe_research, name))
    assert set(spbe_research.__all__) <= set(dir(spbe_research))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'load_gossip'"):
        spbe_research.load_gossip  # noqa: B018
