"""The table of an index of one's own: what it says, and everything that it may not say."""

import csv
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from spbe_research import load_instrument
from spbe_research.errors import DataError, InstrumentError
from spbe_research.instruments import Band, Instrument, possible_range, write_instrument

TREE = "code,parent,weight\ntotal,,\na,total,2\nb,total,1\nx,a,1\ny,a,3\nz,b,\n"


def written(folder: Path, text: str, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def own(*rows: dict[str, object], **more: object) -> Instrument:
    return load_instrument(pd.DataFrame([{"code": "index"}, *rows]), **more)  # type: ignore[arg-type]


def refusal(*rows: dict[str, object], **more: object) -> str:
    with pytest.raises(InstrumentError) as caught:
        own(*rows, **more)
    return str(caught.value)


def leaf(**said: object) -> dict[str, object]:
    return {"code": "x", "parent": "index", **said}


def test_weights_are_relative_and_neutral_defaults_leave_a_mean(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, TREE))
    assert instrument.outputs == ("index", "a", "b")
    assert instrument.indicators == ("x", "y", "z")
    shares = {code: instrument.item(code).weight for code in "abxyz"}
    assert shares == {
        "a": Fraction(200, 3), "b": Fraction(100, 3), "x": Fraction(50, 3), "y": Fraction(50),
        "z": Fraction(100, 3),
    }  # fmt: skip
    assert instrument.leaf_weights.to_dict() == pytest.approx({"x": 1 / 6, "y": 1 / 2, "z": 1 / 3})
    assert instrument.is_weighted_mean
    assert instrument.bands == ()
    assert instrument.cut_at("tier 1").indicators == ("a", "b")


def test_words_are_read_whatever_their_capitals_and_hyphens() -> None:
    item = own(
        leaf(normalise="Min-Max", outliers="Winsorize or log", direction="-1,0", low="0,5", high=9)
    ).item("x")
    assert (item.normalise, item.outliers, item.direction) == ("minmax", "winsorise_or_log", -1)
    assert (item.low, item.high) == (0.5, 9)
    node = {"code": "a", "parent": "index", "aggregation": "Geometric mean"}
    assert own(node, {"code": "x", "parent": "a"}).item("a").aggregation == "geometric"


@pytest.mark.parametrize(
    ("said", "must"),
    [
        ({"normalize": "minmax"}, "column 'normalize' is not known; is normalise meant?"),
        ({"colour": "red"}, "column 'colour' is not known"),
        ({"normalise": "max"}, "column normalise: 'max', must be one of none, minmax, goalposts"),
        ({"aggregation": "median"}, "column aggregation: 'median', must be one of arithmetic"),
        ({"direction": 2}, "column direction: '2', must be 1 (more is better) or -1"),
        ({"direction": -1}, "column direction: -1 needs low and high"),
        ({"low": 1}, "column high: is empty"),
        ({"low": 5, "high": 5}, "column low: 5.0, must be below high, 5.0"),
        ({"low": "a", "high": 5}, "column low: 'a', must be a number"),
        ({"normalise": "goalposts"}, "column normalise: goalposts need low and high"),
        ({"normalise": "rank", "low": 0, "high": 1}, "column low: has no effect on ranks"),
        ({"normalise": "zscore", "low": 0, "high": 1}, "column low: has no effect on z-scores"),
        ({"normalise": "minmax", "clip": 1}, "column clip: has no effect on minmax"),
        ({"clip": 1}, "column clip: needs low and high"),
        ({"clip": "maybe"}, "column clip: 'maybe', must be 1 (yes) or 0 (no)"),
        ({"impute_by": "island"}, "column impute_by: has no effect without impute"),
        ({"aggregation": "geometric"}, "column aggregation: 'geometric' has no effect"),
        ({"missing": "siblings"}, "column missing: 'siblings' has no effect"),
        ({"min_share": 1.5}, "column min_share: '1.5', must be a share from 0 to 1"),
        ({"decimals": 1.5}, "column decimals: '1.5', must be a whole number"),
        ({"weight": 0}, "column weight: '0', must be a positive number or fraction"),
        ({"weight": -1}, "column weight: '-1', must be a positive number or fraction"),
        ({"weight": 1, "weight_pct": 100}, "columns weight and weight_pct, must be one of them"),
        ({"value_type": "level"}, "column value_type: 'level', must be integer, continuous or"),
        ({"transform": "log", "low": 0, "high": 9}, "column low: 0 has no log"),
    ],
)
def test_cell_that_cannot_be_meant_is_named_with_what_it_must_be(
    said: dict[str, object], must: str
) -> None:
    text = refusal(leaf(**said))
    assert must in text
    assert "help(load_instrument)" in text


def test_input_settings_of_a_node_have_no_effect_and_are_refused() -> None:
    node = {"code": "a", "parent": "index", "denominator": "people", "impute": "mean"}
    text = refusal(node, {"code": "x", "parent": "a"})
    assert "row 1, column denominator: 'people' has no effect, a has items below it" in text
    assert "row 1, column impute: 'mean' has no effect" in text


def test_every_fault_of_a_table_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    text = (
        "code;parent;direction;aggregation;colour\nindex;;;;\na;b;;;\nb;c;;mode;\nc;a;;;\n"
        "x;a;up;;\ny;q;;;\ny;a;;;\n;a;;;\n"
    )
    with pytest.raises(InstrumentError) as caught:
        load_instrument(written(tmp_path, text))
    for said in (
        "column 'colour' is not known",
        "line 3, column parent: 'b' closes a circle: a < b < c < a",
        "line 4, column aggregation: 'mode', must be one of",
        "line 6, column direction: 'up', must be 1",
        "line 7, column parent: 'q' is no item; y is an orphan",
        "line 8, column code: 'y' stands in line 7 already",
        "line 9, column code: is empty",
        "line 2: index has no item below it",
    ):
        assert said in str(caught.value), said


def test_item_that_is_its_own_parent_and_two_roots_are_refused() -> None:
    assert "closes a circle: a < a" in refusal(leaf(), {"code": "a", "parent": "a"})
    assert "2 rows without parent (index, b)" in refusal(leaf(), {"code": "b"})
    with pytest.raises(InstrumentError, match="'index' is no root, must be another name"):
        load_instrument(
            pd.DataFrame({"code": ["top", "index", "x"], "parent": ["", "top", "index"]})
        )


def test_very_deep_tree_is_refused_quickly() -> None:
    codes = [f"n{number}" for number in range(3000)]
    table = pd.DataFrame({"code": codes, "parent": ["", *codes[:-1]]})
    with pytest.raises(InstrumentError, match="lies 101 steps below the index, must be"):
        load_instrument(table)


def test_bands_must_fit_the_possible_range() -> None:
    scaled = leaf(normalise="minmax", low=0, high=100)
    assert len(own(scaled, bands=(Band("a", 0, 50), Band("b", 50, 100))).bands) == 2
    text = refusal(scaled, bands=(Band("a", -10, 50), Band("b", 50, 100), Band("c", 100, 120)))
    assert "'c': 100 to 120 lies outside the possible range, 0 to 100" in text
    assert "the lowest band begins at -10, must be 0" in text
    assert "the highest band ends at 120, must be 100" in text
    assert own(leaf(normalise="zscore"), bands=(Band("a", -3, 0), Band("b", 0, 3))).bands


def test_bands_of_the_last_evaluation_are_for_an_index_from_1_to_5_only() -> None:
    assert own(leaf(low=1, high=5)).bands == load_instrument("permen-59-2020").bands
    assert own(leaf(low=0, high=5)).bands == ()


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"low": 2, "high": 8}, (2, 8)),
        ({"low": 2, "high": 8, "direction": -1}, (2, 8)),
        ({"low": 1, "high": 100, "transform": "log10"}, (0, 2)),
        ({"normalise": "goalposts", "low": 2, "high": 8, "clip": 1}, (0, 1)),
        ({"normalise": "zscore", "low": -2, "high": 2, "clip": 1}, (-2, 2)),
        ({"normalise": "minmax"}, (0, 1)),
        ({"normalise": "rank"}, (1, float("inf"))),
        ({}, (-float("inf"), float("inf"))),
    ],
)
def test_possible_range_follows_from_the_settings(
    said: dict[str, object], ends: tuple[float, float]
) -> None:
    assert possible_range(own(leaf(**said))) == pytest.approx(ends)


def test_possible_range_of_a_geometric_mean_is_the_mean_of_the_ends() -> None:
    instrument = load_instrument(
        pd.DataFrame(
            [
                {"code": "index", "aggregation": "geometric"},
                {"code": "x", "parent": "index", "low": 1, "high": 4},
                {"code": "y", "parent": "index", "low": 4, "high": 9},
            ]
        )
    )
    assert possible_range(instrument) == pytest.approx((2, 6))


@pytest.mark.parametrize("name", ["kept.csv", "kept.xlsx"])
def test_instrument_survives_being_written_and_read(tmp_path: Path, name: str) -> None:
    instrument = own(
        {"code": "a", "parent": "index", "aggregation": "harmonic", "missing": "siblings",
         "min_share": 0.5, "decimals": 2, "weight": "1/3", "name": "Jalan; raya, dan \"lain\""},
        {"code": "x", "parent": "a", "direction": -1, "low": 0.5, "high": 1e-7 + 2, "unit": "%"},
        {"code": "y", "parent": "a", "normalise": "zscore", "clip": 1, "low": -3, "high": 3},
        {"code": "z", "parent": "index", "impute": "median", "impute_by": "g", "transform": "sqrt",
         "denominator": "n", "outliers": "winsorise", "value_type": "integer"},
        allowed=pd.DataFrame({"code": ["z", "z"], "value": [1, 2.5], "name": ["low", "high"]}),
        bands=(Band("a", -float("inf"), 0.5), Band("b", 0.5, float("inf"))),
    )  # fmt: skip
    path = tmp_path / name
    write_instrument(instrument, path)
    more = {}
    if name.endswith(".csv"):
        more = {"bands": tmp_path / "kept-bands.csv", "allowed": tmp_path / "kept-allowed.csv"}
    again = load_instrument(path, **more)  # type: ignore[arg-type]
    assert again.items == instrument.items
    assert again.bands == instrument.bands
    with pytest.raises(DataError, match="It exists already"):
        write_instrument(instrument, path)


def test_imeta_needs_to_be_told_the_pipeline() -> None:
    path = Path(__file__).resolve().parents[1] / "anchors" / "asem" / "ASEM_iMeta.csv"
    with pytest.raises(InstrumentError, match="COINr's iMeta, which does not tell how values are"):
        load_instrument(path)
    ranks = load_instrument(path, pipeline={"normalise": "rank"})
    assert len(ranks.indicators) == 49
    assert (ranks.item("CO2").direction, ranks.item("Goods").denominator) == (-1, "GDP")


def test_imeta_as_r_writes_it_is_the_same(tmp_path: Path) -> None:
    path = Path(__file__).resolve().parents[1] / "anchors" / "asem" / "ASEM_iMeta.csv"
    file = tmp_path / "imeta.csv"  # write.csv(row.names = FALSE): NA where nothing is
    pd.read_csv(path).to_csv(file, index=False, na_rep="NA", quoting=csv.QUOTE_NONNUMERIC)
    told = {"normalise": "minmax", "low": 0, "high": 100}
    assert load_instrument(file, pipeline=told).items == (
        load_instrument(path, pipeline=told).items
    )


def test_imeta_with_a_direction_needs_a_normaliser_or_ends() -> None:
    table = pd.DataFrame(
        {"iCode": ["x", "T"], "Parent": ["T", ""], "Weight": 1.0, "Direction": [-1.0, 1.0],
         "Type": ["Indicator", "Sum"]}
    )  # fmt: skip
    with pytest.raises(InstrumentError, match="column Type: 'Sum', must be one of Indicator"):
        load_instrument(table, pipeline={})
    with pytest.raises(InstrumentError, match="column direction: -1 needs low and high"):
        load_instrument(table.assign(Type=["Indicator", "Aggregate"]), pipeline={})


def test_pipeline_fills_empty_cells_only_and_unknown_words_are_refused() -> None:
    instrument = own(leaf(normalise="rank"), {"code": "y", "parent": "index"},
                     pipeline={"normalise": "minmax", "aggregation": "geometric"})  # fmt: skip
    found = [instrument.item(code).normalise for code in ("x", "y", "index")]
    assert found == ["rank", "minmax", "none"]
    assert instrument.item("index").aggregation == "geometric"
    with pytest.raises(InstrumentError, match="2 violations"):
        own(leaf(), pipeline={"normalise": "best", "winsor": 5})


def test_allowed_values_are_checked() -> None:
    wrong = pd.DataFrame({"code": ["x", "x", "x", "q"], "value": ["1", "1", "one", "2"]})
    text = refusal(leaf(), allowed=wrong)
    for said in ("'one', must be a number", "'1' stands twice for 'x'", "'q' is no indicator"):
        assert said in text


def test_official_edition_takes_nothing_of_ones_own() -> None:
    with pytest.raises(InstrumentError, match="Invalid bands for permen-59-2020"):
        load_instrument("permen-59-2020", pipeline={"normalise": "zscore"})


def test_levels_of_a_table_with_tiers_are_1_to_5_unless_it_says_more(tmp_path: Path) -> None:
    text = (
        "code,parent,scale,weight_pct,direction,normalise\nindex,,index,100,,\n"
        "x,index,indicator,50,-1,\ny,index,indicator,50,-1,minmax\n"
    )
    instrument = load_instrument(written(tmp_path, text))
    assert instrument.item("x").ends == (1, 5)
    assert instrument.item("y").value_type == "number"


def test_small_numbers_of_a_table_in_memory_and_bands_of_another_kind() -> None:
    item = own(leaf(low=1e-7, high=1, weight=2.5e-6)).item("x")
    assert (item.low, item.weight) == (1e-7, 100)
    assert own(leaf(low=1, high=5, missing="raise"), bands=[Band("all", 1, 5)]).bands
    with pytest.raises(InstrumentError, match="Each must be a Band"):
        own(leaf(low=1, high=5), bands=(("all", 1, 5),))
