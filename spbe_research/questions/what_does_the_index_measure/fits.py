"""The ordinal factor models of this question: what is fitted, and how a fit is stored.

A fit takes a minute or two a year, so that its parameters are kept in
``data/results/what_does_the_index_measure/tab-ordinal-fits.csv``. They are used as long as they are
the maximum of the levels that the tidy tables hold now: the slope of the log posterior is checked
at every load. Where it is not near 0 the model is fitted anew.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from spbe_research.instruments import Instrument, load_instrument
from spbe_research.locations import data_folder
from spbe_research.methods.ordinal_factors import (
    OrdinalFit,
    Structure,
    fit_ordinal_factors,
    ordinal_fit_from_frame,
)
from spbe_research.panel.loaders import load_scores
from spbe_research.years import evaluation, years_with

__all__ = [
    "MODELS",
    "TESTLETS",
    "edition",
    "fits",
    "fitted",
    "item_levels",
    "item_years",
    "structure",
    "weights",
]

MODELS = ("one_factor", "four_factors", "testlets")

# Indicators that resemble one another by more than their domain: neighbours on one subject (road
# maps, budgets, audits, planning and finance services, services to the public).
TESTLETS = (
    ("I01", "I02"),
    ("I05", "I06", "I07"),
    ("I11", "I12"),
    ("I29", "I30", "I31"),
    ("I32", "I33", "I34"),
    ("I45", "I46", "I47"),
)

_STORED = Path("results", "what_does_the_index_measure", "tab-ordinal-fits.csv")
_DECIMALS = 6
_NEAR = 0.01  # standard errors from the maximum, at most
_KEYS = ["year", "model", "parameter", "item", "level", "factor", "other_factor"]


def item_years() -> tuple[int, ...]:
    """Return the years with levels of every indicator for every body evaluated."""
    return years_with(parts_published="indicator")


def edition() -> Instrument:
    """Return the instrument of those years."""
    return load_instrument(evaluation(item_years()[-1]).edition)


def weights() -> dict[str, float]:
    """Return the weight of every indicator in the index; they sum to 1."""
    instrument = edition()
    return {code: float(instrument.item(code).weight) / 100 for code in instrument.indicators}


def item_levels(year: int) -> pd.DataFrame:
    """Return the levels of a year, one row a body and one column an indicator."""
    scores = load_scores(scale="indicator")
    wide = scores[scores["year"] == year].pivot(index="agency_id", columns="item", values="value")
    return wide[list(edition().indicators)].sort_index()


def structure(model: str) -> Structure:
    """Return which indicators measure which factor under a model."""
    instrument = edition()
    if model == "one_factor":
        return Structure({"all": instrument.indicators})
    domains = {code: instrument.leaves(code) for code in instrument.domains}
    return Structure(domains, TESTLETS if model == "testlets" else ())


@cache
def fits() -> dict[tuple[int, str], OrdinalFit]:
    """Return every fit by its year and model, from the stored parameters where they still hold."""
    stored = _stored()
    found = {}
    for year in item_years():
        levels = item_levels(year)
        for model in MODELS:
            own = stored[(stored["year"] == year) & (stored["model"] == model)]
            found[year, model] = _fit(levels, structure(model), own.drop(columns=_KEYS[:2]))
    return found


def fitted(year: int) -> OrdinalFit:
    """Return the fit of a year that the question rests on: four factors and six testlets."""
    return fits()[year, "testlets"]


def _fit(levels: pd.DataFrame, shape: Structure, stored: pd.DataFrame) -> OrdinalFit:
    if len(stored):
        fit, off = ordinal_fit_from_frame(stored.reset_index(drop=True), levels, shape)
        if off < _NEAR:
            return fit
    fresh = fit_ordinal_factors(levels, shape).to_frame().round(_DECIMALS)
    return ordinal_fit_from_frame(fresh, levels, shape)[0]  # as it will be read again


def _stored() -> pd.DataFrame:
    path = data_folder() / _STORED
    if not path.is_file():
        return pd.DataFrame(columns=[*_KEYS, "estimate", "std_error"])
    return pd.read_csv(path, dtype={"level": "Int64"})
