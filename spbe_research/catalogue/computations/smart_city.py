"""What notebook 14 registers: smart-city members against never-members."""

from functools import cache

import pandas as pd

from spbe_research.datasets import load_agencies, load_covariates, load_published, load_reference
from spbe_research.regulations.multiplicity import adjust_p_values
from spbe_research.regulations.smart_city import (
    balance_cohorts,
    build_cohort_sample,
    estimate_smart_city,
    tabulate_event_study,
)
from spbe_research.regulations.smart_city_selection import (
    bound_unseen,
    compare_early_with_late,
    describe_cohorts,
    vary_choices,
)

_WINDOWS = ((2018, 2020), (2021, 2024))


def groups() -> pd.DataFrame:
    """Who the members are, cohort by cohort, beside the never-members."""
    return describe_cohorts(_sample())


def balance() -> pd.DataFrame:
    """How far members and never-members differ before and after matching and weighting."""
    return pd.concat(
        [balance_cohorts(_sample(), years=years) for years in _WINDOWS], ignore_index=True
    )


def gap() -> pd.DataFrame:
    """The index of members less that of never-members, five estimators, two windows."""
    table = contrasts()
    windows = [f"{first}-{last}" for first, last in _WINDOWS]
    return table[table["window"].isin(windows)].reset_index(drop=True)


def event_study() -> pd.DataFrame:
    """The matched difference by cohort and year, with p values adjusted over all of them."""
    return adjust_p_values(tabulate_event_study(_sample()))


def before_joining() -> pd.DataFrame:
    """The cohort of 2019 before it joined, its change over joining, and early against late."""
    table = contrasts()
    return pd.concat(
        [
            table[table["contrast"].str.contains("cohort 2019")],
            compare_early_with_late(_sample(), year=2018),
        ],
        ignore_index=True,
    )


def unseen() -> pd.DataFrame:
    """The difference of the first and the last year if something unseen were as strong as seen."""
    return pd.concat(
        [bound_unseen(_sample(), year=year) for year in (2018, 2024)], ignore_index=True
    )


def contrasts() -> pd.DataFrame:
    """Every contrast of the design."""
    return _contrasts().copy()


def choices() -> pd.DataFrame:
    """The matched difference under other choices."""
    return pd.concat(
        [vary_choices(_sample(), years=years) for years in _WINDOWS], ignore_index=True
    )


def cohort_years_above_zero() -> tuple[float, int]:
    """How many cohort-years lie above zero after Holm's adjustment, of how many."""
    table = event_study()
    return float((table["rejected_holm"] & (table["estimate"] > 0)).sum()), len(table)


@cache
def _contrasts() -> pd.DataFrame:
    return estimate_smart_city(_sample())


@cache
def _sample() -> pd.DataFrame:
    return build_cohort_sample(
        load_published(), load_reference("smart_city_cohorts"), load_agencies(), load_covariates()
    )
