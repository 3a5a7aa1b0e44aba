"""Numbers are rows of registered tables: families, their members, and which texts use them."""

from typing import Any

import pytest

from spbe_research.errors import DataError
from spbe_research.press.committed import committed_numbers, committed_table
from spbe_research.press.mentions import mentioned_numbers
from spbe_research.press.numbers import compute_numbers, families, family_of, id_pattern
from spbe_research.press.printed import printed
from spbe_research.press.records import load_records
from spbe_research.press.results import compute_results


def test_a_number_is_the_cell_its_family_points_to() -> None:
    table = committed_table("tab-predicates")
    by_hand = table.query("year == 2024 and predicate == 'Kurang'")["count"].item()
    row = compute_numbers(["num-share-kurang-2024"]).iloc[0]
    assert row["text"] == f"{100 * by_hand / 615:.1f} %"
    assert (row["n"], row["years"]) == (615, "2024")


def test_every_number_says_its_years() -> None:
    numbers = committed_numbers()
    assert numbers.loc[numbers["years"].isna(), "id"].tolist() == []


def test_every_mentioned_number_is_committed_and_no_other() -> None:
    assert set(committed_numbers()["id"]) == set(mentioned_numbers())


def test_every_family_is_used() -> None:
    used = {family_of(name)[0].id for name in mentioned_numbers()}
    used |= {family_of(name)[0].like for name in mentioned_numbers()}
    assert sorted(set(families()) - used) == []


def test_interval_comes_with_the_number(house: Any) -> None:
    assert printed("num-mean-2023", "low") == "0.10"
    assert printed("num-mean-2023", "high", language="id") == "0,90"
    assert printed("num-mean-2024", "n") == "4"
    with pytest.raises(DataError, match="num-mean-2024:middle must be one of value, low"):
        printed("num-mean-2024", "middle")


def test_negative_factor_turns_the_interval_round(house: Any) -> None:
    house.say('table = "tab-mean"', 'table = "tab-mean"\nfactor = -1.0')
    row = compute_numbers(["num-mean-2024"]).iloc[0]
    assert (row["value"], row["low"], row["high"]) == (-0.25, -0.9, -0.1)


def test_member_of_a_family_has_its_own_words_and_the_familys_row(house: Any) -> None:
    own = """
[num-mean-2024]
like = "num-mean-{year}"
sentence.en = "Now, from {first} to {last}, it is {value}."
sentence.id = "Kini {value}."

[labels]"""
    house.say("\n[labels]", own)
    house.build()
    record = load_records()["num-mean-2024"]
    assert record.sentence_en == "Now, from 2024 to 2024, it is {value}."
    assert record.title_en == "mean number of moons"
    assert printed("num-mean-2024") == "0.25"
    assert load_records()["num-mean-2023"].sentence_en.startswith("In 2023 the mean was {value}")


def test_key_is_said_in_words_and_stays_itself_in_the_id_of_another_number(house: Any) -> None:
    said = 'sentence.en = "In {year} the mean was {value} ({low} to {high}).'
    house.say(said, said.replace("({low}", "({num-mean-{year}:n}; {low}"))
    words = """
[keys]
year.2024 = { en = "the year of two moons", id = "tahun dua bulan" }

[labels]"""
    house.say("\n[labels]", words)
    house.build()
    records = load_records()
    assert records["num-mean-2024"].sentence_en == (
        "In the year of two moons the mean was {value} ({num-mean-2024:n}; {low} to {high})."
    )
    assert records["num-mean-2024"].sentence_id.startswith("Pada tahun dua bulan reratanya")
    assert records["num-mean-2023"].sentence_en.startswith("In 2023 the mean")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('["num-moon-{year}"]\nlike = "num-mean-{year}"', "it is no member of num-mean-{year}"),
        ('[num-mean-2024]\nlike = "num-moon-{year}"', "it is no member of num-moon-{year}"),
        ('[num-x]\ntable = "tab-mean"\ntext = "{:.0f}"\nunit = "x"', "num-x: name is missing"),
        ('[num-mean-2024]\nlike = "num-mean-{year}"\nmood = "x"', "num-mean-2024: mood is unknown"),
    ],
)
def test_wrong_family_is_refused(house: Any, entry: str, said: str) -> None:
    house.say("\n[labels]", f"\n{entry}\n\n[labels]")
    with pytest.raises(DataError, match=said.replace("{", r"\{")):
        families()


def test_all_numbers_that_no_table_gives_are_named(house: Any) -> None:
    first = ("markdown", "1<!--num-mean-1999--> and 2<!--num-moon-->")
    house.write_cells((first, *house.cells[1:]))
    with pytest.raises(DataError) as raised:
        compute_results()
    assert "num-mean-1999: 0 rows of tab-mean fit, must be one" in str(raised.value)
    assert "Invalid number 'num-moon'" in str(raised.value)
    house.say('table = "tab-mean"', 'table = "tab-mean"\nrow = "moons > 1"')
    with pytest.raises(DataError, match="num-mean-2024: row 'moons > 1' cannot be read: name 'moo"):
        compute_numbers(["num-mean-2024"])
    house.say('row = "moons > 1"', 'column = "moons"')
    with pytest.raises(DataError, match="num-mean-2024: tab-mean has no column moons"):
        compute_numbers(["num-mean-2024"])


def test_number_of_several_rows_is_refused(house: Any) -> None:
    house.say('"num-mean-{year}"', "num-mean-all")
    house.write_cells((("markdown", "1<!--num-mean-all-->"),))
    for name in ("README.md", "README.id.md"):
        (house.root / name).write_text("")
    text = house.words.read_text().replace("{num-mean-2024}", "nothing")
    house.words.write_text(text)
    with pytest.raises(DataError, match="num-mean-all: 2 rows of tab-mean fit, must be one"):
        house.build()


def test_most_special_family_is_chosen() -> None:
    assert id_pattern("num-{a}-x-{b}").fullmatch("num-1-x-2").groupdict() == {"a": "1", "b": "2"}
    assert family_of("num-gini-floor-2018")[0].id == "num-gini-floor-{year}"
