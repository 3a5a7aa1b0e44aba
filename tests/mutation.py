"""Mutants of the package's source: does a test fail when a line says something else?

A mutant is one change of one expression: a comparison, a sign, a number, a condition turned round,
a call left out. Those drawn are run one by one, each in a forked process in which the changed
module stands for the real one, against the tests that pass through its line and the doctests of its
module. Which tests these are is measured once by coverage.py; branch coverage is told from the same
run.

A mutant that no test notices survives. It is listed with its line; ``HARMLESS`` names those that
change nothing that can be seen, with the reason.

    python tests/mutation.py [--each 40] [--seed 5] [--only panel] [--contexts FILE]
"""

import argparse
import ast
import importlib
import importlib.abc
import importlib.util
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("panel", "scoring", "boundary", "claims", "ingest", "instruments")
SUITES = (
    *(f"tests/{name}" for name in PACKAGES),
    "tests/questions/do_we_reproduce_the_published_index",  # misprints and recomputation
    "tests/questions/how_an_index_is_made",
    "tests/questions/who_was_looked_at/test_printed_means.py",
)
SECONDS = 120  # of CPU, for a mutant that never ends
MOST_TESTS = 20  # of those that pass through a line, the nearest: the score is a lower bound
_NO_TESTS = 5  # pytest's exit code
_SLOW = (
    "fuzz", "test_build", "test_new_year", "test_verification", "test_noticed", "test_closure",
    "test_corrections", "test_corpus",
)  # fmt: skip

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult, ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
}  # fmt: skip

# text of the line and what was changed: why no test can see it
HARMLESS: dict[tuple[str, str], str] = {
    (
        "outside = (values < low - _NOISE) | (values > high + _NOISE)",
        "Lt to LtE",
    ): "a value on the very edge of the noise is no index",
    (
        'path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)',
        "BitOr to BitAnd",
    ): "a file that turns into a pipe between two looks would be waited for",
    (
        "_LONGEST_BEGINNING = 1_000_000  # bytes",
        "1000000 to 1000001",
    ): "a limit, one byte wider",
    (
        "parser.feed(beginning if end < 0 else beginning[: end + len(_END)])",
        "0 to 1",
    ): "nothing that begins with the end of its metadata is XML",
    (
        "parser.feed(beginning if end < 0 else beginning[: end + len(_END)])",
        "Lt to LtE",
    ): "nothing that begins with the end of its metadata is XML",
    (
        'f"Invalid file {name}. It unpacks to {len(parts):,} parts of {unpacked / 1e6:,.0f} MB, "',
        "1000000.0 to 1000001.0",
    ): "whole megabytes in a message",
    (
        'moved = table.assign(index_computed=(table["index_computed"] + side).clip(1, 5))',
        "5 to 6",
    ): "the other side decides at the end of the scale",
    (
        'digits = "under 1e-12" if size < 1e-12 else f"{size:.4f}"',
        "Lt to LtE",
    ): "no difference of doubles is 1e-12 to the bit",
    (
        "edges = np.linspace(0, len(values), workers + 1).astype(int)",
        "1 to 2",
    ): "one part more for the same workers",
    (
        'since = before[before.upper().rfind("SPBE") + 4 :] if "SPBE" in before.upper() '
        "else before",
        "4 to 5",
    ): "behind SPBE stands a blank",
    (
        "_make_durable(data)",
        "Expr left out",
    ): "what a disk keeps when the power fails is seen by no test",
    (
        "os.close(handle)",
        "Expr left out",
    ): "the interpreter's end closes it, too",
    (
        'same = (rows["index_published"] - before["index_published"]).abs() < _NOISE',
        "Lt to LtE",
    ): "no difference of two printed numbers is 1e-9",
    (
        "if printed is not None and abs(float(printed) - value) > _ROUNDING:",
        "Gt to GtE",
    ): "no difference of doubles from 1 to 5 is the limit to the bit",
    (
        "others = [name for name, code in zip(header, codes, strict=True) if code not in known]",
        "True to False",
    ): "a code stands for every head",
    (
        "for down, up, free in zip(lower, upper, is_free, strict=True)",
        "True to False",
    ): "both rows are as wide as the table",
    (
        "looked_up = [known[text] if text != _NO_NUMBER else np.nan for text in texts]",
        "NotEq to Eq",
    ): "the block is then read row by row, more slowly",
    (
        "share = covered @ weights / weights.sum()",
        "Div to Mult",
    ): "weights below a node sum to one",
    (
        "beyond = np.flatnonzero((values < low - _NOISE) | (values > high + _NOISE))",
        "Lt to LtE",
    ): "a value on the very edge of the noise",
    (
        "table = pd.DataFrame(means, index=index, columns=outputs, copy=False)",
        "False to True",
    ): "a copy has the same values",
    (
        "_IN_MEMORY = 8_000_000  # characters kept before a temporary file is used",
        "8000000 to 8000001",
    ): "a limit, one character wider",
    ("year or 0,", "Or to And"): "a citation does not say the year of its verdict",
    ("@dataclass(frozen=True)", "True to False"): "nobody writes into it",
}


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: Path
    line: int
    what: str
    source: str

    def __str__(self) -> str:
        text = self.path.read_text(encoding="utf-8").splitlines()[self.line - 1].strip()
        return f"{self.path.relative_to(ROOT)}:{self.line} {self.what}: {text}"


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every change of one node, as the node that stands for it."""
    if isinstance(node, ast.Compare | ast.BinOp | ast.BoolOp | ast.UnaryOp):
        yield from _of_operators(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constants(node)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        new = deepcopy(node)
        new.test = ast.UnaryOp(ast.Not(), new.test)
        yield f"not, in {type(node).__name__}", new
    elif isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield f"{type(node).__name__} left out", ast.Pass()
    elif isinstance(node, ast.Continue):
        yield "continue to break", ast.Break()


def _of_operators(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            new = deepcopy(node)
            new.ops[at] = _COMPARED[type(operator)]()
            yield f"{type(operator).__name__} to {type(new.ops[at]).__name__}", new
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        new = deepcopy(node)
        new.op = _OPERATORS[type(node.op)]()
        yield f"{type(node.op).__name__} to {type(new.op).__name__}", new
    elif isinstance(node, ast.BoolOp):
        new = deepcopy(node)
        new.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} to {type(new.op).__name__}", new
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield f"no {type(node.op).__name__}", deepcopy(node.operand)


def _of_constants(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield f"{node.value} to {node.value + 1}", ast.Constant(node.value + 1)


class _Put(ast.NodeTransformer):
    """Put a node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file; type hints and what is only said to a type checker are left alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not hasattr(node, "lineno"):
            continue
        for what, new in changes(node):
            mutated = ast.fix_missing_locations(_Put(node, new).visit(deepcopy_but(tree, node)))
            yield Mutant(path, node.lineno, what, ast.unparse(mutated))


def deepcopy_but(tree: ast.AST, node: ast.AST) -> ast.AST:
    """Copy a tree, keeping one node itself, so that it can be found in the copy."""
    return deepcopy(tree, {id(node): node})


class Standing(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Let a changed source stand for a module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        parts = mutant.path.relative_to(ROOT).with_suffix("").parts
        self.is_init = parts[-1] == "__init__"
        self.name = ".".join(parts[:-1] if self.is_init else parts)

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        """Return the changed module, and no other."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(
            name,
            self.mutant.path,
            loader=self,
            submodule_search_locations=[str(self.mutant.path.parent)] if self.is_init else None,
        )

    def get_source(self, name: str) -> str:
        """Return the changed source."""
        return self.mutant.source

    def is_package(self, name: str) -> bool:
        """Say whether the module is a package."""
        return self.is_init


def tests_by_line(contexts: Path | None) -> dict[tuple[str, int], set[str]]:
    """The test functions that pass through each line, and branch coverage in passing."""
    from coverage import CoverageData

    if contexts is None:
        contexts = measured_coverage()
    data = CoverageData(str(contexts))
    data.read()
    found: dict[tuple[str, int], set[str]] = {}
    for file in data.measured_files():
        for line, names in data.contexts_by_lineno(file).items():
            found[str(Path(file).relative_to(ROOT)), line] = {name for name in names if name}
    return found


def measured_coverage() -> Path:
    """Run the tests of the packages under coverage.py; tell the branch coverage of each package."""
    folder = Path(tempfile.mkdtemp())
    settings, data = folder / "coveragerc", folder / "coverage"
    sources = ",".join(f"spbe_research/{name}" for name in PACKAGES)
    settings.write_text(
        f"[run]\nbranch = True\ndata_file = {data}\nsource = {sources}\n"
        "dynamic_context = test_function\n[report]\nexclude_also =\n"
        '    if TYPE_CHECKING:\n    if sys.platform == "win32":\n',
        encoding="utf-8",
    )
    run = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q"]
    examples = [f"spbe_research/{name}" for name in PACKAGES]
    subprocess.run(
        [*run, *SUITES, *examples, "--doctest-modules", "-m", "not long"], cwd=ROOT, check=True
    )
    for name in PACKAGES:
        report = [sys.executable, "-m", "coverage", "report", f"--rcfile={settings}"]
        include = f"--include=spbe_research/{name}/*"
        said = subprocess.run(
            [*report, include], cwd=ROOT, capture_output=True, text=True, check=True
        )
        sys.stdout.write(f"{name}: branch coverage {said.stdout.split()[-1]}\n")
    return data


def node_of(context: str) -> str:
    """The file and function of a coverage context such as ``panel.test_ids.test_x``."""
    parts = context.split(".")
    for at in range(len(parts) - 1, 0, -1):
        for beginning in (ROOT, ROOT / "tests"):
            path = beginning.joinpath(*parts[:at]).with_suffix(".py")
            if path.is_file():
                return f"{path.relative_to(ROOT)}::{'::'.join(parts[at:])}"
    return ""


def survives(mutant: Mutant, tests: list[str]) -> bool:
    """Run tests against a mutant in a process of their own: whether all pass."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        standing = Standing(mutant)
        sys.meta_path.insert(0, standing)
        try:
            importlib.import_module(standing.name)  # before pytest, whose own loader is asked first
        except BaseException:  # noqa: BLE001 (a module that cannot be loaded is noticed)
            os._exit(1)
        import pytest

        own = str(mutant.path.relative_to(ROOT))
        early = "ignore::pytest.PytestAssertRewriteWarning"  # packages that were loaded before
        quiet = ["-x", "-q", "-p", "no:cacheprovider", "-W", early]
        os._exit(int(pytest.main([*tests, own, "--doctest-modules", *quiet])))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, _NO_TESTS)


def unchanged(mutant: Mutant) -> Mutant:
    """The file as it is, through the same parser: what every test must let live."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    return Mutant(mutant.path, mutant.line, "nothing", ast.unparse(tree))


def chosen_tests(mutant: Mutant, lines: dict[tuple[str, int], set[str]]) -> list[str]:
    """The tests that pass through the line of a mutant, then those that use its module.

    What is read once and kept is passed by the first test alone, and relied on by the others.
    """
    file = str(mutant.path.relative_to(ROOT))
    own, suite = f"test_{mutant.path.stem}", f"tests/{mutant.path.parent.name}/"

    def distance(node: str) -> tuple[bool, bool, bool, str]:
        slow = any(name in node for name in _SLOW)
        return slow, own not in node, not node.startswith(suite), node

    through = lines.get((file, mutant.line), set())
    using = set().union(*(names for (name, _), names in lines.items() if name == file))
    nodes = [
        sorted({node for name in names if (node := node_of(name))}, key=distance)
        for names in (through, using)
    ]
    return list(dict.fromkeys([*nodes[0][:MOST_TESTS], *nodes[1]]))[:MOST_TESTS]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=40, help="mutants of each package")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--only", action="append", choices=PACKAGES)
    parser.add_argument("--contexts", type=Path, help="data of coverage.py, measured before")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    lines = tests_by_line(arguments.contexts)
    for module in ("pandas", "pandera.pandas", "openpyxl", "pytest"):
        importlib.import_module(module)  # once, for all forked processes
    bare = []
    for name in arguments.only or PACKAGES:
        started = time.monotonic()
        paths = sorted((ROOT / "spbe_research" / name).glob("*.py"))
        every = [mutant for path in paths for mutant in mutants_of(path)]
        chance = random.Random(arguments.seed)  # noqa: S311 (which mutants are drawn)
        drawn = chance.sample(every, min(arguments.each, len(every)))
        alive, whole = [], set()
        for mutant in drawn:
            tests = chosen_tests(mutant, lines)
            if mutant.path not in whole and not survives(unchanged(mutant), tests):
                sys.stdout.write(f"The tests of {mutant} fail without a change.\n")
                return 1
            whole.add(mutant.path)
            if survives(mutant, tests):
                alive.append(mutant)
                why = HARMLESS.get((str(mutant).partition(": ")[2], mutant.what), "")
                sys.stdout.write(f"  survives {mutant}{f' ({why})' if why else ''}\n")
                sys.stdout.flush()
                if not why:
                    bare.append(mutant)
        score = 1 - len(alive) / len(drawn)
        unseen = sum(mutant not in bare for mutant in alive)
        sys.stdout.write(
            f"{name}: {len(drawn)} of {len(every):,} mutants drawn, {len(alive)} survive, "
            f"score {score:.1%}; {unseen} of them change nothing that can be seen, without these "
            f"{1 - (len(alive) - unseen) / (len(drawn) - unseen):.1%}; "
            f"{time.monotonic() - started:.0f} s\n"
        )
        sys.stdout.flush()
    return int(len(bare) > 0.1 * arguments.each * len(arguments.only or PACKAGES))


if __name__ == "__main__":
    sys.exit(main())
