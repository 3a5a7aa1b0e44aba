"""What the notebook of this question registers."""

from functools import cache

import pandas as pd
from statsmodels.stats.multitest import multipletests

from spbe_research.methods.selection_band import expected_ties
from spbe_research.panel.counted_results import results_by_body
from spbe_research.panel.frames_compare import compare_frames
from spbe_research.panel.loaders import (
    load_aggregates,
    load_carried_over_bodies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.panel.national_series import national_means, official_index
from spbe_research.questions.who_was_looked_at.band import (
    BANDWIDTHS,
    band_bodies,
    band_pairs,
    count_at_edges,
    jumps_at_edges,
)
from spbe_research.questions.who_was_looked_at.figures import draw_band, draw_frames, draw_rule
from spbe_research.questions.who_was_looked_at.left_out import (
    bodies_left_out,
    mean_with_left_out,
)
from spbe_research.questions.who_was_looked_at.peers import means_had_all_moved
from spbe_research.questions.who_was_looked_at.printed_means import (
    fitting_sets,
    lowest_values,
    printed_means,
)
from spbe_research.questions.who_was_looked_at.readings import two_readings
from spbe_research.questions.who_was_looked_at.rules import (
    bodies_under_rule,
    duty_counts,
    looked_at_by_predicate,
    rules_and_results,
)
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import design_year, spell_years

_QUESTION = "who_was_looked_at"
_STEP = 0.01  # the last printed decimal, index points
_NEAR = 0.05  # changes this small show how dense changes are around zero
_NOT_EVALUATED = "institutions of the population not evaluated"
_WAYS = ("participants", "population", "floor")


@cache
def _bodies() -> pd.DataFrame:
    return band_bodies(load_published())


@cache
def _pairs() -> pd.DataFrame:
    return band_pairs(_bodies())


@cache
def _under_rule() -> pd.DataFrame:
    return bodies_under_rule(load_published(), load_reference("assessment_modes"))


@cache
def _results() -> pd.DataFrame:
    return results_by_body(load_published(), load_carried_over_bodies(), load_scores())


@cache
def _official() -> pd.Series:
    return official_index(load_aggregates())


def _with_index_before() -> pd.DataFrame:
    return _under_rule().dropna(subset=["index_before"])


def _new_before() -> pd.DataFrame:
    return _bodies().query("evaluated_before")


def _of_the_printed_years() -> pd.DataFrame:
    return _results()[_results()["year"].isin(means_in_print()["year"])]


@table("tab-rules-and-results", units=Units("agency-years", load_published))
def rules_seen() -> pd.DataFrame:
    """The rule of each year beside what its results show."""
    return rules_and_results(
        load_published(), load_carried_over_bodies(), _official(), question=_QUESTION
    )


@table("tab-looked-at", units=Units("agency-years", load_published))
def looked_at() -> pd.DataFrame:
    """Share with a new result, by the predicate of the year before."""
    return looked_at_by_predicate(load_published())


@figure("fig-band", draw=draw_band, units=Units("agencies", _bodies))
def band_dots() -> pd.DataFrame:
    """Bodies by their index of the year before: evaluated, or carried over."""
    counts = _bodies().groupby(["index_before", "mode"]).size().rename("n_agencies").reset_index()
    best = _pairs().query("group == 'all' and rank == 1").iloc[0]
    return counts.assign(
        year=design_year("band-of-2020", "band"),
        low_cut=best["low_cut"],
        high_cut=best["high_cut"],
    )


@table("tab-band", units=Units("agencies", _bodies))
def band_cuts() -> pd.DataFrame:
    """The pairs of cuts that separate evaluated from carried over best."""
    return _pairs().assign(
        year=design_year("band-of-2020", "band"),
        share_inside=_pairs()["chosen_inside"] / _pairs()["n_inside"],
        share_outside=_pairs()["chosen_outside"] / _pairs()["n_outside"],
        n=_pairs()["n_inside"] + _pairs()["n_outside"],
    )


@table("tab-band-edges", units=Units("agencies", _new_before))
def band_edges() -> pd.DataFrame:
    """How much higher outcomes lie just inside the band than just outside."""
    jumps = jumps_at_edges(load_published(), _bodies(), _pairs())
    after = jumps["year"] > design_year("band-of-2020", "band")
    tested = after & (jumps["bandwidth"] == BANDWIDTHS[len(BANDWIDTHS) // 2])
    holm = multipletests(jumps.loc[tested, "p_value"], method="holm")[1]
    return jumps.assign(p_holm=pd.Series(holm, index=jumps.index[tested]))


@figure("fig-rule", draw=draw_rule, units=Units("agencies", _with_index_before))
def rule_dots() -> pd.DataFrame:
    """Bodies of a year with a printed rule, by index of the year before and what came of it."""
    keys = ["year", "duty", "index_before", "outcome"]
    counts = _under_rule().groupby(keys, dropna=False).size().rename("n_agencies").reset_index()
    modes = load_reference("assessment_modes")
    cuts = modes[modes["cut"] != ""].groupby("year")["cut"].first().astype(float)
    return counts.assign(cut=counts["year"].astype(str).map(cuts))


@table("tab-rule", units=Units("agencies", _under_rule))
def rule_counts() -> pd.DataFrame:
    """Who was looked at and whose printed index fell, by duty, of all and near the cut."""
    return duty_counts(_under_rule(), load_reference("assessment_modes"))


@figure("fig-frames", draw=draw_frames, units=Units("agency-years", load_published))
def frames() -> pd.DataFrame:
    """Change of the mean within each era: printed, all counted, assessed, like for like."""
    compared = compare_frames(load_published())
    means = national_means(load_published(), load_carried_over_bodies())
    counted = means[means["basis"] == "population"].set_index("year")[["n", "estimate"]]
    rows = []
    for start, end in compared[["start", "end"]].drop_duplicates().itertuples(index=False):
        printed = [float(_official().get(year, float("nan"))) for year in (start, end)]
        n, whole = counted.loc[[start, end], "n"], counted.loc[[start, end], "estimate"]
        rows.append((start, end, "official", *n, *printed, printed[1] - printed[0]))
        rows.append((start, end, "population", *n, *whole, whole[end] - whole[start]))
    added = pd.DataFrame(rows, columns=compared.columns)
    kept = compared[compared["frame"] != "listed"]
    table = pd.concat([added, kept]).sort_values(["start", "end"], kind="stable")
    table = table.astype({"n_start": "Int64", "n_end": "Int64"}).reset_index(drop=True)
    return table.assign(n=table["n_end"].where(table["n_end"] > 0, table["n_start"]))


@table("tab-printed-means", units=Units("agency-years", _of_the_printed_years))
def means_in_print() -> pd.DataFrame:
    """Printed means of index and domains beside three ways to count absent bodies."""
    return printed_means(_results(), load_reference("witnesses"), load_aggregates())


@table("tab-readings", units=Units("agency-years", load_published))
def usual_readings() -> pd.DataFrame:
    """What the usual analyses read off two lists, and off bodies looked at twice."""
    return two_readings(load_published())


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts that the texts use."""
    band = str(design_year("band-of-2020", "band"))
    new = _bodies()[_bodies()["mode"] != "carried_over"]
    ties = expected_ties(new["index_after"] - new["index_before"], step=_STEP, within=_NEAR)
    edges = band_edges().dropna(subset=["p_holm"])
    means = means_in_print()
    counting = means[
        (means["basis_found"] == "population") & ~means["document"].str.startswith("Pedoman")
    ]
    counted_in = spell_years(counting["year"].tolist())
    lowest = lowest_values(_results()).query("item == 'D4'")
    sets = fitting_sets(_results(), means)
    moved = means_had_all_moved(load_published(), _under_rule())
    rows = [
        ("expected-ties", "", band, ties, len(new)),
        ("new-in-band", "", band, int(_pairs()["chosen_inside"].iloc[0]), len(new)),
        ("share-in-band", "", band, _pairs()["chosen_inside"].iloc[0] / len(new), len(new)),
        *_beside_edges(band),
        *_split_unrounded(),
        ("smallest-edge-p", "", spell_years(edges["year"].tolist()), edges["p_holm"].min(),
         len(edges)),
        *(
            ("printed-means", way, counted_in, counting[f"{way}_agrees"].sum(), len(counting))
            for way in _WAYS
        ),
        *_means_that_do_not_count(means, counting),
        *_with_central_bodies(),
        *_named_by_slides(),
        *(
            ("lowest-services", way, str(row.year), getattr(row, way), row.n)
            for row in lowest.itertuples()
            for way in _WAYS[:2]
        ),
    ]  # fmt: skip
    single = pd.DataFrame(rows, columns=["fact", "of", "period", "value", "n"])
    of_scope = [
        sets.assign(fact=fact, of=sets["scope"], period=sets["year"], value=sets[column])
        for fact, column in (("sets", "n_sets"), ("sets-fit", "n_fit"))
    ]
    of_peers = moved.assign(
        fact="had-moved", of=moved["peers"], period=moved["year"], value=moved["estimate"]
    )
    table = pd.concat([single, *of_scope, of_peers], ignore_index=True)
    return table[["fact", "of", "period", "value", "n"]].astype({"period": str})


def _means_that_do_not_count(
    means: pd.DataFrame, counting: pd.DataFrame
) -> list[tuple[str, str, str, int, int]]:
    """Printed means of the same years in tables that do not count absent bodies, by what fits."""
    others = means[means["year"].isin(counting["year"]) & ~means.index.isin(counting.index)]
    of_guideline = others["document"].str.startswith("Pedoman")
    guideline, period = others[of_guideline], spell_years(others["year"].tolist())
    fits = guideline[["participants_agrees", "population_agrees"]]
    n_groups = int((~of_guideline).sum())
    return [
        ("other-means", "", period, len(others), len(others) + len(counting)),
        ("group-means", "", period, n_groups, len(others)),
        ("guideline-means", "participants", period, int(fits.iloc[:, 0].sum()), len(guideline)),
        ("guideline-means", "population", period, int(fits.iloc[:, 1].sum()), len(guideline)),
        ("guideline-means", "neither", period, int((~fits.any(axis=1)).sum()), len(guideline)),
    ]


def _with_central_bodies() -> list[tuple[str, str, str, float, int]]:
    """The absent central bodies that are not counted, and the mean had they been."""
    reference = {name: load_reference(name) for name in ("absent_bodies", "agencies")}
    left_out = bodies_left_out(load_published(), load_carried_over_bodies(), reference)
    mean, n = mean_with_left_out(load_published(), load_carried_over_bodies(), left_out)
    year, n_before = str(left_out["year"].iloc[0]), int(left_out["was_counted"].sum())
    return [
        ("absent-central", "", year, len(left_out), len(left_out)),
        ("absent-central-before", "", year, n_before, len(left_out)),
        ("mean-with-central", "", year, mean, n),
    ]


def _named_by_slides() -> list[tuple[str, str, str, int, int]]:
    """The population that slides of the ministry name, and those of it that were not evaluated."""
    printed = load_reference("witnesses")
    row = printed[printed["quantity"].str.startswith(_NOT_EVALUATED)].iloc[0]
    year, absent = row["year"], int(row["value"])
    evaluated = int((load_published()["year"] == int(year)).sum())
    return [
        ("population-on-slides", "", year, evaluated + absent, evaluated + absent),
        ("not-evaluated", "", year, absent, evaluated + absent),
    ]


def _beside_edges(band: str) -> list[tuple[str, str, str, int, int]]:
    """Bodies within a tenth below and above each edge, to see whether the density jumps there."""
    counts = count_at_edges(_bodies(), _pairs())
    nearest = counts[counts["window"] == counts["window"].min()]
    return [
        (
            "beside-edge",
            f"{row.edge}-{side}",
            band,
            getattr(row, f"n_{side}"),
            row.n_below + row.n_above,
        )
        for row in nearest.itertuples()
        for side in ("below", "above")
    ]


def _split_unrounded() -> list[tuple[str, str, str, int, int]]:
    """The monitored by duty, had the index of the year before not been rounded to two decimals."""
    rule = _under_rule().query("duty != 'new' and outcome != 'none'")
    year, modes = int(rule["year"].iloc[0]), load_reference("assessment_modes")
    cut = float(modes.loc[(modes["year"] == str(year)) & (modes["cut"] != ""), "cut"].iloc[0])
    before = load_published().query("year == @year - 1").set_index("agency_id")["index_published"]
    obliged = int((before[rule["agency_id"]] < cut).sum())
    return [
        ("unrounded", "obliged", str(year), obliged, len(rule)),
        ("unrounded", "on request", str(year), len(rule) - obliged, len(rule)),
    ]
