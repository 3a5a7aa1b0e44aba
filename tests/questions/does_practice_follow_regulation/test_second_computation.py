"""Every row of this question's tables, computed a second time by other code from the tidy files."""

import csv
import math

import numpy as np
import pandas as pd
import pytest
from independent.least_squares import compared, poisson, regress
from independent.tidy_rows import (
    REFERENCE,
    levels,
    pair_rows,
    part_rows,
    place,
    results,
    rows,
    z_scores,
)

from spbe_research.questions.does_practice_follow_regulation import tables

pytestmark = pytest.mark.whole  # every estimate is fitted again
BOUND = 1e-8
BOTH = ["agency_id", "topic"]


@pytest.fixture(scope="module")
def both_years():
    """Pairs of body and topic with both years beside each other, by a loop."""
    known = {(r.agency_id, r.topic, r.year): r for r in pair_rows().itertuples()}
    table = []
    for (agency, topic, year), row in known.items():
        later = known.get((agency, topic, 2022))
        if year == 2021 and later is not None:
            table.append(
                {
                    "agency_id": agency, "topic": topic, "agency_type": row.agency_type,
                    "e1": row.enacted, "e2": later.enacted, "p1": row.practice,
                    "p2": later.practice, "l1": row.policy, "l2": later.policy,
                }
            )  # fmt: skip
    return pd.DataFrame(table)


def test_what_vanished(both_years) -> None:
    found = tables.vanished().set_index("topic")
    for topic, group in both_years.groupby("topic"):
        was = group[group["e1"] == 1]
        gone = int((was["e2"] == 0).sum())
        assert found.loc[topic, ["vanished", "n"]].tolist() == [gone, len(was)]
        assert found.loc[topic, "estimate"] == pytest.approx(gone / len(was), abs=BOUND)
    assert found["estimate"].is_monotonic_decreasing


def test_estimates_with_the_other_year_as_instrument(both_years) -> None:
    stacked = pd.concat(
        [
            pd.DataFrame(
                {
                    "agency_id": both_years["agency_id"],
                    "body": both_years["agency_id"] + str(year),
                    "item": both_years["topic"] + str(year),
                    "y": both_years[f"p{own}"], "x": both_years[f"e{own}"],
                    "z": both_years[f"e{other}"], "year": year,
                }
            )
            for year, own, other in ((2021, 1, 2), (2022, 2, 1))
        ]
    )  # fmt: skip
    expected = {}
    for name, table in (
        ("2021", stacked[stacked["year"] == 2021]),
        ("2022", stacked[stacked["year"] == 2022]),
    ):
        effects = ["body", "item"]
        read = regress(table, "y", ["x"], effects, ["agency_id"])
        other = regress(table, "y", ["x"], effects, ["agency_id"], instruments=["z"])
        expected[name, "as read"] = read.row("x")
        expected[name, "other year as instrument"] = other.row("x")
    # Both years together: unit and item means taken out year by year, then one ratio.
    y, x, z = (_centred_by_year(stacked, name) for name in "yxz")
    n, k, g = len(stacked), 1 + 1 + 18 + 1, both_years["agency_id"].nunique()
    for reading, w in (("as read", x), ("other year as instrument", z)):
        beta = (w * y).sum() / (w * x).sum()
        scores = pd.Series(w * (y - beta * x)).groupby(stacked["agency_id"].to_numpy()).sum()
        variance = (scores**2).sum() / (w * x).sum() ** 2 * g / (g - 1) * (n - 1) / (n - k)
        expected["2021-2022", reading] = [beta, variance**0.5, None, None, n, g]
    found = tables.with_instrument()
    keys = ["period", "reading"]
    single = {key: values for key, values in expected.items() if key[0] != "2021-2022"}
    assert compared(found[found["period"] != "2021-2022"], keys, single) < BOUND
    for row in found[found["period"] == "2021-2022"].itertuples():
        values = expected["2021-2022", row.reading]
        assert [row.estimate, row.n, row.clusters] == pytest.approx(
            [values[0], values[4], values[5]], abs=BOUND
        )
        assert row.std_error == pytest.approx(values[1], rel=1e-3)


def test_every_policy_level_against_the_first() -> None:
    expected = {}
    steps = {f"x{level}": level for level in (2, 3, 4, 5)}
    for year, group in pair_rows().groupby("year"):
        table = group.assign(
            **{name: (group["policy"] == level) * 1.0 for name, level in steps.items()}
        )
        found = regress(table, "practice", list(steps), BOTH, ["agency_id"])
        expected |= {(year, level): found.row(name) for name, level in steps.items()}
    assert compared(tables.policy_levels(), ["year", "level"], expected) < BOUND


def test_eight_choices() -> None:
    pairs = pair_rows()
    twice = pairs.groupby(BOTH)["year"].transform("size") == 2
    expected = {}
    for year, group in pairs.groupby("year"):
        group = group.assign(
            three=(group["policy"] >= 3) * 1.0,
            above=(group["practice"] >= 2) * 1.0,
            beyond=group["practice"] - 1,
        )

        def fit(table, outcome="practice", term="enacted", clusters=("agency_id",)):
            return regress(table, outcome, [term], BOTH, list(clusters)).row(term)

        local = group["agency_type"].isin(["provinsi", "kabupaten", "kota"])
        of_years = {
            ("dose", "levels per policy level"): fit(group, term="policy"),
            ("threshold", "levels"): fit(group, term="three"),
            ("floor", "share"): fit(group, outcome="above"),
            ("cluster", "levels"): fit(group, clusters=BOTH),
            ("sample", "levels"): fit(group[local]),
            ("outcome", "levels"): fit(group[group["topic"] != "ict_audit"]),
            ("frame", "levels"): fit(group[twice.loc[group.index]]),
            ("threshold and sample", "levels"): fit(group[local], term="three"),
            ("form", "log points"): poisson(group, "beyond", ["enacted"], BOTH, ["agency_id"]).row(
                "enacted"
            ),
        }
        expected |= {(year, *key): values for key, values in of_years.items()}
    expected = {key: row for key, row in expected.items() if key[0] == 2022 or key[1] == "cluster"}
    # Poisson converges to about 1e-9, the rest is exact.
    assert compared(tables.eight_choices(), ["year", "choice", "unit"], expected) < 1e-6


def test_who_identifies_the_difference() -> None:
    expected, counts = {}, {}
    last = pair_rows().query("year == 2022")
    for (year, kind), group in last.groupby(["year", "agency_type"]):
        number = group.groupby("agency_id")["enacted"].sum()
        mixed = int(((number > 0) & (number < 10)).sum())
        fit = regress(group, "practice", ["enacted"], BOTH, ["agency_id"]).row("enacted")
        if mixed < 20:
            fit[:4] = [math.nan] * 4
        expected[year, kind] = fit
        counts[year, kind] = [len(number), (number == 0).sum(), (number == 10).sum(), mixed]
    found = tables.by_type()
    assert compared(found, ["year", "agency_type"], expected) < BOUND
    for row in found.itertuples():
        stated = [row.n_bodies, row.n_none, row.n_all, row.n_mixed]
        assert stated == counts[row.year, row.agency_type]
    assert counts[2022, "kementerian"][3] == 7
    assert counts[2022, "provinsi"][3] == 14


def test_topics_gained_and_lost(both_years) -> None:
    change = both_years["p2"] - both_years["p1"]
    of_body = {}
    for agency, topic, value in zip(
        both_years["agency_id"], both_years["topic"], change, strict=True
    ):
        of_body.setdefault(agency, {})[topic] = value
    others = [
        np.mean([value for each, value in of_body[agency].items() if each != topic])
        for agency, topic in zip(both_years["agency_id"], both_years["topic"], strict=True)
    ]
    table = both_years.assign(
        own=change, others=others, lost=1 - both_years["e2"],
        more=both_years["l2"] - both_years["l1"],
    )  # fmt: skip
    expected = {}
    for name, sample, term in (
        ("gained", table[table["e1"] == 0], "e2"), ("lost", table[table["e1"] == 1], "lost"),
    ):  # fmt: skip
        for practice, compared_with, effects in (
            ("own", "same topic", ["topic"]),
            ("own", "same body and topic", BOTH),
            ("others", "same topic", ["topic"]),
        ):
            fit = regress(sample, practice, [term], effects, ["agency_id"])
            expected[name, practice, compared_with] = fit.row(term)
    fit = regress(table, "own", ["more"], BOTH, ["agency_id"])
    expected["one level more", "own", "same body and topic"] = fit.row("more")
    found = tables.topic_changes()
    whole = found[found["change"] != "difference, later minus earlier"]
    assert compared(whole, ["change", "practice", "compared"], expected) < BOUND


def test_the_decline_from_2021_to_2022_is_the_difference_of_two_estimates() -> None:
    """Each year alone gives its estimate; the covariance of the two comes from shared bodies."""
    pieces, scores = {}, {}
    for year, group in pair_rows().groupby("year"):
        wide = {name: group.pivot(index="agency_id", columns="topic", values=name) for name in
                ("practice", "enacted")}  # fmt: skip
        y, x = (_double_centred(wide[name].to_numpy()) for name in ("practice", "enacted"))
        beta = (x * y).sum() / (x * x).sum()
        pieces[year] = (beta, x.size)
        scores[year] = pd.Series((x * (y - beta * x)).sum(1) / (x * x).sum(), wide["enacted"].index)
    change = scores[2022].sub(scores[2021], fill_value=0)
    n = pieces[2021][1] + pieces[2022][1]
    g = len(change)
    k = 2 + 1 + 19
    error = ((change**2).sum() * g / (g - 1) * (n - 1) / (n - k)) ** 0.5
    found = tables.topic_changes().iloc[-1]
    assert found["estimate"] == pytest.approx(pieces[2022][0] - pieces[2021][0], abs=BOUND)
    assert found["std_error"] == pytest.approx(error, rel=1e-3)
    assert [found["n"], found["clusters"]] == [n, g]


@pytest.fixture(scope="module")
def movers():
    number = pair_rows().groupby(["agency_id", "year"])["enacted"].sum().unstack().dropna()
    table = {}
    for gain, loss in ((5, 3), (4, 2), (6, 4)):
        for agency, (before, after) in number.iterrows():
            direction = "gains" if before <= 5 else "losses"
            moved = after - before >= gain if before <= 5 else before - after >= loss
            if moved or abs(after - before) <= 1:
                table[gain, agency] = (direction, float(moved))
    return table


@pytest.fixture(scope="module")
def positions():
    """(outcome, agency, year): position among the type."""
    found = {}
    for row in part_rows().itertuples():
        found["policy", row.agency_id, row.year] = row.z_policy
        found["rest", row.agency_id, row.year] = row.z_rest
    whole = pd.DataFrame(
        [(a, y, kind, index) for (a, y), (kind, index) in results().items()],
        columns=["agency_id", "year", "agency_type", "index"],
    )
    for row, z in zip(whole.itertuples(), z_scores(whole, "index"), strict=True):
        found["index", row.agency_id, row.year] = z
    return {key: value for key, value in found.items() if not math.isnan(value)}


def _followed(movers, direction, gain, change, keep=lambda agency: True):
    table = [
        {"moved": moved, "change": change(agency), "place": place(agency), "agency_id": agency}
        for (size, agency), (way, moved) in movers.items()
        if size == gain and way == direction and keep(agency)
    ]
    return pd.DataFrame(table).dropna(subset=["change"])


def test_gains_and_losses_year_by_year(movers, positions) -> None:
    def change(outcome, year):
        def of(agency):
            ends = [positions.get((outcome, agency, y), math.nan) for y in (2021, year)]
            return ends[1] - ends[0]

        return of

    expected = {}
    plan = [("index", 2018), ("index", 2019)]
    plan += [(outcome, year) for outcome in ("policy", "rest") for year in (2022, 2023, 2024)]
    for direction in ("gains", "losses"):
        for outcome, year in plan:
            table = _followed(movers, direction, 5, change(outcome, year))
            fit = regress(table, "change", ["moved"], [], ["place"])
            key = (direction, outcome, year, int(table["moved"].sum()))
            expected[key] = fit.row("moved")
    keys = ["direction", "outcome", "year", "n_moved"]
    found = tables.gains_and_losses()
    assert compared(found, keys, expected) < BOUND
    expected = {}
    for direction in ("gains", "losses"):
        for outcome, year in [("rest", 2022), ("rest", 2023), ("rest", 2024)]:
            table = _followed(movers, direction, 5, change(outcome, year))
            start = [positions[outcome, a, 2021] for a in table["agency_id"]]
            fit = regress(table.assign(start=start), "change", ["moved", "start"], [], ["place"])
            key = (direction, outcome, year, int(table["moved"].sum()))
            expected[key] = fit.row("moved")
    assert compared(tables.same_start(), keys, expected) < BOUND
    sizes = pd.Series([v for (g, _), v in movers.items() if g == 5]).value_counts()
    assert [sizes["gains", 1.0], sizes["gains", 0.0]] == [76, 56]
    assert [sizes["losses", 1.0], sizes["losses", 0.0]] == [47, 184]


def test_gains_and_losses_under_other_choices(movers, positions) -> None:
    def after(agency):
        values = [positions.get(("rest", agency, y), math.nan) for y in (2022, 2023, 2024)]
        return np.nanmean(values) if not all(map(math.isnan, values)) else math.nan

    def change(agency):
        return after(agency) - positions.get(("rest", agency, 2021), math.nan)

    printed = {
        (row["agency_id"], int(row["year"])): math.floor(
            float(row["index_published"]) * 100 + 0.5 + 1e-9
        )
        for row in rows("published")
    }
    held = {
        agency
        for agency, year in printed
        if year == 2023
        and (agency, 2022) in printed
        and 0 <= printed[agency, 2023] - printed[agency, 2022] < 3
    }
    types = {row["agency_id"]: row["agency_type"] for row in rows("agencies")}
    local = {a for a, kind in types.items() if kind in {"provinsi", "kabupaten", "kota"}}
    expected = {}
    for direction in ("gains", "losses"):
        plan = {
            "smaller moves": _followed(movers, direction, 4, change),
            "larger moves": _followed(movers, direction, 6, change),
            "not held": _followed(movers, direction, 5, change, lambda a: a not in held),
            "local governments": _followed(movers, direction, 5, change, lambda a: a in local),
        }
        for check, table in plan.items():
            fit = regress(table, "change", ["moved"], [], ["place"])
            expected[direction, check, int(table["moved"].sum())] = fit.row("moved")
    found = tables.gains_checked()
    assert compared(found, ["direction", "check", "n_moved"], expected) < BOUND


DOMAINS = {"D1": 0.13, "D2": 0.25, "D3": 0.165, "D4": 0.455}


def _items():
    """The indicators of each domain with their weights."""
    instrument = {
        row["code"]: row
        for row in rows("instruments", REFERENCE)
        if row["edition"] == "permen-59-2020"
    }
    found = {domain: {} for domain in DOMAINS}
    for code, row in instrument.items():
        if row["scale"] == "indicator":
            domain = row["parent"]
            while domain not in DOMAINS:
                domain = instrument[domain]["parent"]
            found[domain][code] = float(row["weight_pct"])
    return found


def _domain_values(items):
    """(agency, year, domain): from levels where these are printed."""
    value = {}
    for agency, year in results():
        for domain, weights in items.items():
            if (agency, year, "I01") in levels():
                total = sum(w * levels()[agency, year, c] for c, w in weights.items())
                value[agency, year, domain] = total / sum(weights.values())
            elif (agency, year, "D4") in levels() and (agency, year) != _misprinted():
                value[agency, year, domain] = levels()[agency, year, domain]
    return value


def _jumped(share, position, topics):
    """One row per body low in the domain that jumped or stayed."""
    bodies = [a for a, y in share if y == 2021 and (a, 2022) in share]
    middle = np.median([share[a, 2021] for a in bodies])
    table = []
    for agency in bodies:
        step = share[agency, 2022] - share[agency, 2021]
        moved = step >= 0.4 - 1e-9
        if share[agency, 2021] <= middle and (moved or abs(step) <= 0.1 + 1e-9):
            later = [position.get((agency, y), math.nan) for y in (2022, 2023, 2024)]
            change = np.nanmean(later) - position[agency, 2021]
            row = {"moved": float(moved), "change": change, "place": place(agency)}
            table.append(row | {"topics": 10 * (topics[agency, 2022] - topics[agency, 2021])})
    return pd.DataFrame(table).dropna()


def test_jumps_in_every_domain() -> None:
    items = _items()
    value = _domain_values(items)
    keys = [(a, y) for a, y in results() if (a, y, "D1") in value]
    expected, means = {}, {}
    above = {
        (own, a, y): np.mean([levels()[a, y, c] >= 2 for c in items[own]])
        for own in DOMAINS
        for a, y in keys
        if (a, y, "I01") in levels()
    }
    for own in DOMAINS:
        left = [d for d in DOMAINS if d not in (own, "D1")]
        whole = pd.DataFrame(keys, columns=["agency_id", "year"]).assign(
            agency_type=[results()[key][0] for key in keys],
            others=[
                sum(DOMAINS[d] * value[a, y, d] for d in left) / sum(DOMAINS[d] for d in left)
                for a, y in keys
            ],
        )
        position = dict(zip(keys, z_scores(whole, "others"), strict=True))
        share, topics = (
            {(a, y): value for (d, a, y), value in above.items() if d == domain}
            for domain in (own, "D1")
        )
        table = _jumped(share, position, topics)
        plan = {"policy left out": (table, ["moved"])}
        if own in ("D2", "D4"):
            plan["topics held equal"] = (table, ["moved", "topics"])
            plan["topics unchanged"] = (table[table["topics"].abs() < 1.5], ["moved"])
        for compared_by, (part, terms) in plan.items():
            gained = part.loc[part["moved"] == 1, "topics"]
            means[own, compared_by] = [gained.mean(), (gained > 0.5).mean()]
            fit = regress(part, "change", terms, [], ["place"])
            expected[own, compared_by, len(gained)] = fit.row("moved")
    found = tables.jumps()
    assert compared(found, ["domain", "compared", "n_moved"], expected) < BOUND
    stated = found.set_index(["domain", "compared"])[["topics_gained", "share_gained"]]
    for key, values in means.items():
        assert stated.loc[key].tolist() == pytest.approx(values, abs=BOUND)


def test_places_of_those_who_gained(movers) -> None:
    rest = {(r.agency_id, r.year): (r.agency_type, r.rest) for r in part_rows().itertuples()}

    def percentile(agency, year):
        if (agency, year) not in rest:
            return math.nan
        kind, own = rest[agency, year]
        peers = [value for (_, y), (k, value) in rest.items() if y == year and k == kind]
        below = sum(value < own - 1e-12 for value in peers)
        same = sum(abs(value - own) <= 1e-12 for value in peers)
        return 100 * (below + (same + 1) / 2) / len(peers)

    types = {row["agency_id"]: row["agency_type"] for row in rows("agencies")}
    local = {a for a, kind in types.items() if kind in {"provinsi", "kabupaten", "kota"}}
    found = tables.gains_places().set_index("bodies")
    for bodies, wanted in (("all", set(types)), ("local", local)):
        table = _followed(
            movers, "gains", 5,
            lambda a: percentile(a, 2024) - percentile(a, 2021), lambda a, w=wanted: a in w,
        )  # fmt: skip
        row = found.loc[bodies]
        for name, group in (("moved", 1), ("stayed", 0)):
            ids = table.loc[table["moved"] == group, "agency_id"]
            for end, year in (("first", 2021), ("end", 2024)):
                mean = 100 - np.mean([percentile(a, year) for a in ids])
                assert row[f"{name}_{end}"] == pytest.approx(mean, abs=BOUND)
        fit = regress(table, "change", ["moved"], [], ["place"]).row("moved")
        columns = ["estimate", "std_error", "low", "high", "n", "clusters"]
        assert row[columns].tolist() == pytest.approx(fit, abs=BOUND)
        assert row["n_moved"] == (table["moved"] == 1).sum()


def _misprinted():
    """Banyuasin 2023, whose D4 is printed as 0.30."""
    (found,) = [key for key, value in levels().items() if key[2] == "D4" and value < 1]
    return found[:2]


def test_order_and_lags() -> None:
    parts = part_rows()
    known = parts.groupby("agency_id").filter(lambda group: len(group) == 4)
    value = {(r.agency_id, r.year): r for r in known.itertuples()}
    bodies = sorted({agency for agency, _ in value})
    table = pd.DataFrame(
        [
            {
                "change": value[a, 2023].rest - value[a, 2022].rest,
                "before": value[a, 2022].policy - value[a, 2021].policy,
                "same": value[a, 2023].policy - value[a, 2022].policy,
                "after": value[a, 2024].policy - value[a, 2023].policy,
                "kind": value[a, 2023].agency_type,
                "place": place(a),
            }
            for a in bodies
        ]
    )
    fit = regress(table, "change", ["before", "same", "after"], ["kind"], ["place"])
    names = {"before": "year before", "same": "same year", "after": "year after"}
    expected = {(2023, word): fit.row(term) for term, word in names.items()}
    assert compared(tables.order(), ["year", "policy_change"], expected) < BOUND
    assert len(bodies) == 446
    lagged = pd.DataFrame(
        [
            {
                "policy": value[a, year].z_policy, "rest": value[a, year].z_rest,
                "policy0": value[a, year - 1].z_policy, "rest0": value[a, year - 1].z_rest,
                "place": place(a),
            }
            for year in (2022, 2023, 2024) for a in bodies
        ]
    ).dropna()  # fmt: skip
    expected = {}
    for cause, outcome in (("policy", "rest"), ("rest", "policy")):
        fit = regress(lagged, outcome, [f"{cause}0", f"{outcome}0"], [], ["place"])
        expected[(f"{cause} to {outcome}",)] = fit.row(f"{cause}0")
    assert compared(tables.lags(), ["lag"], expected) < BOUND


def test_diffusion(both_years) -> None:
    before = [r for r in pair_rows().itertuples() if r.year == 2021]
    near, far, everybody = {}, {}, {}
    for r in before:
        home = place(r.agency_id)
        if r.agency_type in {"kabupaten", "kota"}:
            near.setdefault(home, []).append(r)
        if r.agency_type == "provinsi":
            far.setdefault(home, []).append(r)
        if r.agency_type in {"kabupaten", "kota", "provinsi"}:
            everybody.setdefault(home, []).append(r)

    def share(pool, row, same):
        kept = [
            r.enacted for r in pool.get(place(row.agency_id), [])
            if r.agency_id != row.agency_id and (not same or r.topic == row.topic)
        ]  # fmt: skip
        return sum(kept) / len(kept) if kept else math.nan

    islands = {row["agency_id"]: row["island"] for row in rows("agencies")}
    kinds = ["kabupaten", "kota", "provinsi"]
    at_risk = both_years[(both_years["e1"] == 0) & both_years["agency_type"].isin(kinds)]
    own = both_years.groupby("agency_id")["e1"].mean()
    at_risk = at_risk.assign(
        place=[place(a) for a in at_risk["agency_id"]],
        island=[islands[a] for a in at_risk["agency_id"]],
        own=at_risk["agency_id"].map(own),
    )
    both = "neighbours and provincial government"
    expected = {}
    for adopters, others, pool, topics, held in (
        ("regions", "neighbours", near, "all", "nothing"),
        ("regions", both, everybody, "all", "nothing"),
        ("regions", "neighbours", near, "all", "island"),
        ("regions", both, everybody, "all", "island"),
        ("provinces too", both, everybody, "same", "own share"),
        ("regions", "neighbours", near, "same", "region"),
        ("regions", "provincial government", far, "same", "region"),
    ):
        table = at_risk
        if adopters == "regions":
            table = at_risk[at_risk["agency_type"] != "provinsi"]
        shares = [share(pool, row, topics == "same") for row in table.itertuples()]
        table = table.assign(share=shares).dropna(subset=["share"])
        terms = ["share", "own"] if held == "own share" else ["share"]
        effects = ["topic", *{"island": ["island"], "region": ["agency_id"]}.get(held, [])]
        fit = regress(table, "e2", terms, effects, ["place"])
        expected[adopters, others, topics, held] = fit.row("share")
    found = tables.diffusion()
    assert compared(found, ["adopters", "others", "topics", "held"], expected) < BOUND


def test_reliability_follows_from_the_readings(both_years) -> None:
    found = tables.single_facts().set_index(["fact", "year"])["value"]
    first, last = (
        _double_centred(
            both_years.pivot(index="agency_id", columns="topic", values=name).to_numpy()
        )
        for name in ("e1", "e2")
    )
    gone = ((both_years["e1"] == 1) & (both_years["e2"] == 0)).sum()
    new = ((both_years["e1"] == 0) & (both_years["e2"] == 1)).sum()
    for year, reading in ((2021, first), (2022, last)):
        low = (first * last).sum() / (reading**2).sum()
        # Twice the losses are errors, shared by two readings: half of their part of the change.
        error = 2 * gone / (gone + new) * ((last - first) ** 2).sum() / 2
        stated = [found["reliability-low", year], found["reliability-high", year]]
        assert stated == pytest.approx([low, 1 - error / (reading**2).sum()], abs=BOUND)


def test_single_counts(both_years) -> None:
    found = tables.single_facts().set_index("fact")["value"]
    gone = both_years[(both_years["e1"] == 1) & (both_years["e2"] == 0)]
    assert found["vanished"] == len(gone) == 408
    assert found["enacted"] == both_years["e1"].sum() == 2874
    assert found["bodies-vanished"] == gone["agency_id"].nunique() == 147
    assert found["bodies-in-both"] == both_years["agency_id"].nunique() == 451


def test_dated_texts_are_found_as_counted_by_hand() -> None:
    word = {r["word"]: r["topic"] for r in rows("text_topics", REFERENCE)}
    ids = {
        r["kemendagri_code"]: r["agency_id"] for r in rows("agencies")
        if r["agency_type"] in {"provinsi", "kabupaten", "kota"}
    }  # fmt: skip
    texts = [(r["agency_id"], r["year"], r["topics"]) for r in rows("regulations_local", REFERENCE)]
    with (REFERENCE / "regulations_local_added.csv").open(encoding="utf-8", newline="") as file:
        texts += [(ids[r["region_code"]], r["year"], r["topic"]) for r in csv.DictReader(file)]
    enacted = {(r.agency_id, r.topic, r.year): r.enacted for r in pair_rows().itertuples()}
    stated = tables.single_facts().set_index(["fact", "year"])["value"]
    for year in (2021, 2022):
        known = {
            (agency, word[each])
            for agency, dated, named in texts
            for each in named.split(";")
            if each in word and dated.isdigit() and int(dated) < year
        }
        readings = [enacted[a, t, year] for a, t in known if (a, t, year) in enacted]
        assert stated["dated-texts", year] == len(readings)
        assert stated["dated-texts-found", year] == sum(readings)


def _double_centred(values):
    return values - values.mean(0) - values.mean(1, keepdims=True) + values.mean()


def _centred_by_year(table, name):
    values = table[name].to_numpy(float)
    out = np.zeros(len(values))
    for year in (2021, 2022):
        at = (table["year"] == year).to_numpy()
        part = table[at]
        own = part[name].astype(float)
        out[at] = (
            own
            - own.groupby(part["body"]).transform("mean")
            - own.groupby(part["item"]).transform("mean")
            + own.mean()
        )
    return out
