"""Size and power of the tests for falls on lists of known truth, and what a naive reader finds.

Score floor, predicate floor, lifting, carry-over and a selection band are switched on and off.
Three tables are printed: how often each test rejects at 5 %, how often a naive test does, and what
is made of the mean rise and of the share that fell.

    python benchmarks/falls.py [--simulations 100]
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from simulation.regimes import EDGES, Regime, simulate_lists  # noqa: E402

from spbe_research.questions.may_a_score_fall.changes import (  # noqa: E402
    printed_changes,
    printed_hundredths,
    tabulate_falls,
)
from spbe_research.questions.may_a_score_fall.counterfactual import count_pile  # noqa: E402
from spbe_research.questions.may_a_score_fall.edges import count_at_edges, standings  # noqa: E402
from spbe_research.questions.may_a_score_fall.family import no_change_tests  # noqa: E402
from spbe_research.questions.may_a_score_fall.held_predicates import (  # noqa: E402
    landing_counts,
    landing_steps,
    lost_predicates,
)

SEED = 2026
BODIES = 500
ALPHA = 0.05
NO_EXACT = pd.DataFrame({"agency_id": [], "year": [], "index_exact": [], "fits": []})
REGIMES = {
    "free": Regime(),
    "score floor": Regime(score_floor=0.95),
    "score floor, half": Regime(score_floor=0.5),
    "predicate floor": Regime(predicate_floor=0.9),
    "predicate floor, half": Regime(predicate_floor=0.5),
    "lifted, 3 in 10": Regime(lifted=0.3),
    "lifted, and predicate floor": Regime(lifted=0.3, predicate_floor=0.9),
    "carried over, marked": Regime(carried_over=0.2),
    "carried over, hidden": Regime(carried_over=0.2, hidden=True),
    "band": Regime(band=(2.18, 2.80)),
    "band, and predicate floor": Regime(band=(2.18, 2.80), predicate_floor=0.9),
}


def one(regime: Regime, seed: int) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """P values of our tests, of naive ones, and what is read off the lists, of one simulation."""
    published, truth = simulate_lists(BODIES, regime, seed=seed)
    agencies = pd.DataFrame({"agency_id": truth["agency_id"], "island": "none"})
    changes = printed_changes(published, agencies, NO_EXACT)
    falls = tabulate_falls(changes, duty_year=0)
    lost = lost_predicates(changes, n_resamples=999, seed=seed)
    landed = landing_counts(landing_steps(changes))
    edges = count_at_edges(standings(published, NO_EXACT))
    baik = edges[(edges["edge"] == EDGES[1]) & (edges["period"] == "2022")].set_index("group")
    any_lost = lost[lost["predicate"] == "any"]["p_value"]
    ours = {
        "no_change": float(no_change_tests(changes)["p_value"].iloc[0]),
        "lost_predicate": float(any_lost.iloc[0]) if len(any_lost) else float("nan"),
        "landing": float(landed["p_value"].iloc[0]) if len(landed) else float("nan"),
        "window_all": float(baik.loc["all", "p_value"]),
        "window_free": float(baik.loc["free", "p_value"]),
    }
    row = falls.iloc[0]
    listed = published[published["year"] == 2022]["index_published"]
    near = printed_hundredths(listed)
    below, above = int(near.between(250, 259).sum()), int(near.between(260, 269).sum())
    naive = {
        "zero counted as a rise": binomtest(
            int(row["n_just_below"]), int(row["n_just_below"] + row["n_just_above"])
        ).pvalue,
        "edge against one half, all listed": binomtest(above, below + above).pvalue,
    }
    looked = truth[truth["is_looked_at"]]
    change = (looked["end"] - looked["start"]).to_numpy()
    pile = count_pile(change)
    drops = -(looked["latent_end"] - looked["start"])
    mean_drop = float(drops[drops > 0].mean())
    listed_change = (truth["end"] - truth["start"]).mean()
    read = {
        "mean change, true": float((looked["latent_end"] - looked["start"]).mean()),
        "all listed (naive)": float(listed_change),
        "looked at": float(change.mean()),
        "without the pile (ours)": float(change.mean() - pile.excess * mean_drop / len(change)),
        "fell, true": float((drops > 0).mean()),
        "fell, printed": float(row["share_fell"]),
        "slope on level, true": float(np.polyfit(looked["start"], -drops, 1)[0]),
        "slope on level, naive": float(
            np.polyfit(truth["start"], truth["end"] - truth["start"], 1)[0]
        ),
    }
    return ours, naive, read


def study(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """Return how often each test rejects under each regime, as ``simulated_truths`` stores it."""
    rows: list[dict[str, object]] = []
    for number, (name, regime) in enumerate(REGIMES.items()):
        results = [one(regime, seed + 10_000 * number + each) for each in range(n_simulations)]
        ours, naive, _ = (pd.DataFrame(each) for each in zip(*results, strict=True))
        for kind, tests in (("test", ours), ("naive test", naive)):
            rows += [
                {
                    "estimator": f"{kind} of falls: {test}",
                    "setting": name,
                    "n_simulations": int(tests[test].notna().sum()),
                    "nominal": ALPHA,
                    "covered": float((tests[test] < ALPHA).sum() / max(tests[test].count(), 1)),
                }
                for test in tests
            ]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=100)
    times = parser.parse_args().simulations
    pd.set_option("display.width", 200, "display.max_columns", None)
    rejected, fooled, read = {}, {}, {}
    for number, (name, regime) in enumerate(REGIMES.items()):
        results = [one(regime, SEED + 10_000 * number + each) for each in range(times)]
        ours, naive, values = (pd.DataFrame(each) for each in zip(*results, strict=True))
        rejected[name] = (ours < ALPHA).sum() / ours.notna().sum()
        fooled[name] = (naive < ALPHA).mean()
        read[name] = values.mean()
    print(f"{times} simulations of {BODIES} bodies. Share of rejections at 5 %, our tests:")
    print(pd.DataFrame(rejected).T.round(2).to_string())
    print("\nThe same, naive tests:")
    print(pd.DataFrame(fooled).T.round(2).to_string())
    print("\nWhat is read off the lists, means:")
    print(pd.DataFrame(read).T.round(3).to_string())


if __name__ == "__main__":
    main()
