"""The ordinal factor model of notebook 10 a second time: Hamiltonian Monte Carlo by NumPyro.

NumPyro is no dependency of this project. In an environment of its own::

    python -m venv /tmp/second && /tmp/second/bin/pip install numpyro pandas
    /tmp/second/bin/python benchmarks/ordinal_factors.py 2022

Only the committed CSV files are read, and nothing of the package is imported. Sampled are all
parameters, the four factors and the six testlet variables of every body, started at the stored
maximum (from the sampler's own start it does not mix). Compared body by body are mean and standard
deviation of T, which here hold the error of the parameters too. Two minutes.
"""

import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
from numpyro.infer import MCMC, NUTS, init_to_value

DATA = Path(__file__).resolve().parents[1] / "data"
RESULTS = DATA / "results" / "what_does_the_index_measure"
FAR = 40.0  # logits: certain
N_WARMUP, N_SAMPLES, SEED = 500, 600, 1


def main(year: int) -> None:
    """Fit one year and print how the two agree."""
    numpyro.enable_x64()
    scores = pd.read_csv(DATA / "tidy" / "scores.csv", dtype={"agency_id": str})
    scores = scores[(scores["year"] == year) & (scores["scale"] == "indicator")]
    levels = scores.pivot(index="agency_id", columns="item", values="value").astype(float)
    stored = pd.read_csv(RESULTS / "tab-ordinal-fits.csv", dtype={"level": "Int64"})
    stored = stored[(stored["year"] == year) & (stored["model"] == "testlets")]
    tables = dict(list(stored.groupby("parameter")))
    slopes = tables["slope"].set_index("item")
    items, factors = list(slopes.index), sorted(slopes["factor"].unique())
    factor = np.array([factors.index(slopes.loc[item, "factor"]) for item in items])
    values = [np.unique(levels[item]) for item in items]
    codes = np.stack(
        [np.searchsorted(v, levels[i]) for v, i in zip(values, items, strict=True)], axis=1
    )
    testlet, owner, loadings = _testlets(tables["loading"], items)
    steps = max(len(v) for v in values) - 1
    cuts = np.full((len(items), steps), np.nan)
    falling = tables["intercept"].sort_values("level").groupby("item")["estimate"]
    for item, own in falling:
        cuts[items.index(item), : len(own)] = own
    real = np.isfinite(cuts)
    gaps = np.log(np.where(real[:, 1:], cuts[:, :-1] - np.nan_to_num(cuts[:, 1:]), 1.0))
    correlations = np.eye(len(factors))
    for pair in tables["correlation"].itertuples():
        a, b = factors.index(pair.factor), factors.index(pair.other_factor)
        correlations[a, b] = correlations[b, a] = pair.estimate
    n, n_items = codes.shape
    places = jnp.arange(n_items)[None, :]

    def model() -> None:
        slope = numpyro.sample("slope", dist.Normal(0, 5).expand([n_items]))
        loading = numpyro.sample("loading", dist.Normal(0, 5).expand([len(loadings)]))
        free = dist.ImproperUniform(dist.constraints.real, (), event_shape=(n_items,))
        first = numpyro.sample("first", free)
        gap = numpyro.sample("gap", dist.Normal(0, 3).expand([n_items, steps - 1]))
        root = numpyro.sample("root", dist.LKJCholesky(len(factors), 1.0))
        z = numpyro.sample("z", dist.Normal(0, 1).expand([n, len(factors)]))
        u = numpyro.sample("u", dist.Normal(0, 1).expand([n, testlet.max() + 1]))
        linear = slope * (z @ root.T)[:, factor]
        linear += jnp.where(owner >= 0, loading[owner], 0.0) * u[:, testlet]
        below = jnp.concatenate([jnp.zeros((n_items, 1)), jnp.cumsum(jnp.exp(gap), 1)], 1)
        cut = jnp.where(real, first[:, None] - below, -FAR)
        ends = jnp.full((n_items, 1), FAR)
        cut = jnp.concatenate([ends, cut, -ends], 1)
        upper, lower = cut[places, codes], cut[places, codes + 1]
        logs = jax.nn.log_sigmoid(linear + upper) + jax.nn.log_sigmoid(-linear - lower)
        numpyro.factor("levels", (logs + jnp.log(-jnp.expm1(lower - upper))).sum())

    start = {
        "slope": slopes["estimate"].to_numpy(),
        "loading": loadings,
        "first": cuts[:, 0],
        "gap": gaps,
        "root": np.linalg.cholesky(correlations),
        "z": np.zeros((n, len(factors))),
        "u": np.zeros((n, testlet.max() + 1)),
    }
    kernel = NUTS(model, init_strategy=init_to_value(values=start), max_tree_depth=8)
    sampler = MCMC(kernel, num_warmup=N_WARMUP, num_samples=N_SAMPLES, progress_bar=False)
    sampler.run(jax.random.PRNGKey(SEED))
    drawn = {name: np.asarray(values_) for name, values_ in sampler.get_samples().items()}
    weights = pd.read_csv(DATA / "reference" / "instruments.csv", dtype=str)
    weights = weights[weights["edition"] == "permen-59-2020"].set_index("code")["weight_pct"]
    share = [_number(weights[item]) / 100 for item in items]
    composite = _composites(drawn, factor, owner, values, share)
    _compare(composite, year, levels.index)


def _testlets(rows: pd.DataFrame, items: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Testlet of each item, number of its free loading, and the loadings; -1 outside."""
    groups = ["I01 I02", "I05 I06 I07", "I11 I12", "I29 I30 I31", "I32 I33 I34", "I45 I46 I47"]
    estimate = rows.set_index("item")["estimate"]
    testlet, owner = np.full(len(items), -1), np.full(len(items), -1)
    loadings: list[float] = []
    for number, group in enumerate(groups):
        own = group.split()
        for place, item in enumerate(own):
            testlet[items.index(item)] = number
            if len(own) > 2 or place == 0:
                loadings.append(float(estimate[item]))
            owner[items.index(item)] = len(loadings) - 1
    return testlet, owner, np.array(loadings)


def _composites(
    drawn: dict[str, np.ndarray],
    factor: np.ndarray,
    owner: np.ndarray,
    values: list[np.ndarray],
    share: list[float],
) -> np.ndarray:
    """T of every body in every draw, testlets integrated out under the draw's own parameters."""
    points, mass = np.polynomial.hermite_e.hermegauss(41)
    mass = mass / mass.sum()
    nodes = np.linspace(-6, 6, 121)
    found = []
    for draw in range(len(drawn["slope"])):
        thetas = drawn["z"][draw] @ drawn["root"][draw].T
        curves = np.zeros((thetas.shape[1], len(nodes)))
        for item, own in enumerate(values):
            loading = drawn["loading"][draw][owner[item]] if owner[item] >= 0 else 0.0
            linear = drawn["slope"][draw, item] * nodes[:, None] + loading * points[None, :]
            steps = np.concatenate([[0.0], np.exp(drawn["gap"][draw, item]).cumsum()])
            cuts = (drawn["first"][draw, item] - steps)[: len(own) - 1]
            passed = [(1 / (1 + np.exp(-(linear + cut)))) @ mass for cut in cuts]
            curves[factor[item]] += share[item] * (own[0] + np.diff(own) @ np.array(passed))
        found.append(sum(np.interp(thetas[:, d], nodes, curve) for d, curve in enumerate(curves)))
    return np.array(found)


def _compare(composite: np.ndarray, year: int, bodies: pd.Index) -> None:
    ours = pd.read_csv(RESULTS / "agency_uncertainty.csv", dtype={"agency_id": str})
    ours = ours[ours["year"] == year].set_index("agency_id").loc[bodies]
    mean, error = composite.mean(axis=0), composite.std(axis=0)
    ranks = (-composite).argsort(axis=1).argsort(axis=1)
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0)
    width = (ours["rank_high"] - ours["rank_low"]).median()
    print(f"{year}, {len(bodies)} bodies, {len(composite)} draws")
    print(f"  means of T correlate at {np.corrcoef(mean, ours['latent_index'])[0, 1]:.5f}")
    print(f"  largest difference {np.abs(mean - ours['latent_index']).max():.3f}")
    print(f"  mean error of T {error.mean():.4f}, ours {ours['std_error'].mean():.4f}")
    print(f"  median width of a rank {np.median(high - low):.0f}, ours {width:.0f}")


def _number(text: str) -> float:
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
