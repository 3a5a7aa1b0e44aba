"""Figures of the study drawn of one's own choice of results: what is shown, and what is refused."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from spbe_research import draw_figure, load_published, select_results
from spbe_research.errors import DataError
from spbe_research.press.analyses import study_figures
from spbe_research.questions.what_is_in_the_data.coverage import coverage_by_type
from spbe_research.questions.what_is_in_the_data.figures import draw_coverage
from spbe_research.records import computation

TAKEN = [each.id for each in study_figures() if each.takes_results]
CHOICES: dict[str, dict[str, object]] = {
    "Sumatera": {"islands": "Sumatera"},
    "kota": {"agency_types": "kota"},
    "two years": {"years": [2021, 2022]},
    "one year": {"years": 2024},
    "Banten": {"provinces": "Banten"},
    "central": {"agency_types": ["kementerian", "lembaga"]},
}
REFUSED = {  # what a choice has nothing of
    "fig-java": {"Sumatera": "'Java'", "Banten": "'outside Java'", "central": "No result left"},
    "fig-city-gap": {"kota": "'kabupaten'", "central": "No result left"},
    "fig-tile-map": {"central": "No result left"},
    "fig-neighbours": {"Banten": "several provinces", "central": "No result left"},
    "fig-moves": {"one year": "No body left"},
    "fig-transitions": {"one year": "No body left"},
}


def shows_data(axes: Axes) -> bool:
    """Whether anything is drawn in a panel at the place of a value."""
    bars = any(
        abs(bar.get_width() * bar.get_height()) > 0
        for bar in axes.patches
        if hasattr(bar, "get_width")
    )
    lines = any(
        line.get_transform() == axes.transData and np.isfinite(line.get_ydata()).any()
        for line in axes.lines
    )
    areas = any(len(each.get_paths()) for each in axes.collections)
    return bool(bars or lines or areas or axes.images)


@pytest.mark.whole
@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("record_id", TAKEN)
def test_figure_of_a_choice_has_no_empty_panel_or_is_refused(record_id: str, choice: str) -> None:
    results = select_results(load_published(), status="all", **CHOICES[choice])
    if match := REFUSED.get(record_id, {}).get(choice):
        with pytest.raises(DataError, match=match):
            draw_figure(record_id, results)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw_figure(record_id, results)
        drawn.draw_without_rendering()
    panels = [axes for axes in drawn.axes if axes.axison]
    assert [axes.get_title(loc="left") for axes in panels if not shows_data(axes)] == []
    assert f"n = {len(results):,} results" in drawn.get_supxlabel().replace("\n", " ")


@pytest.mark.whole
@pytest.mark.parametrize("record_id", ["fig-coverage", "fig-scores-by-year", "fig-transitions"])
def test_record_is_the_figure_of_all_results(record_id: str) -> None:
    found = computation(record_id)
    pd.testing.assert_frame_equal(found.compute(), found.compute(load_published()))


LISTED = pd.DataFrame(
    [("a", 2021, "kota", "evaluated"), ("a", 2022, "kota", "carried_over"),
     ("b", 2021, "kota", "evaluated"), ("c", 2022, "provinsi", "evaluated")],
    columns=["agency_id", "year", "agency_type", "status"],
)  # fmt: skip


def test_coverage_has_a_panel_for_each_type_that_is_there() -> None:
    drawn = draw_coverage(coverage_by_type(LISTED), title="", footer="")
    panels = {axes.get_title(loc="left"): axes for axes in drawn.axes}
    assert list(panels) == ["Provinces (provinsi)", "Cities (kota)"]
    kota = [text.get_text() for text in panels["Cities (kota)"].texts]
    assert kota == ["2", "1"]
    assert [bar.get_height() for bar in panels["Cities (kota)"].patches] == [2, 0, 1]
    assert [text.get_text() for text in drawn.legends[0].texts] == [
        "new result",
        "repeats an\nearlier value",
    ]


def test_coverage_of_nobody_is_refused() -> None:
    with pytest.raises(DataError, match="At least one type must have a body"):
        draw_coverage(coverage_by_type(LISTED).assign(n=0), title="", footer="")


@pytest.mark.parametrize(
    ("record_id", "change", "match"),
    [
        ("fig-moon", lambda table: table, "Invalid id 'fig-moon'"),
        ("fig-one-page", lambda table: table, "not made of results alone.*figures.draw_practice"),
        ("tab-detail", lambda table: table, "not made of results alone"),
        ("fig-coverage", lambda table: table.drop(columns="status"), "are missing: status"),
        ("fig-coverage", lambda table: table.head(0), "There is no row"),
    ],
)
def test_what_cannot_be_drawn_is_refused(record_id: str, change, match: str) -> None:
    with pytest.raises(DataError, match=match):
        draw_figure(record_id, change(load_published()))
