"""The few kinds of error the package raises, and the one form their texts take.

Every message reads ``Invalid <what>. <What must hold>. <Where, how many>: <first few>. <Remedy>.``
All violations of one input are collected before one error is raised; the first twenty are told, and
how many there are. What a message quotes cannot steer a terminal and has an end. Nothing here reads
data.
"""

import re
from collections.abc import Iterable, Sequence

__all__ = [
    "BuildError",
    "DataError",
    "InstrumentError",
    "MissingExtraError",
    "ScoringError",
    "SpbeError",
    "VIOLATIONS_SHOWN",
    "listed",
    "printable",
    "refuse",
]

VIOLATIONS_SHOWN = 20

_SHOWN = 5
_LONGEST_VIOLATION = 400  # characters
_LONGEST_LINE = 2_000
_LONGEST_MESSAGE = 20_000
# Control characters other than tab and new line, marks that turn the direction of writing, line and
# paragraph separators, and halves of characters, which no terminal can show.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class SpbeError(ValueError):
    """Root of every error the package raises on purpose; its text is printable and has an end."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(_bounded(part) if isinstance(part, str) else part for part in args))


class DataError(SpbeError):
    """A table, raw or tidy, is not what its source or its schema says."""


class InstrumentError(SpbeError):
    """An instrument does not hang together: an orphan item, weights that do not close."""


class ScoringError(SpbeError):
    """Levels or indices handed to the engine cannot be scored."""


class BuildError(SpbeError):
    """The tidy tables cannot be built from the raw ones."""


class MissingExtraError(SpbeError, ImportError):
    """A package is missing that comes with an extra of this one (``spbe_research.extras``)."""


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


def printable(text: str) -> str:
    r"""Return a text whose control characters are written out, so that a terminal only shows it.

    Tabs and new lines stay.

    Examples
    --------
    >>> print(printable("red \x1b[31m, hidden \u202e"))
    red \x1b[31m, hidden \u202e
    """
    return _UNPRINTABLE.sub(lambda found: _written_out(found[0]), text)


def refuse(
    kind: type[SpbeError],
    what: str,
    violations: Sequence[str],
    remedy: str,
    *,
    count: int | None = None,
) -> None:
    """Raise one error of ``kind`` that tells the violations, or return when there is none.

    Parameters
    ----------
    kind : type of SpbeError
        The error to raise.
    what : str
        The thing that is invalid, with its place: ``"levels (file.csv)"``.
    violations : sequence of str
        One line each, saying where, what was found and what must hold. The first
        ``VIOLATIONS_SHOWN`` are told.
    remedy : str
        What the reader can do.
    count : int, optional
        How many violations there are, where only the first were kept.

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
    count = len(violations) if count is None else count
    told = violations[:VIOLATIONS_SHOWN]
    lines = [f"Invalid {what}, {count:,} violation{'s' if count > 1 else ''}:"]
    lines += [f"  - {_cut(violation, _LONGEST_VIOLATION)}" for violation in told]
    if count > len(told):
        lines.append(f"  - and {count - len(told):,} more")
    lines.append(remedy)
    raise kind("\n".join(lines))


def _bounded(message: str) -> str:
    lines = [_cut(line, _LONGEST_LINE) for line in printable(message).split("\n")]
    return _cut("\n".join(lines), _LONGEST_MESSAGE)


def _cut(text: str, most: int) -> str:
    """Leave out the middle of a long text: its beginning says what, its end what to do."""
    if len(text) <= most:
        return text
    end = most // 3
    left_out = f" [{len(text) - most:,} characters left out] "
    return text[: most - end] + left_out + text[-end:]


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
