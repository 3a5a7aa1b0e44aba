"""How sure a rank is, computed a second way: other code, other draws, the committed tables read."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.stats import multivariate_normal, norm, rankdata

from spbe_research import assign_predicate, load_instrument, load_published
from spbe_research.locations import data_folder
from spbe_research.questions.how_sure_is_a_rank import tables

EDITION = "permen-59-2020"
EDGES = (1.8 - 0.005, 2.6 - 0.005, 3.5 - 0.005, 4.2 - 0.005)  # the index of 2022 is rounded
DOMAINS = {"D1": 0.13, "D2": 0.25, "D3": 0.165, "D4": 0.455}


@pytest.fixture(scope="module")
def tidy() -> pd.DataFrame:
    return pd.read_csv(data_folder() / "tidy" / "scores.csv", low_memory=False)


@pytest.fixture(scope="module")
def levels(tidy: pd.DataFrame) -> pd.DataFrame:
    rows = tidy[(tidy["year"] == 2022) & tidy["item"].str.fullmatch(r"I\d\d")]
    return rows.pivot(index="agency_id", columns="item", values="value").astype(int)


@pytest.fixture(scope="module")
def weights(levels: pd.DataFrame) -> np.ndarray:
    table = pd.read_csv(data_folder() / "reference" / "instruments.csv")
    own = table[(table["edition"] == EDITION) & (table["scale"] == "indicator")].set_index("code")
    return own["weight_pct"].reindex(levels.columns).astype(float).to_numpy() / 100


@pytest.fixture(scope="module")
def certainty() -> pd.DataFrame:
    return tables.certainty().set_index("choice")


def banded(index: np.ndarray) -> np.ndarray:
    return sum((index.round(9) >= edge).astype(int) for edge in EDGES)


def described(draws: np.ndarray, index: np.ndarray) -> tuple[float, float]:
    """Share of bodies that keep their band in 95 % of draws, and the median width of 90 %."""
    kept = (banded(draws) == banded(index)).mean(axis=0)
    ranks = np.array([rankdata(-draw.round(9), method="min") for draw in draws])
    low, high = np.quantile(ranks, (0.05, 0.95), axis=0, method="inverted_cdf")
    return float((kept >= 0.95).mean()), float(np.median(high - low))


@pytest.mark.parametrize(
    ("choice", "radius"),
    [("weights within 10 %", 0.1), ("weights within 25 %", 0.25), ("weights within 50 %", 0.5)],
)
def test_shifted_weights_drawn_anew_say_the_same(
    levels: pd.DataFrame, weights: np.ndarray, certainty: pd.DataFrame, choice: str, radius: float
) -> None:
    rng = np.random.default_rng(99)
    drawn = weights * rng.uniform(1 - radius, 1 + radius, (1_500, 47))
    draws = (drawn / drawn.sum(axis=1, keepdims=True)) @ levels.to_numpy().T
    mostly, width = described(draws, levels.to_numpy() @ weights)
    assert certainty.loc[choice, "mostly"] == pytest.approx(mostly, abs=0.012)
    assert certainty.loc[choice, "width_90"] == pytest.approx(width, abs=1)
    assert certainty.loc[choice, "n"] == len(levels) == 554


@pytest.mark.parametrize(
    ("choice", "p", "rho"),
    [
        ("one level in twenty misread", 0.05, 0.0),
        ("levels as unsteady as year to year", 0.25, 0.2),
    ],
)
def test_misread_levels_drawn_anew_say_the_same(
    levels: pd.DataFrame,
    weights: np.ndarray,
    certainty: pd.DataFrame,
    choice: str,
    p: float,
    rho: float,
) -> None:
    rng = np.random.default_rng(7)
    together = np.full((47, 47), rho) + (1 - rho) * np.eye(47)
    copula = multivariate_normal(cov=together, seed=rng)
    draws = np.empty((500, len(levels)))
    for draw in draws:
        uniform = norm.cdf(copula.rvs(len(levels)))
        step = np.select([uniform < p / 2, uniform > 1 - p / 2], [-1, 1], 0)
        draw[:] = (levels.to_numpy() + step).clip(1, 5) @ weights
    mostly, width = described(draws, levels.to_numpy() @ weights)
    assert certainty.loc[choice, "mostly"] == pytest.approx(mostly, abs=0.02)
    assert certainty.loc[choice, "width_90"] == pytest.approx(width, rel=0.03)


def test_geometric_mean_keeps_what_it_keeps(
    levels: pd.DataFrame, weights: np.ndarray, certainty: pd.DataFrame
) -> None:
    """A draw takes the one alternative or none, so that certain means: kept under it."""
    instrument = load_instrument(EDITION)
    domain = {code: next(d for d in DOMAINS if code in instrument.leaves(d)) for code in levels}
    own = pd.Series(weights, index=levels.columns)
    logs = 0.0
    for name, weight in DOMAINS.items():
        items = [code for code, where in domain.items() if where == name]
        assert own[items].sum() == pytest.approx(weight)
        logs = logs + weight * np.log(levels[items] @ own[items] / own[items].sum())
    kept = banded(np.exp(logs).to_numpy()) == banded(levels.to_numpy() @ weights)
    row = certainty.loc["geometric mean of the domains"]
    assert row["mostly"] == row["always"] == pytest.approx(kept.mean())


def test_predicates_that_no_weighting_changes_are_those_of_a_linear_program(
    levels: pd.DataFrame, weights: np.ndarray, certainty: pd.DataFrame
) -> None:
    """The index is a ratio; with the weights scaled to the sum 1 it is linear (Charnes, Cooper)."""
    radius = 0.25
    # Variables: 47 scaled weights v and the scale t; t (1 - r) w <= v <= t (1 + r) w, sum v = 1.
    upper = np.column_stack([np.eye(47), -(1 + radius) * weights])
    lower = np.column_stack([-np.eye(47), (1 - radius) * weights])
    limits = {
        "A_ub": np.vstack([upper, lower]), "b_ub": np.zeros(94),
        "A_eq": np.append(np.ones(47), 0.0)[None, :], "b_eq": [1.0],
    }  # fmt: skip
    certain = []
    for row in levels.to_numpy():
        ends = []
        for sign in (1, -1):
            found = linprog(sign * np.append(row, 0.0), **limits, bounds=(0, None))
            ends.append(sign * found.fun)
        certain.append(len(set(banded(np.array(ends)))) == 1)
    assert certainty.loc["weights within 25 %", "under_all"] == pytest.approx(np.mean(certain))


def test_pairs_that_no_weighting_turns_are_counted_one_by_one(
    levels: pd.DataFrame, certainty: pd.DataFrame
) -> None:
    """In hundredths of a percent, so that ties are ties."""
    table = pd.read_csv(data_folder() / "reference" / "instruments.csv", dtype=str)
    own = table[(table["edition"] == EDITION) & (table["scale"] == "indicator")].set_index("code")
    whole = (own["weight_pct"].reindex(levels.columns).astype(float) * 100).round().astype(int)
    assert whole.sum() == 10_000
    values, turned, kept = levels.to_numpy(), 0, 0
    for place, row in enumerate(values[:-1]):
        apart = row - values[place + 1 :]
        net = np.abs(apart @ whole.to_numpy())
        gross = np.abs(apart) @ whole.to_numpy()
        kept += int((4 * net > gross)[net > 0].sum())
        turned += int((4 * net <= gross)[net > 0].sum())
    assert certainty.loc["weights within 25 %", "pairs_kept"] == kept / (kept + turned)


def test_shares_follow_from_the_domains_of_2024(tidy: pd.DataFrame) -> None:
    rows = tidy[(tidy["year"] == 2024) & tidy["item"].isin(list(DOMAINS))]
    wide = rows.pivot(index="agency_id", columns="item", values="value").astype(float)
    index = sum(weight * wide[name] for name, weight in DOMAINS.items())
    found = tables.shares().query("year == 2024").set_index("code")
    for name, weight in DOMAINS.items():
        slope = np.cov(wide[name], index)[0, 1] / index.var()
        assert found.loc[name, "nominal_share"] == pytest.approx(weight)
        assert found.loc[name, "explained_share"] == pytest.approx(weight * slope)
    assert found["explained_share"].sum() == pytest.approx(1)
    assert (found["n"] == 615).all()


def test_explained_share_of_services_falls_from_list_to_list() -> None:
    shares = tables.shares().query("code == 'D4'").sort_values("year")["explained_share"]
    assert all(before > after for before, after in pairwise(shares))


def test_falls_of_levels_give_the_error_that_the_text_names(tidy: pd.DataFrame) -> None:
    """The share of falls, by the formula of ``LevelError.from_panel`` written anew."""
    rows = tidy[tidy["item"].str.fullmatch(r"I\d\d") & tidy["year"].isin([2021, 2022])]
    wide = rows.pivot(index=["agency_id", "item"], columns="year", values="value").dropna()
    fell = float((wide[2022] < wide[2021]).mean())
    at_end = float(wide[2021].isin([1, 5]).mean())
    p = np.linspace(0, 1, 100_001)
    implied = at_end * (p / 2 - p**2 / 4) + (1 - at_end) * (p - 3 * p**2 / 4)
    found = tables.single_facts().set_index("fact")["value"]
    assert found["misread"] == round(float(p[np.argmax(implied >= fell)]), 2) == 0.25
    assert found["together"] == 0.2


def test_error_of_the_latent_model_is_that_of_its_table() -> None:
    """Read from the committed table of notebook 10, with predicates of the printed index."""
    path = data_folder() / "results" / "what_does_the_index_measure" / "agency_uncertainty.csv"
    latent = pd.read_csv(path).query("year == 2022").set_index("agency_id")
    published = load_published().query("year == 2022").set_index("agency_id")
    predicates = assign_predicate(
        published["index_published"].reindex(latent.index), EDITION, rule="rounded"
    )["predicate"]
    kept = pd.Series(
        {
            body: latent.loc[body, "p_" + predicate.lower().replace(" ", "_")]
            for body, predicate in predicates.items()
        }
    )
    row = tables.two_errors().set_index("source").loc["latent model"]
    assert row["width_95"] == (latent["rank_high"] - latent["rank_low"]).median() == 120
    assert row["mostly"] == pytest.approx((kept >= 0.95).mean())
    assert row["mean_kept"] == pytest.approx(kept.mean(), abs=1e-6)
    assert row["latent_inside"] == 1


def test_intervals_of_the_latent_model_reach_beyond_on_one_side_only() -> None:
    """What the text says of the bodies whose interval is not inside: it is centred elsewhere."""
    path = data_folder() / "results" / "what_does_the_index_measure" / "agency_uncertainty.csv"
    latent = pd.read_csv(path).query("year == 2022").set_index("agency_id")
    shaken = tables.bands().query("choice == 'levels as unsteady as year to year'")
    shaken = shaken.set_index("agency_id").reindex(latent.index)
    before = latent["rank_low"] < shaken["rank_q05"]
    after = latent["rank_high"] > shaken["rank_q95"]
    assert (before & after).mean() < 0.02
    assert (before | after).mean() > 0.2
