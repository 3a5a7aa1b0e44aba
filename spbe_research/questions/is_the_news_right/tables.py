"""What the notebook of this question registers: the claims of an article, and its city's path."""

import pandas as pd

from spbe_research.claims.article import check_claims
from spbe_research.panel.loaders import load_published, load_reference
from spbe_research.questions.is_the_news_right.agency_path import agency_path, peer_path
from spbe_research.questions.is_the_news_right.figures import draw_agency_path
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import design_year

CASE = "kota-36.72"  # Kota Cilegon, of which the article speaks
_AT_LEAST_BAIK = ("Baik", "Sangat Baik", "Memuaskan")


def _cities() -> pd.DataFrame:
    published = load_published()
    return published[published["agency_type"] == "kota"]


@figure("fig-cilegon-path", draw=draw_agency_path, units=Units("city-years", _cities))
def cilegon_path() -> pd.DataFrame:
    """Path of Kota Cilegon with the quartiles of the cities."""
    published = load_published()
    peers = peer_path(published, "kota").drop(columns=["edition", "n_agencies"])
    return agency_path(published, CASE).merge(peers, on="year")


@table("tab-article-claims", units=Units("claims"))
def article_claims() -> pd.DataFrame:
    """Every claim of the article with its verdict, evidence and independent source."""
    claims = load_reference("claims")
    found = check_claims(claims, agency_id=CASE)
    keys = claims[["claim_id", "year", "quantity"]].astype({"year": int})
    return keys.merge(found, on="claim_id")


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts and shares that the texts use."""
    path = agency_path(load_published(), CASE)
    stated = design_year("article", "stated")
    predicates = load_published().query("year == @stated")["predicate_published"]
    n = len(predicates)
    claims = article_claims()
    verdicts = claims["verdict"].value_counts()
    dated = [
        *(("cilegon", row.year, row.index_published, row.n_peers) for row in path.itertuples()),
        ("share-baik", stated, 100 * float((predicates == "Baik").mean()), n),
        ("share-at-least-baik", stated, 100 * float(predicates.isin(_AT_LEAST_BAIK).mean()), n),
    ]
    counted = [
        (
            f"claims-{verdict.replace(' here', '').replace(' ', '-')}",
            claims["year"].min(),
            claims["year"].max(),
            count,
            len(claims),
        )
        for verdict, count in verdicts.items()
    ]
    found = pd.concat(
        [
            pd.DataFrame(dated, columns=["fact", "year", "value", "n"]),
            pd.DataFrame(counted, columns=["fact", "start", "end", "value", "n"]),
        ],
        ignore_index=True,
    )
    return found.astype({"year": "Int64", "start": "Int64", "end": "Int64", "value": float})
