"""What selection does to design 5: who was chosen, early against late, and how much it would take.

Not here: the comparisons themselves (``smart_city``), and any proof that what is unseen is weak or
strong; whether a trait as strong as population exists is a judgement.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.regulations.sensitivity import benchmark_bounds, robustness
from spbe_research.regulations.smart_city import (
    ESTIMATORS,
    N_NEIGHBOURS,
    compare_cohorts,
    tabulate_covariates,
)

__all__ = ["bound_unseen", "compare_early_with_late", "describe_cohorts", "vary_choices"]

_SPARSE_YEAR = 2020  # most kabupaten and kota kept their value of 2019
_BENCHMARKS = {
    "population": ["log_population"],
    "product per head": ["log_grdp_per_capita"],
    "city": ["is_kota"],
    "Java": ["Jawa"],
}


def describe_cohorts(sample: pd.DataFrame) -> pd.DataFrame:
    """Tabulate who the members are, cohort by cohort, beside the never-members.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it.

    Returns
    -------
    pandas.DataFrame
        ``group`` (cohort, members, never-members), ``n`` (regions), ``share_kota, share_java``
        (0 to 1), ``median_population_persons, median_grdp_per_capita_idr`` (to one decimal, as the
        sample holds logarithms); a missing covariate does not count.

    Raises
    ------
    DataError
        When there are no members or no never-members.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> table = describe_cohorts(simulate_cohorts(seed=1)).set_index("group")
    >>> bool(table.loc["members", "share_kota"] > table.loc["never-members", "share_kota"])
    True
    >>> describe_cohorts(simulate_cohorts(seed=1).assign(cohort=0))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid sample. It must hold members and never-members.
    """
    regions = sample.drop_duplicates("agency_id")
    member = regions["cohort"] > 0
    if member.all() or not member.any():
        raise DataError("Invalid sample. It must hold members and never-members.")
    groups = {
        f"cohort {cohort}": regions[regions["cohort"] == cohort]
        for cohort in sorted(regions.loc[member, "cohort"].unique())
    }
    groups |= {"members": regions[member], "never-members": regions[~member]}
    return pd.DataFrame(
        [
            {
                "group": name,
                "n": len(rows),
                "share_kota": rows["is_kota"].mean(),
                "share_java": (rows["island"] == "Jawa").mean(),
                "median_population_persons": round(np.exp(rows["log_population"]).median(), 1),
                "median_grdp_per_capita_idr": round(
                    np.exp(rows["log_grdp_per_capita"]).median(), 1
                ),
            }
            for name, rows in groups.items()
        ]
    )


def compare_early_with_late(
    sample: pd.DataFrame, *, year: int, confidence: float = 0.95
) -> pd.DataFrame:
    """Compare members that had joined by a year with those that join only later.

    Both were chosen, so that being fit to be chosen does not tell them apart as it does members
    and never-members. Not free of selection either: the first to be chosen may be the ablest.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it.
    year : int
        A year in which some members had joined and some had not.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As ``compare_cohorts``.

    Raises
    ------
    DataError
        When all members, or none, had joined in that year.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> synthetic = simulate_cohorts(n_regions=2000, effect=0.3, confounder=1, seed=1)
    >>> table = compare_early_with_late(synthetic, year=2018).set_index("estimator")
    >>> table.loc["regression", "estimate"].round(1)
    np.float64(0.3)
    >>> compare_early_with_late(synthetic, year=2019)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2019. Members and never-members must be ...
    """
    members = sample[(sample["year"] == year) & (sample["cohort"] > 0)]
    joined = members["cohort"] <= year
    table = compare_cohorts(
        members.assign(cohort=members["cohort"].where(joined, 0)),
        years=(year, year),
        estimators=ESTIMATORS,
        confidence=confidence,
    )
    return table.assign(
        contrast=f"cohorts of {year} and before against later ones",
        method=table["method"].str.replace("never-members", "later members"),
    )


def bound_unseen(sample: pd.DataFrame, *, year: int, confidence: float = 0.95) -> pd.DataFrame:
    """Bound the regression's difference if something unseen were as strong as something seen.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it.
    year : int
        One year; members that join later are left out.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``year, unseen`` (as strong as nothing, population, product per head, city, Java),
        ``r2_treatment, r2_outcome`` (share of what is left of membership and index that it
        explains), ``estimate, std_error, low, high, n, method``; then a row ``robustness value``,
        whose estimate is the share of both at which the difference is zero.

    Raises
    ------
    DataError
        When members or never-members are absent in that year.

    Notes
    -----
    Classical errors, as the bound is one on partial R2; they differ from the clustered ones of
    ``compare_cohorts``. Cinelli and Hazlett (2020), doi:10.1111/rssb.12348.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> bounds = bound_unseen(simulate_cohorts(seed=1), year=2019).set_index("unseen")
    >>> bool(bounds.loc["population", "estimate"] < bounds.loc["nothing", "estimate"])
    True
    >>> bound_unseen(simulate_cohorts(seed=1), year=1999)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid year 1999. Members and never-members must be ...
    """
    rows = sample[(sample["year"] == year) & (sample["missing"] == "")]
    rows = rows[rows["cohort"] <= year].reset_index(drop=True)
    member = rows["cohort"] > 0
    if member.all() or not member.any():
        raise DataError(f"Invalid year {year}. Members and never-members must be evaluated in it.")
    covariates = tabulate_covariates(rows)
    table = covariates.assign(index=rows["index"], member=member.astype(float), year=year)
    controls = list(covariates.columns)
    found = robustness(
        table, outcome="index", treatment="member", controls=controls, alpha=1 - confidence
    ).set_index("quantity")
    plain = found.loc[["coefficient"]].assign(unseen="nothing", r2_treatment=0.0, r2_outcome=0.0)
    bounds = benchmark_bounds(
        table,
        outcome="index",
        treatment="member",
        controls=controls,
        benchmarks={
            name: columns for name, columns in _BENCHMARKS.items() if columns[0] in controls
        },
        multiples=(1,),
        confidence=confidence,
    ).rename(columns={"benchmark": "unseen"})
    share = found.loc[["robustness value"]].assign(unseen="robustness value")
    columns = [
        "year", "unseen", "r2_treatment", "r2_outcome", "estimate", "std_error", "low", "high",
        "n", "method",
    ]  # fmt: skip
    return pd.concat([plain, bounds, share], ignore_index=True)[columns]


def vary_choices(
    sample: pd.DataFrame, *, years: tuple[int, int], confidence: float = 0.95
) -> pd.DataFrame:
    """Repeat the matched comparison under other choices: neighbours, years, regions, cohorts.

    Every row answers a question of its own region or choice. The rows share most of their data:
    that many agree is no further evidence.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it.
    years : (int, int)
        First and last year of the window.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``choice``, then as ``compare_cohorts``; a choice that leaves the window as it is, is left
        out.

    Raises
    ------
    DataError
        As ``compare_cohorts``.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> vary_choices(simulate_cohorts(seed=1), years=(2019, 2019))["choice"].tolist()[:4]
    ['as reported', '1 neighbour', '5 neighbours', 'kabupaten only']
    >>> vary_choices(simulate_cohorts(seed=1), years=(1999, 1999))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 1999. Members and never-members must be ...
    """
    kota, java = sample["is_kota"] == 1, sample["island"] == "Jawa"
    sparse = sample["year"] == _SPARSE_YEAR
    choices: list[tuple[str, pd.DataFrame, int, list[int] | None]] = [
        ("as reported", sample, N_NEIGHBOURS, None),
        ("1 neighbour", sample, 1, None),
        ("5 neighbours", sample, 5, None),
    ]
    if years[0] <= _SPARSE_YEAR <= years[1]:
        choices.append((f"without {_SPARSE_YEAR}", sample[~sparse], N_NEIGHBOURS, None))
    choices += [
        ("kabupaten only", sample[~kota], N_NEIGHBOURS, None),
        ("kota only", sample[kota], N_NEIGHBOURS, None),
        ("Java only", sample[java], N_NEIGHBOURS, None),
        ("outside Java", sample[~java], N_NEIGHBOURS, None),
    ]
    cohorts = sorted(int(cohort) for cohort in sample["cohort"].unique() if cohort > 0)
    choices += [(f"cohort {year} only", sample, N_NEIGHBOURS, [year]) for year in cohorts]
    tables = [
        compare_cohorts(
            rows,
            years=years,
            cohorts=chosen,
            estimators=["matched"],
            n_neighbours=n_neighbours,
            confidence=confidence,
        ).assign(choice=choice)
        for choice, rows, n_neighbours, chosen in choices
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["choice", *table.columns.drop("choice")]]
