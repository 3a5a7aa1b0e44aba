import pytest

from spbe_research.press.committed import committed_table


def test_one_factor_covers_too_rarely_and_testlets_as_they_say() -> None:
    table = committed_table("tab-coverage").set_index(["truth", "method", "measure"])
    model = table.loc["the model"]["estimate"]
    assert model["one_factor", "covered_90"] == pytest.approx(0.68, abs=0.03)
    assert model["testlets", "covered_90"] == pytest.approx(0.90, abs=0.02)
    assert model["testlets", "covered_95"] == pytest.approx(0.95, abs=0.015)
    assert model["alpha", "covered_90"] == pytest.approx(0.90, abs=0.03)
    skewed = table.loc["skewed factors"]["estimate"]
    assert skewed["testlets", "covered_90"] == pytest.approx(0.90, abs=0.02)
    row = table.loc["the model", "testlets", "predicate_holds_near_edge"]
    assert row["estimate"] == pytest.approx(row["nominal"], abs=0.05)
    # An error that all indicators share is seen by no method.
    halo = table.loc["assessors differ"]["estimate"]
    assert halo.xs("covered_90", level="measure").max() < 0.8
