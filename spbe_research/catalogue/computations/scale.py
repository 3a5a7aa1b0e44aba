"""What notebook 09 registers: whether the instrument of 2021 and 2022 is one scale."""

import pandas as pd

from spbe_research.datasets import load_scores
from spbe_research.distributions import (
    cronbach_alpha,
    domain_correlations,
    item_distributions,
    loading_congruence,
    mcdonald_omega,
    parallel_analysis,
    polychoric_correlations,
    unidimensionality,
)
from spbe_research.instruments import load_instrument

SEED = 20261124
YEAR = 2022
EDITION = "permen-59-2020"


def levels() -> pd.DataFrame:
    """The levels of 2021 and 2022."""
    return load_scores(scale="indicator").query("year >= 2021")


def items() -> pd.DataFrame:
    """Shares of the levels of every item in 2022, and its correlation with the rest."""
    return item_distributions(levels().query("year == @YEAR"), load_instrument(EDITION))


def reliability() -> pd.DataFrame:
    """Alpha and omega by domain and of the whole."""
    instrument = load_instrument(EDITION)
    alpha = cronbach_alpha(levels(), instrument, interval="bootstrap", seed=SEED)
    omega = mcdonald_omega(levels(), instrument, seed=SEED)
    return pd.concat([alpha.assign(measure="alpha"), omega], ignore_index=True)[
        ["year", "scope", "measure", "n_items", "estimate", "low", "high", "n", "method", "seed"]
    ]


def scree() -> pd.DataFrame:
    """Eigenvalues beside those of permuted levels."""
    return parallel_analysis(levels(), seed=SEED)


def one_scale() -> pd.DataFrame:
    """How much one dimension says, and how the index relates to it."""
    instrument = load_instrument(EDITION)
    single = unidimensionality(levels(), instrument, seed=SEED)
    same = loading_congruence(levels(), instrument, seed=SEED).query("scope == 'whole'")
    return pd.concat(
        [single, same.assign(measure="congruence_2021_2022")[single.columns]], ignore_index=True
    )


def domains() -> pd.DataFrame:
    """Correlations between domains, observed and freed of unreliability."""
    return domain_correlations(levels(), load_instrument(EDITION), seed=SEED)


def polychorics() -> pd.DataFrame:
    """Polychoric correlations of all pairs of items in 2022."""
    return polychoric_correlations(levels().query("year == @YEAR"), load_instrument(EDITION))
