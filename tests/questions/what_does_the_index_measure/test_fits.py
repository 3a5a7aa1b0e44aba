import numpy as np
import pytest

from spbe_research.methods.ordinal_factors import fit_ordinal_factors, ordinal_fit_from_frame
from spbe_research.questions.what_does_the_index_measure import fits

# BIC of 2022 from an independent implementation of the same models.
INDEPENDENT = {"one_factor": 48_413, "four_factors": 45_175, "testlets": 44_393}


def test_models_follow_the_instrument() -> None:
    shape = fits.structure("testlets")
    assert {name: len(items) for name, items in shape.factors.items()} == {
        "D1": 10,
        "D2": 10,
        "D3": 11,
        "D4": 16,
    }
    assert len(shape.testlets) == 6
    assert sum(fits.weights().values()) == pytest.approx(1)
    assert fits.structure("one_factor").items == shape.items


def test_levels_are_whole_and_of_every_body_evaluated() -> None:
    tables = [fits.item_levels(year) for year in fits.item_years()]
    assert [len(table) for table in tables] == [517, 554]
    for table in tables:
        assert np.isin(table.to_numpy(dtype=float), [1, 2, 3, 4, 5]).all()


def test_stored_parameters_are_the_maximum_of_the_levels_there_are() -> None:
    stored = fits.fits()
    for (year, model), fit in stored.items():
        table = fit.to_frame()
        again, off = ordinal_fit_from_frame(table, fits.item_levels(year), fits.structure(model))
        assert off < 1e-3
        assert again.loglik == fit.loglik


def test_bic_agrees_with_another_implementation() -> None:
    for model, bic in INDEPENDENT.items():
        # The weak prior on two indicators that are nearly one costs the last model a little.
        assert fits.fits()[fits.item_years()[-1], model].bic == pytest.approx(bic, abs=5)


def test_fitted_anew_the_parameters_are_those_stored() -> None:
    year = fits.item_years()[0]
    fresh = fit_ordinal_factors(fits.item_levels(year), fits.structure("one_factor")).to_frame()
    stored = fits.fits()[year, "one_factor"].to_frame()
    for column in ("estimate", "std_error"):
        assert fresh[column].to_numpy() == pytest.approx(stored[column].to_numpy(), abs=2e-6)
