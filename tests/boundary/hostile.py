"""What a stranger can do to the commands and functions: hundreds of calls, over a thousand files.

Each call runs in a process of its own with a limit of time; what is counted are tracebacks, files
of the user that changed, seconds, and peak memory. Exit code 1 where anything was lost.

    python tests/boundary/hostile.py [files]      1,200 when not given
"""

import contextlib
import hashlib
import importlib
import io
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fuzzing import bomb, fuzzed_files, good_files, read_any

FILES = 1_200
EDITION = "permen-59-2020"
SECONDS = 60
_LARGE = 100_000  # bytes


@dataclass
class Outcome:
    """What a call did: its exit code, or the traceback it ended with."""

    name: str
    code: int
    text: str
    seconds: float
    megabytes: float


@dataclass
class Tally:
    """All calls of one kind."""

    what: str
    outcomes: list[Outcome] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.code not in (0, 1, 2)]

    def line(self) -> str:
        slowest = max(self.outcomes, key=lambda each: each.seconds)
        largest = max(self.outcomes, key=lambda each: each.megabytes)
        total = sum(each.seconds for each in self.outcomes)
        return (
            f"{self.what:18} {len(self.outcomes):5,} in {total:4.0f} s  "
            f"tracebacks {len(self.failed)}  lost files {len(self.lost)}\n"
            f"    slowest {slowest.seconds:5.2f} s ({slowest.name}), "
            f"most memory {largest.megabytes:4.0f} MB ({largest.name})"
        )


def isolated(name: str, function: Callable[[], object]) -> Outcome:
    """Run a function in a forked process; memory is what it adds to that of this one."""
    with tempfile.TemporaryFile() as told:
        before = time.perf_counter()
        child = os.fork()
        if child == 0:
            os._exit(_child(function, told.fileno()))
        _, status, used = os.wait4(child, 0)
        code = os.waitstatus_to_exitcode(status)
        told.seek(0)
        text = told.read().decode("utf-8", errors="replace")
    if "Traceback (most recent call last)" in text:
        code = 99
    megabytes = used.ru_maxrss / 1024 - _own_megabytes()
    return Outcome(name, code, text, time.perf_counter() - before, max(megabytes, 0.0))


def _child(function: Callable[[], object], told: int) -> int:
    os.dup2(told, 1)
    os.dup2(told, 2)
    _open_screen()
    signal.alarm(SECONDS)
    code = 0
    try:
        function()
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 0
    except BaseException:  # noqa: BLE001 (whatever it is, it is a finding)
        traceback.print_exc()
        code = 99
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _open_screen() -> None:
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8")


def _own_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def command(*arguments: str) -> Callable[[], None]:
    """A call of the command line as the shell makes it."""

    def call() -> None:
        from spbe_research.cli import main

        sys.argv = ["spbe-research", *arguments]
        main()

    return call


def function(call: Callable[[], object]) -> Callable[[], None]:
    """A call of a function, which may refuse with an error of the package and no other."""

    def guarded() -> None:
        from spbe_research.errors import SpbeError

        try:
            call()
        except SpbeError as error:
            raise SystemExit(2) from error

    return guarded


def odd_paths(folder: Path) -> dict[str, Path]:
    """Paths that lead to no ordinary file."""
    (folder / "folder").mkdir()
    (folder / "dangling.csv").symlink_to(folder / "nothing.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    os.mkfifo(folder / "pipe.csv")
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(folder / "socket.csv"))
    (folder / "empty.csv").touch()
    return {
        "folder": folder / "folder",
        "missing": folder / "none.csv",
        "dangling link": folder / "dangling.csv",
        "link to itself": folder / "loop.csv",
        "pipe": folder / "pipe.csv",
        "socket": folder / "socket.csv",
        "empty": folder / "empty.csv",
        "below a file": folder / "empty.csv" / "x.csv",
        "null": Path("/dev/null"),
        "zero": Path("/dev/zero"),
        "full": Path("/dev/full"),
        "memory of a process": Path("/proc/self/mem"),
        "endless name": folder / ("x" * 300 + ".csv"),
        "steering name": folder / "\x1b[2J\n.csv",
        "halves of characters": folder / "\udcff.csv",
        "dash": Path("-"),
        "dot": Path(),
        "root": Path("/"),
    }


def odd_contents() -> dict[str, bytes]:
    """Contents that are large, deep, endless or not what they say."""
    levels = good_files()["levels"]
    head, *rows = levels.splitlines()
    wrong = head + b"\n" + b"\n".join([b"a,2024" + b",9" * 47] * 2_200)
    deep = b"<svg>" + b"<g>" * 200_000
    entities = b"<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (97 + at, b"&%c;" % (96 + at) * 10) for at in range(1, 10)
    )
    png = good_files()["png"]
    huge = png[:16] + (60_000).to_bytes(4, "big") * 2 + png[24:]
    own = good_files()["instrument"]
    return {
        "103,400 wrong cells": wrong,
        "long cell": levels.replace(b"Body 1", b"B" * 200_000),
        "long level": levels.replace(b",3,", b"," + b"3" * 200_000 + b",", 1),
        "no line end": b"x" * 9_000_000,
        "mark never closed": levels.replace(b"Body 1", b'"Body 1') + rows[0] * 20_000,
        "two million commas": b"," * 2_000_000,
        "two thousand columns": b",".join(b"c%d" % at for at in range(2_000)) + b"\n",
        "a hundred thousand blank lines": head + b"\n" * 100_000,
        "latin-1": levels.replace(b"Body 1", b"B\xf6dy"),
        "utf-16 without mark": levels.decode().encode("utf-16-le"),
        "utf-32": levels.decode().encode("utf-32"),
        "zeros": b"\0" * 3_000_000,
        "noise": bytes(range(256)) * 1_000,
        "formulas": levels.replace(b"Body 1", b"=HYPERLINK(1)").replace(b"Body 2", b"@SUM(1)"),
        "steering": levels.replace(b"Body 1", b"\x1b[2J\x1b]0;x\x07"),
        "sep= of nothing": b"sep=\n" + levels,
        "sep=|": b"sep=|\n" + levels,
        "weight 1e20000000": own.replace(b",60,c", b",1e20000000,c"),
        "weight of many digits": own.replace(b",60,c", b"," + b"9" * 9_000 + b",c"),
        "bomb": bomb(),
        "huge picture": huge,
        "deep svg": deep,
        "entities": entities + b"]><svg>&j;</svg>",
        "svg of 25 MB": b"<svg>" + b"<g/>" * 6_000_000 + b"</svg>",
        "pdf that loops": b"%PDF-1.4\n1 0 obj<</Prev 9>>endobj\nstartxref\n9\n%%EOF",
        "pdf of one byte more": b"%PDF-",
    }


def calls(folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every hostile call of the commands and functions; each in the folder of the user's files."""
    good = {name: folder / f"good-{name}.csv" for name in good_files()}
    for name, path in good.items():
        path.write_bytes(good_files()[name])
    levels, claims, own = str(good["levels"]), str(good["claims"]), str(good["instrument"])
    odd = odd_paths(folder)
    for name, content in odd_contents().items():
        odd[name] = folder / f"odd {name.replace('/', ' ')}.csv"
        odd[name].write_bytes(content)
    for name, path in odd.items():
        file = str(path)
        yield f"score {name}", command("score", file, "--edition", EDITION)
        yield f"edition {name}", command("score", levels, "--edition", file)
        yield f"check {name}", command("check", "--file", file)
        yield f"identify {name}", command("identify", file)
        yield f"bands {name}", function(lambda path=path: _bands(own, path))
        yield f"read {name}", function(lambda path=path: read_any(path, "levels"))
        if name in ("steering name", "halves of characters", "missing", "dash"):
            continue  # new files, which may be written
        yield f"score to {name}", command("score", levels, "--edition", EDITION, "-o", file)
        yield f"check to {name}", command("check", "--file", claims, "-o", file)
        if name not in ("folder", "dot"):
            yield f"site to {name}", command("site", "-o", file)
    yield from _overwriting(folder, levels, claims)
    yield from _words()


def _bands(own: str, path: Path) -> object:
    from spbe_research import load_instrument

    return load_instrument(own, bands=path)


def _overwriting(
    folder: Path, levels: str, claims: str
) -> Iterator[tuple[str, Callable[[], object]]]:
    link, hard = folder / "link.csv", folder / "hard.csv"
    link.symlink_to(levels)
    os.link(levels, hard)
    around = str(folder / "folder" / ".." / Path(levels).name)
    for name, file in {"itself": levels, "a link": str(link), "a hard link": str(hard),
                       "a way round": around, "another file": claims}.items():  # fmt: skip
        for more in ([], ["--overwrite"]):
            if more and name == "another file":
                continue  # asked for
            say = f"score over {name} {' '.join(more)}"
            yield say, command("score", levels, "--edition", EDITION, "-o", file, *more)
        yield (
            f"template over {name}",
            command("score", "--template", "--edition", EDITION, "-o", file),
        )
        yield f"check over {name}", command("check", "--file", claims, "-o", file)
    for name, arguments in {
        "score": ["score", levels, "--edition", EDITION],
        "template": ["score", "--template", "--edition", EDITION],
        "check": ["check", "--file", claims],
    }.items():
        for number in range(4):
            target = str(folder / f"new-{name}-{number}.csv")
            yield (
                f"{name} on a full disk",
                _short_of_space(command(*arguments, "-o", target), number),
            )
        yield (
            f"{name} overwriting on a full disk",
            _short_of_space(command(*arguments, "-o", str(folder / "kept.csv"), "--overwrite"), 0),
        )
        yield f"{name} to a closed pipe", _closed_pipe(command(*arguments))
        yield f"{name} to a full screen", _full_screen(command(*arguments))
        yield f"{name} to no folder", command(*arguments, "-o", str(folder / "no" / "x.csv"))


def _words() -> Iterator[tuple[str, Callable[[], object]]]:
    from spbe_research import check_claim, find_agencies, load_instrument, resolve_agency

    words = [
        "",
        " ",
        "\x1b[2J",
        "\udcff",
        "x" * 100_000,
        "=1+1",
        "'; DROP",
        "\u202e",
        "0",
        "٣",
        "-",
    ]
    for word in words:
        shown = word[:12].encode("unicode_escape").decode()
        yield f"find {shown}", command("find", "--", word)
        yield f"check agency {shown}", command("check", "--", word, "2024", "3")
        yield f"check value {shown}", command("check", "--", "Kota Cilegon", "2024", word)
        yield f"check year {shown}", command("check", "--", "Kota Cilegon", word, "3")
        yield f"cite {shown}", command("cite", "--", word)
        yield f"export {shown}", command("export", "nothing-" + word[:20])
        yield f"resolve {shown}", function(lambda word=word: resolve_agency(word))
        yield f"find_agencies {shown}", function(lambda word=word: find_agencies(word))
        yield f"instrument {shown}", function(lambda word=word: load_instrument(word))
        yield f"claim {shown}", function(lambda word=word: check_claim("BKPM", 2024, word))
    for year in ("1" * 5_000, "-1", "2024.5", "99999999999999999999"):
        yield f"check year {year[:9]}", command("check", "--", "Kota Cilegon", year, "3")
    for value in ("1e999999999", "1e-999999999", "9" * 5_000, "nan", "-inf", "3,2,7", "0x3"):
        yield f"check value {value[:12]}", command("check", "--", "Kota Cilegon", "2024", value)


def _short_of_space(call: Callable[[], object], number: int) -> Callable[[], None]:
    """Let no file grow beyond some bytes: what a full disk does, without one."""

    def short() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        sys.stdout = sys.stderr = io.TextIOWrapper(io.BytesIO())
        most = [0, 1, 100, 300][number]
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        call()

    return short


def _closed_pipe(call: Callable[[], object]) -> Callable[[], None]:
    def closed() -> None:
        read, write = os.pipe()
        os.close(read)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        os.dup2(write, 1)
        _open_screen()
        call()

    return closed


def _full_screen(call: Callable[[], object]) -> Callable[[], None]:
    def full() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        _open_screen()
        call()

    return full


def contents(folder: Path) -> dict[str, str]:
    """The files of the user: what they hold, or of large ones when they were written."""
    return {
        path.name: str(path.stat().st_mtime_ns)
        if path.stat().st_size > _LARGE
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith("new-")
    }


def attack(folder: Path) -> Tally:
    """Make every hostile call, and see after each that no file of the user changed."""
    tally = Tally("hostile calls")
    (folder / "kept.csv").write_text("mine")
    for name, call in calls(folder):
        before = contents(folder)
        tally.outcomes.append(isolated(name, call))
        after = contents(folder)
        tally.lost += [f"{name}: {file}" for file in before if after.get(file) != before[file]]
        left = [path.name for path in folder.iterdir() if path.name.endswith(".part")]
        tally.lost += [f"{name}: left {file}" for file in left]
    return tally


def fuzz(folder: Path, count: int) -> Tally:
    """Read every broken file."""
    tally = Tally("fuzzed files")
    for file in fuzzed_files(count):
        path = folder / f"{file.kind}.csv"
        path.write_bytes(file.content)
        tally.outcomes.append(
            isolated(file.name, function(lambda path=path, file=file: read_any(path, file.kind)))
        )
        if path.read_bytes() != file.content:
            tally.lost.append(file.name)
    return tally


def swap_kills(folder: Path, count: int) -> Tally:
    """Kill a run at a moment of its swap, and let the next one find and replace the site."""
    tally = Tally("kills of the swap")
    site = folder / "site"
    program = (
        "import sys\nfrom pathlib import Path\nfrom spbe_research.site.replacing import replacing\n"
        "folder, n = Path(sys.argv[1]), int(sys.argv[2])\n"
        "with replacing(folder) as new:\n"
        "    for number in range(n): (new / f'{number}.html').write_text(sys.argv[3])\n"
        "    (new / 'search-index.js').write_text(sys.argv[3])\n"
        "    print('swap', flush=True)\n"
    )

    def run(text: str, wait: float | None) -> int:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(site), "1500", text],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        process.stdout.readline()
        if wait is not None:
            time.sleep(wait)
            process.kill()
        return 99 if "Traceback" in process.communicate()[1] else 0

    run("first", None)
    for number in range(count):
        started = time.perf_counter()
        code = run(f"killed {number}", 0.06 * number / count)
        old = folder / ".site.making" / "old"
        there = site if site.exists() else old
        texts = {path.read_text() for path in there.iterdir()}
        if len(texts) != 1 or len(list(there.iterdir())) != 1_501:
            tally.lost.append(f"kill {number}: a mixture")
        if number % 8 == 7:
            code = max(code, run(f"next {number}", None))
            if {path.read_text() for path in site.iterdir()} != {f"next {number}"}:
                tally.lost.append(f"kill {number}: not recovered")
        tally.outcomes.append(
            Outcome(f"kill {number}", code, "", time.perf_counter() - started, 0.0)
        )
    return tally


def _warm_up() -> None:
    """Load what the calls need, once for all of them."""
    from spbe_research.errors import SpbeError

    with tempfile.TemporaryDirectory() as folder:
        for kind, content in good_files().items():
            path = Path(folder) / "good.csv"
            path.write_bytes(content)
            with contextlib.suppress(SpbeError):
                read_any(path, kind.partition("-")[0])
    for name in ("cli", "site", "press.exports", "press.citations", "press.references"):
        importlib.import_module(f"spbe_research.{name}")


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    _warm_up()
    folder = Path(tempfile.mkdtemp())
    try:
        tallies = []
        for name, run in {
            "calls": attack,
            "files": lambda place: fuzz(place, count),
            "swap": lambda place: swap_kills(place, 40),
        }.items():
            (folder / name).mkdir()
            tallies.append(run(folder / name))
            sys.stdout.write(tallies[-1].line() + "\n")
            sys.stdout.flush()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for tally in tallies:
        for each in tally.failed:
            sys.stdout.write(f"\n{each.name}: exit {each.code}\n{each.text[-1500:]}\n")
        for each in tally.lost:
            sys.stdout.write(f"lost: {each}\n")
    return int(any(tally.failed or tally.lost for tally in tallies))


if __name__ == "__main__":
    sys.exit(main())
