"""The one rule for the text of a level: what is read, and what is said of what is not."""

import re

__all__ = ["HIGHEST", "LOWEST", "KnownLevels", "WrongLevelError", "level"]

LOWEST, HIGHEST = 1, 5

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_MOST_KNOWN = 50_000  # different texts that are remembered
_LONGEST_TOLD = 40  # characters


class WrongLevelError(Exception):
    """The text of a level is wrong; caught where the row and column are known."""


def level(cell: str, value_type: str, missing: str) -> tuple[float, str]:
    """Return the level that a cell states, missing where it is empty, and what is wrong with it.

    Parameters
    ----------
    cell : str
        With a decimal comma or point, spaces around it.
    value_type : {"integer", "continuous"}
        Whether the item takes whole levels only.
    missing : {"raise", "renormalise"}
        Whether an empty cell is wrong.

    Examples
    --------
    >>> level("3,0", "integer", "raise"), level("3,5", "continuous", "raise")
    ((3.0, ''), (3.5, ''))
    >>> level("6", "integer", "raise")[1]
    "'6' is outside the scale, must be 1 to 5"
    """
    text = cell.strip()
    if not text:
        return float("nan"), "is empty, must be a level 1 to 5" if missing == "raise" else ""
    told = repr(text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}...")
    if not _NUMBER.fullmatch(text):
        return float("nan"), f"{told} is no number, must be a level 1 to 5"
    value = float(text.replace(",", "."))
    if not LOWEST <= value <= HIGHEST:
        return value, f"{told} is outside the scale, must be 1 to 5"
    if value_type == "integer" and not value.is_integer():
        return value, f"{told} is no whole level, must be 1, 2, 3, 4 or 5"
    return value, ""


class KnownLevels(dict[str, float]):
    """Texts of levels of one kind and their values: each is read once; a wrong one raises."""

    def __init__(self, value_type: str, missing: str) -> None:
        super().__init__()
        self._value_type, self._missing = value_type, missing

    def __missing__(self, text: str) -> float:
        """Read a text that was not seen yet."""
        value, problem = level(text, self._value_type, self._missing)
        if problem:
            raise WrongLevelError(problem)
        if len(self) < _MOST_KNOWN:
            self[text] = value
        return value
