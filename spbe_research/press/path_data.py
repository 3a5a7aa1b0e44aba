"""The data of a path in an SVG, written as short as it can be read."""

import re
from collections.abc import Iterable

__all__ = ["Box", "Path", "box_of", "circle_of", "number", "parsed", "steps"]

_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_POINTS = {"M": 1, "L": 1, "C": 3, "Q": 2}
Box = tuple[float, float, float, float]  # left, top, right, bottom
Path = list[tuple[str, list[tuple[float, float]]]]  # each command and its points, all absolute


def parsed(data: str) -> Path:
    """Path data as commands with their points; Matplotlib writes M, L, C, Q and z, all absolute."""
    tokens = _TOKEN.findall(data)
    path: Path = []
    at = 0
    while at < len(tokens):
        command = tokens[at].upper()
        count = _POINTS.get(command, 0)
        values = [float(token) for token in tokens[at + 1 : at + 1 + 2 * count]]
        path.append((command, list(zip(values[::2], values[1::2], strict=True))))
        at += 1 + 2 * count
    return path


def box_of(path: Path) -> Box:
    """Return the box that holds every point of a path, those that only bend it included."""
    points = [point for _, each in path for point in each] or [(0.0, 0.0)]
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def circle_of(path: Path) -> tuple[float, float, float] | None:
    """Centre and radius of what Matplotlib draws as a circle: eight closed curves."""
    if [command for command, _ in path] != ["M", *"C" * 8, "Z"]:
        return None
    left, top, right, bottom = box_of(path)
    if abs((right - left) - (bottom - top)) > 0.05:
        return None
    return (left + right) / 2, (top + bottom) / 2, (right - left) / 2


def steps(path: Path, decimals: int) -> str:
    """Path data as steps from point to point, rounded so that errors do not add up."""
    unit = 10**decimals
    here, start, before, last, written = (0, 0), (0, 0), "", "", []
    for command, points in path:
        if command == "Z":
            here, before = start, ""
            written.append("z")
            continue
        whole = [(round(x * unit), round(y * unit)) for x, y in points]
        deltas = [(x - here[0], y - here[1]) for x, y in whole]
        end, name = whole[-1], command.lower()
        if command == "L" and deltas[0] == (0, 0) and before:
            continue
        if command == "L" and 0 in deltas[0]:
            name = "v" if deltas[0][0] == 0 else "h"
            values = [deltas[0][1 if name == "v" else 0]]
        else:
            values = [value for delta in deltas for value in delta]
        if command == "M":
            name, start = ("M" if not written else "m"), end
            before = ""
        numbers = [number(value / unit, decimals) for value in values]
        opening = _gap(last, numbers[0]) if name == before else name
        written.append(opening + _joined(numbers))
        here, before, last = end, name, numbers[-1]
    return "".join(written)


def _joined(numbers: Iterable[str]) -> str:
    """Numbers with a space only where one could not be told from the next."""
    text, before = "", ""
    for each in numbers:
        text += each if not text else _gap(before, each) + each
        before = each
    return text


def _gap(before: str, after: str) -> str:
    apart = after.startswith("-") or (after.startswith(".") and "." in before)
    return "" if apart else " "


def number(value: float, decimals: int) -> str:
    """A number as short as SVG reads it.

    Examples
    --------
    >>> number(0.5, 1), number(-0.04, 1), number(-12.34, 1), number(30.0, 1)
    ('.5', '0', '-12.3', '30')
    """
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = re.sub(r"^(-?)0\.", r"\1.", text)
    return "0" if text in ("-0", "-", "") else text
