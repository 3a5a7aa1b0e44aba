"""What this question registers: within a body, from year to year, and how enactment is read."""

import pandas as pd

from spbe_research.methods.misclassification import bound_reliability
from spbe_research.methods.policy_and_practice import pair_topics, pair_years, policy_and_rest
from spbe_research.panel.loaders import (
    load_agencies,
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.questions.does_practice_follow_regulation.assessed_again import (
    compare_assessed_again,
    share_vanished_by_duty,
)
from spbe_research.questions.does_practice_follow_regulation.changes import (
    compare_changes,
    compare_years,
)
from spbe_research.questions.does_practice_follow_regulation.checks import (
    FEWEST_GAINED,
    LOCAL,
    check_gains,
    count_held,
    wild_p_of_local,
)
from spbe_research.questions.does_practice_follow_regulation.diffusion import compare_diffusion
from spbe_research.questions.does_practice_follow_regulation.figures import (
    draw_levels,
    draw_movers,
    draw_vanished,
)
from spbe_research.questions.does_practice_follow_regulation.jumps import compare_jumps
from spbe_research.questions.does_practice_follow_regulation.movers import (
    compare_places,
    find_movers,
    follow_movers,
    positions,
)
from spbe_research.questions.does_practice_follow_regulation.order import compare_leads
from spbe_research.questions.does_practice_follow_regulation.readings import (
    check_against_texts,
    count_vanished,
    estimate_with_instrument,
    first_dated_texts,
)
from spbe_research.questions.does_practice_follow_regulation.within import (
    compare_levels,
    count_informative,
    vary_choices,
)
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import design_year, left_out

FIRST, LAST = design_year("adoption", "before"), design_year("adoption", "after")
SEED = 2026


def pairs() -> pd.DataFrame:
    """Each policy topic of a body beside the practice of the same topic."""
    return pair_topics(
        load_policies(), load_scores(), load_reference("policy_topics"), load_published()
    )


def in_both_years() -> pd.DataFrame:
    """The same for bodies assessed in both years, the years beside each other."""
    return pair_years(pairs(), first=FIRST, last=LAST)


def parts() -> pd.DataFrame:
    """The policy domain of a body and year beside the index without it."""
    return policy_and_rest(load_published(), load_policies(), load_scores())


def movers() -> pd.DataFrame:
    """Bodies that gained or lost many regulated topics, and those that stayed."""
    return find_movers(pairs(), first=FIRST, last=LAST)


def _gains() -> pd.DataFrame:
    table = movers()
    return table[table["direction"] == "gains"]


def _places() -> pd.DataFrame:
    return positions(parts(), load_published())


def _in_all_years() -> pd.DataFrame:
    table = parts()
    n_years = table["year"].nunique()
    kept = table[table.groupby("agency_id")["year"].transform("size") == n_years]
    return kept.drop_duplicates("agency_id")[["agency_id"]]


def _found_first() -> pd.DataFrame:
    table = in_both_years()
    return table[table["enacted_first"]]


@figure("fig-vanished", draw=draw_vanished, units=Units("agency-topics", _found_first))
def vanished() -> pd.DataFrame:
    """Of the topics enacted in the first year, the share not found in the second, by topic."""
    return _spanning(count_vanished(in_both_years()))


def _both_readings() -> pd.DataFrame:
    table = pairs()
    ids = in_both_years()["agency_id"]
    return table[table["agency_id"].isin(ids)]


@table("tab-instrument", units=Units("agency-topics", _both_readings))
def with_instrument() -> pd.DataFrame:
    """Difference within a body as enactment was read, and by the other year's reading."""
    return estimate_with_instrument(in_both_years(), first=FIRST, last=LAST)


def _last_pairs() -> pd.DataFrame:
    table = pairs()
    return table[table["year"] == LAST]


@figure("fig-policy-levels", draw=draw_levels, units=Units("agency-topics", _last_pairs))
def policy_levels() -> pd.DataFrame:
    """Practice at each policy level above level 1 in the last year, within a body."""
    return compare_levels(_last_pairs())


@table("tab-choices", units=Units("agency-topics", pairs))
def choices() -> pd.DataFrame:
    """The difference within a body with one choice changed at a time, where it is no more seen."""
    return vary_choices(pairs(), first=FIRST, last=LAST)


def _bodies_of_last() -> pd.DataFrame:
    return _last_pairs()[["agency_id"]].drop_duplicates()


@table("tab-informative-bodies", units=Units("agencies", _bodies_of_last))
def by_type() -> pd.DataFrame:
    """Who identifies the difference within a body in the last year, by type."""
    return count_informative(_last_pairs())


@table("tab-topic-changes", units=Units("agency-topics", pairs))
def topic_changes() -> pd.DataFrame:
    """Change of practice where a topic was gained or lost, and the change of the difference."""
    tables = [compare_changes(in_both_years(), load_agencies()), compare_years(pairs())]
    return _spanning(pd.concat(tables, ignore_index=True))


@figure("fig-gains-and-losses", draw=draw_movers, units=Units("agencies", movers))
def gains_and_losses() -> pd.DataFrame:
    """Position of bodies that gained or lost many topics against those that stayed, by year."""
    return follow_movers(
        movers(), _places(), load_agencies(), base=FIRST, left_out=left_out("gains-and-losses")
    )


def _gains_of_any_choice() -> pd.DataFrame:
    table = find_movers(pairs(), first=FIRST, last=LAST, gain=FEWEST_GAINED)
    return table[table["direction"] == "gains"]


@table("tab-gains-checked", units=Units("agencies", _gains_of_any_choice))
def gains_checked() -> pd.DataFrame:
    """The lead of those that gained, with one choice changed at a time."""
    return check_gains(pairs(), parts(), load_agencies(), load_published(), first=FIRST, last=LAST)


def _with_levels() -> pd.DataFrame:
    return in_both_years()[["agency_id"]].drop_duplicates()


@table("tab-same-start", units=Units("agencies", movers))
def same_start() -> pd.DataFrame:
    """The rest of the index with the position of the first year held equal.

    Gains at the end, of all bodies and of local governments; losses at once and at the end.
    """
    places, agencies = _places(), load_agencies()
    local = agencies.loc[agencies["agency_type"].isin(LOCAL), "agency_id"]
    own = movers()
    tables = [
        follow_movers(group, places, agencies, base=FIRST, same_start=True).assign(bodies=bodies)
        for bodies, group in (
            ("all", own),
            ("local", own[(own["direction"] == "gains") & own["agency_id"].isin(local)]),
        )
    ]
    rows = pd.concat(tables, ignore_index=True)
    at_once = (rows["direction"] == "losses") & (rows["year"] == LAST)
    rows = rows[at_once | (rows["year"] == rows["year"].max())]
    return rows.set_index("bodies").reset_index()


@table("tab-gains-places", units=Units("agencies", movers))
def gains_places() -> pd.DataFrame:
    """Place of those who gained many topics, and of those who stayed, before and at the end."""
    end = int(parts()["year"].max())
    table = compare_places(movers(), parts(), load_agencies(), first=FIRST, end=end)
    return _spanning(table, until=end)


@table("tab-jumps", units=Units("agencies", _with_levels))
def jumps() -> pd.DataFrame:
    """The same design for bodies that jumped in governance or services."""
    table = compare_jumps(load_scores(), load_published(), load_agencies(), first=FIRST, last=LAST)
    return _spanning(table, until=int(parts()["year"].max()))


@table("tab-order", units=Units("agencies", _in_all_years))
def order() -> pd.DataFrame:
    """Change of the rest on change of policy in the year before, the same and the next."""
    return compare_leads(parts(), load_agencies())


def _not_yet_regulated() -> pd.DataFrame:
    table = in_both_years()
    return table[~table["enacted_first"] & table["agency_type"].isin(["kabupaten", "kota"])]


@table("tab-diffusion", units=Units("agency-topics", _not_yet_regulated))
def diffusion() -> pd.DataFrame:
    """Chance that a topic is newly regulated, by what others of the province had regulated."""
    return _spanning(compare_diffusion(pairs(), load_agencies(), first=FIRST, last=LAST))


def _spanning(table: pd.DataFrame, *, until: int = LAST) -> pd.DataFrame:
    """The table with the years it compares, in front."""
    years = pd.DataFrame({"start": FIRST, "end": until}, index=table.index)
    return pd.concat([years, table], axis=1)


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts and shares that the texts use."""
    table, both = pairs(), in_both_years()
    enacted = both[both["enacted_first"]]
    gone = enacted[~enacted["enacted_last"]]
    n_bodies = both["agency_id"].nunique()
    first, last = FIRST, LAST
    rows = [
        ("bodies-in-both", first, last, n_bodies, n_bodies),
        ("enacted", first, first, len(enacted), len(both)),
        ("vanished", last, last, len(gone), len(enacted)),
        ("share-vanished", last, last, len(gone) / len(enacted), len(enacted)),
        ("bodies-vanished", last, last, gone["agency_id"].nunique(), n_bodies),
    ]
    by_duty = share_vanished_by_duty(both, load_published(), first=first)
    rows += [
        (f"share-vanished-{row.duty}", last, last, row.share, row.n) for row in by_duty.itertuples()
    ]
    again = compare_assessed_again(table, _places(), first=first, last=last)
    rows += [(row.fact, row.year, row.year, row.value, row.n) for row in again.itertuples()]
    n_always = len(_in_all_years())
    end = int(parts()["year"].max())
    rows.append(("bodies-in-all-years", first, end, n_always, n_always))
    followed = movers().groupby(["direction", "moved"]).size()
    held = count_held(movers(), load_published(), year=last + 1)
    for moved, count in held.items():
        name = "moved" if moved else "stayed"
        rows.append((f"held-{name}", last + 1, last + 1, count, int(followed["gains", moved])))
    p_value, n_local = wild_p_of_local(
        table, parts(), load_agencies(), first=first, last=last, seed=SEED
    )
    rows.append(("wild-p-local", first, end, p_value, n_local))
    for (direction, moved), count in followed.items():
        name = f"{direction}-{'moved' if moved else 'stayed'}"
        rows.append((name, first, last, count, int(followed[direction].sum())))
    for row in bound_reliability(both).itertuples():
        year = {"enacted_first": first, "enacted_last": last}[row.reading]
        rows += [
            ("reliability-low", year, year, row.low, row.n),
            ("reliability-high", year, year, row.high, row.n),
        ]
    for year, group in table.groupby("year"):
        share = group.groupby("agency_id")["is_enacted"].mean()
        rows += [
            ("at-floor", year, year, (group["practice_level"] == 1).mean(), len(group)),
            ("none-or-all", year, year, share.isin([0, 1]).mean(), len(share)),
        ]
    texts = first_dated_texts(
        load_reference("regulations_local"),
        load_reference("regulations_local_added"),
        load_reference("text_topics"),
        load_agencies(),
    )
    for row in check_against_texts(table, texts).itertuples():
        rows += [
            ("dated-texts", row.year, row.year, row.n, row.n),
            ("dated-texts-found", row.year, row.year, row.found, row.n),
        ]
    found = pd.DataFrame(rows, columns=["fact", "start", "end", "value", "n"])
    found = found.astype({"start": int, "end": int, "value": float})
    return found.assign(year=found["end"].where(found["start"] == found["end"]).astype("Int64"))
