"""Error of a reading and its bounds: by hand, and on synthetic readings of known reliability."""

import numpy as np
import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.methods.misclassification import bound_reliability
from spbe_research.methods.regression import fit


def readings(truth, error, rng) -> pd.DataFrame:
    n_units, n_items = truth.shape
    first, last = (np.where(rng.random(truth.shape) < error, ~truth, truth) for _ in range(2))
    return pd.DataFrame(
        {
            "agency_id": np.repeat([f"u{u}" for u in range(n_units)], n_items),
            "topic": np.tile([f"i{i}" for i in range(n_items)], n_units),
            "truth": truth.ravel(),
            "enacted_first": first.ravel(),
            "enacted_last": last.ravel(),
        }
    )


def test_equal_readings_are_reliable_and_unrelated_ones_are_not() -> None:
    rng = np.random.default_rng(1)
    table = readings(rng.random((300, 10)) < 0.5, 0.0, rng)
    assert bound_reliability(table)["low"].to_numpy() == pytest.approx([1, 1])
    noise = table.assign(enacted_last=rng.random(len(table)) < 0.5)
    assert bound_reliability(noise)["correlation"].abs().max() < 0.05


@pytest.mark.parametrize("error", [0.05, 0.2])
def test_the_lower_bound_is_the_reliability_where_nothing_changed(error) -> None:
    rng = np.random.default_rng(2)
    table = readings(rng.random((4_000, 10)) < 0.5, error, rng)
    # Of a fair yes or no misread with chance q, (1 - 2q)^2 of the variance is not error.
    found = bound_reliability(table)
    assert found["low"].to_numpy() == pytest.approx([(1 - 2 * error) ** 2] * 2, abs=0.02)
    # And all disagreement is error: the upper bound, losses and as many gains, is the same.
    assert found["high"].to_numpy() == pytest.approx(found["low"].to_numpy(), abs=0.02)


def test_least_squares_and_instrument_enclose_the_truth_where_errors_are_unrelated() -> None:
    rng = np.random.default_rng(4)
    table = readings(rng.random((2_000, 10)) < 0.5, 0.15, rng)
    y = 0.5 * table["truth"] + rng.normal(size=len(table))
    table = table.assign(y=y, x=table["enacted_first"], z=table["enacted_last"])
    read = fit(table, "y ~ x | agency_id + topic", clusters="agency_id")["estimate"].item()
    other = fit(table, "y ~ 1 | agency_id + topic | x ~ z", clusters="agency_id")["estimate"].item()
    assert read == pytest.approx(0.5 * (1 - 0.3), abs=0.03)
    assert other == pytest.approx(0.5 / (1 - 0.3), abs=0.06)
    assert read < 0.5 < other


def test_incomplete_readings_are_refused() -> None:
    rng = np.random.default_rng(5)
    table = readings(rng.random((3, 2)) < 0.5, 0.0, rng)
    with pytest.raises(DataError, match="u2: has 1 of 2 items"):
        bound_reliability(table.head(5))
    with pytest.raises(DataError, match="enacted_last: 6 neither 0 nor 1"):
        bound_reliability(table.assign(enacted_last=2))
    with pytest.raises(DataError, match="column topic: is absent"):
        bound_reliability(table.drop(columns="topic"))
