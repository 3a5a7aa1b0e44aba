"""A result table read back is the one that was written."""

import pytest

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.press import committed_table, load_records
from spbe_research.press.committed import table_bytes

TABLES = [name for name, record in load_records().items() if record.has_table]


@pytest.mark.parametrize("name", TABLES)
def test_table_read_and_written_again_is_the_same_bytes(name: str) -> None:
    file = data_folder() / "results" / load_records()[name].file_name
    assert table_bytes(committed_table(name)) == file.read_bytes()


def test_whole_numbers_with_gaps_stay_whole_and_codes_stay_text() -> None:
    assert str(committed_table("fig-gini")["start"].dtype) == "Int64"
    assert committed_table("fig-cilegon-path")["year"].tolist() == list(range(2018, 2025))


def test_table_that_was_never_written_is_refused() -> None:
    with pytest.raises(DataError, match="Invalid id 'fig-moon'. It must stand in words.toml"):
        committed_table("fig-moon")
