"""How strong must something unseen be to explain an association away, and few-cluster inference.

Robustness values and benchmark bounds (Cinelli and Hazlett), proportional selection (Oster), and
the wild cluster bootstrap. Not here: any evidence that such a confounder exists or does not; these
are statements about regressions, of which ``specifications.cross_section`` holds the data.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError
from spbe_research.estimates import check_confidence

__all__ = [
    "adjusted_estimate",
    "benchmark_bounds",
    "confounder_lines",
    "oster_delta",
    "robustness",
    "robustness_value",
    "wild_cluster_bootstrap",
]

Array = NDArray[np.float64]

# Webb's six points keep the number of distinct draws high where clusters are few.
_WEBB = np.sqrt([0.5, 1.0, 1.5])
_WEIGHTS = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.concatenate([-_WEBB, _WEBB]),
}


def robustness_value(
    t_statistic: float, *, freedom: int, reduction: float = 1.0, alpha: float | None = None
) -> float:
    """Return the robustness value of a coefficient.

    Use it to say how much of the residual variance of both treatment and outcome an unseen
    confounder must explain to take away the estimate. Not useful with clustered errors: it is a
    statement about partial R2, so that the classical t statistic is meant.

    Parameters
    ----------
    t_statistic : float
        Classical t statistic.
    freedom : int
        Residual degrees of freedom of the regression, 2 or more.
    reduction : float
        Share of the estimate that is taken away; above 0.
    alpha : float, optional
        With it, how much takes away significance at this level instead.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    DataError
        When the degrees of freedom, the reduction or alpha are outside their range.

    Notes
    -----
    ``f = reduction |t| / sqrt(freedom)``, less the critical f at alpha;
    ``RV = (sqrt(f^4 + 4 f^2) - f^2) / 2``. Where the confounder need not be tied to the outcome,
    ``RV = (f^2 - c^2) / (1 + f^2)``. Cinelli and Hazlett (2020), doi:10.1111/rssb.12348.

    Examples
    --------
    >>> round(robustness_value(4.18445, freedom=783), 4)
    0.1388
    >>> robustness_value(4.18445, freedom=0)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid freedom 0. It must be 2 or more.
    """
    from scipy.special import stdtrit

    if freedom < 2:
        raise DataError(f"Invalid freedom {freedom!r}. It must be 2 or more.")
    if not reduction > 0:
        raise DataError(f"Invalid reduction {reduction!r}. It must be above 0.")
    critical = 0.0
    if alpha is not None:
        check_confidence(alpha)
        critical = float(stdtrit(freedom - 1, 1 - alpha / 2)) / np.sqrt(freedom - 1)
    whole = reduction * abs(t_statistic) / np.sqrt(freedom)
    left = whole - critical
    if left <= 0:
        return 0.0
    if critical > 0 and whole > 1 / critical:
        return float((whole**2 - critical**2) / (1 + whole**2))
    return float((np.sqrt(left**4 + 4 * left**2) - left**2) / 2)


def adjusted_estimate(
    estimate: float,
    std_error: float,
    *,
    freedom: int,
    r2_treatment: float,
    r2_outcome: float,
) -> tuple[float, float]:
    """Return estimate and classical error as if a confounder of this strength were controlled.

    Parameters
    ----------
    estimate, std_error : float
        Of the regression without the confounder; the error classical.
    freedom : int
        Its residual degrees of freedom, 2 or more.
    r2_treatment, r2_outcome : float
        Partial R2 of the confounder with the treatment given the controls (below 1), and with the
        outcome given controls and treatment.

    Returns
    -------
    estimate, std_error : float
        The estimate moved towards (and past) zero.

    Raises
    ------
    DataError
        When a partial R2 is outside 0 to 1 or no degree of freedom is left.

    Notes
    -----
    ``bias = se sqrt(freedom r2_outcome r2_treatment / (1 - r2_treatment))``. Cinelli and Hazlett
    (2020), doi:10.1111/rssb.12348.

    Examples
    --------
    >>> adjusted = adjusted_estimate(
    ...     0.0973, 0.0232, freedom=783, r2_treatment=0.00916, r2_outcome=0.1246
    ... )
    >>> [round(value, 3) for value in adjusted]
    [0.075, 0.022]
    >>> adjusted_estimate(0.0973, 0.0232, freedom=783, r2_treatment=1, r2_outcome=0.1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid partial R2 1 and 0.1. Each must lie between 0 and 1, ...
    """
    if not (0 <= r2_treatment < 1 and 0 <= r2_outcome <= 1):
        raise DataError(
            f"Invalid partial R2 {r2_treatment!r} and {r2_outcome!r}. Each must lie between 0 and "
            "1, the treatment's below 1."
        )
    if freedom < 2:
        raise DataError(f"Invalid freedom {freedom!r}. It must be 2 or more.")
    bias = std_error * np.sqrt(freedom * r2_outcome * r2_treatment / (1 - r2_treatment))
    moved = np.sign(estimate) * (abs(estimate) - bias)
    shrunk = (1 - r2_outcome) / (1 - r2_treatment) * freedom / (freedom - 1)
    return float(moved), float(std_error * np.sqrt(shrunk))


def robustness(
    table: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    controls: Sequence[str] = (),
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Return estimate, partial R2 and robustness values of one regression coefficient.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an agency; rows with a missing value in a used column are left out.
    outcome, treatment : str
        Numeric columns.
    controls : sequence of str
        Columns; text becomes dummies.
    alpha : float
        For the robustness value of significance.

    Returns
    -------
    pandas.DataFrame
        One row a quantity: ``design, year`` (missing unless the table has one year), ``outcome,
        contrast, quantity`` (coefficient; partial R2; robustness value; robustness value at
        alpha), ``estimate, std_error, low, high`` (of the coefficient only, classical, 1-alpha),
        ``n, n_clusters`` (missing), ``method``.

    Raises
    ------
    DataError
        When a column is missing, too few rows are left or the treatment does not vary.

    Notes
    -----
    Partial R2 is ``t^2 / (t^2 + freedom)``: a confounder that explained *all* the rest of the
    outcome would need this share of the treatment. doi:10.1111/rssb.12348.

    Examples
    --------
    >>> rows = pd.DataFrame({"y": [1.0, 2, 2, 4], "d": [0.0, 1, 2, 3]})
    >>> robustness(rows, outcome="y", treatment="d")["estimate"].round(3).tolist()
    [0.9, 0.853, 0.869, 0.0]
    >>> robustness(rows, outcome="y", treatment="x")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid columns ['x']. They must stand in the table.
    """
    from scipy.special import stdtrit

    check_confidence(alpha)
    data = _used(table, [outcome, treatment, *controls])
    design = _design(data, controls)
    y, d = data[outcome].to_numpy(dtype=float), data[treatment].to_numpy(dtype=float)
    estimate, error, freedom = _classical(y, d, design, treatment)
    t = estimate / error
    half = float(stdtrit(freedom, 1 - alpha / 2)) * error
    quantities = {
        "coefficient": estimate,
        "partial R2": t**2 / (t**2 + freedom),
        "robustness value": robustness_value(t, freedom=freedom),
        f"robustness value at alpha {alpha:g}": robustness_value(t, freedom=freedom, alpha=alpha),
    }
    rows: list[dict[str, object]] = [
        {
            **_head(data, "robustness", outcome, treatment),
            "quantity": quantity,
            "estimate": value,
            "std_error": error if quantity == "coefficient" else np.nan,
            "low": estimate - half if quantity == "coefficient" else np.nan,
            "high": estimate + half if quantity == "coefficient" else np.nan,
            "n": len(data),
            "n_clusters": pd.NA,
            "method": "least squares, classical errors; Cinelli and Hazlett (2020)",
        }
        for quantity, value in quantities.items()
    ]
    return pd.DataFrame(rows)


def benchmark_bounds(
    table: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    controls: Sequence[str],
    benchmarks: Mapping[str, Sequence[str]],
    multiples: Sequence[float] = (1, 2, 3),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the estimate if a confounder were as strong as an observed control, or twice, thrice.

    Use it to put a robustness value beside something known. Not a proof: whether the unseen is
    weaker than the benchmark is a judgement.

    Parameters
    ----------
    table, outcome, treatment, controls
        As ``robustness``.
    benchmarks : mapping of str to sequence of str
        Name to one or several of ``controls`` that together are the benchmark.
    multiples : sequence of float
        How many times as strong, with treatment and outcome alike.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a benchmark and multiple: ``design, year, outcome, contrast, benchmark, multiple,
        r2_treatment, r2_outcome`` (partial R2 of the implied confounder, the latter at most 1),
        ``estimate, std_error, low, high`` (adjusted; missing where the multiple is impossible, as
        it would explain all of the treatment), ``n, n_clusters, method``.

    Raises
    ------
    DataError
        When a benchmark is no control, or as ``robustness``.

    Notes
    -----
    Section 4.4 of Cinelli and Hazlett (2020), doi:10.1111/rssb.12348: with ``a = k R2(D~Xj|X-j)/
    (1 - R2(D~Xj|X-j))`` for the treatment and the corresponding bound for the outcome.

    Examples
    --------
    >>> rows = pd.DataFrame({"y": [1.0, 2, 2, 4, 3], "d": [0, 1, 2, 3, 3], "x": [1, 0, 1, 0, 1]})
    >>> chosen = dict(outcome="y", treatment="d", controls=["x"])
    >>> bounds = benchmark_bounds(rows, **chosen, benchmarks={"x": ["x"]}, multiples=[1])
    >>> bounds["r2_treatment"].round(4).tolist()
    [0.02]
    >>> benchmark_bounds(rows, **chosen, benchmarks={"z": ["z"]})
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid benchmarks ['z']. Each must be one or more of the ...
    """
    from scipy.special import stdtrit

    check_confidence(confidence)
    strange = [key for key, parts in benchmarks.items() if not parts or set(parts) - set(controls)]
    if strange or not benchmarks:
        raise DataError(f"Invalid benchmarks {strange}. Each must be one or more of the controls.")
    data = _used(table, [outcome, treatment, *controls])
    y, d = data[outcome].to_numpy(dtype=float), data[treatment].to_numpy(dtype=float)
    design = _design(data, controls)
    estimate, error, freedom = _classical(y, d, design, treatment)
    critical = float(stdtrit(freedom - 1, (1 + confidence) / 2))
    rows: list[dict[str, object]] = []
    for name, parts in benchmarks.items():
        without = _design(data, [control for control in controls if control not in parts])
        of_treatment = _partial_r2(d, without, design)
        of_outcome = _partial_r2(y, np.column_stack([without, d]), np.column_stack([design, d]))
        for multiple in multiples:
            implied = _implied(of_treatment, of_outcome, float(multiple))
            moved, spread = np.nan, np.nan
            if not np.isnan(implied[0]):
                moved, spread = adjusted_estimate(
                    estimate,
                    error,
                    freedom=freedom,
                    r2_treatment=implied[0],
                    r2_outcome=implied[1],
                )
            rows.append(
                {
                    **_head(data, "benchmark bounds", outcome, treatment),
                    "benchmark": name,
                    "multiple": float(multiple),
                    "r2_treatment": implied[0],
                    "r2_outcome": implied[1],
                    "estimate": moved,
                    "std_error": spread,
                    "low": moved - critical * spread,
                    "high": moved + critical * spread,
                    "n": len(data),
                    "n_clusters": pd.NA,
                    "method": "least squares, classical errors; bound of Cinelli and Hazlett",
                }
            )
    return pd.DataFrame(rows)


def confounder_lines(
    table: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    controls: Sequence[str] = (),
    reductions: Sequence[float] = (0.5, 1.0),
    step: float = 0.01,
) -> pd.DataFrame:
    """Return how strong a confounder must be with the outcome, given its strength with treatment.

    Use it to draw the frontier between confounders that leave something of an estimate and those
    that do not, with ``benchmark_bounds`` beside it. Not a statement that such a confounder exists.

    Parameters
    ----------
    table, outcome, treatment, controls
        As ``robustness``.
    reductions : sequence of float
        Shares of the estimate that are taken away, each above 0 and at most 1.
    step : float
        Of the partial R2 with the treatment, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a reduction and partial R2: ``design, year, outcome, contrast, reduction,
        r2_treatment, r2_outcome`` (0-1), ``estimate`` (what is left), ``n, method``. The first
        row of a line explains the outcome whole; weaker with the treatment none suffices.

    Raises
    ------
    DataError
        When a reduction or the step is outside its range, or as ``robustness``.

    Notes
    -----
    ``adjusted_estimate`` solved for the outcome: ``r2_outcome = (reduction t)^2 (1 - r2_treatment)
    / (freedom r2_treatment)``. Where both are equal they are the robustness value. Cinelli and
    Hazlett (2020), doi:10.1111/rssb.12348.

    Examples
    --------
    >>> rows = pd.DataFrame({"y": [1.0, 2, 2, 4], "d": [0.0, 1, 2, 3]})
    >>> lines = confounder_lines(rows, outcome="y", treatment="d", reductions=[1], step=0.05)
    >>> lines[["r2_treatment", "r2_outcome"]].round(3).iloc[0].tolist()
    [0.853, 1.0]
    >>> confounder_lines(rows, outcome="y", treatment="d", reductions=[0])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid reductions [0]. Each must be above 0 and at most 1.
    """
    if not reductions or not all(0 < reduction <= 1 for reduction in reductions):
        raise DataError(
            f"Invalid reductions {list(reductions)}. Each must be above 0 and at most 1."
        )
    if not 0 < step < 1:
        raise DataError(f"Invalid step {step!r}. It must lie between 0 and 1.")
    data = _used(table, [outcome, treatment, *controls])
    y, d = data[outcome].to_numpy(dtype=float), data[treatment].to_numpy(dtype=float)
    estimate, error, freedom = _classical(y, d, _design(data, controls), treatment)
    head = _head(data, "confounder lines", outcome, treatment)
    lines = []
    for reduction in reductions:
        size = (reduction * estimate / error) ** 2 / freedom
        weakest = size / (1 + size)
        steps = np.arange(step, 1, step)
        of_treatment = np.r_[weakest, steps[steps > weakest]]
        lines.append(
            pd.DataFrame(
                {
                    **head,
                    "reduction": float(reduction),
                    "r2_treatment": of_treatment,
                    "r2_outcome": size * (1 - of_treatment) / of_treatment,
                    "estimate": (1 - reduction) * estimate,
                    "n": len(data),
                    "method": "least squares, classical errors; Cinelli and Hazlett (2020)",
                }
            )
        )
    return pd.concat(lines, ignore_index=True)


def oster_delta(
    table: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    controls: Sequence[str],
    r_max: float | None = None,
    value: float = 0.0,
) -> pd.DataFrame:
    """Return how strong selection on the unseen must be, relative to that on the controls.

    Use it beside the robustness value: delta 1 says, as strong as on the controls. Not useful
    where the controls move the estimate little because they are poor.

    Parameters
    ----------
    table, outcome, treatment, controls
        As ``robustness``; at least one control.
    r_max : float, optional
        R2 if everything were controlled; by default the lesser of 1 and 1.3 times the R2 with the
        controls, as Oster suggests.
    value : float
        The coefficient that selection is to explain (0: none of it is left).

    Returns
    -------
    pandas.DataFrame
        One row a quantity: ``design, year, outcome, contrast, quantity`` (short coefficient, long
        coefficient, short R2, long R2, R2 max, delta, coefficient at delta 1 and its other root),
        ``estimate, std_error, low, high`` (missing), ``n, n_clusters, method``. Of the two
        coefficients at delta 1 the first goes on the way the controls moved the coefficient, the
        other back; both missing where the controls move nothing, and delta where its formula
        divides by zero.

    Raises
    ------
    DataError
        When ``r_max`` is not above the R2 with the controls and at most 1, or as ``robustness``.

    Notes
    -----
    Exact solutions, not the linear approximation: proposition 3 for delta, corollary 1 for delta 1
    of Oster (2019), doi:10.1080/07350015.2016.1227711.

    Examples
    --------
    >>> rows = pd.DataFrame({"y": [1.0, 2, 2, 4, 3], "d": [0, 1, 2, 3, 1], "x": [1, 0, 1, 1, 1]})
    >>> chosen = dict(outcome="y", treatment="d", controls=["x"])
    >>> oster_delta(rows, **chosen, r_max=0.9)["quantity"].iloc[-3]
    'delta'
    >>> oster_delta(rows, **chosen, r_max=0.1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid r_max 0.1. It must be above the R2 ...
    """
    if not controls:
        raise DataError("Invalid controls []. Selection on the observed needs at least one.")
    data = _used(table, [outcome, treatment, *controls])
    y, d = data[outcome].to_numpy(dtype=float), data[treatment].to_numpy(dtype=float)
    design, constant = _design(data, controls), np.ones((len(data), 1))
    short, _, _ = _classical(y, d, constant, treatment)
    long, _, _ = _classical(y, d, design, treatment)
    total = float(np.var(y))
    r_short = 1 - float(np.var(_off(y, np.column_stack([constant, d])))) / total
    r_long = 1 - float(np.var(_off(y, np.column_stack([design, d])))) / total
    limit = min(1.0, 1.3 * r_long) if r_max is None else r_max
    if not r_long < limit <= 1:
        raise DataError(
            f"Invalid r_max {limit:.4g}. It must be above the R2 with the controls, {r_long:.4f}, "
            "and at most 1."
        )
    spread, left = float(np.var(d)), float(np.var(_off(d, design)))
    terms = (short, long, r_short, r_long, limit, total, spread, left)
    quantities = {
        "short coefficient": short,
        "long coefficient": long,
        "short R2": r_short,
        "long R2": r_long,
        "R2 max": limit,
        "delta": _delta(value, *terms),
        "coefficient at delta 1": _beta_at_one(*terms)[0],
        "coefficient at delta 1, other root": _beta_at_one(*terms)[1],
    }
    rows: list[dict[str, object]] = [
        {
            **_head(data, "proportional selection", outcome, treatment),
            "quantity": quantity,
            "estimate": number,
            "std_error": np.nan,
            "low": np.nan,
            "high": np.nan,
            "n": len(data),
            "n_clusters": pd.NA,
            "method": f"least squares; Oster (2019), selection that leaves {value:g}",
        }
        for quantity, number in quantities.items()
    ]
    return pd.DataFrame(rows)


def wild_cluster_bootstrap(
    table: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    controls: Sequence[str] = (),
    clusters: str,
    weights: str = "webb",
    confidence: float = 0.95,
    n_resamples: int = 9_999,
    seed: int,
) -> pd.DataFrame:
    """Test one coefficient and invert the test where clusters are few (islands, agency types).

    Use it below about 40 clusters. Not reliable with a treatment that varies in one or two
    clusters only, nor below about five clusters.

    Parameters
    ----------
    table, outcome, treatment, controls
        As ``robustness``.
    clusters : str
        Column of the cluster; rows without one are left out.
    weights : {"webb", "rademacher"}
        Of each cluster's residuals. All ``2^G`` Rademacher draws are enumerated where they are no
        more than ``n_resamples``.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Draws.
    seed : int
        Of NumPy's default generator; missing in the result where all draws were enumerated.

    Returns
    -------
    pandas.DataFrame
        One row: ``design, year, outcome, contrast, clusters, weights, p_value`` (of no
        association), ``estimate, std_error`` (CR1), ``low, high`` (values the test does not
        reject; missing where the fewest possible draws never reject), ``n, n_clusters,
        n_draws, seed, method``.

    Raises
    ------
    DataError
        When there are fewer than two clusters, unknown weights, or as ``robustness``.

    Notes
    -----
    Restricted residuals (the null imposed), symmetric p value of the studentised statistic:
    Cameron, Gelbach and Miller (2008), doi:10.1162/rest.90.3.414; Webb (2023),
    doi:10.1111/caje.12661. Every draw is linear in the cluster weights, so that a draw costs
    ``G^2`` operations whatever the number of rows.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> rows = pd.DataFrame({"g": np.arange(60) % 6, "d": rng.normal(size=60)})
    >>> rows["y"] = rows["d"] + rng.normal(size=60)
    >>> chosen = dict(outcome="y", treatment="d", clusters="g", weights="rademacher", seed=1)
    >>> wild_cluster_bootstrap(rows, **chosen)["n_draws"].item()
    64
    >>> wild_cluster_bootstrap(rows.assign(g=1), **chosen)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid clusters 'g'. There must be at least two, found 1.
    """
    check_confidence(confidence)
    if weights not in _WEIGHTS:
        raise DataError(f"Invalid weights {weights!r}. They must be {' or '.join(_WEIGHTS)}.")
    data = _used(table, [outcome, treatment, *controls, clusters])
    group = pd.factorize(data[clusters])[0]
    n_clusters = int(group.max()) + 1
    if n_clusters < 2:
        raise DataError(
            f"Invalid clusters {clusters!r}. There must be at least two, found {n_clusters}."
        )
    y, d = data[outcome].to_numpy(dtype=float), data[treatment].to_numpy(dtype=float)
    design = _design(data, controls)
    estimate, _, freedom = _classical(y, d, design, treatment)
    basis = _basis(design)
    draws, listed = _draws(n_clusters, weights, n_resamples, seed)
    pieces = _Wild(y - basis @ (basis.T @ y), d - basis @ (basis.T @ d), basis, group, draws)
    correction = n_clusters / (n_clusters - 1) * (len(data) - 1) / freedom
    error = float(np.sqrt(correction)) * pieces.error
    low, high = _invert(pieces, error, 1 - confidence, listed)
    kind = "all draws" if listed else "drawn at random"
    row: dict[str, object] = {
        **_head(data, "wild cluster bootstrap", outcome, treatment),
        "clusters": clusters,
        "weights": weights,
        "p_value": pieces.p_value(0.0, listed),
        "estimate": estimate,
        "std_error": error,
        "low": low,
        "high": high,
        "n": len(data),
        "n_clusters": n_clusters,
        "n_draws": draws.shape[1],
        "seed": pd.NA if listed else seed,
        "method": f"least squares; restricted wild cluster bootstrap, {weights}, {kind}",
    }
    return pd.DataFrame([row])


class _Wild:
    """What every draw needs, made once: all of it linear in the cluster weights.

    The restricted residual under coefficient b is ``y - b d`` (both residualised on the controls).
    """

    def __init__(
        self, y: Array, d: Array, basis: Array, group: NDArray[np.int64], draws: Array
    ) -> None:
        n_clusters = int(group.max()) + 1
        self.draws = draws
        self.square = float(d @ d)
        self.own = np.bincount(group, weights=d * d)
        self.estimate = float(d @ y) / self.square
        self.error = self._root(_sums(d * (y - self.estimate * d), group)[:, None])[0]
        # Cluster sums of d times the basis, and of the basis times y and d.
        through = np.zeros((n_clusters, basis.shape[1]))
        np.add.at(through, group, d[:, None] * basis)
        self.matrices = []
        for part in (y, d):
            inner = np.zeros((n_clusters, basis.shape[1]))
            np.add.at(inner, group, part[:, None] * basis)
            self.matrices.append(np.diag(_sums(d * part, group)) - through @ inner.T)
        self.sums = [_sums(d * part, group) for part in (y, d)]

    def p_value(self, value: float, listed: bool) -> float:
        """Return the share of draws at least as far from the null as the data."""
        sums = self.sums[0] - value * self.sums[1]
        shift = sums @ self.draws / self.square
        scores = (self.matrices[0] - value * self.matrices[1]) @ self.draws
        error = self._root(scores - shift * self.own[:, None])
        seen = abs(self.estimate - value) / self.error
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = np.where(error > 0, np.abs(shift) / error, np.inf)
        # The draw with all weights 1 is the data themselves: equal but for rounding.
        far = int((drawn >= seen * (1 - 1e-9)).sum())
        return far / drawn.size if listed else (1 + far) / (1 + drawn.size)

    def _root(self, scores: Array) -> Array:
        return np.asarray(np.sqrt((scores**2).sum(axis=0)) / self.square)


def _invert(pieces: _Wild, error: float, alpha: float, listed: bool) -> tuple[float, float]:
    """Find where p crosses alpha on both sides of the estimate, by bisection."""
    bounds = []
    for side in (-1.0, 1.0):
        inside, step = pieces.estimate, 2 * error
        outside = inside + side * step
        while pieces.p_value(outside, listed) > alpha and step < 1e3 * error:
            inside, step = outside, 2 * step
            outside += side * step
        if pieces.p_value(outside, listed) > alpha:
            bounds.append(float("nan"))
            continue
        for _ in range(40):
            middle = (inside + outside) / 2
            if pieces.p_value(middle, listed) > alpha:
                inside = middle
            else:
                outside = middle
        bounds.append((inside + outside) / 2)
    return bounds[0], bounds[1]


def _draws(n_clusters: int, weights: str, n_resamples: int, seed: int) -> tuple[Array, bool]:
    points = _WEIGHTS[weights]
    if weights == "rademacher" and 2**n_clusters <= n_resamples:
        codes = np.arange(2**n_clusters)[None, :] >> np.arange(n_clusters)[:, None]
        return np.asarray(points[codes & 1]), True
    return np.random.default_rng(seed).choice(points, size=(n_clusters, n_resamples)), False


def _delta(
    value: float,
    short: float,
    long: float,
    r_short: float,
    r_long: float,
    r_max: float,
    total: float,
    spread: float,
    left: float,
) -> float:
    gap, moved = long - value, short - long
    rest = gap**3 * (left * spread - left**2)
    above = (
        gap * (r_long - r_short) * total * left
        + gap * spread * left * moved**2
        + 2 * gap**2 * left * moved * spread
        + rest
    )
    below = (
        (r_max - r_long) * total * moved * spread
        + gap * (r_max - r_long) * total * (spread - left)
        + gap**2 * left * moved * spread
        + rest
    )
    return float("nan") if abs(below) <= 1e-12 * abs(above) else float(above / below)


def _beta_at_one(
    short: float,
    long: float,
    r_short: float,
    r_long: float,
    r_max: float,
    total: float,
    spread: float,
    left: float,
) -> tuple[float, float]:
    moved = short - long
    room = (r_max - r_long) * total
    middle = room * (spread - left) - (r_long - r_short) * total * left - spread * left * moved**2
    inside = middle**2 + 4 * room * moved**2 * spread**2 * left
    scale = -2 * left * moved * spread
    if abs(moved) * np.sqrt(spread) <= 1e-12 * np.sqrt(total):
        return float("nan"), float("nan")
    roots = (-middle + np.array([-1.0, 1.0]) * np.sqrt(inside)) / scale
    # Their product is negative: one bias has the sign of the move from short to long.
    onward = roots[np.sign(roots) == np.sign(moved)][0]
    return float(long - onward), float(long - roots.sum() + onward)


def _implied(of_treatment: float, of_outcome: float, multiple: float) -> tuple[float, float]:
    treatment = multiple * of_treatment / (1 - of_treatment)
    if treatment >= 1 or multiple * of_treatment >= 1:
        return float("nan"), float("nan")
    tied = multiple * of_treatment**2 / ((1 - multiple * of_treatment) * (1 - of_treatment))
    if tied >= 1:
        return float("nan"), float("nan")
    factor = (np.sqrt(multiple) + np.sqrt(tied)) / np.sqrt(1 - tied)
    return treatment, min(1.0, float(factor**2 * of_outcome / (1 - of_outcome)))


def _used(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise DataError(f"Invalid columns {missing}. They must stand in the table.")
    years = ["year"] if "year" in table.columns and "year" not in columns else []
    return table[list(dict.fromkeys([*columns, *years]))].dropna().reset_index(drop=True)


def _design(data: pd.DataFrame, controls: Sequence[str]) -> Array:
    columns = [np.ones((len(data), 1))]
    for control in controls:
        if pd.api.types.is_numeric_dtype(data[control]):
            columns.append(data[[control]].to_numpy(dtype=float))
        else:
            dummies = pd.get_dummies(data[control], drop_first=True)
            columns.append(dummies.to_numpy(dtype=float))
    return np.hstack(columns)


def _basis(design: Array) -> Array:
    left, singular, _ = np.linalg.svd(design, full_matrices=False)
    return np.asarray(left[:, singular > 1e-10 * singular[0]])


def _off(values: Array, design: Array) -> Array:
    basis = _basis(design)
    return np.asarray(values - basis @ (basis.T @ values))


def _sums(values: Array, group: NDArray[np.int64]) -> Array:
    return np.bincount(group, weights=values).astype(float)


def _partial_r2(y: Array, without: Array, full: Array) -> float:
    before, after = _off(y, without), _off(y, full)
    return 1 - float(after @ after) / float(before @ before)


def _classical(y: Array, d: Array, design: Array, treatment: str) -> tuple[float, float, int]:
    if len(y) < 3:
        raise DataError(f"Invalid table: {len(y)} complete rows. There must be at least three.")
    basis = _basis(design)
    freedom = len(y) - basis.shape[1] - 1
    left = d - basis @ (basis.T @ d)
    square = float(left @ left)
    if freedom < 2 or square <= 1e-12 * float(d @ d):
        raise DataError(
            f"Invalid treatment {treatment!r}. It must vary beyond the controls, with at least two "
            "degrees of freedom left."
        )
    estimate = float(left @ y) / square
    residual = y - basis @ (basis.T @ y) - estimate * left
    error = float(np.sqrt(residual @ residual / freedom / square))
    if error <= 1e-12 * max(1.0, abs(estimate)):
        raise DataError("Invalid outcome. It must not be an exact function of the regressors.")
    return estimate, error, freedom


def _head(data: pd.DataFrame, design: str, outcome: str, treatment: str) -> dict[str, object]:
    one = "year" in data.columns and data["year"].min() == data["year"].max()
    return {
        "design": design,
        "year": int(data["year"].iloc[0]) if one else pd.NA,
        "outcome": outcome,
        "contrast": f"one unit of {treatment}",
    }
