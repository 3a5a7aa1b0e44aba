"""Mobility by slow loops over the csv, SciPy and statsmodels; and its intervals on known truth."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import integrate, stats
from statsmodels.stats.proportion import proportion_confint

from spbe_research import load_published
from spbe_research.distributions.mobility import (
    alluvial_flows,
    mobility_indices,
    rank_mobility,
    rank_paths,
    transition_counts,
    transition_matrix,
)

NAMES = ["Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan"]
PUBLISHED = Path(__file__).parents[2] / "data" / "tidy" / "published.csv"
EXACT = 1e-12


def slow_band(index: str, printed: str) -> int:
    """The predicate as a number: as printed, else from the index rounded half up in decimals."""
    if printed:
        return NAMES.index(printed)
    value = Decimal(index).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return sum(value >= Decimal(edge) for edge in ("1.80", "2.60", "3.50", "4.20"))


def slow_pairs(*years: int) -> list[list[tuple[str, str]]]:
    """Index and predicate as printed of each agency evaluated in all years, by a loop."""
    found: dict[str, dict[int, tuple[str, str]]] = {}
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["status"] == "evaluated" and int(row["year"]) in years:
                agency = found.setdefault(row["agency_id"], {})
                agency[int(row["year"])] = row["index_published"], row["predicate_published"]
    return [
        [values[year] for year in years]
        for _, values in sorted(found.items())
        if len(values) == len(years)
    ]


def slow_bands(*years: int) -> list[list[int]]:
    return [[slow_band(*result) for result in row] for row in slow_pairs(*years)]


def slow_shorrocks(bands: list[list[int]]) -> float:
    states, trace = 0, 0.0
    for state in range(5):
        ends = [end for start, end in bands if start == state]
        if ends:
            states += 1
            trace += sum(end == state for end in ends) / len(ends)
    return (states - trace) / (states - 1)


def slow_rank_change(rows: list[list[float]]) -> float:
    total, n = 0.0, len(rows)
    for mine in rows:
        ranks = []
        for year in (0, 1):
            below = sum(other[year] < mine[year] for other in rows)
            level = sum(other[year] == mine[year] for other in rows)
            ranks.append(below + (level + 1) / 2)
        total += abs(ranks[1] - ranks[0])
    return total / n / n


def comparisons() -> list[dict[str, object]]:
    """Ours against independent computations, on the published results."""
    published = load_published()
    bands = slow_bands(2021, 2022)
    scores = np.array([[float(index) for index, _ in row] for row in slow_pairs(2023, 2024)])
    counts = transition_counts(published, 2021, 2022).set_index(["from", "to"])["count"]
    matrix = transition_matrix(published, 2021, 2022).set_index(["from", "to"])
    indices = mobility_indices(published, 2021, 2022, n_resamples=99, seed=1)
    index = indices.set_index("measure")["estimate"]
    first = mobility_indices(published, 2018, 2019, n_resamples=99, seed=1)
    ranks = rank_mobility(published, 2023, 2024, n_resamples=99, seed=1)
    rank = ranks.set_index("measure")["estimate"]
    up = sum(end > start for start, end in bands)
    from_cukup = sum(start == 1 for start, _ in bands)
    rose = sum(start == 1 and end == 2 for start, end in bands)
    low, high = proportion_confint(rose, from_cukup, method="wilson")
    four = slow_bands(2021, 2022, 2023, 2024)
    flows = alluvial_flows(published, [2021, 2022, 2023, 2024])
    flow = flows.query(
        "year_from == 2023 and predicate_from == 'Baik' and predicate_to == 'Sangat Baik'"
    )["n"].item()
    paths = rank_paths(published, [2023, 2024], by=None).query("year == 2024")
    one = paths.iloc[100]
    loop = "slow loop over the csv"
    rows = [
        (
            "transition_counts",
            "Cukup to Baik 2021-2022",
            counts["Cukup", "Baik"],
            rose,
            loop,
            0,
        ),
        (
            "transition_counts",
            "agencies 2018-2019",
            transition_counts(published, 2018, 2019)["count"].sum(),
            len(slow_pairs(2018, 2019)),
            loop,
            0,
        ),
        (
            "transition_matrix",
            "low of Cukup to Baik 2021-2022",
            matrix.loc[("Cukup", "Baik"), "low"],
            low,
            "statsmodels.proportion_confint",
            EXACT,
        ),
        (
            "transition_matrix",
            "high of Cukup to Baik 2021-2022",
            matrix.loc[("Cukup", "Baik"), "high"],
            high,
            "statsmodels.proportion_confint",
            EXACT,
        ),
        (
            "mobility_indices",
            "shorrocks 2021-2022",
            index["shorrocks"],
            slow_shorrocks(bands),
            loop,
            EXACT,
        ),
        (
            "mobility_indices",
            "shorrocks 2018-2019",
            first.set_index("measure")["estimate"]["shorrocks"],
            slow_shorrocks(slow_bands(2018, 2019)),
            loop,
            EXACT,
        ),
        ("mobility_indices", "share_up 2021-2022", index["share_up"], up / len(bands), loop, EXACT),
        (
            "mobility_indices",
            "mean_band_change 2021-2022",
            index["mean_band_change"],
            sum(end - start for start, end in bands) / len(bands),
            loop,
            EXACT,
        ),
        (
            "rank_mobility",
            "spearman 2023-2024",
            rank["spearman"],
            stats.spearmanr(scores[:, 0], scores[:, 1]).statistic,
            "scipy.stats.spearmanr",
            EXACT,
        ),
        (
            "rank_mobility",
            "kendall 2023-2024",
            rank["kendall"],
            stats.kendalltau(scores[:, 0], scores[:, 1]).statistic,
            "scipy.stats.kendalltau",
            EXACT,
        ),
        (
            "rank_mobility",
            "mean_rank_change 2023-2024",
            rank["mean_rank_change"],
            slow_rank_change(scores.tolist()),
            loop,
            EXACT,
        ),
        (
            "rank_paths",
            f"percentile rank of {one['agency_id']} 2024",
            one["percentile_rank"],
            stats.percentileofscore(scores[:, 1], one["index_published"], kind="mean"),
            "scipy.stats.percentileofscore",
            1e-10,
        ),
        (
            "alluvial_flows",
            "Baik to Sangat Baik 2023-2024",
            flow,
            sum(row[2:] == [2, 3] for row in four),
            loop,
            0,
        ),
    ]
    keys = ("estimator", "quantity", "ours", "independent", "implementation", "tolerance")
    return [
        dict(zip(keys, (a, b, float(c), float(d), e, float(f)), strict=True))
        for a, b, c, d, e, f in rows
    ]


def moves_table(start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """Synthetic results of 2023 and 2024 with given predicates (numbers 0 to 4)."""
    n = len(start)
    return pd.DataFrame(
        {
            "agency_id": np.tile(np.arange(n), 2),
            "agency_type": "kota",
            "year": np.repeat([2023, 2024], n),
            "index_published": 2.0,
            "status": "evaluated",
            "predicate": np.array(NAMES)[np.concatenate([start, end])],
        }
    )


def scores_table(start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """Synthetic results of 2023 and 2024 with given indices."""
    zeros = np.zeros(len(start), dtype=int)
    return moves_table(zeros, zeros).assign(index_published=np.concatenate([start, end]))


def rank_truths(correlation: float) -> dict[str, float]:
    """Known values for a bivariate normal; the rank change by numerical integration."""
    joint = stats.multivariate_normal(cov=[[1, correlation], [correlation, 1]])

    def apart(share: float) -> float:
        point = stats.norm.ppf(share)
        return 2 * (share - float(joint.cdf([point, point])))

    return {
        "spearman": 6 / np.pi * np.arcsin(correlation / 2),
        "kendall": 2 / np.pi * np.arcsin(correlation),
        "mean_rank_change": integrate.quad(apart, 1e-9, 1 - 1e-9, epsabs=1e-6)[0],
    }


def coverage(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """How often the intervals contain a known truth."""
    rng = np.random.default_rng(seed)
    chain = np.array([[0.5, 0.4, 0.1], [0.1, 0.6, 0.3], [0.0, 0.2, 0.8]])
    # Shorrocks: (3 - 1.9) / 2 by hand.
    change = np.array([0.6, 0.2, -0.2])
    results = []
    for n, shares in ((300, [0.3, 0.4, 0.3]), (60, [0.25, 0.5, 0.25])):
        truths = {"shorrocks": 0.55, "mean_band_change": float(np.dot(shares, change))}
        drawn = {name: [] for name in truths}
        for _ in range(n_simulations):
            start = rng.choice(3, size=n, p=shares)
            end = (rng.random(n)[:, None] > chain.cumsum(axis=1)[start]).sum(axis=1)
            table = moves_table(start, np.minimum(end, 2))
            seed_here = int(rng.integers(2**31))
            found = mobility_indices(table, 2023, 2024, n_resamples=300, seed=seed_here)
            for name, rows in drawn.items():
                rows.append(found.loc[found["measure"] == name, ["estimate", "low", "high"]])
        results += [
            _covered(
                "mobility_indices",
                f"{name}, 3 predicates, smallest of about {int(n * min(shares))}",
                truths[name],
                rows,
                n,
            )
            for name, rows in drawn.items()
        ]
    n, correlation = 100, 0.8
    truths = rank_truths(correlation)
    drawn = {name: [] for name in truths}
    for _ in range(n_simulations):
        pair = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], size=n)
        table = scores_table(*pair.T)
        seed_here = int(rng.integers(2**31))
        found = rank_mobility(table, 2023, 2024, n_resamples=300, seed=seed_here)
        for name, rows in drawn.items():
            rows.append(found.loc[found["measure"] == name, ["estimate", "low", "high"]])
    results += [
        _covered("rank_mobility", f"{name}, bivariate normal, r = 0.8", truths[name], rows, n)
        for name, rows in drawn.items()
    ]
    return results


def _covered(
    estimator: str, setting: str, truth: float, rows: list[pd.DataFrame], n: int
) -> dict[str, object]:
    table = pd.concat(rows)
    inside = (table["low"] <= truth) & (truth <= table["high"])
    return {
        "estimator": estimator,
        "setting": setting,
        "truth": truth,
        "mean_estimate": float(table["estimate"].mean()),
        "nominal": 0.95,
        "covered": float(inside.mean()),
        "n_simulations": len(table),
        "n": n,
    }
