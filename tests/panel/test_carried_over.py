"""Bodies that no list holds: who they are, and what they do to the means."""

import csv
from pathlib import Path

import pytest
from panel.copies import copy_data

from spbe_research import load_agencies, load_published, load_reference
from spbe_research.errors import DataError
from spbe_research.panel.build import build
from spbe_research.panel.carried_over import population
from spbe_research.panel.loaders import load_carried_over_bodies
from spbe_research.panel.national_series import national_means

KABUPATEN_2023 = (
    "Nabire, Yahukimo, Pegunungan Bintang, Supiori, Lanny Jaya, Intan Jaya, Biak Numfor, "
    "Sorong Selatan, Raja Ampat"
)
CENTRAL_2023 = (
    "Badan Nasional Sertifikasi Profesi, Komisi Informasi Pusat, Badan Amil Zakat Nasional"
)
ADDED_2024 = (
    "Simeulue, Labuhanbatu, Nagekeo, Buru, Teluk Bintuni, Pegunungan Arfak, Manokwari Selatan, "
    "Mappi, Paniai, Deiyai, Tambrauw, Maybrat"
)


def _names(year: int) -> set[str]:
    bodies = load_carried_over_bodies().query("year == @year")
    names = load_agencies().set_index("agency_id")["name"]
    return set(names.loc[bodies["agency_id"]])


def test_the_bodies_are_those_of_the_facts() -> None:
    kabupaten = {f"Kabupaten {name}" for name in KABUPATEN_2023.split(", ")}
    assert _names(2023) == kabupaten | set(CENTRAL_2023.split(", "))
    added = {f"Kabupaten {name}" for name in ADDED_2024.split(", ")}
    assert _names(2024) == added | (kabupaten - {"Kabupaten Supiori", "Kabupaten Raja Ampat"})


def test_absent_bodies_are_all_that_were_counted_before_and_are_not_listed_now() -> None:
    """The table leaves no candidate out: each is counted, or says why not."""
    published, absent = load_published(), load_reference("absent_bodies")
    names = load_agencies().set_index("agency_id")["name"]
    for year in (2023, 2024):
        counted_before = set(
            population(published, load_carried_over_bodies()).query("year == @year - 1")[
                "agency_id"
            ]
        )
        listed = set(published.query("year == @year")["agency_id"])
        stated = set(absent.loc[absent["year"] == str(year), "name"])
        assert {names[agency_id] for agency_id in counted_before - listed} == stated
    assert (absent.loc[absent["counted"] == "false", "why"] != "").all()


def test_each_body_has_its_last_new_result_and_stands_in_no_list_of_the_year() -> None:
    published = load_published()
    for row in load_carried_over_bodies().itertuples():
        own = published[published["agency_id"] == row.agency_id]
        assert row.year not in set(own["year"])
        new = own[(own["status"] == "evaluated") & (own["year"] < row.year)]
        assert row.result_year == new["year"].max()
        assert row.index_published == new.set_index("year")["index_published"][row.result_year]


def test_lists_stay_as_published() -> None:
    assert load_published().groupby("year").size().loc[[2023, 2024]].tolist() == [621, 615]


def test_two_bases_by_hand() -> None:
    """Means of the tidy files with nothing but csv: 2022 to 2024."""
    folder = Path(__file__).parents[2] / "data" / "tidy"
    with (folder / "published.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (folder / "carried_over_bodies.csv").open(encoding="utf-8") as file:
        rows += [{**row, "absent": "1"} for row in csv.DictReader(file)]
    means = national_means(load_published(), load_carried_over_bodies()).set_index(
        ["year", "basis"]
    )
    for year, printed in (("2022", "2.34"), ("2023", "2.79"), ("2024", "3.12")):
        counted = [float(row["index_published"]) for row in rows if row["year"] == year]
        part = [
            float(row["index_published"])
            for row in rows
            if row["year"] == year and row["status"] == "evaluated"
        ]
        population_mean = means.loc[(int(year), "population")]
        assert population_mean["n"] == len(counted)
        assert population_mean["estimate"] == pytest.approx(sum(counted) / len(counted))
        assert f"{population_mean['estimate']:.2f}" == printed
        participants = means.loc[(int(year), "participants")]
        assert participants["estimate"] == pytest.approx(sum(part) / len(part))
        assert f"{participants['estimate']:.2f}" != printed


@pytest.mark.whole
def test_a_listed_body_cannot_be_absent(tmp_path: Path) -> None:
    data = copy_data(tmp_path / "data")
    table = data / "reference" / "absent_bodies.csv"
    table.write_text(table.read_text("utf-8") + "2024,Kota Cilegon,true,a test\n", "utf-8")
    with pytest.raises(DataError, match="'Kota Cilegon': stands in the list of the year"):
        build(data)
