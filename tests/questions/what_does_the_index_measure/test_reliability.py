import numpy as np
import pandas as pd
import pingouin
import pytest

from spbe_research.questions.what_does_the_index_measure.fits import item_levels, item_years
from spbe_research.questions.what_does_the_index_measure.reliability import (
    catching_up,
    cronbach_alpha,
    variance_components,
)
from spbe_research.questions.what_does_the_index_measure.tables import reliabilities


def test_alpha_equals_that_of_pingouin() -> None:
    levels = item_levels(item_years()[0]).astype(float)
    equal = pd.Series(1.0, index=levels.columns)
    assert cronbach_alpha(levels, equal) == pytest.approx(pingouin.cronbach_alpha(levels)[0])


def test_alpha_of_a_weighted_sum_is_that_of_the_weighted_items() -> None:
    table = pd.DataFrame({"a": [1, 1, 2, 1, 2], "b": [1, 1, 2, 2, 2]})
    # Variances 0.3 and 0.3, covariance 0.2; with weights 1 and 2: 0.3, 1.2, of the sum 2.3.
    found = cronbach_alpha(table, pd.Series({"a": 1.0, "b": 2.0}))
    assert found == pytest.approx(2 * (1 - 1.5 / 2.3))


def test_variance_components_are_those_a_table_was_made_of() -> None:
    rng = np.random.default_rng(3)
    n, parts, years = 20_000, 4, 2
    body, body_year = rng.normal(0, 0.5, (n, 1, 1)), rng.normal(0, 0.3, (n, 1, years))
    body_part, rest = rng.normal(0, 0.4, (n, parts, 1)), rng.normal(0, 0.6, (n, parts, years))
    fixed = rng.normal(0, 1, (1, parts, years))
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    found = variance_components(body + body_year + body_part + rest + fixed, shares)
    assert found["body"] == pytest.approx(0.25, abs=0.01)
    assert found["body_year"] == pytest.approx(0.09, abs=0.01)
    assert found["body_part"] == pytest.approx(0.16, abs=0.01)
    assert found["rest"] == pytest.approx(0.36, abs=0.01)
    error = 0.3 * (0.16 + 0.36)
    assert found["reliability"] == pytest.approx(0.34 / (0.34 + error), abs=0.01)


def test_readings_are_ordered_by_what_they_count_as_error() -> None:
    found = reliabilities().set_index(["measure", "start"])["estimate"]
    assert found["own_correlation", 2021] == pytest.approx(0.725, abs=0.001)
    assert found["quasi_simplex", 2019] == pytest.approx(0.77, abs=0.005)
    assert found["variance_components", 2021] == pytest.approx(0.79, abs=0.005)
    assert found["alpha_unweighted", 2021] == pytest.approx(0.964, abs=0.001)


def test_the_slope_is_divided_by_the_reliability() -> None:
    readings = pd.DataFrame(
        {"measure": ["x", "x"], "start": [2021, 2022], "end": [2022, 2022], "estimate": [0.5, 0.9]}
    ).assign(n=1)
    found = catching_up(readings).set_index("measure")["estimate"]
    plain = found["no_error"]
    assert found["x"] == pytest.approx(2 * (plain + 1) - 1)
    assert plain == pytest.approx(-0.309, abs=0.001)
