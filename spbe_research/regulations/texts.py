"""Age and kind of known local regulations against the score, and what the sample cannot carry.

The 53 regions with a known text were found, not drawn. So the selection is measured here: how the
regions differ from the rest. Not here: the registry itself (``registry``), what the texts that are
not known leave open (``unknown_texts``), nor any reading of a difference as an effect of a text.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError
from spbe_research.estimates import check_confidence
from spbe_research.selection import LOCAL_TYPES, select_results

__all__ = [
    "age_and_kind",
    "sample_against_rest",
    "selection_balance",
    "texts_and_scores",
    "worked_case",
]

Array = NDArray[np.float64]

# 2020 is left out: 15 of the regions were evaluated in it.
_YEARS = (2018, 2019, 2021, 2022, 2023, 2024)
_PERIODS = {"2018-2019": (2018, 2019), "2021-2022": (2021, 2022), "2023-2024": (2023, 2024)}
# With 4 of 53 regions on one side clustered 95 % intervals hold the truth in 86 % of simulations,
# with 8 in 93 %: few treated clusters, MacKinnon and Webb (2018), doi:10.1111/ectj.12107.
_SMALLEST_SIDE = 8
_ROBUST = "least squares within type; HC3 errors, t interval"


def texts_and_scores(
    published: pd.DataFrame,
    oldest: pd.DataFrame,
    policies: pd.DataFrame,
    *,
    years: Iterable[int] = _YEARS,
) -> pd.DataFrame:
    """Return one row a local government and year evaluated, with its oldest known text.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``; only results evaluated in the year itself are used.
    oldest : pandas.DataFrame
        As ``registry.oldest_text`` for these years.
    policies : pandas.DataFrame
        As ``load_policies()``.
    years : iterable of int
        Years of evaluation.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, index`` (1-5), ``n_enacted`` (topics enacted, 0-10, 2021
        and 2022), ``in_sample`` (some text known, whenever), ``has_text`` (by the end of the
        year), ``age_years, oldest_kind, oldest_subjects`` (missing without).

    Raises
    ------
    DataError
        When ``oldest`` lacks one of the years or nothing is left.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_policies, load_published, load_reference
    >>> from spbe_research.regulations.registry import local_texts, oldest_text
    >>> texts = local_texts(load_reference("regulations_local"), load_agencies())
    >>> oldest = oldest_text(texts, years=[2018])
    >>> inputs = load_published(), oldest, load_policies()
    >>> int(texts_and_scores(*inputs, years=[2018])["in_sample"].sum())
    53
    >>> texts_and_scores(*inputs, years=[2019])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2019]. The table of oldest texts must have ...
    """
    wanted = [int(year) for year in years]
    lacking = sorted(set(wanted) - set(oldest["year"]))
    if lacking:
        raise DataError(f"Invalid years {lacking}. The table of oldest texts must have them.")
    rows = select_results(published, years=wanted, agency_types=LOCAL_TYPES)
    rows = rows[["agency_id", "year", "agency_type", "index_published"]]
    rows = rows.rename(columns={"index_published": "index"})
    enacted = policies.groupby(["agency_id", "year"])["is_enacted"].sum().rename("n_enacted")
    table = rows.merge(enacted.reset_index(), how="left").merge(
        oldest[["agency_id", "year", "n_texts", "age_years", "oldest_kind", "oldest_subjects"]],
        how="left",
    )
    table = table.assign(
        in_sample=table["agency_id"].isin(oldest["agency_id"]),
        has_text=table["n_texts"].fillna(0) > 0,
        n_enacted=table["n_enacted"].astype("Int64"),
    )
    last = ["age_years", "oldest_kind", "oldest_subjects"]
    first = ["agency_id", "year", "agency_type", "index", "n_enacted", "in_sample", "has_text"]
    return table[[*first, *last]].sort_values(["year", "agency_id"]).reset_index(drop=True)


def age_and_kind(table: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Regress the index on age and kind of the oldest known text, within type, inside the sample.

    Use it for a first look. Not useful for regions outside the sample, nor to say what a text
    does: regions that regulated early differ in much else.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``texts_and_scores``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a year or period and contrast: ``design, year`` (missing for a period), ``outcome,
        contrast, period, estimate`` (index points: a year of age; a Perda against a regulation of
        the head of region; a text by then against a first known text later), ``std_error, low,
        high`` (missing where a side holds fewer than eight regions), ``n`` (rows), ``n_clusters``
        (regions, of a period), ``method``.

    Raises
    ------
    DataError
        When no row has a text.

    Notes
    -----
    A year: type dummies, HC3 (MacKinnon and White 1985, doi:10.1016/0304-4076(85)90158-7). A
    period: dummies of type by year, errors clustered by region. No period crosses a break of the
    instrument. Errors of a contrast with few regions on one side are too small, so none is given
    (MacKinnon and Webb 2018, doi:10.1111/ectj.12107).

    Examples
    --------
    >>> columns = ["year", "agency_type", "index", "has_text", "in_sample"]
    >>> age_and_kind(pd.DataFrame(columns=columns))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table: no region with a known text. Use ...
    """
    check_confidence(confidence)
    sample = table[table["in_sample"].astype(bool)]
    if not sample["has_text"].astype(bool).any():
        raise DataError("Invalid table: no region with a known text. Use texts_and_scores.")
    with_text = sample[sample["has_text"]]
    contrasts = {
        "one year of age": (with_text, with_text["age_years"].astype(float)),
        "Perda against regulation of the head": (
            with_text,
            (with_text["oldest_kind"] == "Perda").astype(float),
        ),
        "known text by then against later": (sample, sample["has_text"].astype(float)),
    }
    rows: list[dict[str, object]] = []
    for contrast, (data, treatment) in contrasts.items():
        for year in sorted(data["year"].unique()):
            chosen = (data["year"] == year).to_numpy()
            rows.append(
                {
                    **_head("local texts", int(year), "index", contrast),
                    "period": str(year),
                    **_regress(data[chosen], treatment[chosen], "index", confidence),
                    "method": _ROBUST,
                }
            )
        for period, years in _PERIODS.items():
            chosen = data["year"].isin(years).to_numpy()
            rows.append(
                {
                    **_head("local texts", None, "index", contrast),
                    "period": period,
                    **_regress(data[chosen], treatment[chosen], "index", confidence, panel=True),
                    "method": "least squares within type and year; errors clustered by region",
                }
            )
    return pd.DataFrame(rows).astype({"year": "Int64", "n_clusters": "Int64"})


def sample_against_rest(table: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Compare regions with a known text (whenever enacted) with all others, within type.

    Use it to see whom the sample stands for. Not useful as "regulated against not": many of the
    rest have regulated too.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``texts_and_scores``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a year and outcome (index, 1-5; topics enacted, 0-10): ``design, year, outcome,
        contrast, estimate, std_error, low, high, n, n_clusters`` (missing), ``method``.

    Raises
    ------
    DataError
        When the table has no rows.

    Examples
    --------
    >>> sample_against_rest(pd.DataFrame())
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table: no rows. Use texts_and_scores.
    """
    check_confidence(confidence)
    if table.empty:
        raise DataError("Invalid table: no rows. Use texts_and_scores.")
    rows: list[dict[str, object]] = []
    for outcome, name in {"index": "index", "n_enacted": "topics enacted"}.items():
        data = table[table[outcome].notna()]
        for year in sorted(data["year"].unique()):
            chosen = data[data["year"] == year]
            rows.append(
                {
                    **_head("local texts, selection", int(year), name, "in the sample against not"),
                    **_regress(chosen, chosen["in_sample"].astype(float), outcome, confidence),
                    "method": _ROBUST,
                }
            )
    return pd.DataFrame(rows).astype({"year": "Int64", "n_clusters": "Int64"})


def selection_balance(
    table: pd.DataFrame,
    agencies: pd.DataFrame,
    covariates: pd.DataFrame,
    *,
    within_type: bool = False,
    confidence: float = 0.95,
    n_resamples: int = 4_999,
    seed: int,
) -> pd.DataFrame:
    """Measure how the regions with a known text differ from the rest, one by one and jointly.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``texts_and_scores`` with 2018 and 2024; regions evaluated in both are compared.
    agencies, covariates : pandas.DataFrame
        As their loaders; size is of 2017 and known of kabupaten and kota.
    within_type : bool
        Whether the means of provinsi, kabupaten and kota are taken off first, and membership is
        permuted within type.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Permutations of membership.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        One row a characteristic: ``design, year`` (missing), ``outcome`` (the characteristic),
        ``contrast, mean_sample, mean_rest`` (as measured: index points, shares, natural logs),
        ``p_value`` (permutation), ``estimate`` (standardised difference; in the last two rows the
        joint distance), ``std_error, low, high`` (missing in these), ``n``, ``n_sample,
        n_clusters`` (missing), ``seed, method``.

    Raises
    ------
    DataError
        When there are fewer than two regions inside or outside the sample.

    Notes
    -----
    ``d = (mean of sample - mean of rest) / sqrt((s1^2 + s0^2) / 2)`` with variance ``1/n1 + 1/n0 +
    d^2 / 2(n1 + n0)`` (Hedges and Olkin 1985). The joint statistic is the Mahalanobis distance
    of the two mean vectors with the covariance of all regions, which a permutation leaves alone.

    Examples
    --------
    >>> columns = ["agency_id", "year", "agency_type", "index", "in_sample"]
    >>> selection_balance(pd.DataFrame(columns=columns), *[pd.DataFrame()] * 2, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table: 0 regions in the sample and 0 outside. ...
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    wide = table.pivot(index="agency_id", columns="year", values="index")
    both = wide.dropna(subset=[year for year in (2018, 2024) if year in wide.columns])
    inside = table.groupby("agency_id")["in_sample"].first().reindex(both.index).astype(bool)
    if min(inside.sum(), (~inside).sum()) < 2:
        raise DataError(
            f"Invalid table: {inside.sum()} regions in the sample and {(~inside).sum()} outside. "
            "There must be two of each, with results of 2018 and 2024."
        )
    values, types = _characteristics(both, agencies, covariates)
    member = inside.to_numpy()
    groups = types if within_type else np.zeros(len(types), dtype=np.int64)
    if within_type:
        values = values.drop(columns=[c for c in values if c in ("is kota", "is provinsi")])
    rng = np.random.default_rng(seed)
    # Size is known of kabupaten and kota only: its columns are compared among these.
    sized = values["log population"].notna().to_numpy()
    z = float(ndtri((1 + confidence) / 2))
    rows: list[dict[str, object]] = []
    note = "within type" if within_type else "all local governments"

    def add(name: str, result: dict[str, object], method: str) -> None:
        head = _head("local texts, selection", None, name, f"in the sample against not, {note}")
        rows.append({**head, **result, "n_clusters": pd.NA, "seed": seed, "method": method})

    drawn = _membership(member, groups, n_resamples, rng)
    for name in values.columns:
        kept = sized if name.startswith("log ") else np.ones(len(values), dtype=bool)
        measured = values.loc[kept, [name]].to_numpy(dtype=float)
        x = _centred(measured, groups[kept])[:, 0]
        own = member[kept]
        # Membership within a subset is only exchangeable with its own number of members.
        draws = drawn if kept.all() else _membership(own, groups[kept], n_resamples, rng)
        sizes = own.sum(), (~own).sum()
        spread = np.sqrt((x[own].var(ddof=1) + x[~own].var(ddof=1)) / 2)
        difference = float(x[own].mean() - x[~own].mean())
        null = x @ draws / sizes[0] - (x.sum() - x @ draws) / sizes[1]
        d = difference / spread if spread > 0 else np.nan
        error = np.sqrt(1 / sizes[0] + 1 / sizes[1] + d**2 / (2 * own.size))
        add(
            name,
            {
                "mean_sample": float(measured[own].mean()),
                "mean_rest": float(measured[~own].mean()),
                "p_value": _share(np.abs(null), abs(difference)),
                "estimate": d,
                "std_error": error,
                "low": d - z * error,
                "high": d + z * error,
                "n": int(own.size),
                "n_sample": int(sizes[0]),
            },
            "standardised difference, normal interval; permutation p",
        )
    for name, kept, columns in (
        ("all but size", np.ones(len(values), dtype=bool), [c for c in values if c[:4] != "log "]),
        ("all, kabupaten and kota", sized, list(values.columns)),
    ):
        x = _centred(values.loc[kept, columns].to_numpy(dtype=float), groups[kept])
        own = member[kept]
        draws = _membership(own, groups[kept], n_resamples, rng)
        distances = _distances(x, np.column_stack([own, draws]))
        add(
            f"joint: {name}",
            {
                "mean_sample": np.nan,
                "mean_rest": np.nan,
                "p_value": _share(distances[1:], distances[0]),
                "estimate": float(distances[0]),
                "std_error": np.nan,
                "low": np.nan,
                "high": np.nan,
                "n": int(own.size),
                "n_sample": int(own.sum()),
            },
            "Mahalanobis distance of the means; permutation p",
        )
    return pd.DataFrame(rows).astype({"year": "Int64"})


def worked_case(
    published: pd.DataFrame,
    policies: pd.DataFrame,
    texts: pd.DataFrame,
    oldest: pd.DataFrame,
    *,
    agency_id: str = "36.72",
) -> dict[str, pd.DataFrame]:
    """Return one region's texts, its index with the age of its text, and its policy levels.

    Parameters
    ----------
    published, policies : pandas.DataFrame
        As their loaders.
    texts, oldest : pandas.DataFrame
        As ``registry.local_texts`` and ``registry.oldest_text``.
    agency_id : str
        Kota Cilegon by default.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``texts``: kind, number, year, title, subjects, certainty. ``path``: ``year, status,
        index_published, predicate_published, oldest_year, age_years`` (carried-over values are
        shown, and named so). ``policies``: ``topic``, then the level (1-5) of 2021 and 2022.

    Raises
    ------
    DataError
        When the region has no known text or no published result.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_policies, load_published, load_reference
    >>> from spbe_research.regulations.registry import local_texts, oldest_text
    >>> texts = local_texts(load_reference("regulations_local"), load_agencies())
    >>> oldest = oldest_text(texts, years=range(2018, 2025))
    >>> case = worked_case(load_published(), load_policies(), texts, oldest)
    >>> case["path"][["year", "age_years"]].head(2).values.tolist()
    [[2018, 2], [2019, 3]]
    >>> worked_case(load_published(), load_policies(), texts, oldest, agency_id="36.01")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency_id '36.01'. It must have a known text and a ...
    """
    own = texts[texts["agency_id"] == agency_id]
    path = published[published["agency_id"] == agency_id]
    if own.empty or path.empty:
        raise DataError(
            f"Invalid agency_id {agency_id!r}. It must have a known text and a published result."
        )
    path = path.merge(oldest, on=["agency_id", "year"], how="left").sort_values("year")
    columns = ["year", "status", "index_published", "predicate_published", "oldest_year"]
    levels = policies[policies["agency_id"] == agency_id]
    levels = levels.pivot(index="topic", columns="year", values="level")
    levels.columns = [f"level_{year}" for year in levels.columns]
    shown = ["kind", "number", "enacted_year", "title", "subjects", "certainty", "locator"]
    return {
        "texts": own[shown].reset_index(drop=True),
        "path": path[[*columns, "age_years"]].reset_index(drop=True),
        "policies": levels.reset_index(),
    }


def _head(design: str, year: int | None, outcome: str, contrast: str) -> dict[str, object]:
    return {
        "design": design,
        "year": pd.NA if year is None else year,
        "outcome": outcome,
        "contrast": contrast,
    }


def _regress(
    data: pd.DataFrame,
    treatment: pd.Series,
    outcome: str,
    confidence: float,
    *,
    panel: bool = False,
) -> dict[str, object]:
    import statsmodels.api as sm

    cells = data["agency_type"].astype(str)
    if panel:
        cells = cells + " " + data["year"].astype(str)
    dummies = pd.get_dummies(cells).to_numpy(dtype=float)
    d = treatment.to_numpy(dtype=float)
    y = data[outcome].to_numpy(dtype=float)
    n_clusters = int(data["agency_id"].nunique())
    result: dict[str, object] = dict.fromkeys(("estimate", "std_error", "low", "high"), np.nan)
    result |= {"n": len(data), "n_clusters": n_clusters if panel else pd.NA}
    design = np.column_stack([d, dummies])
    rank = np.linalg.matrix_rank(design)
    if len(data) <= rank + 1 or rank < design.shape[1] or n_clusters < 3:
        return result
    model = sm.OLS(y, design)
    if panel:
        groups = pd.factorize(data["agency_id"])[0]
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    else:
        # A row alone in its cell has leverage 1, for which HC3 is not defined: it says nothing
        # about the treatment and is left out of the errors by leaving it out of the fit.
        basis = np.linalg.qr(design)[0]
        free = (basis**2).sum(axis=1) < 1 - 1e-9
        if not free.all():
            return _regress(data[free], treatment[free], outcome, confidence)
        fit = model.fit(cov_type="HC3", use_t=True)
    result["estimate"] = float(fit.params[0])
    sides = data["agency_id"].groupby(d).nunique()
    if set(sides.index) == {0.0, 1.0} and sides.min() < _SMALLEST_SIDE:
        return result
    low, high = fit.conf_int(alpha=1 - confidence)[0]
    return result | {"std_error": float(fit.bse[0]), "low": float(low), "high": float(high)}


def _characteristics(
    both: pd.DataFrame, agencies: pd.DataFrame, covariates: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    who = agencies.set_index("agency_id").loc[both.index]
    base = covariates[covariates["year"] == 2017].set_index("agency_id").reindex(both.index)
    values = pd.DataFrame(index=both.index)
    for year in (2018, 2024):
        values[f"index {year}"] = both[year]
    for kind in ("provinsi", "kota"):
        values[f"is {kind}"] = (who["agency_type"] == kind).astype(float)
    for island in sorted(who["island"].dropna().unique()):
        values[f"in {island}"] = (who["island"] == island).astype(float)
    for name, column in (
        ("log population", "population_persons"),
        ("log GRDP per capita", "grdp_per_capita_idr"),
    ):
        values[name] = np.log(base[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan))
    return values, pd.factorize(who["agency_type"])[0]


def _centred(values: Array, groups: NDArray[np.int64]) -> Array:
    """Take group means off; the mean of one single group does not matter to a difference."""
    sums = np.zeros((groups.max() + 1, values.shape[1]))
    np.add.at(sums, groups, values)
    counts = np.maximum(np.bincount(groups, minlength=len(sums)), 1)
    return np.asarray(values - (sums / counts[:, None])[groups])


def _membership(
    member: NDArray[np.bool_],
    groups: NDArray[np.int64],
    n_resamples: int,
    rng: np.random.Generator,
) -> Array:
    """Return regions x draws: membership permuted within groups."""
    draws = np.empty((len(member), n_resamples))
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        tiled = np.tile(member[rows].astype(float), (n_resamples, 1))
        draws[rows] = rng.permuted(tiled, axis=1).T
    return draws


def _distances(x: Array, members: Array) -> Array:
    inverse = np.linalg.pinv(np.atleast_2d(np.cov(x, rowvar=False)), rcond=1e-10)
    inside = members.sum(axis=0)
    sums = x.T @ members
    gap = sums / inside - (x.sum(axis=0)[:, None] - sums) / (len(x) - inside)
    return np.asarray(np.sqrt(np.einsum("ik,ij,jk->k", gap, inverse, gap)))


def _share(null: Array, seen: float) -> float:
    """Return the permutation p value; equal draws count although rounding parts them."""
    return float((1 + (null >= seen * (1 - 1e-9)).sum()) / (1 + null.size))
