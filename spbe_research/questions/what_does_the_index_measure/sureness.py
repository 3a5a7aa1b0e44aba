"""How sure a score, a rank and a predicate are: the posterior of T, read in four ways."""

from functools import cache

import numpy as np
import pandas as pd

from spbe_research.methods.ordinal_scores import CompositeScores, composite_scores
from spbe_research.panel.frames import add_predicates, select_results
from spbe_research.panel.loaders import load_agencies, load_published
from spbe_research.questions.what_does_the_index_measure.fits import (
    edition,
    fitted,
    item_years,
    weights,
)
from spbe_research.scoring.predicates import round_half_up

__all__ = [
    "APART",
    "N_DRAWS",
    "NEAR",
    "SEED",
    "agency_uncertainty",
    "composite",
    "edges",
    "holding",
    "printed",
    "rank_rows",
    "summary",
]

SEED = 20261126
N_DRAWS = 1000
NEAR = 0.1  # index points from an edge
APART = (0.05, 0.10)  # of two bodies whose order is asked for

# Bodies that readers know, of every type that levels were published for.
KNOWN = (
    "Kementerian Kesehatan",
    "Mahkamah Agung",
    "Provinsi DKI Jakarta",
    "Provinsi Jawa Barat",
    "Provinsi Sulawesi Selatan",
    "Provinsi Papua",
    "Kabupaten Sumedang",
    "Kota Bandung",
    "Kota Bekasi",
    "Kota Cilegon",
    "Kota Jayapura",
    "Kota Makassar",
    "Kota Surabaya",
    "Kota Surakarta",
)


@cache
def composite(year: int) -> CompositeScores:
    """Return the posterior of T of every body evaluated in a year."""
    return composite_scores(fitted(year), weights(), n_draws=N_DRAWS, seed=SEED)


def edges() -> dict[str, float]:
    """Return the lower edge of every predicate, lowest first."""
    return {band.predicate: band.lower for band in edition().bands}


def printed(year: int) -> pd.DataFrame:
    """Return index and predicate as published, in the order of the level table."""
    rows = add_predicates(select_results(load_published(), years=[year])).set_index("agency_id")
    return rows.loc[fitted(year).levels.index]


def agency_uncertainty() -> pd.DataFrame:
    """Return rank interval and probability of each predicate, body by body and year by year."""
    tables = []
    for year in item_years():
        scores, index = composite(year), printed(year)["index_published"]
        chances = scores.band_probabilities(edges())
        chances.columns = ["p_" + name.lower().replace(" ", "_") for name in chances.columns]
        ranks = scores.rank_intervals()
        tables.append(
            pd.DataFrame(
                {
                    "year": year,
                    "index": index,
                    "latent_index": scores.estimate,
                    "std_error": scores.std_error,
                    "rank": index.rank(method="min", ascending=False).astype(int),
                    "rank_low": ranks["rank_low"].astype(int),
                    "rank_high": ranks["rank_high"].astype(int),
                }
            ).join(chances)
        )
    return pd.concat(tables).reset_index()


def rank_rows(uncertainty: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the bodies that readers know, in the last year with levels."""
    named = uncertainty.merge(load_agencies()[["agency_id", "name"]], on="agency_id")
    last = named[(named["year"] == named["year"].max()) & named["name"].isin(KNOWN)]
    columns = ["year", "agency_id", "name", "index", "rank", "rank_low", "rank_high"]
    return last.sort_values("rank")[columns].reset_index(drop=True)


def holding(uncertainty: pd.DataFrame) -> pd.DataFrame:
    """Return the probability that the printed predicate is that of T, body by body."""
    tables = []
    for year, rows in uncertainty.groupby("year"):
        predicate = printed(int(year))["predicate"].loc[rows["agency_id"]].to_numpy()
        columns = "p_" + pd.Series(predicate).str.lower().str.replace(" ", "_")
        estimate = [row[column] for (_, row), column in zip(rows.iterrows(), columns, strict=True)]
        tables.append(
            rows[["year", "agency_id", "index"]].assign(predicate=predicate, estimate=estimate)
        )
    return pd.concat(tables, ignore_index=True)


def summary(uncertainty: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return how sure scores, ranks, orders and predicates are in each year.

    ``predicate_holds_above`` and ``_below``: on each side of an edge, by the index as printed.
    """
    rows: list[dict[str, object]] = []
    inner = {name: edge for name, edge in edges().items() if edge > min(edges().values())}
    for year, own in uncertainty.groupby("year"):
        of_year = held[held["year"] == year]
        square = float((own["std_error"] ** 2).mean())
        spread = float(own["latent_index"].var(ddof=0))
        widths = own["rank_high"] - own["rank_low"]
        right, n_pairs = _pairs(composite(int(year)).draws, own["index"].to_numpy())
        found = [
            ("std_error", "", own["std_error"].mean(), len(own)),
            ("reliability", "", spread / (spread + square), len(own)),
            ("rank_width", "", widths.median(), len(own)),
            ("rank_correlation", "", own["index"].corr(own["latent_index"], "spearman"), len(own)),
            ("order_of_pairs", "", right, len(own)),
            ("predicate_holds", "", of_year["estimate"].mean(), len(of_year)),
        ]
        for predicate, edge in inner.items():
            near = of_year[(of_year["index"] - edge).abs() < NEAR]
            if len(near):
                found.append(("predicate_holds", predicate, near["estimate"].mean(), len(near)))
            above = round_half_up(near["index"].to_numpy()) >= edge - 1e-9
            for side, rows_of in near.groupby(np.where(above, "above", "below")):
                mean = rows_of["estimate"].mean()
                found.append((f"predicate_holds_{side}", predicate, mean, len(rows_of)))
        rows += [
            {"year": year, "measure": measure, "near": near, "estimate": estimate}
            | {"n": n, "n_pairs": n_pairs if measure == "order_of_pairs" else pd.NA}
            for measure, near, estimate, n in found
        ]
    return pd.DataFrame(rows).astype({"n_pairs": "Int64"})


def _pairs(draws: np.ndarray, index: np.ndarray) -> tuple[float, int]:
    """Mean probability that the higher of two indices is the higher T, of close pairs; pairs."""
    apart = index[:, None] - index[None, :]
    higher, lower = np.nonzero((apart >= APART[0]) & (apart <= APART[1]))
    right = sum(float((draw[higher] > draw[lower]).mean()) for draw in draws)
    return right / len(draws), len(higher)
