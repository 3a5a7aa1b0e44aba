"""Specification curve: the same association under every defensible choice, and a joint test.

Two questions: the index without its policy domain on the share of topics enacted (``index``), and
the practice on a topic on whether that topic is enacted (``matched``). Not here: whether the
association is an effect; every choice below is a regression on observed data.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.estimates import check_confidence

__all__ = [
    "OUTCOMES",
    "SAMPLES",
    "cross_section",
    "joint_test",
    "matched_topics",
    "specification_curve",
    "summarise_curve",
]

Array = NDArray[np.float64]

SAMPLES = {
    "all": ("kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota"),
    "local": ("provinsi", "kabupaten", "kota"),
    "kabupaten and kota": ("kabupaten", "kota"),
    "kabupaten": ("kabupaten",),
    "kota": ("kota",),
}
# Items of permen-59-2020 that each outcome averages with their official weights.
OUTCOMES = {
    "index without policy": ("D2", "D3", "D4"),
    "governance": ("D2",),
    "management": ("D3",),
    "services": ("D4",),
}
_YEARS = (2021, 2022)
_THRESHOLDS = (2, 3)
_SIZE = ("log_population", "log_grdp_per_capita")
_CONTROLS: tuple[tuple[str, ...], ...] = (
    (),
    ("type",),
    ("type", "province"),
    ("type", "size"),
    ("type", "size", "province"),
)
_CHOICES = ("question", "year", "threshold", "sample", "controls", "weights")
_NO_VARIATION = 1e-10
_EDITION = "permen-59-2020"


@dataclass(frozen=True)
class _Block:
    """Specifications that share rows, regressors and clusters: one treatment, some outcomes."""

    keys: dict[str, object]
    outcomes: dict[str, Array]  # residualised, n or n x topics
    agencies: NDArray[np.int64]  # position of each row in the year's table
    raw: Array  # the treatment as it is, times the root weights
    residual: Array  # the treatment, residualised
    basis: Array  # orthonormal basis of the weighted controls, n x k
    root: Array  # square roots of the weights
    clusters: NDArray[np.int64]
    freedom: int  # parameters counted by the small-sample correction
    method: str


def cross_section(
    scores: pd.DataFrame,
    policies: pd.DataFrame,
    agencies: pd.DataFrame,
    covariates: pd.DataFrame,
    instruments: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row an agency and year of 2021 and 2022: enacted topics, outcomes, controls.

    Use it as the data of any regression of scores on regulations. Not useful across years: 66
    agencies of 2021 were not evaluated in 2022 and have no row there.

    Parameters
    ----------
    scores : pandas.DataFrame
        As ``load_scores(scale="indicator")``.
    policies, agencies, covariates : pandas.DataFrame
        As their loaders.
    instruments : pandas.DataFrame
        As ``load_reference("instruments")``: the weights.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, province`` (missing for ministries), ``island,
        log_population`` (persons, 2017), ``log_grdp_per_capita`` (IDR of 2010, 2017), both missing
        outside kabupaten and kota; ``enacted_2, enacted_3`` (share of the ten topics at that level
        or more, 0-1), ``n_enacted`` (topics at level 2 or more, 0-10), and the outcomes of
        ``OUTCOMES`` (1-5).

    Raises
    ------
    DataError
        When an agency-year lacks a level or a policy topic.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_covariates, load_policies, load_reference
    >>> from spbe_research import load_scores
    >>> loaded = [load_policies(), load_agencies(), load_covariates()]
    >>> loaded.append(load_reference("instruments"))
    >>> table = cross_section(load_scores(scale="indicator"), *loaded)
    >>> table.groupby("year").size().tolist()
    [517, 554]
    >>> cross_section(load_scores(scale="domain"), *loaded)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid scores: no indicator of 2021 or 2022. Use ...
    """
    levels = _levels(scores)
    weights = _weights(instruments)
    table = pd.DataFrame(index=levels.index)
    wide = policies.pivot(index=["agency_id", "year"], columns="topic", values="level")
    wide = wide.reindex(levels.index)
    if wide.isna().to_numpy().any():
        raise DataError("Invalid policies: an agency-year with levels lacks a policy topic.")
    policy = wide.to_numpy(dtype=float)
    for threshold in _THRESHOLDS:
        table[f"enacted_{threshold}"] = (policy >= threshold).mean(axis=1)
    table["n_enacted"] = (policy >= 2).sum(axis=1)
    for outcome, domains in OUTCOMES.items():
        used = weights[weights["domain"].isin(domains)]
        values = levels[used.index].to_numpy(dtype=float)
        table[outcome] = values @ (used["weight"] / used["weight"].sum()).to_numpy()
    base = covariates[covariates["year"] == 2017].set_index("agency_id")
    size = pd.DataFrame(
        {
            "log_population": np.log(base["population_persons"].astype(float)),
            "log_grdp_per_capita": np.log(base["grdp_per_capita_idr"].astype(float)),
        }
    )
    who = agencies.set_index("agency_id")[["agency_type", "province", "island"]].join(size)
    table = table.reset_index().merge(who, left_on="agency_id", right_index=True, how="left")
    first = ["agency_id", "year", "agency_type", "province", "island", *_SIZE]
    return table[[*first, *(column for column in table.columns if column not in first)]]


def matched_topics(
    scores: pd.DataFrame, policies: pd.DataFrame, topics: pd.DataFrame
) -> pd.DataFrame:
    """Return one row an agency, year and topic: the policy level and the practice on the topic.

    Parameters
    ----------
    scores : pandas.DataFrame
        As ``load_scores(scale="indicator")``.
    policies : pandas.DataFrame
        As ``load_policies()``.
    topics : pandas.DataFrame
        As ``load_reference("policy_topics")``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, topic, level`` (1-5), ``practice`` (mean level of the topic's practice
        twins, 1-5), ``n_twins``.

    Raises
    ------
    DataError
        When there is no indicator of 2021 or 2022.

    Examples
    --------
    >>> from spbe_research import load_policies, load_reference, load_scores
    >>> inputs = load_scores(scale="indicator"), load_policies(), load_reference("policy_topics")
    >>> len(matched_topics(*inputs)) == 10 * (517 + 554)
    True
    >>> matched_topics(inputs[0].head(0), *inputs[1:])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid scores: no indicator of 2021 or 2022. Use ...
    """
    levels = _levels(scores)
    twins = topics.set_index("topic")["practice_items"].str.split()
    practice = pd.DataFrame(
        {topic: levels[items].astype(float).mean(axis=1) for topic, items in twins.items()}
    )
    long = practice.reset_index().melt(
        id_vars=["agency_id", "year"], var_name="topic", value_name="practice"
    )
    table = policies[["agency_id", "year", "topic", "level"]].merge(long)
    return table.assign(n_twins=table["topic"].map(twins.map(len)))


def specification_curve(
    table: pd.DataFrame, matched: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return one row for each combination of defensible choices.

    Use it to see whether a finding hangs on one choice. Not useful as a count of evidence: the
    rows use the same agencies and are not independent; ``joint_test`` accounts for that.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``cross_section``.
    matched : pandas.DataFrame
        As ``matched_topics``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``design`` ("specification curve"), ``year, outcome, contrast``, the choices ``question``
        (index, matched), ``threshold`` (policy level that counts as enacted), ``sample, controls,
        weights``, then ``estimate`` (levels, 1-5 scale: all ten topics enacted against none, or
        the topic enacted against not), ``std_error, low, high`` (t with clusters minus 1 degrees
        of freedom), ``n`` (rows), ``n_clusters, p_value, method``; sorted by question and estimate.

    Raises
    ------
    DataError
        When a table is empty or a column is missing.

    Notes
    -----
    By the Frisch-Waugh-Lovell theorem ``b = d'y / d'd`` of the residuals on the controls. Errors
    are clustered by province (a ministry or agency is its own cluster) or, matched, by agency,
    with ``G/(G-1) (n-1)/(n-k)``; fixed effects nested in the clusters do not count in k, as in
    pyfixest. Population and product are known of kabupaten and kota only, so that they enter no
    other sample. Simonsohn, Simmons and Nelson (2020), doi:10.1038/s41562-020-0912-z. The PyPI
    package ``specification_curve`` was read and left: one covariance for all rows and no
    permutation of the treatment within strata.

    Examples
    --------
    >>> specification_curve(pd.DataFrame(), pd.DataFrame())
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid tables. Both need rows; see cross_section and ...
    """
    check_confidence(confidence)
    _check_tables(table, matched)
    rows = []
    for block in _blocks(table, matched):
        for outcome, values in block.outcomes.items():
            estimate, error, n_clusters = _estimate(block, values)
            rows.append(_row(block, outcome, estimate, error, values.size, n_clusters, confidence))
    order = ["question", "estimate"]
    return pd.DataFrame(rows).sort_values(order, kind="stable").reset_index(drop=True)


def summarise_curve(
    curve: pd.DataFrame, *, by: Iterable[str] = ("question",), alpha: float = 0.05
) -> pd.DataFrame:
    """Return median, range and shares of the specifications, by any of their choices.

    Parameters
    ----------
    curve : pandas.DataFrame
        As ``specification_curve``.
    by : iterable of str
        Columns of the curve; ``["question", "controls"]`` shows what the controls do.
    alpha : float
        Level at which one specification counts as significant.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, then ``median, smallest, largest`` (as ``estimate``),
        ``share_positive, share_significant`` (positive and p below alpha; 0-1),
        ``n_specifications``.

    Raises
    ------
    DataError
        When the curve has no rows or no such column.

    Examples
    --------
    >>> toy = pd.DataFrame({"question": "index", "estimate": [1.0, -1.0], "p_value": [0.01, 0.5]})
    >>> summarise_curve(toy)[["median", "share_positive", "share_significant"]].values.tolist()
    [[0.0, 0.5, 0.5]]
    >>> summarise_curve(toy, by=["sample"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid columns ['sample']. They must stand in the curve, ...
    """
    keys = list(by)
    check_confidence(alpha)
    if curve.empty or not keys or not set(keys) <= set(curve.columns):
        raise DataError(f"Invalid columns {keys}. They must stand in the curve, with rows.")
    positive = curve["estimate"] > 0
    marked = curve.assign(positive=positive, sure=positive & (curve["p_value"] < alpha))
    summary = marked.groupby(keys, sort=False).agg(
        median=("estimate", "median"),
        smallest=("estimate", "min"),
        largest=("estimate", "max"),
        share_positive=("positive", "mean"),
        share_significant=("sure", "mean"),
        n_specifications=("estimate", "size"),
    )
    return summary.reset_index()


def joint_test(
    table: pd.DataFrame,
    matched: pd.DataFrame,
    *,
    questions: Iterable[str] = ("index", "matched"),
    by: Iterable[str] = ("question",),
    alpha: float = 0.05,
    n_resamples: int = 499,
    seed: int,
) -> pd.DataFrame:
    """Test all specifications of a question together by permuting what agencies have enacted.

    Use it beside the curve: it answers whether so many estimates of one sign could come about if
    enactment had nothing to do with practice. Not useful as a test of an effect: an able agency
    that does both well also breaks the null.

    Parameters
    ----------
    table, matched : pandas.DataFrame
        As ``specification_curve``.
    questions : iterable of {"index", "matched"}
        Those to test.
    by : iterable of str
        Choices that divide the specifications into groups tested apart, ``question`` among them:
        ``["question", "year", "controls"]``.
    alpha : float
        Level at which one specification counts as significant.
    n_resamples : int
        Permutations.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        Groups by three statistics: ``design, year`` (missing: both years), ``outcome, contrast,
        question``, the other columns of ``by``, ``statistic`` (median estimate, share positive,
        share positive and significant), ``estimate, std_error, low, high`` (missing),
        ``null_low, null_high`` (central 95 % of the permutations), ``p_value, n``
        (specifications), ``n_clusters`` (agencies permuted),
        ``n_resamples, seed, method``.

    Raises
    ------
    DataError
        When a table is empty, a column is missing, a question is unknown, ``by`` names no choice
        or no permutation is asked for.

    Notes
    -----
    An agency's whole policy history (ten topics, both years) moves together to another agency of
    the same type that was evaluated in the same years, so that dependence between topics, years
    and specifications is kept. ``p = (1 + #{permuted at least as extreme}) / (1 + n_resamples)``:
    the median by its absolute value, the shares one-sided upward.

    Examples
    --------
    >>> joint_test(pd.DataFrame(), pd.DataFrame(), seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid tables. Both need rows; see cross_section and ...
    """
    check_confidence(alpha)
    keys = list(by)
    if "question" not in keys or not set(keys) <= set(_CHOICES):
        raise DataError(
            f"Invalid by {keys}. It must hold question, and others of {', '.join(_CHOICES[1:])}."
        )
    asked = set(questions)
    if not asked or asked - {"index", "matched"}:
        raise DataError(f"Invalid questions {sorted(asked)}. They must be index, matched or both.")
    if n_resamples < 1:
        raise DataError(f"Invalid n_resamples {n_resamples!r}. It must be 1 or more.")
    _check_tables(table, matched)
    orders = _permutations(table, n_resamples, seed)
    found: dict[tuple[object, ...], list[tuple[Array, NDArray[np.bool_]]]] = {}
    for block in _blocks(table, matched, asked):
        # A treatment that does not vary in a sample has no estimate there, in any permutation.
        if (block.residual**2).sum() > _NO_VARIATION:
            group = tuple(block.keys[key] for key in keys)
            found.setdefault(group, []).extend(_permuted(block, orders, alpha))
    if {group[keys.index("question")] for group in found} != asked:
        raise DataError("Invalid tables: what is enacted varies in no sample of a question.")
    rows = []
    for group, draws in found.items():
        estimates = np.array([estimate for estimate, _ in draws])
        significant = np.array([significance for _, significance in draws])
        statistics = {
            "median estimate": np.median(estimates, axis=0),
            "share positive": (estimates > 0).mean(axis=0),
            "share positive and significant": significant.mean(axis=0),
        }
        for name, values in statistics.items():
            seen, null = values[0], values[1:]
            size = np.abs(null) >= abs(seen) if name == "median estimate" else null >= seen
            low, high = np.quantile(null, [0.025, 0.975])
            rows.append(
                {
                    "design": "specification curve, joint test",
                    "year": pd.NA,
                    "outcome": "all of the curve",
                    "contrast": "enacted against not",
                    **dict(zip(keys, group, strict=True)),
                    "statistic": name,
                    "estimate": float(seen),
                    "std_error": np.nan,
                    "low": np.nan,
                    "high": np.nan,
                    "null_low": float(low),
                    "null_high": float(high),
                    "p_value": float((1 + size.sum()) / (1 + n_resamples)),
                    "n": len(draws),
                    "n_clusters": int(table["agency_id"].nunique()),
                    "n_resamples": n_resamples,
                    "seed": seed,
                    "method": "permutation of policy histories within type and years present",
                }
            )
    return pd.DataFrame(rows)


def _levels(scores: pd.DataFrame) -> pd.DataFrame:
    rows = scores[scores["year"].isin(_YEARS) & (scores["scale"] == "indicator")]
    rows = rows[rows["status"] == "evaluated"]
    if rows.empty:
        raise DataError(
            "Invalid scores: no indicator of 2021 or 2022. Use load_scores(scale='indicator')."
        )
    levels = rows.pivot(index=["agency_id", "year"], columns="item", values="value")
    if levels.isna().to_numpy().any():
        raise DataError("Invalid scores: an agency-year lacks a level. All 47 must be there.")
    return levels


def _weights(instruments: pd.DataFrame) -> pd.DataFrame:
    edition = instruments[instruments["edition"] == _EDITION].set_index("code")
    items = edition[edition["scale"] == "indicator"]
    domain = items["parent"].map(edition["parent"])
    return pd.DataFrame({"domain": domain, "weight": items["weight_pct"].astype(float)})


def _check_tables(table: pd.DataFrame, matched: pd.DataFrame) -> None:
    if table.empty or matched.empty:
        raise DataError("Invalid tables. Both need rows; see cross_section and matched_topics.")
    needed = {"agency_id", "year", "agency_type", "province", *_SIZE, *OUTCOMES}
    needed |= {f"enacted_{threshold}" for threshold in _THRESHOLDS}
    lacking = sorted(needed - set(table.columns))
    lacking += sorted({"agency_id", "year", "topic", "level", "practice"} - set(matched.columns))
    refuse(
        DataError,
        "tables",
        [f"column {column!r} is missing" for column in lacking],
        "Use cross_section and matched_topics.",
    )


def _blocks(
    table: pd.DataFrame, matched: pd.DataFrame, questions: Iterable[str] = ("index", "matched")
) -> Iterator[_Block]:
    for year in _YEARS:
        # Positions within the year are the same for both questions: permutations refer to them.
        agencies = table[table["year"] == year].sort_values("agency_id").reset_index(drop=True)
        topics = matched[matched["year"] == year]
        levels = topics.pivot(index="agency_id", columns="topic", values="level")
        practice = topics.pivot(index="agency_id", columns="topic", values="practice")
        twins = topics.drop_duplicates("topic").set_index("topic")["n_twins"]
        for sample, types in SAMPLES.items():
            rows = agencies[agencies["agency_type"].isin(types)]
            keys: dict[str, object] = {"year": year, "sample": sample}
            if "index" in questions:
                yield from _index_blocks(rows, keys, len(types) > 1)
            if "matched" in questions:
                for threshold in _THRESHOLDS:
                    known = {**keys, "threshold": threshold}
                    yield from _matched_blocks(
                        rows, levels >= threshold, practice, twins, known, len(types) > 1
                    )


def _index_blocks(rows: pd.DataFrame, keys: dict[str, object], several: bool) -> Iterator[_Block]:
    for parts in _CONTROLS:
        if not _applies(str(keys["sample"]), parts, several):
            continue
        parts = parts if several else tuple(part for part in parts if part != "type")
        label = ", ".join(parts) or "none"
        design = _design(rows, parts)
        clusters = pd.factorize(rows["province"].fillna(rows["agency_id"]))[0]
        # Province effects are nested in the province clusters: only their mean is counted.
        counted = _design(rows, [part for part in parts if part != "province"])
        freedom = 1 + np.linalg.matrix_rank(counted)
        choices = ("each agency", "each type equally") if several else ("each agency",)
        for weights in choices:
            root = np.ones(len(rows))
            if weights == "each type equally":
                size = rows.groupby("agency_type")["agency_id"].transform("size")
                root = np.sqrt(1 / size.to_numpy(dtype=float))
            basis = _basis(design * root[:, None])
            outcomes = {
                name: _off(rows[name].to_numpy(dtype=float) * root, basis) for name in OUTCOMES
            }
            for threshold in _THRESHOLDS:
                share = rows[f"enacted_{threshold}"].to_numpy(dtype=float) * root
                yield _Block(
                    keys={
                        **keys,
                        "threshold": threshold,
                        "question": "index",
                        "controls": label,
                        "weights": weights,
                    },
                    outcomes=outcomes,
                    agencies=rows.index.to_numpy(),
                    raw=share,
                    residual=_off(share, basis),
                    basis=basis,
                    root=root,
                    clusters=clusters,
                    freedom=int(freedom),
                    method="least squares; errors clustered by province, G-1 degrees of freedom",
                )


def _matched_blocks(
    rows: pd.DataFrame,
    enacted: pd.DataFrame,
    practice: pd.DataFrame,
    twins: pd.Series,
    keys: dict[str, object],
    several: bool,
) -> Iterator[_Block]:
    for outcome, kept in {
        "practice, ten topics": twins.index,
        "practice, nine topics with one twin": twins.index[twins == 1],
    }.items():
        treated = enacted.loc[rows["agency_id"], kept].to_numpy(dtype=float)
        levels = practice.loc[rows["agency_id"], kept].to_numpy(dtype=float)
        groups = {"topic": np.zeros(len(rows), dtype=np.int64)}
        if several:
            groups["topic, type"] = pd.factorize(rows["agency_type"])[0]
        groups["topic, agency"] = np.arange(len(rows))
        for controls, group in groups.items():
            # Agency effects are nested in the clusters; topic effects always count.
            n_groups = 0 if controls == "topic, agency" else int(group.max())
            yield _Block(
                keys={
                    **keys,
                    "question": "matched",
                    "controls": controls,
                    "weights": "each agency",
                },
                outcomes={outcome: _two_way(levels, group)},
                agencies=rows.index.to_numpy(),
                raw=treated,
                residual=_two_way(treated, group),
                basis=np.empty((len(rows), 0)),
                root=np.ones(len(rows)),
                clusters=np.arange(len(rows)),
                freedom=1 + len(kept) + n_groups,
                method="least squares with fixed effects; errors clustered by agency",
            )


def _applies(sample: str, parts: Iterable[str], several: bool) -> bool:
    needs_regions = "province" in parts and sample == "all"
    needs_size = "size" in parts and sample in ("all", "local")
    # In a sample of one type the control "type" says nothing: only its larger sets remain.
    return not (needs_regions or needs_size or (tuple(parts) == ("type",) and not several))


def _design(rows: pd.DataFrame, parts: Iterable[str]) -> Array:
    columns = [np.ones((len(rows), 1))]
    for part in parts:
        if part == "size":
            columns.append(rows[list(_SIZE)].to_numpy(dtype=float))
        else:
            names = rows["agency_type"] if part == "type" else rows["province"]
            columns.append(pd.get_dummies(names, drop_first=True).to_numpy(dtype=float))
    return np.hstack(columns)


def _basis(design: Array) -> Array:
    left, singular, _ = np.linalg.svd(design, full_matrices=False)
    return np.asarray(left[:, singular > 1e-10 * singular[0]])


def _off(values: Array, basis: Array) -> Array:
    return np.asarray(values - basis @ (basis.T @ values))


def _two_way(values: Array, group: NDArray[np.int64]) -> Array:
    """Take topic effects and effects of agency groups off a balanced agency x topic table."""
    rows = values.mean(axis=1)
    means = np.bincount(group, weights=rows) / np.bincount(group)
    return np.asarray(values - values.mean(axis=0) - means[group][:, None] + values.mean())


def _estimate(block: _Block, outcome: Array) -> tuple[float, float, int]:
    residual = block.residual
    square = float((residual**2).sum())
    n_clusters = int(block.clusters.max()) + 1
    if square <= _NO_VARIATION or n_clusters < 2 or outcome.size <= block.freedom:
        return float("nan"), float("nan"), n_clusters
    estimate = float((residual * outcome).sum() / square)
    score = residual * (outcome - estimate * residual)
    sums = np.bincount(block.clusters, weights=score.reshape(len(block.clusters), -1).sum(axis=1))
    correction = _correction(n_clusters, outcome.size, block.freedom)
    return estimate, float(np.sqrt(correction * (sums**2).sum()) / square), n_clusters


def _correction(n_clusters: int, n: int, freedom: int) -> float:
    return n_clusters / (n_clusters - 1) * (n - 1) / (n - freedom)


def _permutations(table: pd.DataFrame, n_resamples: int, seed: int) -> dict[int, Array]:
    """Return, for each year, whose history each agency takes; row 0 is the data as they are."""
    rng = np.random.default_rng(seed)
    present = table.pivot(index="agency_id", columns="year", values="agency_type")
    stratum = present.groupby(list(present.columns), dropna=False).ngroup().to_numpy()
    taken = np.tile(np.arange(len(present)), (n_resamples + 1, 1))
    for number in range(stratum.max() + 1):
        members = np.flatnonzero(stratum == number)
        shuffled = rng.permuted(np.tile(members, (n_resamples, 1)), axis=1)
        taken[1:, members] = shuffled
    orders = {}
    for year in present.columns:
        position = np.cumsum(present[year].notna().to_numpy()) - 1
        orders[int(year)] = position[taken[:, present[year].notna().to_numpy()]]
    return orders


def _permuted(
    block: _Block, orders: dict[int, Array], alpha: float
) -> Iterator[tuple[Array, NDArray[np.bool_]]]:
    """Yield, for each outcome, the estimate of each draw and whether it is positive and sure."""
    from scipy.special import stdtrit

    place = np.full(orders[int(str(block.keys["year"]))].shape[1], -1)
    place[block.agencies] = np.arange(len(block.agencies))
    # A sample is a union of types, so that a permutation within type stays inside it.
    order = place[orders[int(str(block.keys["year"]))][:, block.agencies]]
    n_clusters = int(block.clusters.max()) + 1
    bound = float(stdtrit(n_clusters - 1, 1 - alpha / 2))
    if block.residual.ndim == 2:
        own = np.arange(len(block.agencies))
        square = (block.residual**2).sum(axis=1)[order]
        for outcome in block.outcomes.values():
            # Cross products of every pair of agencies, once: a draw only picks from them.
            cross = (outcome @ block.residual.T)[own, order]
            estimate = cross.sum(axis=1) / square.sum(axis=1)
            sums = cross - estimate[:, None] * square
            scale = _correction(n_clusters, outcome.size, block.freedom)
            error = np.sqrt(scale * (sums**2).sum(axis=1)) / square.sum(axis=1)
            yield estimate, estimate > bound * error
        return
    # The raw treatment moves; the controls are taken off again after each exchange.
    share = block.raw / block.root
    drawn = _off(share[order].T * block.root[:, None], block.basis)
    square = (drawn**2).sum(axis=0)
    indicator = np.zeros((n_clusters, len(block.agencies)))
    indicator[block.clusters, np.arange(len(block.agencies))] = 1
    for outcome in block.outcomes.values():
        estimate = outcome @ drawn / square
        sums = indicator @ (drawn * (outcome[:, None] - estimate * drawn))
        scale = _correction(n_clusters, outcome.size, block.freedom)
        error = np.sqrt(scale * (sums**2).sum(axis=0)) / square
        yield estimate, estimate > bound * error


def _row(
    block: _Block,
    outcome: str,
    estimate: float,
    error: float,
    n: int,
    n_clusters: int,
    confidence: float,
) -> dict[str, object]:
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(n_clusters - 1, (1 + confidence) / 2)) * error if n_clusters > 1 else error
    index = block.keys["question"] == "index"
    p_value = 2 * float(stdtr(n_clusters - 1, -abs(estimate / error))) if error > 0 else np.nan
    return {
        "design": "specification curve",
        "year": block.keys["year"],
        "outcome": outcome,
        "contrast": "all ten topics enacted against none" if index else "enacted against not",
        **{
            key: block.keys[key]
            for key in ("question", "threshold", "sample", "controls", "weights")
        },
        "estimate": estimate,
        "std_error": error,
        "low": estimate - half,
        "high": estimate + half,
        "n": n,
        "n_clusters": n_clusters,
        "p_value": p_value,
        "method": block.method,
    }
