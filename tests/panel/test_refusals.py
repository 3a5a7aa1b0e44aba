"""What the readers of raw, reference and corrections refuse, on tables of a few rows."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.panel.carried_over import read_carried_over_bodies
from spbe_research.panel.corrections import Correction, apply_corrections, read_corrections
from spbe_research.panel.names import check_aliases, identify
from spbe_research.panel.raw import file_hash, read_sources, stack

ALIASES = pd.DataFrame(
    {"name_published": ["Pemkot A", "Kota A", "Kota B"], "agency_id": ["a", "a", "b"]}
)


def test_a_body_that_stands_twice_in_a_year_is_named_with_both_spellings() -> None:
    names, years = pd.Series(["Pemkot A", "Kota A", "Kota B"]), pd.Series(["2018", "2018", "2018"])
    with pytest.raises(DataError, match=r"2018: a stands twice, as .*Pemkot A.*Kota A"):
        identify(names, years, ALIASES)
    apart = pd.Series(["2018", "2019", "2018"])
    assert identify(names, apart, ALIASES).tolist() == ["a", "a", "b"]


def test_aliases_that_stand_twice_or_lead_nowhere_are_named_at_once() -> None:
    aliases = pd.concat([ALIASES, ALIASES.tail(1)])
    agencies = pd.DataFrame({"agency_id": ["a"]})
    published = pd.DataFrame({"agency_name_published": ["Pemkot A", "Kota B"]})
    with pytest.raises(DataError, match="agency_aliases.csv, 4 violations") as told:
        check_aliases(aliases, agencies, published)
    for violation in ("'Kota B' stands twice", "'Kota B' points to 'b'", "'Kota A' was never"):
        assert violation in str(told.value)


def entry(**fields: str) -> str:
    told = {"id": "x", "table": "scores", "action": "flag", "expect": "1", "reason": "r",
            "source": "s"} | fields  # fmt: skip
    lines = [f'{key} = "{value}"' for key, value in told.items() if value]
    return "\n".join(["[[correction]]", *lines, 'where = { agency_id = "a" }', ""])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (entry(action="mend"), "x: action 'mend' must be one of"),
        (entry(table="regions"), "x: table 'regions' takes no corrections"),
        (entry(value="2"), "x: `value` belongs to action 'correct' and only there"),
        (entry(action="correct"), "x: `value` belongs to action 'correct' and only there"),
        (entry() + entry(), "x: the id is used twice"),
        (entry(reason=""), "x: missing 1 required positional argument: 'reason'"),
        (entry(colour="red"), "x: got an unexpected keyword argument 'colour'"),
        (entry(id="", reason=""), "number 1: missing 2 required"),
    ],
)
def test_an_entry_of_the_corrections_that_cannot_be_is_named(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "corrections.toml"
    path.write_text(text)
    with pytest.raises(DataError, match="corrections in corrections.toml, 1 violation") as refused:
        read_corrections(path)
    assert told in str(refused.value)


def test_corrections_that_are_gone_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"No file corrections\.toml in .*Restore it"):
        read_corrections(tmp_path / "corrections.toml")


VALUES = pd.DataFrame({"agency_id": ["a", "b", "b"], "value": ["1", "2", "3"],
                       "method": ["extracted", "derived", "extracted"]})  # fmt: skip


def declared(table: str = "scores", **fields: str) -> list[Correction]:
    where = {"agency_id": fields.pop("agency", "a")}
    told = {"id": "x", "action": "flag", "expect": "1", "reason": "r", "source": "s"} | fields
    return [Correction(table=table, where=where, **told)]


@pytest.mark.parametrize(
    ("corrections", "told"),
    [
        (declared(agency="c"), r"x: finds 0 rows, must find one; the index in scores comes from"),
        (declared(agency="b"), "x: finds 2 rows, must find one\n"),
        (declared(expect="4"), "x: expects 4, the source now says 1"),
        (declared(action="derived"), "x: the source's method is 'extracted'"),
    ],
)
def test_an_entry_that_meets_another_table_than_it_expects_stops(
    corrections: list[Correction], told: str
) -> None:
    with pytest.raises(DataError) as refused:
        apply_corrections(VALUES.assign(year="2024", item="D1"), "scores", corrections)
    assert told in str(refused.value)


def test_a_correction_changes_its_value_alone_and_a_flag_none() -> None:
    table = VALUES.assign(method="extracted")
    changed = apply_corrections(table, "published", [])
    assert changed["flag"].tolist() == ["", "", ""]
    entries = declared("worked_examples", action="correct", value="5")
    corrected = apply_corrections(table, "worked_examples", entries)
    assert corrected["value"].tolist() == ["5", "2", "3"]
    assert corrected["flag"].tolist() == ["x", "", ""]
    flagged = apply_corrections(table, "worked_examples", declared("worked_examples"))
    assert flagged["value"].tolist() == ["1", "2", "3"]


def source(folder: Path, **changed: str) -> Path:
    """A source of one table of one row, described as it is but for what is changed."""
    place = folder / "some-source"
    place.mkdir(parents=True)
    table = "agency,source_id,locator,method\na,some-source,row 1,extracted\n"
    (place / "index.csv").write_text(changed.pop("table", table))
    told = {"source_id": "some-source", "producer": "p", "title": "t", "published": "2024",
            "what": "w", "obtained": "o", "licence": "l", "file": "index.csv", "rows": "1",
            "sha256": file_hash(place / "index.csv")} | changed  # fmt: skip
    text = ""
    for key, value in told.items():
        text += "[[tables]]\n" if key == "file" else ""
        if value:
            text += f"{key} = {value}\n" if key == "rows" else f'{key} = "{value}"\n'
    (place / "source.toml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"source_id": "other"}, "some-source/source.toml: source_id must be 'some-source'"),
        ({"licence": ""}, "some-source/source.toml: licence is missing"),
        ({"file": "gone.csv"}, "some-source/gone.csv: is listed in source.toml and does not exist"),
        ({"file": "gone.csv"}, "some-source/index.csv: is not listed in source.toml"),
        ({"sha256": "0" * 64}, "some-source/index.csv: its sha256 is not the one in source.toml"),
        ({"rows": "2"}, "some-source/index.csv: 1 rows, source.toml says 2"),
        (
            {"table": "agency,source_id,locator,method\na,some-source,,extracted\n"},
            "some-source/index.csv: a row has no locator",
        ),
        (
            {"table": "agency,source_id,locator\na,some-source,row 1\n"},
            "some-source/index.csv: a row has no method",
        ),
    ],
)
def test_a_source_that_is_not_as_described_is_named(
    tmp_path: Path, changed: dict[str, str], told: str
) -> None:
    with pytest.raises(DataError, match="raw data in raw/") as refused:
        read_sources(source(tmp_path / "raw", **changed))
    assert f"- {told}\n" in f"{refused.value}\n"


def test_a_source_that_is_as_described_is_read_and_a_folder_without_words_is_not(
    tmp_path: Path,
) -> None:
    raw = source(tmp_path / "raw")
    sources = read_sources(raw)
    assert stack(sources, "index.csv")["agency"].tolist() == ["a"]
    with pytest.raises(DataError, match=r"No source in data/raw has a table domains\.csv"):
        stack(sources, "domains.csv")
    (raw / "bare").mkdir()
    with pytest.raises(DataError, match=r"bare: has no source\.toml"):
        read_sources(raw)


def test_an_absent_body_that_is_unknown_or_was_never_listed_is_named() -> None:
    published = pd.DataFrame(
        {"agency_id": ["a"], "year": ["2023"], "status": ["evaluated"], "index_published": ["2.0"]}
    )
    absent = [("2024", "Kota A"), ("2024", "Kota B"), ("2024", "Kota C"), ("2023", "Kota A")]
    reference = {
        "absent_bodies": pd.DataFrame(absent, columns=["year", "name"]).assign(counted="true"),
        "agencies": pd.DataFrame({"name": ["Kota A", "Kota B"], "agency_id": ["a", "b"]}),
    }
    with pytest.raises(DataError, match=r"absent_bodies\.csv, 3 violations") as told:
        read_carried_over_bodies(published, reference)
    for violation in ("2024, 'Kota B': has no earlier result", "2024, 'Kota C': is not in agencies",
                      "2023, 'Kota A': stands in the list of the year"):  # fmt: skip
        assert violation in str(told.value)


OPTIMISED = """
import pandas as pd
from spbe_research import assign_predicate, compute_index, load_instrument, load_policies
from spbe_research.errors import SpbeError
from spbe_research.panel.names import identify
from spbe_research.panel.schemas import TABLES, check_table

assert False, "asserts are off"
bad = pd.DataFrame([[6] * 47], columns=load_instrument("permen-59-2020").indicators)
policies = load_policies().head(1).assign(level=7).astype(TABLES["policies"].read_types())
none = pd.DataFrame({"name_published": [], "agency_id": []})
for call in (
    lambda: compute_index(bad, "permen-59-2020"),
    lambda: assign_predicate(pd.Series([9.0]), "permen-59-2020", rule="exact"),
    lambda: identify(pd.Series(["X"]), pd.Series(["2018"]), none),
    lambda: check_table(policies, TABLES["policies"]),
):
    try:
        call()
    except SpbeError:
        print("refused")
"""


@pytest.mark.whole
def test_nothing_is_let_through_where_python_drops_its_assertions() -> None:
    run = subprocess.run([sys.executable, "-O", "-c", OPTIMISED], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "refused\n" * 4), run.stderr


def test_no_module_of_the_package_asserts() -> None:
    files = (project_folder() / "spbe_research").rglob("*.py")
    found = [path.name for path in files for line in path.read_text(encoding="utf-8").splitlines()
             if line.strip().startswith("assert ")]  # fmt: skip
    assert found == []
