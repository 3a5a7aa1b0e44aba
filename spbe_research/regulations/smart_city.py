"""Design 5: regions of the Gerakan Menuju 100 Smart City (2017-2019) against never-members.

Members were chosen: they are bigger, richer and more often cities. What is seen of that can be
taken out by regression, matching or weights; what is not seen (able and willing mayors) cannot,
and one year before joining, of one cohort only, is too little to test trends before joining.

Not here: the weights and matches themselves (``weighting``), and any change of index across the
breaks 2020/2021 and 2022/2023: windows that span one compare levels within each year.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.estimates import check_confidence
from spbe_research.regulations.weighting import entropy_balance, match_neighbours, odds_weights
from spbe_research.selection import ERAS, select_results

__all__ = [
    "COHORT_COVARIATES",
    "ESTIMATORS",
    "N_NEIGHBOURS",
    "build_cohort_sample",
    "balance_cohorts",
    "compare_cohorts",
    "compare_changes",
    "tabulate_event_study",
    "estimate_smart_city",
    "tabulate_covariates",
]

COHORT_COVARIATES = ("is_kota", "log_population", "log_grdp_per_capita")
ESTIMATORS = ("raw", "regression", "matched", "entropy", "odds")
N_NEIGHBOURS = 3  # never-members matched to each member
_DESIGN = "5 smart-city cohorts"
_ISLAND_OF_REFERENCE = "Sumatera"  # the island with most kabupaten and kota
# Few members live there (four), and in 2019 no never-member of Maluku was evaluated.
_MERGED = {"Maluku": "Maluku and Papua", "Papua": "Maluku and Papua"}
_FEWEST = 5  # members below which a contrast is not estimated
_WINDOWS = ((2018, 2020), (2021, 2022), (2023, 2024), (2021, 2024))
_RESULT = (
    "design", "year", "window", "outcome", "contrast", "estimator", "estimate", "std_error",
    "low", "high", "n", "n_members", "n_clusters", "method",
)  # fmt: skip
_METHODS = {
    "raw": "difference in means (OLS), clustered by province",
    "regression": "OLS with type, log population, log GRDP per capita, island; clustered by "
    "province",
    "matched": f"{N_NEIGHBOURS} nearest never-members by Mahalanobis distance, with replacement, "
    "bias-corrected by regression (Abadie and Imbens 2011); linear form of Otsu and Rai (2017) "
    "summed by province",
    "entropy": "never-members weighted to the members' means (Hainmueller 2012); influence "
    "function summed by province",
    "odds": "never-members weighted by the odds of a logit; influence function summed by province",
}
_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.intp]
_Mask = npt.NDArray[np.bool_]


def build_cohort_sample(
    published: pd.DataFrame,
    cohorts: pd.DataFrame,
    agencies: pd.DataFrame,
    covariates: pd.DataFrame,
    *,
    base_year: int = 2016,
) -> pd.DataFrame:
    """Join the evaluated index of kabupaten and kota with cohort and covariates before joining.

    Parameters
    ----------
    published, agencies, covariates : pandas.DataFrame
        As the loaders return them.
    cohorts : pandas.DataFrame
        ``load_reference("smart_city_cohorts")``; a region listed twice counts by its first cohort.
    base_year : int
        Year of population and product; 2016 is the last before anyone joined.

    Returns
    -------
    pandas.DataFrame
        One row an agency and year evaluated: ``agency_id, name, year, agency_type, province`` (of
        2018), ``island, is_kota, log_population, log_grdp_per_capita, cohort`` (year of joining, 0
        for never-members), ``index`` (1 to 5) and ``missing``: which covariates are missing, empty
        where none is. No row is dropped.

    Raises
    ------
    DataError
        When a member is no kabupaten or kota of ``agencies``.

    Examples
    --------
    >>> from spbe_research.datasets import (
    ...     load_agencies, load_covariates, load_published, load_reference
    ... )
    >>> listed = load_reference("smart_city_cohorts")
    >>> tables = load_agencies(), load_covariates()
    >>> sample = build_cohort_sample(load_published(), listed, *tables)
    >>> sample.drop_duplicates("agency_id")["cohort"].value_counts().sort_index().to_dict()
    {0: 406, 2017: 25, 2018: 50, 2019: 23}
    >>> build_cohort_sample(load_published(), listed.assign(agency_id="00.00"), *tables)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid cohorts. Every member must be a kabupaten or kota; ...
    """
    local = agencies[agencies["agency_type"].isin(["kabupaten", "kota"])].set_index("agency_id")
    strangers = sorted(set(cohorts["agency_id"]) - set(local.index))
    if strangers:
        raise DataError(
            f"Invalid cohorts. Every member must be a kabupaten or kota; not {strangers[:5]}."
        )
    joined = cohorts["cohort"].astype(int).groupby(cohorts["agency_id"]).min()
    scores = select_results(published, agency_types=["kabupaten", "kota"])
    base = covariates[covariates["year"] == base_year].set_index("agency_id")
    ids = scores["agency_id"]
    sample = pd.DataFrame(
        {
            "agency_id": ids,
            "name": ids.map(local["name"]),
            "year": scores["year"].astype(int),
            "agency_type": scores["agency_type"],
            "province": ids.map(local["province_2018"]),
            "island": ids.map(local["island"]),
            "is_kota": (scores["agency_type"] == "kota").astype(float),
            "log_population": np.log(ids.map(base["population_persons"].astype(float))),
            "log_grdp_per_capita": np.log(ids.map(base["grdp_per_capita_idr"].astype(float))),
            "cohort": ids.map(joined).fillna(0).astype(int),
            "index": scores["index_published"].astype(float),
        }
    )
    absent = sample[["province", "island", *COHORT_COVARIATES]].isna()
    return sample.assign(
        missing=[", ".join(absent.columns[row]) for row in absent.to_numpy(dtype=bool)]
    )


def balance_cohorts(
    sample: pd.DataFrame, *, years: tuple[int, int], n_neighbours: int = N_NEIGHBOURS
) -> pd.DataFrame:
    """Tabulate how members differ from never-members before and after matching and weighting.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it.
    years : (int, int)
        First and last year of the window.
    n_neighbours : int
        Never-members matched to each member.

    Returns
    -------
    pandas.DataFrame
        ``window, covariate, comparison`` (raw, matched, entropy, odds), ``mean_members,
        mean_never, standardised_difference`` (in standard deviations, the root of the mean of the
        two raw variances; above 0.1 is often called imbalance), ``n`` (regions with a weight),
        ``n_members, n_never`` and ``effective_n_never`` (``(sum w)^2 / sum w^2``).

    Raises
    ------
    DataError
        As ``compare_cohorts``.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> balance = balance_cohorts(simulate_cohorts(seed=1), years=(2019, 2019))
    >>> worst = balance["standardised_difference"].abs().groupby(balance["comparison"]).max()
    >>> bool(worst["raw"] > 0.5), bool(worst["entropy"] < 1e-5)
    (True, True)
    >>> balance_cohorts(simulate_cohorts(seed=1), years=(1999, 1999))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 1999. Members and never-members must be ...
    """
    unit, _ = _window(sample, years, _joined)
    member, x, names = _arrays(unit)
    supported = _supported(member, x)
    rows = []
    spread = np.sqrt((x[member].var(axis=0) + x[~member].var(axis=0)) / 2)
    for comparison in ("raw", "matched", "entropy", "odds"):
        weights = _never_weights(comparison, member, x, supported, n_neighbours)
        means = weights @ x[~member]
        for k, name in enumerate(names):
            gap = x[member, k].mean() - means[k]
            rows.append(
                {
                    "window": _span(years),
                    "covariate": name,
                    "comparison": comparison,
                    "mean_members": x[member, k].mean(),
                    "mean_never": means[k],
                    "standardised_difference": gap / spread[k] if spread[k] > 0 else 0.0,
                    "n": int(member.sum() + (weights > 0).sum()),
                    "n_members": int(member.sum()),
                    "n_never": int((weights > 0).sum()),
                    "effective_n_never": 1 / float((weights**2).sum()),
                }
            )
    return pd.DataFrame(rows)


def compare_cohorts(
    sample: pd.DataFrame,
    *,
    years: tuple[int, int],
    cohorts: Iterable[int] | None = None,
    membership: str = "joined",
    estimators: Sequence[str] = ESTIMATORS,
    n_neighbours: int = N_NEIGHBOURS,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the index of members with that of never-members in the same years, in five ways.

    An agency's outcome is the mean, over its evaluated years of the window, of its index less that
    year's mean of never-members: only levels of one year are ever compared.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it.
    years : (int, int)
        First and last year of the window.
    cohorts : iterable of int, optional
        Years of joining; all by default.
    membership : {"joined", "not yet"}
        Members from the year of joining on, or before it: a difference "not yet" is selection.
    estimators : sequence of str
        Of ``ESTIMATORS``.
    n_neighbours : int
        Never-members matched to each member.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``design, year`` (last of the window), ``window, outcome, contrast, estimator, estimate,
        std_error, low, high`` (index points), ``n`` (agencies used), ``n_members, n_clusters,
        method``. Missing where fewer than 5 members, 5 never-members or 3 provinces are left.

    Raises
    ------
    DataError
        When a choice is unknown or a group of the window is empty.

    Notes
    -----
    All estimate the mean difference among members. Matching and weighting use never-members of
    like type or island where all members are of one (no overlap elsewhere); the bootstrap is not
    valid for matching (Abadie and Imbens 2008, doi:10.3982/ECTA6474), the linear form is (Otsu and
    Rai 2017, doi:10.1080/01621459.2016.1231613). Errors: ``sqrt(G/(G-1) sum_g (sum psi)^2)``, psi
    the influence of an agency, weights' own error included; statsmodels' cluster errors for the
    two regressions; t of G - 1 degrees.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> table = compare_cohorts(simulate_cohorts(effect=0.3, seed=1), years=(2019, 2019))
    >>> table.set_index("estimator")["estimate"].round(2)[["raw", "entropy"]].to_dict()
    {'raw': 0.64, 'entropy': 0.35}
    >>> compare_cohorts(simulate_cohorts(seed=1), years=(2019, 2019), estimators=["magic"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid estimators ['magic']. They must be of raw, regression...
    """
    _check(estimators, confidence)
    choices: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
        "joined": _joined,
        "not yet": _not_yet,
    }
    if membership not in choices:
        raise DataError(f"Invalid membership {membership!r}. It must be 'joined' or 'not yet'.")
    chosen = None if cohorts is None else [int(value) for value in cohorts]
    kept = sample if chosen is None else sample[sample["cohort"].isin([0, *chosen])]
    unit, left_out = _window(kept, years, choices[membership])
    whom = "all cohorts" if chosen is None else f"cohort {', '.join(map(str, chosen))}"
    state = "members" if membership == "joined" else "members to be"
    keys = {
        "design": _DESIGN,
        "year": years[1],
        "window": _span(years),
        "outcome": "index",
        "contrast": f"{state} ({whom}) against never-members",
    }
    return _rows(unit, keys, estimators, n_neighbours, confidence, left_out)


def compare_changes(
    sample: pd.DataFrame,
    *,
    cohort: int = 2019,
    years: tuple[int, int] = (2018, 2019),
    against: str = "never",
    estimators: Sequence[str] = ESTIMATORS,
    n_neighbours: int = N_NEIGHBOURS,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the change of index over a cohort's joining with that of others, within one era.

    Takes out what is fixed of a region, seen or not. Not what makes able regions grow faster; with
    one year before, that cannot be tested here.

    Parameters
    ----------
    sample, estimators, n_neighbours, confidence
        As in ``compare_cohorts``.
    cohort : int
        Year of joining, after the first and not after the last of ``years``.
    years : (int, int)
        Of one era; agencies evaluated in both.
    against : {"never", "earlier"}
        Never-members, or cohorts that had joined by the first year: of the same kind, but if
        membership makes growth, their growth hides it.

    Returns
    -------
    pandas.DataFrame
        As ``compare_cohorts``; the outcome is the change of index, in points.

    Raises
    ------
    DataError
        When the years span a break or do not frame the joining, or a group is empty.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> synthetic = simulate_cohorts(effect=0.3, confounder=1, seed=1)
    >>> compare_changes(synthetic, estimators=["raw"])["estimate"].round(1).item()
    0.3
    >>> compare_changes(synthetic, years=(2018, 2021))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2018-2021. They must lie within one era: ...
    """
    _check(estimators, confidence)
    first, last = years
    if not any(start <= first < last <= end for start, end in ERAS.values()):
        raise DataError(
            f"Invalid years {_span(years)}. They must lie within one era: {', '.join(ERAS)}."
        )
    if not first < cohort <= last:
        raise DataError(
            f"Invalid cohort {cohort}. It must join after {first} and not after {last}."
        )
    if against not in ("never", "earlier"):
        raise DataError(f"Invalid against {against!r}. It must be 'never' or 'earlier'.")
    before = sample[sample["year"] == first].set_index("agency_id")["index"]
    rows = sample[(sample["year"] == last) & sample["agency_id"].isin(before.index)]
    others = rows["cohort"].eq(0) if against == "never" else rows["cohort"].between(1, first)
    rows = rows[rows["cohort"].eq(cohort) | others]
    unit = rows.assign(
        member=rows["cohort"].eq(cohort),
        outcome=rows["index"] - rows["agency_id"].map(before),
    )
    unit, left_out = _complete(unit, years)
    name = "never-members" if against == "never" else f"cohorts of {first} and before"
    keys = {
        "design": _DESIGN,
        "year": last,
        "window": _span(years),
        "outcome": f"change of index {first} to {last}",
        "contrast": f"cohort {cohort} against {name}",
    }
    return _rows(unit, keys, estimators, n_neighbours, confidence, left_out)


def tabulate_event_study(
    sample: pd.DataFrame, *, estimator: str = "matched", confidence: float = 0.95
) -> pd.DataFrame:
    """Tabulate the difference from never-members by cohort and years since joining.

    To be drawn era by era: no line joins 2020 to 2021 or 2022 to 2023. Only the cohort of 2019 has
    a year before joining, so trends before joining cannot be tested.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it.
    estimator : str
        Of ``ESTIMATORS``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As ``compare_cohorts``, with ``era, cohort, event_time`` (years since the year of joining;
        negative before) first.

    Raises
    ------
    DataError
        When the estimator is unknown.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> table = tabulate_event_study(simulate_cohorts(seed=1), estimator="raw")
    >>> table["event_time"].tolist()
    [1, 2, 0, 1, -1, 0]
    >>> tabulate_event_study(simulate_cohorts(seed=1), estimator="magic")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid estimators ['magic']. They must be of raw, regression...
    """
    _check([estimator], confidence)
    pairs = sample.loc[sample["cohort"] > 0, ["cohort", "year"]].drop_duplicates()
    tables = []
    for cohort, year in pairs.sort_values(["cohort", "year"]).itertuples(index=False, name=None):
        table = compare_cohorts(
            sample,
            years=(year, year),
            cohorts=[cohort],
            membership="joined" if year >= cohort else "not yet",
            estimators=[estimator],
            confidence=confidence,
        )
        era = next(name for name, (start, end) in ERAS.items() if start <= year <= end)
        tables.append(table.assign(era=era, cohort=cohort, event_time=year - cohort))
    columns = ["era", "cohort", "event_time", *_RESULT]
    return pd.concat(tables, ignore_index=True)[columns]


def estimate_smart_city(sample: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Estimate every contrast of design 5: years, windows, before joining, and changes.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_cohort_sample`` returns it, 2018 to 2024.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As ``compare_cohorts``.

    Raises
    ------
    DataError
        When a year of a window is absent.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> estimate_smart_city(simulate_cohorts(seed=1))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid sample. It must hold 2018 to 2024; 2020, 2021, ... lack.
    """
    first, last = _WINDOWS[0][0], _WINDOWS[-1][-1]
    lacking = sorted(set(range(first, last + 1)) - set(sample["year"]))
    if lacking:
        raise DataError(
            f"Invalid sample. It must hold {first} to {last}; {', '.join(map(str, lacking))} lack."
        )
    windows = [*_WINDOWS, *((year, year) for year in range(first, last + 1))]
    tables = [compare_cohorts(sample, years=years, confidence=confidence) for years in windows]
    tables.append(
        compare_cohorts(
            sample,
            years=(2018, 2018),
            cohorts=[2019],
            membership="not yet",
            confidence=confidence,
        )
    )
    tables += [
        compare_changes(sample, against=against, confidence=confidence)
        for against in ("never", "earlier")
    ]
    return pd.concat(tables, ignore_index=True)


def tabulate_covariates(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what every adjusted comparison holds alike, islands as 0 and 1.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of ``build_cohort_sample``, one row a region.

    Returns
    -------
    pandas.DataFrame
        ``is_kota, log_population, log_grdp_per_capita`` and a column of 0 and 1 for each island
        but Sumatera (Maluku and Papua as one); what does not vary is left out.

    Examples
    --------
    >>> from spbe_research.simulation.cohorts import simulate_cohorts
    >>> list(tabulate_covariates(simulate_cohorts(seed=1)))[3:]
    ['Jawa', 'Kalimantan', 'Sulawesi']
    >>> list(tabulate_covariates(simulate_cohorts(seed=1).assign(island="Jawa", is_kota=0.0)))
    ['log_population', 'log_grdp_per_capita']
    """
    islands = pd.get_dummies(rows["island"].replace(_MERGED), dtype=float)
    islands = islands.drop(columns=_ISLAND_OF_REFERENCE, errors="ignore")
    table = pd.concat([rows[list(COHORT_COVARIATES)], islands], axis=1)
    return table.loc[:, np.ptp(table.to_numpy(dtype=float), axis=0) > 0]


def _joined(rows: pd.DataFrame) -> pd.Series:
    return (rows["cohort"] > 0) & (rows["cohort"] <= rows["year"])


def _not_yet(rows: pd.DataFrame) -> pd.Series:
    return rows["cohort"] > rows["year"]


def _span(years: tuple[int, int]) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"


def _check(estimators: Sequence[str], confidence: float) -> None:
    check_confidence(confidence)
    unknown = [name for name in estimators if name not in ESTIMATORS]
    if unknown:
        raise DataError(f"Invalid estimators {unknown}. They must be of {', '.join(ESTIMATORS)}.")


def _window(
    sample: pd.DataFrame,
    years: tuple[int, int],
    membership: Callable[[pd.DataFrame], pd.Series],
) -> tuple[pd.DataFrame, list[str]]:
    """One row an agency: whether a member, and its mean distance from never-members' mean."""
    rows = sample[sample["year"].between(*years)]
    rows = rows.assign(member=membership(rows))
    rows = rows[rows["member"] | (rows["cohort"] == 0)]
    never = rows[~rows["member"]].groupby("year")["index"].mean()
    rows = rows.assign(outcome=rows["index"] - rows["year"].map(never))
    outcome = rows.groupby("agency_id")["outcome"].mean()
    unit = rows.drop_duplicates("agency_id").drop(columns="outcome")
    return _complete(unit.assign(outcome=unit["agency_id"].map(outcome)), years)


def _complete(unit: pd.DataFrame, years: tuple[int, int]) -> tuple[pd.DataFrame, list[str]]:
    complete = unit[unit["missing"] == ""].sort_values("agency_id").reset_index(drop=True)
    if not complete["member"].any() or complete["member"].all():
        raise DataError(
            f"Invalid years {_span(years)}. Members and never-members must be evaluated in them."
        )
    return complete, sorted(unit.loc[unit["missing"] != "", "name"])


def _arrays(unit: pd.DataFrame) -> tuple[_Mask, _Floats, list[str]]:
    """Membership, and covariates that vary."""
    table = tabulate_covariates(unit)
    return unit["member"].to_numpy(dtype=bool), table.to_numpy(dtype=float), list(table.columns)


def _supported(member: _Mask, x: _Floats) -> _Mask:
    """Rows that share the value of each 0-1 covariate in which all members are alike."""
    kept = np.ones(len(x), dtype=bool)
    for column in x.T:
        if np.isin(column, [0, 1]).all() and np.ptp(column[member]) == 0:
            kept &= column == column[member][0]
    return kept


def _never_weights(
    kind: str, member: _Mask, x: _Floats, supported: _Mask, n_neighbours: int
) -> _Floats:
    """Weight of every never-member, in their order; they sum to 1."""
    inside = supported[~member]
    inner = x[supported]
    inner = inner[:, np.ptp(inner, axis=0) > 0]
    belongs = member[supported]
    weights = np.zeros(len(inside))
    if kind == "raw":
        return np.full(len(inside), 1 / len(inside))
    if kind == "entropy":
        weights[inside] = entropy_balance(inner[~belongs], inner[belongs].mean(axis=0))
    elif kind == "odds":
        weights[inside], _ = odds_weights(belongs, inner)
    else:
        matches = match_neighbours(belongs, inner, n_neighbours=n_neighbours)
        counts = np.bincount(matches.ravel(), minlength=len(inner))[~belongs]
        weights[inside] = counts / matches.size
    return weights


def _rows(
    unit: pd.DataFrame,
    keys: dict[str, object],
    estimators: Sequence[str],
    n_neighbours: int,
    confidence: float,
    left_out: list[str],
) -> pd.DataFrame:
    from scipy.special import stdtrit

    member, x, _ = _arrays(unit)
    y = unit["outcome"].to_numpy(dtype=float)
    groups = pd.factorize(unit["province"])[0]
    note = f"; left out for want of a covariate: {', '.join(left_out)}" if left_out else ""
    rows = []
    for name in estimators:
        kept = (
            np.ones(len(y), dtype=bool) if name in ("raw", "regression") else _supported(member, x)
        )
        n_clusters = len(np.unique(groups[kept]))
        few = min(member[kept].sum(), (~member[kept]).sum()) < _FEWEST or n_clusters < 3
        method = _METHODS[name].replace(f"{N_NEIGHBOURS} near", f"{n_neighbours} near") + note
        estimate = error = np.nan
        if few:
            method = f"not estimated: fewer than {_FEWEST} of a group or 3 provinces"
        else:
            try:
                estimate, error = _estimate(
                    name, y[kept], member[kept], x[kept], groups[kept], n_neighbours
                )
            except DataError as reason:  # no overlap: said in the row, the others stand
                method = f"not estimated: {reason}"
        half = float(stdtrit(max(n_clusters - 1, 1), (1 + confidence) / 2)) * error
        rows.append(
            {
                **keys,
                "estimator": name,
                "estimate": estimate,
                "std_error": error,
                "low": estimate - half,
                "high": estimate + half,
                "n": int(kept.sum()),
                "n_members": int(member[kept].sum()),
                "n_clusters": n_clusters,
                "method": method,
            }
        )
    return pd.DataFrame(rows)[list(_RESULT)]


def _estimate(
    name: str, y: _Floats, member: _Mask, x: _Floats, groups: _Ints, n_neighbours: int
) -> tuple[float, float]:
    x = x[:, np.ptp(x, axis=0) > 0]
    if name in ("raw", "regression"):
        return _regression(y, member, x[:, :0] if name == "raw" else x, groups)
    weights = _never_weights(name, member, x, np.ones(len(y), dtype=bool), n_neighbours)
    influence = np.zeros(len(y))
    design = np.column_stack([np.ones(len(y)), x - x.mean(axis=0)])
    n_members = member.sum()
    if name == "odds":
        estimate = float(y[member].mean() - weights @ y[~member])
        _, chance = odds_weights(member, x)
        residual = y[~member] - weights @ y[~member]
        information = (design * (chance * (1 - chance))[:, None]).T @ design
        pull = np.linalg.solve(information, design[~member].T @ (weights * residual))
        influence[member] = (y[member] - y[member].mean()) / n_members
        influence[~member] = -weights * residual
        influence -= (member - chance) * (design @ pull)
        return estimate, _clustered(influence, groups)
    # Balanced weights: what their own error adds is the fit by the same weights (it drops out of
    # the estimate). Matches: the fit among all never-members corrects what matching left unequal.
    scale = np.sqrt(weights) if name == "entropy" else np.ones(len(weights))
    slopes = np.linalg.lstsq(design[~member] * scale[:, None], y[~member] * scale, rcond=None)[0]
    residual = y - design @ slopes
    estimate = float(residual[member].mean() - weights @ residual[~member])
    influence[member] = (residual[member] - residual[member].mean()) / n_members
    influence[~member] = -weights * (residual[~member] - weights @ residual[~member])
    if name == "matched":
        influence[member] = (residual[member] - estimate) / n_members
        influence[~member] = -weights * residual[~member]
    return estimate, _clustered(influence, groups)


def _regression(y: _Floats, member: _Mask, x: _Floats, groups: _Ints) -> tuple[float, float]:
    from statsmodels.regression.linear_model import (
        OLS,
    )

    design = np.column_stack([member.astype(float), np.ones(len(y)), x - x.mean(axis=0)])
    fitted = OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return float(fitted.params[0]), float(fitted.bse[0])


def _clustered(influence: _Floats, groups: _Ints) -> float:
    sums = np.bincount(groups, weights=influence)
    sums = sums[np.unique(groups)]
    return float(np.sqrt(len(sums) / (len(sums) - 1) * (sums**2).sum()))
