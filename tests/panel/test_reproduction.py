"""What must come out of the published record of one agency, and of the verification as a whole."""

import pandas as pd
import pytest

from spbe_research import load_published, verify
from spbe_research.errors import DataError
from spbe_research.questions.is_the_news_right.agency_path import agency_path, peer_path


def test_predicate_that_two_decimals_cannot_decide_is_left_open() -> None:
    path = agency_path(load_published(), "kab-35.01").set_index("year")
    assert path.loc[2024, "predicate_published"] == "Baik"
    assert pd.isna(path.loc[2024, "predicate_computed"])
    known = path["predicate_published"].notna() & path["predicate_computed"].notna()
    assert (path.loc[known, "predicate_computed"] == path.loc[known, "predicate_published"]).all()


def test_unknown_type_of_peers_is_refused() -> None:
    with pytest.raises(DataError, match="Invalid agency_type 'city'"):
        peer_path(load_published(), "city")


def test_path_of_an_agency_ranks_within_its_type() -> None:
    published = load_published()
    path = agency_path(published, "kota-36.72").set_index("year")
    cities = published.query("year == 2024 and agency_type == 'kota'")["index_published"]
    assert path.loc[2024, "rank"] == (cities > 2.56).sum() + 1
    with pytest.raises(DataError, match="Invalid agency_id '36.99'"):
        agency_path(published, "36.99")


@pytest.mark.whole
def test_verification_passes_and_says_what_it_checked() -> None:
    outcome = verify()
    assert outcome.passed, outcome.summary()
    assert "levels of 2021-2022 give the printed index within 1e-12 (1,071 checked)" in (
        outcome.summary()
    )
