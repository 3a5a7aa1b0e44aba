"""What each interval and test does where the truth is known, rule by rule, and a naive one.

Each function draws synthetic data ``n_simulations`` times and returns rows: ``estimator, setting``;
for an interval or a test ``nominal`` (its rate) and ``covered`` (the rate seen), with
``naive_covered``, that of an analysis that ignores provinces or rules; for every estimate ``truth,
mean_estimate`` and ``naive_estimate``. ``benchmarks/simulated_truths.py`` prints them all; the
tests beside this file assert a shorter run.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from simulation.panels import simulate_panel, simulated_agencies
from simulation.places import (
    grouped_lognormal_truth,
    grouped_lognormal_values,
    scattered_places,
    spatial_field,
)
from statsmodels.regression.linear_model import OLS

from spbe_research.methods.comparison import dominance_test
from spbe_research.methods.convergence import corrected_slopes
from spbe_research.methods.floors import give_back_falls
from spbe_research.methods.geography import great_circle_km, morans_i
from spbe_research.methods.inequality import gini, inequality_change, mean_distance
from spbe_research.methods.inequality_split import decompose_inequality
from spbe_research.methods.mobility import count_moves, pair_moves
from spbe_research.methods.neighbours import compare_neighbours
from spbe_research.methods.quantiles import quantile_differences
from spbe_research.panel.frames_compare import compare_frames

START, END = 2021, 2022
Rows = list[dict[str, object]]
# Each rule alone; ``nothing`` is the classical model.
RULES: dict[str, dict[str, object]] = {
    "nothing": {},
    "score floor": {"score_floor": 1.0},
    "predicate floor": {"predicate_floor": 1.0},
    "carry-over": {"carry_over": 0.3},
    "selection band": {"selection_band": (2.5, 3.1)},
}


def like_for_like(n_simulations: int, *, seed: int) -> Rows:
    """Change of the mean: the same bodies against the difference of the two lists."""
    rows: Rows = []
    for rule, switches in RULES.items():
        found = []
        for draw in range(n_simulations):
            panel = simulate_panel(
                400,
                n_years=2,
                reliability=0.8,
                convergence=0.0,
                growth=0.2,
                seed=seed + draw,
                **switches,
            )
            table = compare_frames(panel, [(START, END)])
            found.append(table.set_index("frame")["estimate"])
        mean = pd.DataFrame(found).mean()
        rows.append(
            {
                "estimator": "change of the mean, same bodies; naive: assessed lists",
                "setting": rule,
                "n_simulations": n_simulations,
                "truth": 0.2,
                "mean_estimate": mean["like_for_like"],
                "naive_estimate": mean["assessed"],
            }
        )
    return rows


def moves(n_simulations: int, *, seed: int) -> Rows:
    """Share that fell and rank correlation: with each rule, and with the falls given back."""
    rows: Rows = []
    for rule, switches in RULES.items():
        names = ("fell", "lost_places", "rank_correlation")
        seen, without, back = [], [], []
        for draw in range(n_simulations):
            panel = simulate_panel(
                600,
                n_years=2,
                reliability=0.8,
                convergence=0.0,
                growth=0.3,
                seed=seed + draw,
                decimals=2,
                **switches,
            )
            free = panel.assign(index_published=panel["measured_index"])
            if rule in ("score floor", "predicate floor"):
                free = free.assign(status="evaluated")
            held, other = (pair_moves(each, START, END) for each in (panel, free))
            seen.append(count_moves(held).set_index("measure")["estimate"])
            without.append(count_moves(other).set_index("measure")["estimate"])
            given = give_back_falls(held, other, n_draws=3, seed=draw).query("variant == 'excess'")
            back.append(given.set_index("measure")["estimate"])
        for name in names:
            rows.append(
                {
                    "estimator": f"{name}, falls given back; naive: as printed",
                    "setting": rule,
                    "n_simulations": n_simulations,
                    "truth": pd.DataFrame(without)[name].mean(),
                    "mean_estimate": pd.DataFrame(back)[name].mean(),
                    "naive_estimate": pd.DataFrame(seen)[name].mean(),
                }
            )
    return rows


def catch_up(n_simulations: int, *, seed: int) -> Rows:
    """Slope corrected by the true reliability; naive: the plain slope, bodies independent."""
    settings = {
        **{rule: (switches, {}) for rule, switches in RULES.items()},
        "errors last (0.5)": ({}, {"error_persistence": 0.5}),
        "provinces alike (0.5)": ({"province_share": 0.5}, {"shock_sd": 0.25}),
    }
    rows: Rows = []
    for rule, (switches, scores) in settings.items():
        for truth in (0.0, -0.2):
            found, hits, naive, naive_hits = [], 0, [], 0
            for draw in range(n_simulations):
                panel = simulate_panel(
                    450,
                    n_years=2,
                    reliability=0.75,
                    convergence=truth,
                    mean=2.6,
                    sd=0.5,
                    growth=0.25,
                    seed=seed + draw,
                    n_provinces=37,
                    **switches,
                    **scores,
                )
                wide = panel[panel["status"] == "evaluated"].pivot(
                    index="agency_id", columns="year", values="index_published"
                )
                both = wide.dropna()
                place = panel.drop_duplicates("agency_id").set_index("agency_id")["province"]
                start, end = both[START].to_numpy(), both[END].to_numpy()
                plain = OLS(end - start, np.column_stack([start, np.ones(start.size)])).fit()
                naive.append(float(plain.params[0]))
                low, high = plain.conf_int()[0]
                naive_hits += low <= truth <= high
                reliability = 0.75
                if np.corrcoef(start, end)[0, 1] ** 2 > reliability:
                    continue  # refused: the two years allow no such reliability
                row = corrected_slopes(
                    start, end, place[both.index], reliabilities={"true": reliability}
                ).iloc[0]
                found.append(row["estimate"])
                hits += row["low"] <= truth <= row["high"]
            rows.append(
                {
                    "estimator": "slope of true change on true start; naive: plain OLS",
                    "setting": f"{rule}, slope {truth:g}",
                    "n_simulations": n_simulations,
                    "refused": n_simulations - len(found),
                    "nominal": 0.95,
                    "covered": hits / max(len(found), 1),
                    "naive_covered": naive_hits / n_simulations,
                    "truth": truth,
                    "mean_estimate": float(np.mean(found)) if found else np.nan,
                    "naive_estimate": float(np.mean(naive)),
                }
            )
    return rows


def inequality(
    n_simulations: int, *, seed: int, settings: dict[str, dict[str, object]] | None = None
) -> Rows:
    """Change of mean distance and Gini for the same bodies; naive: bodies drawn, not provinces."""
    settings = settings or {
        "bodies independent": {},
        "provinces alike (0.5)": {"province_share": 0.5},
        "provinces alike, score floor": {"province_share": 0.5, "score_floor": 1.0},
    }
    # Normal values with sd s have a mean distance of 2 s / sqrt(pi).
    first, growth, convergence, reliability, sd = 2.6, 0.3, -0.2, 0.9, 0.5
    spread = [sd, sd * np.sqrt(reliability * (1 + convergence) ** 2 + 1 - reliability)]
    apart = [2 * each / np.sqrt(np.pi) for each in spread]
    truth = {
        "mean_distance": apart[1] - apart[0],
        "gini": apart[1] / (2 * (first + growth)) - apart[0] / (2 * first),
    }
    rows: Rows = []
    for setting, switches in settings.items():
        hits = dict.fromkeys(truth, 0)
        naive_hits, estimates = dict.fromkeys(truth, 0), {name: [] for name in truth}
        for draw in range(n_simulations):
            panel = simulate_panel(
                500,
                n_years=2,
                reliability=reliability,
                convergence=convergence,
                mean=first,
                sd=sd,
                growth=growth,
                seed=seed + draw,
                n_provinces=37,
                **switches,
            )
            agencies = simulated_agencies(panel)
            panel = panel.drop(columns="province")
            table = inequality_change(panel, agencies, START, END, n_resamples=199, seed=draw)
            table = table[table["frame"] == "like_for_like"].set_index("measure")
            wide = panel.pivot(index="agency_id", columns="year", values="index_published")
            counts = np.random.default_rng(draw).multinomial(
                len(wide), np.full(len(wide), 1 / len(wide)), size=199
            )
            for name, statistic in (("mean_distance", mean_distance), ("gini", gini)):
                row = table.loc[name]
                hits[name] += row["low"] <= truth[name] <= row["high"]
                estimates[name].append(row["estimate"])
                drawn = statistic(wide[END], counts=counts) - statistic(wide[START], counts=counts)
                half = 1.96 * drawn.std()
                naive_hits[name] += abs(row["estimate"] - truth[name]) <= half
        rows += [
            {
                "estimator": f"change of {name}; naive: bodies drawn",
                "setting": setting,
                "n_simulations": n_simulations,
                "nominal": 0.95,
                "covered": hits[name] / n_simulations,
                "naive_covered": naive_hits[name] / n_simulations,
                "truth": truth[name],
                "mean_estimate": float(np.mean(estimates[name])),
            }
            for name in truth
        ]
    return rows


def inequality_under_rules(n_simulations: int, *, seed: int) -> Rows:
    """The same under each rule; the truth is that of all bodies, whoever is looked at."""
    settings = {rule: {"province_share": 0.5, **switches} for rule, switches in RULES.items()}
    return inequality(n_simulations, seed=seed, settings=settings)


def groups(n_simulations: int, *, seed: int) -> Rows:
    """Quantile differences of two groups; naive: bodies drawn. And the dominance test's size."""
    quantiles = (0.1, 0.5)
    designs = {  # provinces of each group, whether they are shared
        "37 shared provinces": (37, 37, True),
        "5 against 28 provinces": (5, 28, False),
    }
    rows: Rows = []
    for design, (one, two, shared) in designs.items():
        for share in (0.0, 0.4):
            hits, naive_hits = np.zeros(len(quantiles)), np.zeros(len(quantiles))
            for draw in range(n_simulations):
                rng = np.random.default_rng([seed, draw])
                effects = rng.normal(0, np.sqrt(share), one + two)
                first_at = rng.integers(0, one, 110)
                second_at = rng.integers(0, two, 370) + (0 if shared else one)
                first, second = (
                    0.5 * shift + effects[at] + rng.normal(0, np.sqrt(1 - share), at.size)
                    for shift, at in ((1, first_at), (0, second_at))
                )
                table = quantile_differences(
                    first,
                    second,
                    first_clusters=first_at,
                    second_clusters=second_at,
                    quantiles=quantiles,
                    n_resamples=199,
                    seed=draw,
                )
                hits += ((table["low"] <= 0.5) & (table["high"] >= 0.5)).to_numpy()
                drawn = [
                    np.quantile(rng.choice(each, (199, each.size)), quantiles, axis=1)
                    for each in (first, second)
                ]
                half = 1.96 * (drawn[0] - drawn[1]).std(axis=1)
                naive_hits += np.abs(table["estimate"].to_numpy() - 0.5) <= half
            rows += [
                {
                    "estimator": f"difference of the {q:g} quantiles; naive: bodies drawn",
                    "setting": f"{design}, {share:g} between provinces",
                    "n_simulations": n_simulations,
                    "nominal": 0.95,
                    "covered": hits[place] / n_simulations,
                    "naive_covered": naive_hits[place] / n_simulations,
                }
                for place, q in enumerate(quantiles)
            ]
    for share in (0.0, 0.4):
        rejected = 0
        for draw in range(n_simulations):
            rng = np.random.default_rng([seed, draw, 7])
            effects = rng.normal(0, np.sqrt(share), 37)
            values = [
                np.round(
                    effects[rng.integers(0, 37, size)] + rng.normal(0, np.sqrt(1 - share), size), 2
                )
                for size in (90, 370)
            ]
            rejected += dominance_test(*values, order=1, n_resamples=199, seed=draw)[1] <= 0.05
        rows.append(
            {
                "estimator": "dominance test of equal groups, order 1",
                "setting": f"37 shared provinces, {share:g} between provinces",
                "n_simulations": n_simulations,
                "nominal": 0.05,
                "covered": rejected / n_simulations,
            }
        )
    return rows


def neighbours(n_simulations: int, *, seed: int) -> Rows:
    """Border and distance: is a border found where there is none; naive: all pairs, no distance."""
    places = scattered_places(220, seed=seed)
    box = (places["lon"] // 6).astype(int).astype(str) + (places["lat"] // 5).astype(int).astype(
        str
    )
    agencies = pd.DataFrame(
        {
            "agency_id": [f"a{row:03d}" for row in range(len(places))],
            "name": [f"Kabupaten {row:03d}" for row in range(len(places))],
            "province": box,
            "province_2018": box,
            "lon": places["lon"],
            "lat": places["lat"],
        }
    )
    ordered = agencies.sort_values(["province", "name"])
    km = great_circle_km(ordered["lon"], ordered["lat"])
    first, second = np.triu_indices(len(ordered), 1)
    same = (ordered["province"].to_numpy()[:, None] == ordered["province"].to_numpy())[
        first, second
    ]
    near = (km < 300)[first, second]
    fields = spatial_field(
        places["lon"], places["lat"], range_km=500, n_fields=n_simulations, seed=seed
    )
    rows: Rows = []
    for jump in (0.0, 0.8):
        # |x_i - x_j| of a normal pair has the mean sqrt(2 variance of the difference / pi).
        half = np.sqrt(1 - np.exp(-km[first, second] / 500) + np.where(same, 0, jump**2))
        expected = 2 / np.sqrt(np.pi) * half
        truth = expected[near & ~same].mean() - expected[near & same].mean()
        hits, found, naive = 0, [], []
        for draw, field in enumerate(fields):
            rng = np.random.default_rng([seed, draw])
            effect = pd.Series(rng.normal(0, jump, box.nunique()), index=box.unique())
            published = pd.DataFrame(
                {
                    "agency_id": agencies["agency_id"],
                    "agency_type": "kabupaten",
                    "year": 2024,
                    "index_published": field + box.map(effect),
                    "status": "evaluated",
                }
            )
            table = compare_neighbours(
                published, agencies, year=2024, edges_km=[0, 300], n_resamples=199, seed=draw
            )
            table = table[table["border"] == "difference"].set_index(
                table.loc[table["border"] == "difference", "from_km"].notna()
            )
            row = table.loc[True]
            hits += row["low"] <= truth <= row["high"]
            found.append(row["estimate"])
            naive.append(table.loc[False, "estimate"])
        rows.append(
            {
                "estimator": "across minus within a border, near pairs; naive: all pairs",
                "setting": "no border" if jump == 0 else "provinces differ",
                "n_simulations": n_simulations,
                "nominal": 0.95,
                "covered": hits / n_simulations,
                "truth": truth,
                "mean_estimate": float(np.mean(found)),
                "naive_estimate": float(np.mean(naive)),
            }
        )
    return rows


def moran(n_simulations: int, *, seed: int) -> Rows:
    """Size and power of Moran's test, and its size for residuals of provinces."""
    places = scattered_places(120, seed=seed)
    box = (places["lon"] // 8).astype(int).astype(str)
    rows: Rows = []
    for setting, reach in (("no likeness", 0), ("likeness over 300 km", 300)):
        fields = spatial_field(
            places["lon"], places["lat"], range_km=reach, n_fields=n_simulations, seed=seed
        )
        found = {"all": 0, "within": 0}
        for draw, field in enumerate(fields):
            residual = field - pd.Series(field).groupby(box).transform("mean").to_numpy()
            for name, values, within in (("all", field, None), ("within", residual, box)):
                p = morans_i(
                    values,
                    places["lon"],
                    places["lat"],
                    band_km=(0, 400),
                    within=within,
                    n_permutations=99,
                    seed=draw,
                )["p_two_sided"]
                found[name] += p <= 0.05
        rows += [
            {
                "estimator": f"Moran's test, {name}",
                "setting": setting,
                "n_simulations": n_simulations,
                "nominal": 0.05 if reach == 0 else np.nan,
                "covered": count / n_simulations,
            }
            for name, count in found.items()
        ]
    return rows


def split(n_simulations: int, *, seed: int) -> Rows:
    """Share of the Theil index between groups, adjusted; naive: the plain share."""
    sizes = [4, 6, 8, 10, 12, 15, 18, 20, 25, 30] * 3
    rows: Rows = []
    for setting, means in (
        ("groups equal", np.full(30, 2.5)),
        ("groups differ", np.linspace(2.0, 3.2, 30)),
    ):
        truth = grouped_lognormal_truth(sizes, means, sigma=0.2)["between_share"]
        hits, rejected, found, plain = 0, 0, [], []
        for draw in range(n_simulations):
            values = grouped_lognormal_values(sizes, means, sigma=0.2, seed=seed + draw)
            published = pd.DataFrame(
                {
                    "agency_id": [f"a{row}" for row in range(len(values))],
                    "agency_type": values["group"],
                    "year": 2024,
                    "index_published": values["value"],
                    "status": "evaluated",
                }
            )
            table = decompose_inequality(
                published, published[["agency_id"]], n_resamples=199, seed=draw
            ).set_index("component")
            row = table.loc["adjusted_share"]
            hits += row["low"] <= truth <= row["high"]
            found.append(row["estimate"])
            plain.append(table.loc["between_share", "estimate"])
            rejected += table.loc["permutation_p", "estimate"] <= 0.05
        rows += [
            {
                "estimator": "share between groups, adjusted; naive: plain share",
                "setting": setting,
                "n_simulations": n_simulations,
                "nominal": 0.95,
                "covered": hits / n_simulations,
                "truth": truth,
                "mean_estimate": float(np.mean(found)),
                "naive_estimate": float(np.mean(plain)),
            },
            {
                "estimator": "permutation test of groups",
                "setting": setting,
                "n_simulations": n_simulations,
                "nominal": 0.05 if setting == "groups equal" else np.nan,
                "covered": rejected / n_simulations,
            },
        ]
    return rows


STUDIES: dict[str, Callable[..., Rows]] = {
    "like_for_like": like_for_like,
    "moves": moves,
    "catch_up": catch_up,
    "inequality": inequality,
    "inequality_under_rules": inequality_under_rules,
    "groups": groups,
    "neighbours": neighbours,
    "moran": moran,
    "split": split,
}
