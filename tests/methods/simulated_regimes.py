"""What the tests of falls, of the band of 2020 and of how sure a score is do under each rule.

As ``simulated_truths``: each function draws synthetic lists and returns rows of the same form. The
rules act on lists of levels too: a number or a predicate that would fall is kept by levels raised
at random until it stands, results are repeated, or only a band of the earlier index is looked at.
The model of the levels is taken as known, with the stored parameters of the last year with levels;
it is not fitted again to lists under a rule. Not here: how an evaluation works.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest, ttest_ind
from simulation.panels import simulate_scores
from simulation.regimes import EDGES, Regime, simulate_lists

from spbe_research.instruments import load_instrument
from spbe_research.methods.discontinuity import jump_at
from spbe_research.methods.ordinal_scores import composite_scores, replicated_levels
from spbe_research.questions.may_a_score_fall.changes import printed_changes, printed_hundredths
from spbe_research.questions.may_a_score_fall.edges import final_digits, jumps_at_edges, standings
from spbe_research.questions.may_a_score_fall.item_shifts import item_shifts
from spbe_research.questions.what_does_the_index_measure.coverage import true_index
from spbe_research.questions.what_does_the_index_measure.fits import (
    fits,
    fitted,
    item_years,
    weights,
)
from spbe_research.questions.what_does_the_index_measure.reliability import cronbach_alpha
from spbe_research.questions.what_does_the_index_measure.sureness import NEAR, edges
from spbe_research.scoring.predicates import round_half_up

Rows = list[dict[str, object]]
BAND = (2.18, 2.80)
CARRIED = 0.3  # share of the bodies
ALPHA = 0.05
RULES = ("nothing", "score floor", "predicate floor", "carry-over", "selection band")
_BODIES = 500
_PERSISTENCE, _RISE = 0.9, 0.3  # of the factors from one list to the next, standard deviations
_Z90 = 1.6448536
_NO_EXACT = pd.DataFrame({"agency_id": [], "year": [], "index_exact": [], "fits": []})
_EDITION = "permen-59-2020"
_ONE_ITEM = "I36"  # of the heaviest: raised first where a single item is to carry the stop


@dataclass(frozen=True)
class Lists:
    """Levels of two lists of the same bodies, the true expected index of the second, who is in."""

    first: pd.DataFrame
    second: pd.DataFrame
    true: np.ndarray
    scored: np.ndarray

    def printed(self) -> tuple[np.ndarray, np.ndarray]:
        """Return both indices as printed."""
        return printed_index(self.first), printed_index(self.second)


def printed_index(levels: pd.DataFrame) -> np.ndarray:
    """Return the index of each body, rounded half up to two decimals."""
    return round_half_up(levels[list(weights())].to_numpy() @ np.array(list(weights().values())))


def simulate_levels(n: int, rule: str, *, first_item: str = "", seed: int) -> Lists:
    """Draw two lists of levels from the model of the last year with levels, under one rule."""
    fit, rng = fitted(item_years()[-1]), np.random.default_rng(seed)
    root = np.linalg.cholesky(fit.arrays.correlations)
    now = rng.standard_normal((n, len(root))) @ root.T
    rest = rng.standard_normal((n, len(root))) @ root.T
    before = _PERSISTENCE * now + np.sqrt(1 - _PERSISTENCE**2) * rest - _RISE
    first, second = (
        pd.DataFrame(
            replicated_levels(fit, thetas, seed=seed + each), columns=list(fit.structure.items)
        )
        for each, thetas in enumerate((before, now))
    )
    start, scored = printed_index(first), np.ones(n, dtype=bool)
    if rule == "score floor":
        second = raise_to(second, start, first_item, rng)
    elif rule == "predicate floor":
        lower = np.array(list(edges().values()))
        second = raise_to(
            second, lower[np.searchsorted(lower, start, "right") - 1], first_item, rng
        )
    elif rule == "carry-over":
        kept = rng.random(n) < CARRIED
        second.loc[kept] = first.loc[kept]
    elif rule == "selection band":
        scored = (start >= BAND[0]) & (start <= BAND[1])
    return Lists(first, second, true_index(fit, now), scored)


def raise_to(
    levels: pd.DataFrame, least: np.ndarray, first_item: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Raise one level after the other, at random, of each body whose index is below its least."""
    raised, items = levels.to_numpy(dtype=float).copy(), list(levels.columns)
    shares = np.array([weights()[item] for item in items])
    preferred = items.index(first_item) if first_item else -1
    for body in np.flatnonzero(printed_index(levels) < least):
        row = raised[body]
        while round_half_up(np.array([row @ shares]))[0] < least[body]:
            open_items = np.flatnonzero(row < 5)
            row[preferred if preferred in open_items else rng.choice(open_items)] += 1
    return pd.DataFrame(raised, columns=items)


def scores_of_levels(n_simulations: int, *, seed: int) -> Rows:
    """Intervals of the expected index and of ranks, and probabilities of predicates."""
    year = item_years()[-1]
    shares = np.array(list(weights().values()))
    rows: Rows = []
    for rule in RULES:
        found = []
        for draw in range(n_simulations):
            lists = simulate_levels(_BODIES, rule, seed=seed + 10 * draw)
            levels, true = lists.second[lists.scored], lists.true[lists.scored]
            scores = composite_scores(
                fitted(year), weights(), levels=levels, n_draws=300, seed=seed + draw
            )
            plain = composite_scores(
                fits()[year, "one_factor"], weights(), levels=levels, n_draws=0, seed=seed
            )
            index = levels[list(weights())].to_numpy() @ shares
            alpha = index.std(ddof=1) * np.sqrt(1 - cronbach_alpha(levels, pd.Series(weights())))
            rank = pd.Series(-true).rank(method="min").to_numpy()
            ranks = scores.rank_intervals()
            lower = np.array(list(edges().values()))
            near = (np.abs(index[:, None] - lower[None, 1:]) < NEAR).any(axis=1)
            band = np.searchsorted(lower, round_half_up(index), "right") - 1
            stated = scores.band_probabilities(edges()).to_numpy()[np.arange(len(band)), band]
            right = np.searchsorted(lower, true, "right") - 1 == band
            width = (ranks["rank_high"] - ranks["rank_low"]).median()
            off = np.abs(true - scores.estimate.to_numpy())
            found.append(
                {
                    "covered": (off <= _Z90 * scores.std_error.to_numpy()).mean(),
                    "one factor": (
                        np.abs(true - plain.estimate.to_numpy())
                        <= _Z90 * plain.std_error.to_numpy()
                    ).mean(),
                    "alpha": (np.abs(true - index) <= _Z90 * alpha).mean(),
                    "rank": (
                        (rank >= ranks["rank_low"].to_numpy())
                        & (rank <= ranks["rank_high"].to_numpy())
                    ).mean(),
                    "width": width / len(true),
                    "stated": stated[near].mean(),
                    "right": right[near].mean(),
                }
            )
        each = pd.DataFrame(found)
        mean, error = each.mean(), each.std(ddof=1) / np.sqrt(n_simulations)
        shared = {"setting": rule, "n_simulations": n_simulations}
        rows += [
            {
                "estimator": "expected index, 90 % interval; naive: one factor",
                **shared,
                "nominal": 0.90,
                "covered": mean["covered"],
                "naive_covered": mean["one factor"],
                "error": error["covered"],
            },
            {
                "estimator": "index and classical alpha, 90 % interval",
                **shared,
                "nominal": 0.90,
                "covered": mean["alpha"],
                "error": error["alpha"],
            },
            {
                "estimator": "95 % interval of the rank; estimate: its median width, share of n",
                **shared,
                "nominal": 0.95,
                "covered": mean["rank"],
                "mean_estimate": mean["width"],
                "error": error["rank"],
            },
            {
                "estimator": "predicate near an edge: stated, and right; naive: taken as certain",
                **shared,
                "truth": mean["right"],
                "mean_estimate": mean["stated"],
                "naive_estimate": 1.0,
                "error": error["right"],
            },
        ]
    return rows


def single_items(n_simulations: int, *, seed: int) -> Rows:
    """Does one item carry the stop? Raised at random (size), or one item first (power)."""
    instrument = load_instrument(_EDITION)
    rows: Rows = []
    settings = [(rule, "") for rule in RULES] + [("predicate floor", _ONE_ITEM)]
    for rule, first_item in settings:
        family = naive = tested = 0
        for draw in range(n_simulations):
            lists = simulate_levels(_BODIES, rule, first_item=first_item, seed=seed + 10 * draw)
            changes, levels = _as_published(lists)
            if not ((changes["change"] < 0) & (changes["predicate_start"] > 0)).any():
                continue
            table = item_shifts(changes, levels, instrument, n_resamples=99, seed=seed + draw)
            if table["n_stopped"].iloc[0] < 5:
                continue
            tested += 1
            family += table["p_family"].iloc[0] <= ALPHA
            naive += table["p_value"].min() <= ALPHA
        rows.append(
            {
                "estimator": "one item carries the stop, family-wise; naive: the smallest p of 47",
                "setting": f"{rule}, {first_item} first" if first_item else rule,
                "n_simulations": tested,
                "nominal": np.nan if first_item else ALPHA,
                "covered": family / tested if tested else np.nan,
                "naive_covered": naive / tested if tested else np.nan,
            }
        )
    return rows


def _as_published(lists: Lists) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Changes of the printed numbers, and the levels in long form."""
    start, end = item_years()
    names = [f"synthetic-{number:04d}" for number in range(len(lists.first))]
    tables, levels = [], []
    for year, printed, own in zip(
        (start, end), lists.printed(), (lists.first, lists.second), strict=True
    ):
        inside = np.ones(len(names), dtype=bool) if year == start else lists.scored
        table = pd.DataFrame(
            {
                "agency_id": names,
                "year": year,
                "edition": _EDITION,
                "agency_type": "kabupaten",
                "index_published": printed,
                "predicate_published": None,
                "status": "evaluated",
            }
        )
        tables.append(table[inside])
        levels.append(
            own.assign(agency_id=names, year=year).melt(["agency_id", "year"], var_name="item")
        )
    agencies = pd.DataFrame({"agency_id": names, "island": "none"})
    changes = printed_changes(pd.concat(tables, ignore_index=True), agencies, _NO_EXACT)
    return changes, pd.concat(levels, ignore_index=True).assign(scale="indicator")


def band_edges(n_simulations: int, *, seed: int) -> Rows:
    """Jump of a later index at the lower cut of the band, nothing true; naive: in against out.

    Last list under a rule, after a list in which only those inside the band got a new number. The
    selection of the last list is by the number that stands, from 0.3 below the cut on.
    """
    rows: Rows = []
    for rule in RULES:
        rejected = naive = 0
        found, plain = [], []
        for draw in range(n_simulations):
            measured, _ = simulate_scores(
                550, n_years=3, reliability=0.75, convergence=0.0, growth=0.15, mean=2.2,
                sd=0.55, seed=seed + draw,
            )  # fmt: skip
            rng = np.random.default_rng([seed, draw])
            before, between, last = round_half_up(measured).T
            inside = (before >= BAND[0]) & (before <= BAND[1])
            standing = np.where(inside, between, before)  # the number that stands in print
            edge = np.concatenate([[0.0], EDGES])[np.searchsorted(EDGES, standing, "right")]
            least = {"score floor": standing, "predicate floor": edge}.get(rule)
            outcome = np.maximum(last, least) if least is not None else last
            taken = np.ones(len(before), dtype=bool)
            if rule == "carry-over":
                taken = rng.random(len(before)) >= CARRIED
                outcome = np.where(taken, outcome, standing)
            if rule == "selection band":
                taken = (standing >= BAND[0] - 0.3) & (standing <= BAND[1])
            cut = BAND[0] - 0.005
            row = jump_at(
                pd.Series(before[taken]), pd.Series(outcome[taken]), cut=cut, bandwidths=[0.35]
            ).iloc[0]
            found.append(row["estimate"])
            rejected += row["p_value"] <= ALPHA
            test = ttest_ind(outcome[inside], outcome[~inside])
            naive += test.pvalue <= ALPHA
            plain.append(outcome[inside].mean() - outcome[~inside].mean())
        rows.append(
            {
                "estimator": "jump at the lower cut of the band; naive: inside less outside",
                "setting": rule,
                "n_simulations": len(found),
                "nominal": ALPHA,
                "covered": rejected / len(found) if found else np.nan,
                "naive_covered": naive / len(found) if found else np.nan,
                "truth": 0.0,
                "mean_estimate": float(np.mean(found)) if found else np.nan,
                "naive_estimate": float(np.mean(plain)) if plain else np.nan,
            }
        )
    return rows


def density(n_simulations: int, *, seed: int) -> Rows:
    """Jump of the density at an edge and last digits; naive: above against below, half each."""
    regimes = {
        "nothing": Regime(),
        "score floor": Regime(score_floor=0.95),
        "predicate floor": Regime(predicate_floor=0.9),
        "carry-over": Regime(carried_over=CARRIED, hidden=True),
        "selection band": Regime(band=BAND),
        "lifted, 3 in 10": Regime(lifted=0.3),
        "selection band, predicate floor": Regime(band=BAND, predicate_floor=0.9),
        "carry-over, score floor": Regime(carried_over=CARRIED, hidden=True, score_floor=0.95),
    }
    rows: Rows = []
    for name, regime in regimes.items():
        jumps, digits, naive = [], [], []
        for draw in range(n_simulations):
            published, _ = simulate_lists(_BODIES, regime, seed=seed + draw)
            table = jumps_at_edges(standings(published, _NO_EXACT))
            last = published["year"].max()
            at = (table["year"] == last) & (table["edge"] == EDGES[1])
            jumps.append(table.loc[at, "p_value"].dropna().le(ALPHA).any())
            of_digits = final_digits(published).set_index("year")["p_value"]
            digits.append(of_digits.loc[last] <= ALPHA)
            near = printed_hundredths(published.loc[published["year"] == last, "index_published"])
            below, above = int(near.between(250, 259).sum()), int(near.between(260, 269).sum())
            naive.append(binomtest(above, below + above).pvalue <= ALPHA)
        rows += [
            {
                "estimator": f"{estimator}; naive: above against below",
                "setting": name,
                "n_simulations": n_simulations,
                "nominal": ALPHA if name == "nothing" else np.nan,
                "covered": float(np.mean(hits)),
                "naive_covered": float(np.mean(naive)),
            }
            for estimator, hits in (("jump of the density", jumps), ("last digits", digits))
        ]
    return rows


STUDIES: dict[str, Callable[..., Rows]] = {
    "scores_of_levels": scores_of_levels,
    "single_items": single_items,
    "band_edges": band_edges,
    "density": density,
}
