"""A picture of Matplotlib as a small SVG that a page may hold: the same marks in a quarter of it.

Coordinates to a tenth of a point, steps from point to point, no style attributes (a strict content
security policy refuses them) but presentation attributes, stated once for a run of equal marks;
lines of one look are one path, a circle is a circle, and what lies within its frame is not clipped.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby
from xml.etree import ElementTree as ET

from spbe_research.press.path_data import Box, box_of, circle_of, number, parsed, steps

__all__ = ["lean_marks"]

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_DROPPED = ("title", "desc", "metadata", "style")
_PLACED = ("x", "y", "width", "height", "d", "transform", "id", "patternUnits")
_DEFAULTS = {  # of the elements below the root, which states them
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
    "font-size": "10",
    "stroke-dashoffset": "0",
}
_REFERENCE = re.compile(r'(?:url\(|xlink:href=")#([^")]+)')
_URL = re.compile(r"url\(#([^)]+)\)")
_LESS = 0.3  # points that a mark may stand out of its frame without being clipped


@dataclass
class _Mark:
    """An element: where it stands and what it is, apart from how it looks."""

    tag: str
    where: dict[str, str] = field(default_factory=dict)
    look: dict[str, str] = field(default_factory=dict)
    inside: "list[_Mark]" = field(default_factory=list)
    text: str = ""


def lean_marks(svg: str, *, prefix: str) -> str:
    """Return the marks of a picture without root, title and metadata.

    Parameters
    ----------
    svg : str
        As Matplotlib writes it with texts as texts.
    prefix : str
        Begins every id, so that two pictures can stand in one page.

    Returns
    -------
    str
        One ``<g>`` that holds all marks.
    """
    root = ET.fromstring(svg)  # noqa: S314 - written here a moment ago
    reader = _Reader(root, prefix)
    marks = [mark for child in root for mark in reader.read(child)]
    used = set(_REFERENCE.findall(_written(marks)))
    whole = _Mark(
        "g",
        look={name: _DEFAULTS[name] for name in ("stroke-linejoin", "font-size")},
        inside=_hoisted(_merged(list(_needed(marks, used)))),
    )
    return _written([whole])


def _needed(marks: Iterable[_Mark], used: set[str]) -> Iterator[_Mark]:
    """Marks without definitions that nothing refers to; definitions that follow are one group."""
    for is_defined, run in groupby(marks, key=lambda mark: mark.tag == "defs"):
        if not is_defined:
            yield from run
        elif inside := [each for mark in run for each in mark.inside if each.where["id"] in used]:
            yield _Mark("defs", inside=inside)


class _Reader:
    """Turns elements into marks; knows the frames and the shapes that others refer to."""

    def __init__(self, root: ET.Element, prefix: str) -> None:
        self.names: dict[str, str] = {}
        self.boxes: dict[str, Box] = {}
        self.lines: set[str] = set()  # shapes without an area that have a stroke of their own
        for place, element in enumerate(each for each in root.iter() if each.get("id")):
            if _tag(element) in ("path", "clipPath", "pattern"):
                self.names[element.get("id", "")] = f"{prefix}{_base36(place)}"
        for clip in root.iter(f"{_SVG}clipPath"):
            box = _box_of_frame(clip[0])
            if box:
                self.boxes[clip.get("id", "")] = box
        for shape in root.iter(f"{_SVG}path"):
            if name := shape.get("id"):
                path = parsed(shape.get("d", ""))
                self.boxes[name] = box_of(path)
                if len(path) == 2 and "stroke" in _look(shape):
                    self.lines.add(name)

    def read(self, element: ET.Element) -> Iterator[_Mark]:
        """Yield the marks that stand for an element: none, one, or its children alone."""
        tag = _tag(element)
        if tag in _DROPPED:
            return
        inside = [mark for child in element for mark in self.read(child)]
        look = _look(element)
        if tag == "g" and not look and not element.get("transform"):
            yield from inside
            return
        where = {name: value for name, value in element.items() if name in _PLACED}
        mark = _Mark(tag, where, look, inside, (element.text or "").strip("\n"))
        if name := element.get("id"):
            mark.where.pop("id")
            if name in self.names:
                mark.where = {"id": self.names[name], **mark.where}
        if link := element.get(_LINK):
            mark.where = {"xlink:href": link, **mark.where}
        yield self._short(mark, element)

    def _short(self, mark: _Mark, element: ET.Element) -> _Mark:
        """The same mark with short numbers and names; a clip that cuts nothing off is dropped."""
        clip = _URL.search(mark.look.get("clip-path", ""))
        if clip and self._within(element, self.boxes.get(clip[1])):
            del mark.look["clip-path"]
        for name, value in mark.look.items():
            mark.look[name] = _URL.sub(lambda found: f"url(#{self.names[found[1]]})", value)
        link = mark.where.get("xlink:href", "")
        if link.startswith("#"):
            mark.where["xlink:href"] = f"#{self.names[link[1:]]}"
            if link[1:] in self.lines:
                mark.look = {k: v for k, v in mark.look.items() if k == "clip-path"}
        if mark.tag == "path":
            return _shaped(mark)
        for name in ("x", "y", "width", "height"):
            if name in mark.where:
                mark.where[name] = number(float(mark.where[name]), 1)
        _turn(mark.where)
        return mark

    def _within(self, element: ET.Element, frame: Box | None) -> bool:
        if frame is None:
            return False
        if _tag(element) == "path":
            box = box_of(parsed(element.get("d", "")))
        elif _tag(element) == "use" and element.get(_LINK, "")[1:] in self.boxes:
            x, y = float(element.get("x", 0)), float(element.get("y", 0))
            left, top, right, bottom = self.boxes[element.get(_LINK, "")[1:]]
            box = (x + left, y + top, x + right, y + bottom)
        else:
            return False
        return (
            box[0] >= frame[0] - _LESS
            and box[1] >= frame[1] - _LESS
            and box[2] <= frame[2] + _LESS
            and box[3] <= frame[3] + _LESS
        )


def _look(element: ET.Element) -> dict[str, str]:
    """The presentation attributes that say what the style says, without what the root says."""
    look = {}
    for part in element.get("style", "").split(";"):
        name, _, value = part.partition(":")
        if name.strip():
            look[name.strip()] = value.strip()
    for name in ("clip-path", "fill"):
        if element.get(name):
            look[name] = element.get(name, "")
    look.pop("font-family", None)  # the root says it
    for name, value in look.items():
        if re.fullmatch(r"[\d.]+px", value):
            look[name] = value[:-2]
    return {k: _short_colour(v) for k, v in look.items() if _DEFAULTS.get(k) != v}


def _short_colour(value: str) -> str:
    same = re.fullmatch(r"#(.)\1(.)\2(.)\3", value)
    return "#" + "".join(same.groups()) if same else value


def _turn(where: dict[str, str]) -> None:
    """A rotation by nothing is dropped, any other one is written short."""
    turned = re.fullmatch(r"rotate\((\S+) (\S+) (\S+)\)", where.get("transform", ""))
    if not turned:
        return
    if float(turned[1]) == 0:
        del where["transform"]
    else:
        angle, x, y = (number(float(part), 1) for part in turned.groups())
        where["transform"] = f"rotate({angle} {x} {y})"


def _shaped(mark: _Mark) -> _Mark:
    path = parsed(mark.where["d"])
    fine = 2 if "id" in mark.where else 1
    if (round_ := circle_of(path)) and mark.tag == "path":
        x, y, radius = round_
        where = {"cx": number(x, fine), "cy": number(y, fine), "r": number(radius, 2)}
        named = {"id": mark.where["id"]} if "id" in mark.where else {}
        return replace(mark, tag="circle", where=named | where)
    mark.where["d"] = steps(path, fine)
    return mark


def _box_of_frame(shape: ET.Element) -> Box | None:
    """The frame that a clip path cuts at; None where it is not a rectangle."""
    if _tag(shape) != "rect":
        return None
    x, y, width, height = (float(shape.get(k, 0)) for k in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _merged(marks: list[_Mark]) -> list[_Mark]:
    """Opaque lines of one look that follow each other become one path: their order is not seen."""
    found = []
    for _, run in groupby(marks, key=_line_key):
        same = list(run)
        if len(same) > 1 and _line_key(same[0]) is not None:
            first = "".join(mark.where["d"] for mark in same)
            same = [replace(same[0], where={"d": first})]
        found += [replace(mark, inside=_merged(mark.inside)) for mark in same]
    return found


def _line_key(mark: _Mark) -> object:
    plain = (
        mark.tag == "path"
        and mark.where.keys() == {"d"}
        and mark.look.get("fill") == "none"
        and not any("opacity" in name for name in mark.look)
    )
    return tuple(sorted(mark.look.items())) if plain else None


def _hoisted(marks: list[_Mark]) -> list[_Mark]:
    """Marks of one look that follow each other stand in a group that states it once."""
    found = []
    for look, run in groupby(marks, key=lambda mark: mark.look):
        same = [replace(mark, inside=_hoisted(mark.inside)) for mark in run]
        shared = look and len(same) > 1 and "opacity" not in look
        if shared:
            bare = [replace(mark, look={}) for mark in same]
            found.append(_Mark("g", {}, dict(look), bare))
        else:
            found += same
    return found


def _written(marks: Iterable[_Mark]) -> str:
    parts = []
    for mark in marks:
        said = "".join(
            f' {name}="{escape(value)}"'
            for name, value in [*mark.where.items(), *mark.look.items()]
        )
        inside = escape(mark.text, quote=False) if mark.tag == "text" else _written(mark.inside)
        parts.append(
            f"<{mark.tag}{said}>{inside}</{mark.tag}>" if inside else f"<{mark.tag}{said}/>"
        )
    return "".join(parts)


def _tag(element: ET.Element) -> str:
    return str(element.tag).removeprefix(_SVG)


def _base36(left: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while left or not text:
        left, digit = divmod(left, 36)
        text = digits[digit] + text
    return text
