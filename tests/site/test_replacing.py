"""A site is replaced whole: whenever the run is killed, the next one finds a site and recovers."""

import os
from pathlib import Path

import pytest

from spbe_research.errors import BuildError, DataError
from spbe_research.panel.transaction import locked
from spbe_research.site import replacing as module
from spbe_research.site.replacing import replacing


class KilledError(BaseException):
    """Stands for a kill: nothing of ours catches it."""


def write(folder: Path, text: str) -> None:
    with replacing(folder) as new:
        (new / "figures").mkdir()
        (new / "figures" / "a.txt").write_text(text)
        (new / "search-index.js").write_text(text)


def write_half(folder: Path) -> None:
    with replacing(folder) as new:
        (new / "search-index.js").write_text("half")
        raise DataError("no Indonesian")


def state(folder: Path) -> str:
    texts = {path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert len(texts) == 1
    assert {path.name for path in folder.rglob("*")} == {"figures", "a.txt", "search-index.js"}
    return texts.pop()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write(tmp_path / "site", "old")
    return tmp_path / "site"


def test_site_is_replaced_and_nothing_is_left_beside_but_the_lock(site: Path) -> None:
    write(site, "new")
    assert state(site) == "new"
    assert sorted(path.name for path in site.parent.iterdir()) == [".site.making", "site"]
    assert [path.name for path in (site.parent / ".site.making").iterdir()] == [".building"]


@pytest.mark.parametrize("after", [0, 1])
def test_kill_before_each_rename_leaves_a_whole_site(
    site: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    rename, calls = Path.rename, []

    def kill(self: Path, target: Path) -> Path:
        if len(calls) == after:
            raise KilledError
        calls.append(target)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", kill)
        patch.setattr(module.shutil, "rmtree", lambda path, **_: None)  # nothing runs after a kill
        with pytest.raises(KilledError):
            write(site, "new")
    kept = site if site.exists() else site.parent / ".site.making" / "old"
    assert state(kept) == "old"
    write(site, "newer")
    assert state(site) == "newer"


def test_kill_while_the_old_site_is_deleted_leaves_the_new_one(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(path: Path, **_: object) -> None:
        if path.name == "old":
            (path / "search-index.js").unlink()  # half of it is gone
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(module.shutil, "rmtree", kill)
        with pytest.raises(KilledError):
            write(site, "new")
    assert state(site) == "new"
    write(site, "newer")
    assert state(site) == "newer"
    assert not (site.parent / ".site.making" / "old").exists()


def test_run_that_fails_leaves_the_old_site(site: Path) -> None:
    with pytest.raises(DataError, match="no Indonesian"):
        write_half(site)
    assert state(site) == "old"


def test_full_disk_is_told_and_leaves_the_old_site(site: Path) -> None:
    with pytest.raises(BuildError, match="No space left.*is whole"), replacing(site):
        raise OSError(28, "No space left on device")
    assert state(site) == "old"


def test_second_run_is_refused_while_one_writes(site: Path) -> None:
    with (
        locked(site.parent / ".site.making"),
        pytest.raises(BuildError, match=f"Another build is running.*process {os.getpid()}"),
    ):
        write(site, "new")
    assert state(site) == "old"


@pytest.mark.parametrize("name", ["documents", "file.txt"])
def test_what_is_no_site_is_never_replaced(tmp_path: Path, name: str) -> None:
    other = tmp_path / name
    if name == "documents":
        other.mkdir()
        (other / "thesis.txt").write_text("mine")
    else:
        other.write_text("mine")
    with pytest.raises(DataError, match=f"Invalid folder .*{name}"):
        write(other, "new")

    assert other.exists()


def test_empty_and_missing_folders_are_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "a/new/site"):
        write(tmp_path / name, "new")
        assert state(tmp_path / name) == "new"


@pytest.mark.parametrize("target", ["itself", "nowhere"])
def test_link_that_leads_nowhere_is_refused_before_anything_is_written(
    tmp_path: Path, target: str
) -> None:
    (tmp_path / "itself").symlink_to(tmp_path / target)
    entered = False
    with pytest.raises(DataError, match="itself: a link that leads nowhere"):  # noqa: SIM117
        with replacing(tmp_path / "itself"):
            entered = True
    assert not entered
    assert [path.name for path in tmp_path.iterdir()] == ["itself"]
