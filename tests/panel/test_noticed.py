"""Which errors are noticed: the committed table, and single errors built and verified for real."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from panel import noticed
from panel.copies import copy_data

from spbe_research import verify
from spbe_research.panel.build import build
from spbe_research.panel.loaders import load_aggregates, load_published
from spbe_research.panel.printed_figures import check_printed_figures
from spbe_research.panel.raw import file_hash

pytestmark = pytest.mark.whole


def committed(table: str) -> pd.DataFrame:
    return pd.read_csv(noticed.DOCS / table, dtype={"year": str}, keep_default_na=False)


def test_what_was_measured_of_one_year_is_what_is_committed() -> None:
    up, down = (noticed.index_noticed(2018, error) for error in (0.01, -0.01))
    shares = committed("errors-noticed.csv").query(
        "table == 'published' and year == '2018' and error == '0.01 points'"
    )
    measured = [bool(found) for tried in (up, down) for found in tried.values()]
    assert shares["share_noticed"].item() == round(np.mean(measured), 3)
    once = committed("checked-once.csv").query("table == 'published' and year == '2018'")
    assert set(once["cell"]) == {agency for agency in up if not (up[agency] and down[agency])}


def test_levels_and_indices_computed_from_them_are_all_checked_twice() -> None:
    shares = committed("errors-noticed.csv")
    assert (shares.loc[shares["column"] == "levels", "share_noticed"] == 1).all()
    computed = shares[(shares["table"] == "published") & shares["year"].isin(["2021", "2022"])]
    assert len(computed) == 2 * len(noticed.POINTS)
    assert (computed["share_noticed"] == 1).all()


def test_no_check_notices_what_is_not_wrong() -> None:
    for year in (2018, 2023):
        assert not any(noticed.index_noticed(year, 0.0).values())


@pytest.mark.parametrize("measure", ["mean", "maximum", "minimum"])
@pytest.mark.parametrize("error", [0.3, -0.3, 9.0])
def test_a_statistic_with_one_error_is_that_of_the_changed_values(
    measure: str, error: float
) -> None:
    values = np.array([2.0, np.nan, 3.0, 2.5])
    statistic = {"mean": np.nanmean, "maximum": np.nanmax, "minimum": np.nanmin}[measure]
    for at in (0, 2, 3):
        wrong = values.copy()
        wrong[at] += error
        expected = statistic(wrong)
        assert noticed.changed(values, measure, error)[at] == pytest.approx(expected)


def test_a_figure_notices_in_closed_form_what_the_check_notices() -> None:
    bodies, figures, _ = noticed._figures()
    predicted = noticed.figures_notice(2018, "index", 1.0)
    reference = noticed.reference(*noticed._FIGURES)
    reference["witnesses"] = reference["witnesses"].query("year == '2018'")
    reference["witness_exceptions"] = reference["witness_exceptions"].query("year == '2018'")
    best = bodies[bodies["year"] == 2018].nlargest(1, "index")["agency_id"].item()
    others = [agency for agency, told in predicted.items() if not told][:2]
    assert predicted[best]
    for agency in (best, *others):
        wrong = bodies.copy()
        row = (wrong["year"] == 2018) & (wrong["agency_id"] == agency)
        wrong.loc[row, "index"] += 1.0
        means = figures["measure"].isin(["mean", "maximum", "minimum"])
        told = check_printed_figures(wrong, load_aggregates(), reference)
        assert (~told["is_declared"] & means[: len(told)].array).any() == predicted[agency]


def with_error(data: Path, source: str, body: str, column: str, value: str) -> None:
    """Copy one cell of a raw table wrongly, and describe the table as it then is."""
    path = data / "raw" / source
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    for row in rows:
        if row["agency_name_published"] == body:
            row[column] = value
    stated = path.with_name("source.toml")
    before = file_hash(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    stated.write_text(stated.read_text().replace(before, file_hash(path)))


@pytest.mark.parametrize(
    ("year", "repeated", "error"), [(2018, True, 0.01), (2018, False, 0.01), (2023, False, 0.02)]
)
def test_a_single_error_that_is_built_is_noticed_as_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int, repeated: bool, error: float
) -> None:
    found = noticed.index_noticed(year, error)
    agency = next(
        agency
        for agency, checks in found.items()
        if (noticed.named("repeated") in checks) == repeated and (bool(checks) or year == 2018)
    )
    row = load_published().set_index(["agency_id", "year"]).loc[(agency, year)]
    data = copy_data(tmp_path / "data")
    wrong = f"{row['index_published'] + error:.2f}"
    source = f"{row['source_id']}/index.csv"
    with_error(data, source, row["name_published"], "index_published", wrong)
    build(data)
    monkeypatch.setenv("SPBE_RESEARCH_DATA", str(data))
    outcome = verify().to_frame()
    assert set(outcome.loc[outcome["n_failed"] > 0, "check"]) == found[agency]
