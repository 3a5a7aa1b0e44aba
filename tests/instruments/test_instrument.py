"""The three editions hang together; a researcher's own that does not is refused."""

import time
from fractions import Fraction
from pathlib import Path

import pytest

from spbe_research import load_instrument
from spbe_research.errors import InstrumentError
from spbe_research.instruments import Band, Instrument, official_editions

GOOD = """code,parent,scale,weight_pct,name
index,,index,100,Index
A1,index,aspect,40,First
A2,index,aspect,60,Second
I01,A1,indicator,40/3,a
I02,A1,indicator,40/3,b
I03,A1,indicator,40/3,c
I04,A2,indicator,60,d
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "mine.csv"


@pytest.mark.parametrize(
    ("edition", "indicators", "aspects", "domains"),
    [("permen-5-2018", 37, 7, 3), ("permen-59-2020", 47, 8, 4), ("permen-8-2026", 20, 7, 0)],
)
def test_edition_has_the_items_of_its_regulation(
    edition: str, indicators: int, aspects: int, domains: int
) -> None:
    instrument = load_instrument(edition)
    counts = (len(instrument.indicators), len(instrument.aspects), len(instrument.domains))
    assert counts == (indicators, aspects, domains)


@pytest.mark.parametrize("edition", official_editions())
def test_weights_of_every_node_close_exactly(edition: str) -> None:
    instrument = load_instrument(edition)
    for node in instrument.outputs:
        leaves = [instrument.item(leaf).weight for leaf in instrument.leaves(node)]
        assert sum(leaves, Fraction(0)) == instrument.item(node).weight


def test_service_aspects_of_2018_weigh_35_and_20_and_item_35_counts_three_times() -> None:
    instrument = load_instrument("permen-5-2018")
    assert [instrument.item(code).weight for code in ("A6", "A7")] == [35, 20]
    assert instrument.indicators[-3:] == ("I35-1", "I35-2", "I35-3")
    assert instrument.item("I35-1").weight == Fraction(20, 6)


def test_weights_of_2020_are_those_of_the_regulation() -> None:
    instrument = load_instrument("permen-59-2020")
    weights = {code: float(instrument.item(code).weight) for code in instrument.domains}
    assert weights == {"D1": 13, "D2": 25, "D3": 16.5, "D4": 45.5}
    assert instrument.item("I47").weight == 3


def test_own_instrument_loads_from_a_csv_of_the_same_shape(table: Path) -> None:
    table.write_text(GOOD)
    instrument = load_instrument(table)
    assert instrument.outputs == ("index", "A1", "A2")
    assert instrument.item("I02").weight == Fraction(40, 3)
    assert [band.predicate for band in instrument.bands][-1] == "Memuaskan"


def test_every_fault_of_an_instrument_is_named_at_once(table: Path) -> None:
    table.write_text(
        GOOD.replace("I01,A1", "I01,A9")
        .replace("I02,A1,indicator,40/3", "I02,A1,indicator,lots")
        .replace("I04,A2,indicator", "I03,A2,indicator")
        .replace("A2,index,aspect", "A2,index,facet")
    )
    with pytest.raises(InstrumentError, match="Invalid instrument mine.csv") as caught:
        load_instrument(table)
    text = str(caught.value)
    assert "mine.csv, line 5, column parent: 'A9' is no item; I01 is an orphan" in text
    assert "mine.csv, line 6, column weight_pct: 'lots', must be a positive number" in text
    assert "mine.csv, line 8, column code: 'I03' stands in line 7 already" in text
    assert "mine.csv, line 4, column scale: 'facet', must be one of" in text
    assert "must be exactly 40" in text


def test_weights_that_almost_close_are_refused(table: Path) -> None:
    table.write_text(GOOD.replace("I04,A2,indicator,60,", "I04,A2,indicator,59.999,"))
    with pytest.raises(InstrumentError, match="below A2 weigh 59.999, must be exactly 60"):
        load_instrument(table)


def test_missing_column_and_missing_file_are_named(table: Path) -> None:
    with pytest.raises(InstrumentError, match="No file"):
        load_instrument(table)
    table.write_text("name,scale\nindex,\n")
    with pytest.raises(InstrumentError, match="It has no column code, parent"):
        load_instrument(table)


def test_cut_instrument_scores_domains_and_keeps_their_weights() -> None:
    cut = load_instrument("permen-59-2020").cut_at("domain")
    assert cut.indicators == ("D1", "D2", "D3", "D4")
    assert cut.outputs == ("index",)
    assert cut.weight_matrix[:, 0].tolist() == [0.13, 0.25, 0.165, 0.455]


def test_children_are_one_tier_down_and_leaves_the_lowest() -> None:
    instrument = load_instrument("permen-59-2020")
    assert instrument.children("index") == ("D1", "D2", "D3", "D4")
    assert instrument.children("D3") == ("A5", "A6")
    assert instrument.leaves("A6") == ("I29", "I30", "I31")
    assert instrument.children("I29") == ()
    with pytest.raises(InstrumentError, match="Invalid item 'I48'"):
        instrument.children("I48")


@pytest.mark.parametrize("edition", official_editions())
def test_table_of_an_instrument_loads_as_the_same_instrument(edition: str, table: Path) -> None:
    instrument = load_instrument(edition)
    instrument.to_frame().to_csv(table, index=False)
    assert load_instrument(table).items == instrument.items


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A2,index", "A2,A2", r"line 4, column parent: A2 \(aspect\) cannot stand below A2"),
        ("A2,index", "A2,I01", r"A2 \(aspect\) cannot stand below I01 \(indicator\)"),
        ("I04,A2", "I04,I03", r"I04 \(indicator\) cannot stand below I03 \(indicator\)"),
        ("I04,A2", "I04,A1", "line 4: A2 has no item below it"),
        ("A2,index", "A2,", "2 rows without parent"),
        ("index,,index,100", "index,,aspect,100", "column scale: 'aspect' of the root, must be"),
        ("index,,index,100", "index,,index,99", "line 2, column weight_pct: 99 of the index"),
        ("I04,A2", ",A2", "line 8, column code: is empty"),
        ("I04,A2,indicator,60,d", "I04,A2,indicator", "line 8, column weight_pct: '', must be"),
        ("I04,A2,indicator,60,d", "I04,A2", "line 8, column scale: '', must be one of"),
        ("40/3,a", "40/0,a", "line 5, column weight_pct: '40/0', must be a positive number"),
    ],
)
def test_broken_tree_is_refused_with_its_line(table: Path, old: str, new: str, said: str) -> None:
    table.write_text(GOOD.replace(old, new))
    with pytest.raises(InstrumentError, match=said):
        load_instrument(table)


def test_semicolons_and_decimal_commas_are_understood(table: Path, tmp_path: Path) -> None:
    table.write_text(GOOD.replace(",", ";").replace(";40;", ";40,0;"), encoding="utf-16")
    bands = tmp_path / "bands.csv"
    bands.write_text("sep=;\npredicate;lower;upper\nlow;1;3,5\nhigh;3,5;5\n")
    own = load_instrument(table, bands=bands)
    assert own.weight_matrix.tolist() == load_instrument_of(GOOD, tmp_path).weight_matrix.tolist()
    assert [(band.lower, band.upper) for band in own.bands] == [(1.0, 3.5), (3.5, 5.0)]


def load_instrument_of(text: str, folder: Path) -> Instrument:
    (folder / "plain.csv").write_text(text)
    return load_instrument(folder / "plain.csv")


@pytest.mark.parametrize(
    "weight", ["1e20000000", "1e-20000000", "0x10", "1/0", "9" * 50_000, "nan"]
)
def test_weight_that_is_no_plain_number_is_refused_at_once(table: Path, weight: str) -> None:
    table.write_text(GOOD.replace("I04,A2,indicator,60,", f"I04,A2,indicator,{weight},"))
    started = time.perf_counter()
    with pytest.raises(InstrumentError, match="must be a positive number or fraction|characters"):
        load_instrument(table)
    assert time.perf_counter() - started < 1


def test_doubled_column_is_refused(table: Path) -> None:
    table.write_text(GOOD.replace("weight_pct,", "weight_pct,weight_pct,", 1))
    with pytest.raises(InstrumentError, match="more than one column weight_pct"):
        load_instrument(table)


def test_file_that_is_no_utf8_is_refused(table: Path) -> None:
    table.write_bytes(GOOD.replace("First", "Prim\xe4r").encode("latin-1"))
    with pytest.raises(
        InstrumentError, match="mine.csv: byte 80 is not UTF-8. Save it as CSV UTF-8."
    ):
        load_instrument(table)


def test_own_bands_come_as_a_tuple_or_a_csv(table: Path) -> None:
    table.write_text(GOOD)
    own = (Band("low", 1.0, 3.0), Band("high", 3.0, 5.0))
    file = table.with_name("bands.csv")
    file.write_text("predicate,lower,upper\nlow,1,3\nhigh,3,5\n")
    assert load_instrument(table, bands=own).bands == own
    assert load_instrument(table, bands=file).bands == own


def test_every_fault_of_the_bands_is_named_at_once(table: Path) -> None:
    table.write_text(GOOD)
    own = (Band("a", 0.0, 2.0), Band("b", 2.5, 3.0), Band("b", 2.9, 2.9))
    with pytest.raises(InstrumentError, match="6 violations") as caught:
        load_instrument(table, bands=own)
    text = str(caught.value)
    for said in ("leave a gap", "overlap", "must rise", "begins at 0", "ends at 2.9", "names 2"):
        assert said in text


def test_bands_that_are_no_numbers_or_not_ones_own_are_refused(table: Path) -> None:
    table.write_text(GOOD)
    file = table.with_name("bands.csv")
    file.write_text("predicate,lower,upper\nlow,one,3\nhigh,3,5\n")
    with pytest.raises(InstrumentError, match="bands.csv, line 2: 'one' to '3', must be numbers"):
        load_instrument(table, bands=file)
    with pytest.raises(InstrumentError, match="Invalid bands for permen-59-2020"):
        load_instrument("permen-59-2020", bands=file)
