"""The few kinds of error the package raises, and the one form their texts take.

Every message reads ``Invalid <what>. <What must hold>. <Where, how many>: <first few>. <Remedy>.``
All violations of one input are collected before one error is raised. Nothing here reads data.
"""

from collections.abc import Iterable

__all__ = [
    "BuildError",
    "DataError",
    "InstrumentError",
    "ScoringError",
    "SpbeError",
    "listed",
    "refuse",
]

_SHOWN = 5


class SpbeError(ValueError):
    """Root of every error the package raises on purpose."""


class DataError(SpbeError):
    """A table, raw or tidy, is not what its source or its schema says."""


class InstrumentError(SpbeError):
    """An instrument does not hang together: an orphan item, weights that do not close."""


class ScoringError(SpbeError):
    """Levels or indices handed to the engine cannot be scored."""


class BuildError(SpbeError):
    """The tidy tables cannot be built from the raw ones."""


def listed(values: Iterable[object], *, shown: int = _SHOWN) -> str:
    """Join the first few values for a message and say how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c"], shown=2)
    "'a', 'b' and 1 more"
    """
    items = list(values)
    text = ", ".join(repr(value) for value in items[:shown])
    return text if len(items) <= shown else f"{text} and {len(items) - shown} more"


def refuse(kind: type[SpbeError], what: str, violations: list[str], remedy: str) -> None:
    """Raise one error of ``kind`` that names every violation, or return when there is none.

    Parameters
    ----------
    kind : type of SpbeError
        The error to raise.
    what : str
        The thing that is invalid, with its place: ``"levels (file.csv)"``.
    violations : list of str
        One line each, saying where, what was found and what must hold.
    remedy : str
        What the reader can do.

    Examples
    --------
    >>> refuse(ScoringError, "levels", [], "Nothing to do.")
    >>> refuse(ScoringError, "levels", ["row 3, I04: 6 is not in 1-5"], "Correct the cell.")
    Traceback (most recent call last):
        ...
    spbe_research.errors.ScoringError: Invalid levels, 1 violation:
      - row 3, I04: 6 is not in 1-5
    Correct the cell.
    """
    if not violations:
        return
    count = len(violations)
    lines = [f"Invalid {what}, {count} violation{'s' if count > 1 else ''}:"]
    lines += [f"  - {violation}" for violation in violations]
    lines.append(remedy)
    raise kind("\n".join(lines))
