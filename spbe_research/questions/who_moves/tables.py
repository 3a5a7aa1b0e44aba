"""Who moves: printed falls beside places, predicates, what a floor does, catching up."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.convergence import corrected_slopes, reliability_bounds
from spbe_research.methods.floors import give_back_falls, impose_floor
from spbe_research.methods.mobility import count_moves, pair_moves, transitions
from spbe_research.panel.frames import LOCAL_TYPES, frame_pairs, stack_pairs
from spbe_research.panel.loaders import load_agencies, load_published, load_reference
from spbe_research.panel.modes import assessment_duties
from spbe_research.panel.schemas import PREDICATES
from spbe_research.questions.who_moves.figures import draw_catch_up, draw_moves, draw_transitions
from spbe_research.records import Units, figure, result, table
from spbe_research.years import design_year, evaluation_years, neighbours

__all__ = [
    "catch_up",
    "catch_up_variants",
    "floor_effects",
    "moves",
    "predicate_moves",
    "predicate_shares",
    "reliability",
]

SEED = 20261124
_FRAMES = ("like_for_like", "listed")
_FREE = ("may-a-score-fall", "free")  # the year whose falls are lent to later ones
_CATCH_UP = "catch-up"
_LOW = 1.4  # index points; bodies of the earlier year that may have handed in little


@figure("fig-moves", draw=draw_moves, units=Units("pairs", lambda: _listed()), of=load_published)
def moves(published: pd.DataFrame) -> pd.DataFrame:
    """Who fell in print and who lost places, for each pair of neighbouring years."""
    tables = [
        count_moves(pair_moves(published, *pair, kind=kind)).assign(
            start=pair[0], end=pair[1], frame=kind
        )
        for pair in _both(published, pairwise(evaluation_years()))
        for kind in _FRAMES
    ]
    return _keyed(tables, ["start", "end", "frame"])


@figure(
    "fig-transitions",
    draw=draw_transitions,
    units=Units("pairs", lambda: _same()),
    of=load_published,
)
def predicate_moves(published: pd.DataFrame) -> pd.DataFrame:
    """Moves between predicates within an era."""
    tables = [transitions(published, *pair) for pair in _both(published, neighbours())]
    return pd.concat(tables, ignore_index=True)


@table("tab-predicate-moves", units=Units("pairs", lambda: _same()))
def predicate_shares() -> pd.DataFrame:
    """Shares that rise, keep or lose a predicate within an era."""
    table = predicate_moves()
    place = {name: number for number, name in enumerate(PREDICATES)}
    step = np.sign(table["to"].map(place) - table["from"].map(place)).astype(int)
    table = table.assign(direction=step.map({-1: "down", 0: "kept", 1: "up"}))
    counts = table.groupby(["start", "end", "direction"])["count"].sum().reset_index()
    n = counts.groupby("start")["count"].transform("sum")
    return counts.assign(estimate=counts["count"] / n, n=n)


@table("tab-floor", units=Units("pairs", lambda: _with_floor()))
def floor_effects() -> pd.DataFrame:
    """What a rule against falls does: imposed on one pair of years, taken out of later ones."""
    published = load_published()
    free = next(pair for pair in neighbours() if pair[1] == design_year(*_FREE))
    donors = pair_moves(published, *free)
    tables = [
        _scenario(count_moves(donors), free, "as published"),
        _scenario(count_moves(impose_floor(donors)), free, "floor imposed"),
        *_given_back(donors, donors, free),
    ]
    for pair in _later(free[1]):
        held = pair_moves(published, *pair, kind="listed")
        tables.append(_scenario(count_moves(held), pair, "as published"))
        tables += _given_back(held, donors, pair)
    return _keyed(tables, ["start", "end", "scenario", "n_moved"])


@table("tab-reliability-bounds", units=Units("pairs", lambda: _same()))
def reliability() -> pd.DataFrame:
    """What the correlation of two years allows as reliability."""
    published = load_published()
    rows: list[dict[str, object]] = []
    for pair in neighbours():
        both = frame_pairs(published, *pair)
        bounds = reliability_bounds(both["index_start"], both["index_end"])
        rows += [
            {"start": pair[0], "end": pair[1], "measure": name, "estimate": value, "n": len(both)}
            for name, value in bounds.items()
        ]
    return pd.DataFrame(rows)


@figure("fig-catch-up", draw=draw_catch_up, units=Units("pairs", lambda: _known()))
def catch_up() -> pd.DataFrame:
    """Slope of the change on the start for each reliability, all bodies assessed in both years."""
    return catch_up_variants().query("bodies == 'all'").reset_index(drop=True)


@table("tab-catch-up", units=Units("pairs", lambda: _known()))
def catch_up_variants() -> pd.DataFrame:
    """The same slope for parts of the bodies, the reliabilities those of all."""
    start, end = _catch_up_years()
    both = frame_pairs(load_published(), start, end)
    bounds = reliability_bounds(both["index_start"], both["index_end"])
    reliabilities = {"same order": bounds["equal"]} | _reliabilities(start, len(both))
    known = load_agencies().set_index("agency_id")["province"]
    duties = assessment_duties(load_published(), load_reference("assessment_modes"))
    duty = duties[duties["year"] == end].set_index("agency_id")["duty"]
    local = both["agency_type"].isin(LOCAL_TYPES)
    clusters = both["agency_id"].map(known).where(local, both["agency_id"])
    parts = {
        "all": np.ones(len(both), dtype=bool),
        "local": local.to_numpy(),
        "above_1_20": (both["index_start"] > 1.2).to_numpy(),
        "above_1_40": (both["index_start"] > _LOW).to_numpy(),
        "obliged": both["agency_id"].map(duty).eq("obliged").to_numpy(),
        "on_request": both["agency_id"].map(duty).eq("on_request").to_numpy(),
    }
    tables = [
        corrected_slopes(
            both.loc[part, "index_start"],
            both.loc[part, "index_end"],
            clusters[part],
            reliabilities=reliabilities,
        ).assign(start=start, end=end, bodies=name, above=_LOW if name == "above_1_40" else np.nan)
        for name, part in parts.items()
    ]
    return _keyed(tables, ["start", "end", "bodies"])


def _reliabilities(year: int, n_bodies: int) -> dict[str, float]:
    """Readings of the reliability of the index of a year, as another question computes them.

    A quasi-simplex takes a third, earlier year: the latest that half of the bodies share.
    """
    readings = result("tab-reliabilities")
    simplex = readings.query("measure == 'quasi_simplex' and 2 * n >= @n_bodies")
    of_year = readings[readings["start"] == year].set_index("measure")["estimate"]
    return {
        "quasi-simplex": float(simplex.sort_values("start")["estimate"].iloc[-1]),
        "variance components": float(of_year["variance_components"]),
        "items": float(of_year["alpha_unweighted"]),
    }


def _catch_up_years() -> tuple[int, int]:
    return design_year(_CATCH_UP, "start"), design_year(_CATCH_UP, "end")


def _later(year: int) -> list[tuple[int, int]]:
    return [pair for pair in pairwise(evaluation_years()) if pair[0] >= year]


def _both(published: pd.DataFrame, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs of years in which at least one body has a new result both times."""
    new = published[published["status"] == "evaluated"].groupby("year")["agency_id"].agg(set)
    found = [
        (start, end)
        for start, end in pairs
        if {start, end} <= set(new.index) and new[start] & new[end]
    ]
    if not found:
        raise DataError("No body left. None has a new result in two years that are neighbours.")
    return found


def _listed() -> pd.DataFrame:
    return stack_pairs(load_published(), pairwise(evaluation_years()), kind="listed")


def _same() -> pd.DataFrame:
    return stack_pairs(load_published(), neighbours())


def _known() -> pd.DataFrame:
    return stack_pairs(load_published(), [_catch_up_years()])


def _with_floor() -> pd.DataFrame:
    free = design_year(*_FREE)
    pairs = [pair for pair in pairwise(evaluation_years()) if pair[1] >= free]
    return stack_pairs(load_published(), pairs, kind="listed")


def _given_back(
    held: pd.DataFrame, donors: pd.DataFrame, pair: tuple[int, ...]
) -> list[pd.DataFrame]:
    """Both variants of giving falls back to a pair of years."""
    table = give_back_falls(held, donors, seed=SEED)
    names = {"excess": "falls given back", "all": "falls given back, outer bound"}
    return [
        _scenario(table[table["variant"] == variant].drop(columns="variant"), pair, name)
        for variant, name in names.items()
    ]


def _scenario(table: pd.DataFrame, pair: tuple[int, ...], name: str) -> pd.DataFrame:
    keys = {"start": pair[0], "end": pair[1], "scenario": name}
    if "n_moved" not in table.columns:
        keys |= {"n_moved": 0}
    return table.drop(columns="count", errors="ignore").assign(**keys)


def _keyed(tables: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """The tables below each other, their keys first."""
    table = pd.concat(tables, ignore_index=True)
    return table[[*keys, *(name for name in table.columns if name not in keys)]]
