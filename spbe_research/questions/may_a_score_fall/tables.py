"""What notebook 06 registers: falls of the printed number, and what stops them."""

from functools import cache
from itertools import pairwise

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.panel.frames import add_predicates
from spbe_research.panel.loaders import (
    load_agencies,
    load_exact_scores,
    load_press_indices,
    load_published,
    load_scores,
)
from spbe_research.panel.schemas import PREDICATES
from spbe_research.questions.may_a_score_fall import counterfactual, edges, item_shifts, next_list
from spbe_research.questions.may_a_score_fall import held_predicates as held
from spbe_research.questions.may_a_score_fall import nothing_found as nothing
from spbe_research.questions.may_a_score_fall import printed_lattice as lattice
from spbe_research.questions.may_a_score_fall import totals_and_domains as totals
from spbe_research.questions.may_a_score_fall.changes import (
    PER_POINT,
    printed_changes,
    shown_reach,
    tabulate_falls,
)
from spbe_research.questions.may_a_score_fall.family import collect_tests
from spbe_research.questions.may_a_score_fall.figures import (
    draw_domain_falls,
    draw_edges_held,
    draw_holders,
    draw_printed_changes,
)
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import design_year, design_years, evaluation, evaluation_years, years_with

SEED = 20261206
_DESIGN, _EDGES = "may-a-score-fall", "edges-of-predicates"
_EDITION = "permen-59-2020"
_DEALS = 49_999
_DIVISIONS = 1_999
_DRAWS = 500
_LOWEST_INDEX = 1.6  # below, nearly all levels are 1 and copies cannot be told from the floor
_PAIRS_THAT_DECIDE = 100
_LEAST_IF_FREE, _MOST_IF_KEPT = 0.20, 0.07
_KEPT_UP_TO, _FREE_FROM = 0.10, 0.30  # share of falls among changes within a tenth of zero
_SHIFTS = (10, 20, 30)  # hundredths
_ALPHA = 0.05
_SHOWN_EDGES = ("Cukup", "Baik")


@cache
def _changes() -> pd.DataFrame:
    return printed_changes(load_published(), load_agencies(), load_exact_scores())


@cache
def _stands() -> pd.DataFrame:
    return edges.standings(load_published(), load_exact_scores())


@cache
def _exact() -> pd.Series:
    return totals.exact_index(load_published(), load_exact_scores())


@figure("fig-printed-changes", draw=draw_printed_changes, units=Units("pairs", lambda: _recent()))
def change_counts() -> pd.DataFrame:
    """Bodies by the change of their printed number, in hundredths, pairs of this instrument."""
    keys = ["start", "end"]
    recent = _recent()
    counts = recent.groupby([*keys, "change"]).size().rename("n_bodies").reset_index()
    pairs = recent.groupby(keys).size().rename("n_pair").reset_index()
    fell = recent[recent["change"] < 0].groupby(keys).size().rename("n_fell").reset_index()
    both = counts.merge(pairs, on=keys).merge(fell, on=keys, how="left")
    both["n_fell"] = both["n_fell"].fillna(0).astype(int)
    return both.assign(change=both["change"] / PER_POINT)


@table("tab-falls", units=Units("pairs", lambda: _possible()))
def falls() -> pd.DataFrame:
    """Falls of the printed number by pair of years, type, island and duty."""
    return tabulate_falls(_changes(), duty_year=design_year(_DESIGN, "free"))


@table("tab-lost-predicates", units=Units("pairs", lambda: _fallers()))
def lost() -> pd.DataFrame:
    """Fallers who lost their predicate, beside what the sizes of the falls would give."""
    return held.lost_predicates(_changes(), n_resamples=_DEALS, seed=SEED)


@figure("fig-edges-held", draw=draw_edges_held, units=Units("pairs", lambda: _fallers()))
def landing_steps() -> pd.DataFrame:
    """Where fallers landed around an edge they held, beside combs of placebo edges."""
    steps = held.landing_steps(_changes())
    tests = all_tests().query("test == 'landing'").set_index("period")["p_holm"]
    stands = steps["end"].astype(str).map(tests) < _ALPHA
    return steps.assign(step=steps["step"] / PER_POINT, stands=stands)


@table("tab-landings", units=Units("pairs", lambda: _fallers()))
def landings() -> pd.DataFrame:
    """Landings within a tenth below and above an edge that was held."""
    return held.landing_counts(held.landing_steps(_changes()))


@figure("fig-holders", draw=draw_holders, units=Units("agency-years", lambda: _around_shown()))
def holders() -> pd.DataFrame:
    """Bodies around the edges of Cukup and Baik by what they had held, before and after."""
    parts = [
        edges.around_edge(_stands(), year=year, place=PREDICATES.index(name))
        for name in _SHOWN_EDGES
        for year in _shown_years()
    ]
    return pd.concat(parts, ignore_index=True)


@table("tab-edges", units=Units("agency-years", lambda: _stands()))
def at_edges() -> pd.DataFrame:
    """Bodies within a tenth of each edge by what they had held, beside a smooth curve."""
    return edges.count_at_edges(_stands(), pooled=design_years(_EDGES, "after"))


@table("tab-density-jumps", units=Units("agency-years", lambda: _stands()))
def jumps() -> pd.DataFrame:
    """The jump of the density at each edge with three bandwidths."""
    return edges.jumps_at_edges(_stands())


@table("tab-final-digits", units=Units("agency-years", lambda: _stands()))
def digits() -> pd.DataFrame:
    """Whether printed numbers heap on round values away from the edges."""
    return edges.final_digits(load_published())


@figure("fig-domain-falls", draw=draw_domain_falls, units=Units("pairs", lambda: _with_domains()))
def domain_falls() -> pd.DataFrame:
    """Bodies with a fallen domain beside bodies with a fallen index."""
    return totals.domain_falls(_changes(), totals.printed_domains(load_scores()))


@table("tab-overshoot", units=Units("pairs", lambda: _overshoot()))
def overshoot() -> pd.DataFrame:
    """By how much exact indices lie above the least that prints last year's number."""
    return totals.overshoot_counts(_overshoot())


@table("tab-item-shifts", units=Units("indicators"))
def shifts() -> pd.DataFrame:
    """Whether single indicators carry a kept predicate."""
    return item_shifts.item_shifts(
        _changes(),
        load_scores(scale="indicator"),
        load_instrument(_EDITION),
        n_resamples=_DIVISIONS,
        seed=SEED,
    )


@table("tab-without-the-stop", units=Units("pairs", lambda: _exact_pairs()))
def without_the_stop() -> pd.DataFrame:
    """Means, transitions and ranks had those who kept their number been free to fall."""
    return counterfactual.without_the_stop(
        _exact_pairs(), drops_from=design_year(_DESIGN, "free"), n_resamples=_DRAWS, seed=SEED
    )


@table("tab-fall-tests", units=Units("hypotheses"))
def all_tests() -> pd.DataFrame:
    """Every test of this question with one adjustment over all of them."""
    return collect_tests(
        changes=_changes(),
        lost=lost(),
        landings=landings(),
        at_edges=at_edges(),
        jumps=jumps(),
        digits=digits(),
        shifts=shifts(),
    )


@table("tab-next-list", units=Units("pairs", lambda: _decided_by()))
def prediction() -> pd.DataFrame:
    """What the next list will decide, registered before it is known."""
    years = {
        "year": design_year("next-list", "predicted"),
        "free": design_year(_DESIGN, "free"),
        "kept": max(design_years(_DESIGN, "kept")),
    }
    near_zero = next_list.register_near_zero(
        falls(), **years, kept_up_to=_KEPT_UP_TO, free_from=_FREE_FROM
    )
    of_hundred = next_list.register_prediction(
        falls(),
        **years,
        n=_PAIRS_THAT_DECIDE,
        least_if_free=_LEAST_IF_FREE,
        most_if_kept=_MOST_IF_KEPT,
    )
    return pd.concat([near_zero, of_hundred], ignore_index=True)


@table("tab-next-list-known", units=Units("agencies", lambda: _with_partner()))
def known_already() -> pd.DataFrame:
    """Values of the next list that the press has printed already."""
    press = load_press_indices()
    press = press[press["year"] == design_year("next-list", "predicted")]
    return next_list.known_already(press, load_published())


@table("tab-exact-fit", units=Units("agency-years", load_exact_scores))
def exact_fit() -> pd.DataFrame:
    """How many printed rows whole levels explain, and how closely."""
    return lattice.fit_summary(load_exact_scores(), load_scores())


@table("tab-exact-misprints", units=Units("agency-years", load_exact_scores))
def misprints() -> pd.DataFrame:
    """What share of one-digit misprints would be noticed."""
    return lattice.noticed_misprints(load_scores(), load_published(), load_instrument(_EDITION))


@table("tab-copied-levels", units=Units("agency-years", lambda: _with_levels()))
def copied_levels() -> pd.DataFrame:
    """The two bodies whose levels agree most, year by year."""
    return nothing.largest_agreement(
        load_scores(scale="indicator"), load_instrument(_EDITION), lowest_index=_LOWEST_INDEX
    )


@table("tab-province-habits", units=Units("local-government-years", lambda: _local_levels()))
def province_habits() -> pd.DataFrame:
    """How much of what is peculiar in the levels of a body its province shares."""
    return nothing.province_share(
        load_scores(scale="indicator"), load_agencies(), load_instrument(_EDITION)
    )


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts that the texts use."""
    family, items, known = all_tests(), shifts(), known_already()
    both = known.dropna(subset="fell")
    spreads = exact_fit()["largest_spread"]
    free, exact = design_year(_DESIGN, "free"), load_exact_scores()
    of_items = (int(items["start"].min()), int(items["end"].max()))
    tested = (int(_possible()["start"].min()), int(_possible()["end"].max()))
    recent = (int(_recent()["start"].min()), int(_recent()["end"].max()))
    spanned = [
        ("tests", *tested, len(family), len(family)),
        ("tests-that-stand", *tested, (family["p_holm"] < _ALPHA).sum(), len(family)),
        ("jumps-that-stand", *tested, _standing(family, "jump"), _count(family, "jump")),
        ("digits-that-stand", *tested, _standing(family, "digits"), _count(family, "digits")),
        ("exact-spread", exact["year"].min(), exact["year"].max(), spreads.max(), len(exact)),
        ("items", *of_items, len(items), len(items)),
        ("items-p", *of_items, items["p_family"].iloc[0], items["n_stopped"].iloc[0]),
        ("items-visible", *of_items, items["visible_from"].median(), items["n_stopped"].iloc[0]),
        ("shown-to", *recent, shown_reach(change_counts()), len(_recent())),
    ]
    dated = [
        ("known", both["year"].max(), len(both), len(both)),
        ("known-fell", both["year"].max(), both["fell"].astype(bool).sum(), len(both)),
        ("mean-drop", free, *_mean_drop()),
        *(("left", year, *counts) for year, counts in _left().items()),
        *_beyond(),
        *_if_shifted(),
    ]
    table = pd.concat(
        [
            pd.DataFrame(spanned, columns=["fact", "start", "end", "value", "n"]),
            pd.DataFrame(dated, columns=["fact", "year", "value", "n"]),
            _left_by_predicate(),
        ],
        ignore_index=True,
    )
    whole = {"start": "Int64", "end": "Int64", "year": "Int64", "value": float}
    return table.fillna({"predicate": ""}).astype(whole)


def _standing(family: pd.DataFrame, test: str) -> int:
    return int(((family["test"] == test) & (family["p_holm"] < _ALPHA)).sum())


def _count(family: pd.DataFrame, test: str) -> int:
    return int((family["test"] == test).sum())


def _left() -> dict[int, tuple[int, int]]:
    """By year: bodies listed the year before that have no result of their own, of how many."""
    published = load_published()
    listed = published.groupby("year")["agency_id"].agg(set)
    new = published[published["status"] == "evaluated"].groupby("year")["agency_id"].agg(set)
    return {
        int(end): (len(listed[start] - new[end]), len(listed[start]))
        for start, end in pairwise(listed.index)
    }


def _left_by_predicate() -> pd.DataFrame:
    """Bodies without a result of their own in the pair that may fall, by what they hold."""
    year = design_year(_DESIGN, "free")
    listed = add_predicates(load_published())
    before = listed[listed["year"] == max(listed.loc[listed["year"] < year, "year"])]
    new = listed[(listed["year"] == year) & (listed["status"] == "evaluated")]
    left = ~before["agency_id"].isin(new["agency_id"])
    counts = left.groupby(before["predicate"].astype(str)).agg(["sum", "size"])
    return pd.DataFrame(
        {
            "fact": "left-of",
            "year": year,
            "predicate": counts.index,
            "value": counts["sum"].to_numpy(),
            "n": counts["size"].to_numpy(),
        }
    )


def _beyond() -> list[tuple[str, int, int, int]]:
    """By pair: changes that the figure of changes does not draw, and the rises among them."""
    reach = round(PER_POINT * shown_reach(change_counts()))
    rows = []
    for end, group in _recent().groupby("end"):
        rows.append(("beyond", int(end), int((group["change"].abs() > reach).sum()), len(group)))
        rows.append(("rose-beyond", int(end), int((group["change"] > reach).sum()), len(group)))
    return rows


def _if_shifted() -> list[tuple[str, int, float, int]]:
    """Share of falls in the pair that may fall, had every change been larger by a constant."""
    year = design_year(_DESIGN, "free")
    change = _possible().query("end == @year")["change"]
    return [
        (f"shifted-{shift}", year, float((change + shift < 0).mean()), len(change))
        for shift in _SHIFTS
    ]


def _mean_drop() -> tuple[float, int]:
    """Mean fall of the exact index in the pair that falls are drawn from, points, and its n."""
    pairs = _exact_pairs()
    fell = (pairs["end"] == design_year(_DESIGN, "free")) & (pairs["change"] < 0)
    return float(-pairs.loc[fell, "exact_change"].mean()), int(fell.sum())


def _possible() -> pd.DataFrame:
    return _changes()[~_changes()["is_impossible"]]


def _recent() -> pd.DataFrame:
    """Pairs of years that lie within the instrument of the last list."""
    first = min(years_with(edition=evaluation(evaluation_years()[-1]).edition))
    return _possible()[_possible()["start"] >= first]


def _fallers() -> pd.DataFrame:
    return _possible()[_possible()["change"] < 0]


def _around_shown() -> pd.DataFrame:
    return _stands()[_stands()["year"].isin(_shown_years())]


def _with_domains() -> pd.DataFrame:
    return totals.with_domains(_changes(), totals.printed_domains(load_scores()))


def _overshoot() -> pd.DataFrame:
    return totals.overshoot(_changes(), _exact())


def _exact_pairs() -> pd.DataFrame:
    return counterfactual.exact_changes(_changes(), _exact())


def _with_partner() -> pd.DataFrame:
    return known_already().dropna(subset="index_before")


def _decided_by() -> pd.DataFrame:
    years = (design_year(_DESIGN, "free"), max(design_years(_DESIGN, "kept")))
    return _possible()[_possible()["end"].isin(years)]


def _shown_years() -> tuple[int, int]:
    """The last year before holders were kept above the edge, and the first after."""
    return design_year(_EDGES, "before"), min(design_years(_EDGES, "after"))


def _with_levels() -> pd.DataFrame:
    levels = load_scores(scale="indicator")
    chosen = levels[levels["edition"] == _EDITION]
    return chosen[["agency_id", "year"]].drop_duplicates()


def _local_levels() -> pd.DataFrame:
    agencies = load_agencies()
    local = agencies[agencies["agency_type"].isin(["kabupaten", "kota"])]
    return _with_levels()[_with_levels()["agency_id"].isin(local["agency_id"])]
