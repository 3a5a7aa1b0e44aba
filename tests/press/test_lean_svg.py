"""A lean SVG shows what Matplotlib drew: examples by hand, and a whole figure mark for mark."""

import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure

from spbe_research.press.lean_svg import lean_marks
from spbe_research.press.path_data import circle_of, number, parsed, steps

SVG = "{http://www.w3.org/2000/svg}"


def written(body: str) -> str:
    """The marks of a small picture of Matplotlib's kind."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<defs><clipPath id="frame"><rect x="10" y="10" width="100" height="50"/></clipPath></defs>'
        f"{body}</svg>"
    )
    whole = re.fullmatch(
        r'<g stroke-linejoin="round" font-size="10">(.*)</g>', lean_marks(drawn, prefix="i")
    )
    return whole[1]


def path(data: str, *, style: str = "fill: none; stroke: #d55e00", clip: str = "") -> str:
    clipped = f' clip-path="url(#{clip})"' if clip else ""
    return f'<g id="line2d_1"><path d="{data}" style="{style}"{clipped}/></g>'


@pytest.mark.parametrize(
    ("data", "short"),
    [
        ("M 10 20 L 30 20 L 30 45.55 L 28 40 z", "M10 20h20v25.6l-2-5.6z"),
        ("M 0.04 0.06 L -0.5 0.26", "M0 .1l-.5.2"),
        ("M 1 1 L 2 2 M 5 5 L 5 9", "M1 1l1 1m3 3v4"),
        ("M 0 0 C 1 0 2 1 2 2", "M0 0c1 0 2 1 2 2"),
    ],
)
def test_path_is_written_as_rounded_steps(data: str, short: str) -> None:
    assert steps(parsed(data), 1) == short


def test_rounding_of_steps_does_not_add_up() -> None:
    """A thousand steps of 0.04 points: each alone would round to nothing."""
    line = [("M", [(0.0, 0.0)]), *(("L", [(0.04 * n, 0.0)]) for n in range(1, 1001))]
    moved = steps(line, 1).removeprefix("M0 0h").replace(".", " .").split()
    assert sum(map(float, moved)) == pytest.approx(40.0)


def test_numbers_are_as_short_as_svg_reads_them() -> None:
    assert [number(each, 1) for each in (0.5, -0.04, -12.34, 30, 100)] == [
        ".5", "0", "-12.3", "30", "100",
    ]  # fmt: skip


def test_circle_of_matplotlib_becomes_a_circle() -> None:
    from matplotlib.path import Path

    vertices = Path.circle((7, 5), 3).vertices
    corners = [tuple(map(float, each)) for each in vertices[1:-1]]
    drawn = [("M", [tuple(map(float, vertices[0]))])]
    drawn += [("C", corners[at : at + 3]) for at in range(0, 24, 3)]
    assert circle_of([*drawn, ("Z", [])]) == pytest.approx((7, 5, 3), abs=1e-6)
    flat = [(name, [(x, y / 2) for x, y in points]) for name, points in drawn]
    assert circle_of([*flat, ("Z", [])]) is None


def test_lines_of_one_look_that_follow_each_other_are_one_path() -> None:
    two = path("M 0 0 L 5 0") + path("M 0 9 L 5 9")
    assert written(two) == '<path d="M0 0h5M0 9h5" fill="none" stroke="#d55e00"/>'
    seen = "fill: none; stroke: #d55e00; stroke-opacity: 0.5"
    through = path("M 0 0 L 5 0", style=seen) + path("M 0 9 L 5 9", style=seen)
    assert written(through).count("<path") == 2  # where they cross they are darker


def test_look_of_a_run_is_stated_once_but_opacity_by_each() -> None:
    bars = path("M 0 0 L 5 0 z", style="fill: #0072b2") + path(
        "M 0 9 L 5 9 z", style="fill: #0072b2"
    )
    assert written(bars) == '<g fill="#0072b2"><path d="M0 0h5z"/><path d="M0 9h5z"/></g>'
    faint = bars.replace("fill: #0072b2", "fill: #0072b2; opacity: 0.5")
    assert written(faint).count('opacity="0.5"') == 2


def test_clip_is_kept_only_where_it_cuts_something_off() -> None:
    assert "clip" not in written(path("M 10 10 L 110 60", clip="frame"))
    cut = written(path("M 10 10 L 111 60", clip="frame"))
    frame = re.search(r'<clipPath id="(i\w+)"><rect x="10" y="10" width="100" height="50"/>', cut)
    assert f'clip-path="url(#{frame[1]})"' in cut


def test_words_stay_words_without_an_attribute_of_style() -> None:
    style = "font-size: 8px; font-family: 'SPBE Sans'; text-anchor: middle; font-weight: bold"
    text = (
        f'<g><text style="{style}" x="1.04" y="2" transform="rotate(-0 1.04 2)">a &lt; b</text></g>'
    )
    assert written(text) == (
        '<text x="1" y="2" font-size="8" text-anchor="middle" font-weight="bold">a &lt; b</text>'
    )
    assert written(text.replace("-0 ", "-90 ")).count('transform="rotate(-90 1 2)"') == 1


def test_shape_that_nothing_refers_to_is_left_out() -> None:
    marks = (
        '<defs><path id="m1" d="M 0 0 L 0 3.5" style="stroke: #333333"/></defs>'
        '<use xlink:href="#m1" x="4" y="5" style="fill: #333333; stroke: #333333"/>'
    )
    one = written(marks)
    name = re.search(r'<path id="(i\w+)" d="M0 0v3.5" stroke="#333"/>', one)[1]
    assert one.endswith(f'<use xlink:href="#{name}" x="4" y="5"/>')  # a line has no inside to fill
    assert written(marks.split("<use")[0] + "<text>a</text>") == "<text>a</text>"


def test_whole_figure_keeps_every_word_and_every_dot() -> None:
    figure = Figure(figsize=(7, 3))
    axes = figure.subplots()
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0.1, 0.9, size=(2, 60))
    axes.scatter(x, y, s=12, color="#0072B2")
    axes.plot([0, 1], [0, 1], color="#D55E00")
    axes.set(title="Skala & nilai", xlim=(0, 1), ylim=(0, 1))
    target = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "x"}):
        figure.savefig(target, format="svg")
    root = ET.fromstring(  # noqa: S314 - our own
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"{lean_marks(target.getvalue(), prefix='i')}</svg>"
    )
    drawn = ET.fromstring(target.getvalue())  # noqa: S314 - our own
    said = [[each.text for each in tree.iter(f"{SVG}text")] for tree in (drawn, root)]
    assert said[0] == said[1]
    assert "Skala & nilai" in said[1]
    height = 3 * 72
    box = axes.get_position()
    wanted = {
        (round(504 * (box.x0 + a * box.width), 1), round(height * (1 - box.y0 - b * box.height), 1))
        for a, b in zip(x, y, strict=True)
    }
    dots = {(float(use.get("x", 0)), float(use.get("y", 0))) for use in root.iter(f"{SVG}use")}
    near = [min(max(abs(a - c), abs(b - d)) for c, d in dots) for a, b in wanted]
    assert max(near) <= 0.1001
    assert not [each for each in root.iter() if each.get("style")]
