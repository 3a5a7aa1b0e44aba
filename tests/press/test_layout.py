"""Every registered figure in both languages: all words translated, no text on another, none cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from spbe_research.drawing.style import canvas
from spbe_research.press.committed import committed_table
from spbe_research.press.pictures import laid_out
from spbe_research.press.records import load_records
from spbe_research.press.translation import translate, untranslated
from spbe_research.records import computation

FIGURES = [name for name, record in load_records().items() if record.is_figure]
SLACK = 1.5  # pixels: letters leave that much of their box empty

# Overlaps that are meant, by figure: two texts and why they may touch.
MEANT: dict[str, dict[frozenset[str], str]] = {}


@contextmanager
def drawn_texts() -> Iterator[dict[Text, np.ndarray]]:
    """Collect the corners, in pixels, of every text that is drawn meanwhile."""
    boxes: dict[Text, np.ndarray] = {}
    original = Text.draw

    def draw(self: Text, renderer, *args, **kwargs) -> None:
        if self.get_visible() and self.get_text().strip():
            boxes[self] = corners(self, renderer)
        original(self, renderer, *args, **kwargs)

    Text.draw = draw
    try:
        yield boxes
    finally:
        Text.draw = original


def corners(text: Text, renderer) -> np.ndarray:
    """The four corners of a text's box, turned as the text is."""
    outer = Text.get_window_extent(text, renderer)
    angle = text.get_rotation()
    text.set_rotation(0)
    level = Text.get_window_extent(text, renderer)
    text.set_rotation(angle)
    half = np.array([level.width, level.height]) / 2 - SLACK
    turn = np.deg2rad(angle)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array([(outer.x0 + outer.x1) / 2, (outer.y0 + outer.y1) / 2])
    return middle + (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ matrix.T


def touch(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two rectangles share a point (no side of either separates them)."""
    for edge in np.concatenate([np.diff(one[:3], axis=0), np.diff(other[:3], axis=0)]):
        normal = np.array([-edge[1], edge[0]])
        first, second = one @ normal, other @ normal
        if first.max() <= second.min() or second.max() <= first.min():
            return False
    return True


def faults(figure: Figure) -> list[str]:
    """What is wrong with the places of a laid-out figure's texts."""
    with drawn_texts() as boxes:
        figure.draw_without_rendering()
    size = figure.get_size_inches() * figure.dpi
    cut = [
        f"{text.get_text()!r} leaves the picture"
        for text, box in boxes.items()
        if (box < 0).any() or (box > size).any()
    ]
    return cut + [
        f"{one.get_text()!r} lies on {other.get_text()!r}"
        for (one, first), (other, second) in combinations(boxes.items(), 2)
        if touch(first, second)
    ]


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_of_the_figure_has_its_indonesian(name: str) -> None:
    record = load_records()[name]
    figure = computation(name).draw(committed_table(name), title="x", footer="x")
    missing = untranslated(figure, record.question.id)
    assert missing == [], (
        f"{name} has texts without Indonesian. Add each to words.toml of its question: a whole "
        "label to [labels], a text with changing numbers to [patterns], what is the same "
        "in both languages to [kept]."
    )


@pytest.mark.parametrize("in_typeface", [False, True], ids=["notebook", "file"])
@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_of_the_figure_lies_on_another_or_is_cut(
    name: str, language: str, in_typeface: bool
) -> None:
    figure = laid_out(
        load_records()[name], committed_table(name), language, in_typeface=in_typeface
    )
    meant = MEANT.get(name, {})
    found = [
        fault
        for fault in faults(figure)
        if not any(all(repr(text) in fault for text in pair) for pair in meant)
    ]
    assert found == [], (
        f"{name} in {language!r}: shorten the words in words.toml of its question, or make room "
        "in the drawing function. An overlap that is meant goes into MEANT with its reason."
    )


def example(*places: tuple[float, float, str, float]) -> Figure:
    with canvas(2) as figure:
        figure.set_layout_engine("none")
        for x, y, text, rotation in places:
            figure.text(x, y, text, rotation=rotation)
        return figure


def test_overlapping_and_cut_texts_are_found() -> None:
    figure = example((0.1, 0.5, "first", 0), (0.12, 0.5, "second", 0), (0.95, 0.1, "too long", 0))
    assert faults(figure) == ["'too long' leaves the picture", "'first' lies on 'second'"]


def test_slanted_texts_side_by_side_do_not_touch() -> None:
    """Their upright boxes do: the corners must be turned with the text."""
    slanted = example((0.10, 0.3, "Sangat Baik", 45), (0.16, 0.3, "Memuaskan", 45))
    upright = example((0.10, 0.3, "Sangat Baik", 0), (0.16, 0.3, "Memuaskan", 0))
    assert faults(slanted) == []
    assert faults(upright) == ["'Sangat Baik' lies on 'Memuaskan'"]


def test_text_without_indonesian_is_named() -> None:
    with canvas(2) as figure:
        axes = figure.subplots()
        axes.set(xlabel="moons", ylabel="index (1 to 5)")
        axes.set_xticks([0, 1], ["here", "3.5"])
    assert untranslated(figure) == ["moons", "here"]
    with pytest.raises(ValueError, match=r"2 violations:\n  - 'moons'\n  - 'here'\nAdd each to"):
        translate(figure, "id")


def test_ticks_of_any_formatter_get_decimal_commas() -> None:
    with canvas(2) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        left.set(ylim=(0, 1), xscale="log", xlim=(0.05, 3))
        left.xaxis.set_major_formatter(lambda value, place: f"{1000 * value:,.1f} %")
        right.set_xticks([0.5, 1500], ["0.5", "1,500"])
    translate(figure, "id").draw_without_rendering()
    shown = {label.get_text() for axes in (left, right) for label in axes.get_yticklabels()}
    assert shown == {"0,0", "0,2", "0,4", "0,6", "0,8", "1,0"}
    assert "1.000,0 %" in [label.get_text() for label in left.get_xticklabels()]
    assert [label.get_text() for label in right.get_xticklabels()] == ["0,5", "1.500"]


def test_english_is_left_alone_and_other_languages_are_refused() -> None:
    figure = example((0.1, 0.5, "moons", 0))
    assert translate(figure, "en").texts[0].get_text() == "moons"
    with pytest.raises(ValueError, match="Invalid language 'jv'"):
        translate(figure, "jv")
