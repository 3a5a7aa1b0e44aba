"""What each agency's page shows, computed once for all agencies.

Nothing new is estimated here: published values, the recomputed ones beside them, the distance to
the next band, the place among the agencies of the same type that were evaluated in the year.
"""

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.panel.frames import add_predicates
from spbe_research.panel.loaders import (
    load_agencies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.panel.recomputation import recompute_all

__all__ = [
    "AgencyPage",
    "Lineage",
    "PolicyTopic",
    "YearResult",
    "agency_pages",
    "policy_topics",
]

_EDITION = "permen-59-2020"
_KEY = ["agency_id", "year"]
_PREFIX = "Tingkat Kematangan Kebijakan Internal "
_SUFFIX = " Instansi Pusat/Pemerintah Daerah"


@dataclass(frozen=True)
class YearResult:
    """One published result, what its parts give, and where it stands among its peers.

    ``distance`` is in index points to the lower edge of ``next_predicate``; both are missing in the
    highest band. ``rank`` (1 is the highest, ties share the better one) and ``n_peers`` count the
    agencies of the same type that were evaluated in the year; a carried-over value has no rank.
    """

    year: int
    edition: str
    agency_type: str
    name_published: str
    index: float
    predicate: str
    is_predicate_printed: bool
    is_carried_over: bool
    flag: str
    source_id: str
    locator: str
    index_computed: float | None
    basis: str
    verdict: str
    next_predicate: str
    distance: float | None
    rank: int | None
    n_peers: int
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


@dataclass(frozen=True)
class PolicyTopic:
    """A topic of the ten policy indicators, with the wording of the regulation in Indonesian."""

    topic: str
    item: str
    name_en: str
    name_id: str


@dataclass(frozen=True)
class Lineage:
    """A change of name or task that ties two bodies, or one body to its former name."""

    year: int
    kind: str
    predecessor_id: str
    successor_id: str
    predecessor: str
    successor: str
    legal_basis: str


@dataclass(frozen=True)
class AgencyPage:
    """All that the page of one agency shows without a script."""

    agency_id: str
    name: str
    agency_type: str
    province: str
    results: tuple[YearResult, ...]
    lineage: tuple[Lineage, ...]

    @property
    def latest(self) -> YearResult:
        """The result of the last year with one."""
        return self.results[-1]


def agency_pages() -> tuple[AgencyPage, ...]:
    """Return the page of every agency with a published result, by id.

    Returns
    -------
    tuple of AgencyPage
        In the order of the agency table.

    Examples
    --------
    >>> pages = {page.agency_id: page for page in agency_pages()}
    >>> len(pages), pages["kota-36.72"].results[0].index
    (681, 3.23)
    """
    published, scores = load_published(), load_scores()
    results = _results(published, scores)
    by_agency = {
        str(agency_id): tuple(_result(row) for row in rows.itertuples())
        for agency_id, rows in results.groupby("agency_id")
    }
    lineage = _lineage()
    return tuple(
        AgencyPage(
            agency_id=row.agency_id,
            name=row.name,
            agency_type=row.agency_type,
            province=row.province if isinstance(row.province, str) else "",
            results=by_agency[row.agency_id],
            lineage=tuple(
                link
                for link in lineage
                if row.agency_id in (link.predecessor_id, link.successor_id)
            ),
        )
        for row in load_agencies().itertuples(index=False)
        if row.agency_id in by_agency
    )


def policy_topics() -> tuple[PolicyTopic, ...]:
    """Return the ten policy topics in the order of the instrument.

    Examples
    --------
    >>> [topic.name_id for topic in policy_topics()][:2]
    ['Arsitektur SPBE', 'Peta Rencana SPBE']
    """
    instruments = load_reference("instruments").query("edition == @_EDITION").set_index("code")
    topics = load_reference("policy_topics").query("edition == @_EDITION")
    return tuple(
        PolicyTopic(
            topic=row.topic,
            item=row.policy_item,
            name_en=row.name_en[0].upper() + row.name_en[1:],
            name_id=instruments.loc[row.policy_item, "name"]
            .removeprefix(_PREFIX)
            .removesuffix(_SUFFIX),
        )
        for row in topics.itertuples()
    )


def _results(published: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    recomputed = recompute_all(scores, published)
    table = add_predicates(published).merge(
        recomputed[[*_KEY, "index_computed", "basis", "verdict"]], on=_KEY, validate="1:1"
    )
    table = table.merge(_next_bands(), on=["edition", "predicate"], how="left", validate="m:1")
    table["distance"] = (table["next_lower"] - table["index_published"]).round(4)
    return _add_peers(table).sort_values(_KEY, ignore_index=True)


def _next_bands() -> pd.DataFrame:
    """The band above each predicate and its lower edge, by edition; none above the highest."""
    rows = []
    for edition in sorted(load_reference("evaluation_years")["edition"].unique()):
        bands = load_instrument(edition).bands
        rows += [
            (edition, band.predicate, above.predicate, above.lower)
            for band, above in pairwise(bands)
        ]
    return pd.DataFrame(rows, columns=["edition", "predicate", "next_predicate", "next_lower"])


def _add_peers(table: pd.DataFrame) -> pd.DataFrame:
    group = ["year", "agency_type"]
    evaluated = table[table["status"] == "evaluated"]
    index = evaluated.groupby(group)["index_published"]
    peers = pd.DataFrame(
        {
            "n_peers": index.size(),
            "lowest": index.min(),
            "lower_quartile": index.quantile(0.25),
            "median": index.median(),
            "upper_quartile": index.quantile(0.75),
            "highest": index.max(),
        }
    ).reset_index()
    table = table.assign(rank=index.rank(ascending=False, method="min"))
    table = table.merge(peers, on=group, how="left", validate="m:1")
    return table.assign(n_peers=table["n_peers"].fillna(0).astype(int))


def _lineage() -> tuple[Lineage, ...]:
    return tuple(
        Lineage(
            year=int(row.year),
            kind=row.kind,
            predecessor_id=row.predecessor_id,
            successor_id=row.successor_id,
            predecessor=row.predecessor_name,
            successor=row.successor_name,
            legal_basis=row.legal_basis,
        )
        for row in load_reference("agency_lineage").sort_values("year").itertuples()
    )


def _result(row: pd.Series) -> YearResult:
    return YearResult(
        year=int(row.year),
        edition=row.edition,
        agency_type=row.agency_type,
        name_published=row.name_published,
        index=float(row.index_published),
        predicate=row.predicate,
        is_predicate_printed=isinstance(row.predicate_published, str),
        is_carried_over=row.status == "carried_over",
        flag=_text(row.flag),
        source_id=row.source_id,
        locator=row.locator,
        index_computed=_number(row.index_computed),
        basis=_text(row.basis),
        verdict=row.verdict,
        next_predicate=_text(row.next_predicate),
        distance=_number(row.distance),
        rank=None if pd.isna(row.rank) else int(row.rank),
        n_peers=row.n_peers,
        lowest=float(row.lowest),
        lower_quartile=float(row.lower_quartile),
        median=float(row.median),
        upper_quartile=float(row.upper_quartile),
        highest=float(row.highest),
    )


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
