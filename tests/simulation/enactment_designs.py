"""Every kept design on regulation and practice, on synthetic bodies whose truth is known.

``assess_enactment_designs`` says of each design and setting what a reader of its estimate would
conclude: its bias, how often its interval holds the truth, and how often it excludes zero (power,
or with no effect the rate of false alarms).
"""

import re
from collections.abc import Iterator

import pandas as pd

from simulation.enactment import YEARS, Simulated, simulate_enactment
from spbe_research.methods.policy_and_practice import pair_years
from spbe_research.questions.do_regulated_agencies_score_higher.comparisons import (
    compare_between_and_within,
)
from spbe_research.questions.does_practice_follow_regulation.changes import compare_changes
from spbe_research.questions.does_practice_follow_regulation.movers import (
    find_movers,
    follow_movers,
    positions,
)
from spbe_research.questions.does_practice_follow_regulation.order import compare_leads
from spbe_research.questions.does_practice_follow_regulation.readings import (
    estimate_with_instrument,
)

__all__ = ["SETTINGS", "assess_enactment_designs", "estimates", "fill_tables"]

FIRST, LAST = 2021, 2022
SETTINGS: dict[str, dict[str, float]] = {
    "no effect, hardly misread": {"misread": 0.02},
    "effect, hardly misread": {"effect": 0.15, "misread": 0.02},
    "effect, misread": {"effect": 0.15, "misread": 0.12},
    "effect, misread, no omnibus texts": {"effect": 0.15, "misread": 0.12, "omnibus": 0.0},
    "no effect, misread and halo": {"misread": 0.12, "halo": 0.25},
    "no effect, misread, halo and floor": {"misread": 0.12, "halo": 0.25, "floor": True},
    "no effect, capacity grows": {"misread": 0.12, "growth": 0.2},
    "effect and all of it": {
        "effect": 0.15, "misread": 0.12, "halo": 0.25, "growth": 0.2, "floor": True
    },
}  # fmt: skip


def estimates(drawn: Simulated, effect: float) -> Iterator[tuple[str, float, pd.Series]]:
    """Each design's name, its truth in this draw, and its row."""
    years = pair_years(drawn.pairs, first=FIRST, last=LAST)
    compared = compare_between_and_within(drawn.pairs, drawn.agencies).set_index(
        ["year", "compared"]
    )
    yield "between bodies 2022", effect, compared.loc[(LAST, "between bodies")]
    yield "within a body 2022", effect, compared.loc[(LAST, "within a body")]
    read = estimate_with_instrument(years, first=FIRST, last=LAST).set_index(["period", "reading"])
    both = f"{FIRST}-{LAST}"
    yield "within a body, as read", effect, read.loc[(both, "as read")]
    yield "within a body, instrument", effect, read.loc[(both, "other year as instrument")]
    table = compare_changes(years, drawn.agencies)
    changes = table[table["practice"] == "own"].set_index(["change", "compared"])
    others = table[table["practice"] == "others"].set_index("change")
    for change, sign in (("gained", 1), ("lost", -1)):
        for compared_with in ("same topic", "same body and topic"):
            # A text that is only not found takes nothing away: the truth of a loss is 0.
            truth = effect if sign > 0 else 0.0
            yield f"{change}, {compared_with}", truth, changes.loc[(change, compared_with)]
        yield f"{change}, practice of the others", 0.0, others.loc[change]
    places = positions(drawn.parts, _published(drawn))
    movers = find_movers(drawn.pairs, first=FIRST, last=LAST)
    followed = follow_movers(movers, places, drawn.agencies, base=FIRST)
    followed = followed[followed["outcome"] == "rest"].set_index(["direction", "year"])
    for direction in ("gains", "losses"):
        group = movers[movers["direction"] == direction].set_index("agency_id")["moved"]
        for year in YEARS[1:]:
            truth = _added_to_movers(drawn, group, year)
            yield f"{direction} {year}", truth, followed.loc[(direction, year)]
    leads = compare_leads(drawn.parts, drawn.agencies).set_index("policy_change")
    for name in ("year before", "year after"):
        yield f"change of policy the {name}", float("nan"), leads.loc[name]


def assess_enactment_designs(n_replications: int, *, seed: int, **bodies: int) -> pd.DataFrame:
    """Bias, coverage and rejections of every design in every setting.

    Parameters
    ----------
    n_replications : int
        Draws a setting; about one second each.
    seed : int
        Of the first draw of a setting; the next has the next number.
    **bodies : int
        ``n_bodies`` of a draw.

    Returns
    -------
    pandas.DataFrame
        ``setting, design, truth, mean`` (of the estimates), ``bias`` (mean less truth) and
        ``bias_error`` (Monte Carlo), ``covered`` (share of intervals that hold the truth),
        ``excludes_zero`` (share of intervals without 0), ``replications, seed``. Truth, bias and
        coverage are missing for the changes of policy, whose truth has no single number.

    Notes
    -----
    Monte Carlo error of the bias: ``sd(estimate - truth) / sqrt(R)``; of a share p of R draws
    ``sqrt(p (1 - p) / R)``.
    """
    rows = []
    for setting, chosen in SETTINGS.items():
        for draw in range(n_replications):
            drawn = simulate_enactment(seed=seed + draw, **chosen, **bodies)
            rows += [
                {
                    "setting": setting,
                    "design": design,
                    "truth": truth,
                    "mean": row["estimate"],
                    "bias": row["estimate"] - truth,
                    "covered": float("nan")
                    if pd.isna(truth)
                    else row["low"] <= truth <= row["high"],
                    "excludes_zero": row["low"] > 0 or row["high"] < 0,
                }
                for design, truth, row in estimates(drawn, chosen.get("effect", 0.0))
            ]
    table = pd.DataFrame(rows).astype({"covered": float, "excludes_zero": float})
    groups = table.groupby(["setting", "design"], sort=False)
    found = groups.mean()
    error = groups["bias"].std() / n_replications**0.5
    found.insert(found.columns.get_loc("bias") + 1, "bias_error", error)
    return found.reset_index().assign(replications=n_replications, seed=seed)


def fill_tables(page: str, outcome: pd.DataFrame) -> str:
    """Put the outcome into the tables of a page of Markdown, one row per design.

    Parameters
    ----------
    page : str
        With lines ``<!-- table: bias -->`` (or ``covered``, ``excludes_zero``) and, where the table
        ends, ``<!-- end -->``.
    outcome : pandas.DataFrame
        As ``assess_enactment_designs``.

    Returns
    -------
    str
        The page with its tables written anew: bias with its Monte Carlo error, shares in percent.
    """

    def written(match: re.Match[str]) -> str:
        name = match.group(1)
        wide = outcome.pivot(index="design", columns="setting", values=name)
        wide = wide.reindex(index=outcome["design"].unique(), columns=list(SETTINGS)).dropna()
        if name == "bias":
            errors = outcome.pivot(index="design", columns="setting", values="bias_error")
            cells = wide.map("{:.2f}".format) + errors.loc[wide.index, wide.columns].map(
                " ({:.2f})".format
            )
        else:
            cells = wide.map("{:.0%}".format)
        lines = [["design", *cells.columns], ["---"] * (1 + len(cells.columns))]
        lines += [[design, *row] for design, row in zip(cells.index, cells.to_numpy(), strict=True)]
        rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"<!-- table: {name} -->\n{rows}\n<!-- end -->"

    return re.sub(r"(?s)<!-- table: (\w+) -->.*?<!-- end -->", written, page)


def _added_to_movers(drawn: Simulated, moved: pd.Series, year: int) -> float:
    """What the effect added to movers beyond those who stayed, in deviations of the rest."""
    spread = drawn.parts.groupby("year")["rest"].std()
    wide = drawn.added.pivot(index="agency_id", columns="year", values="added")
    change = wide[year] / spread[year] - wide[FIRST] / spread[FIRST]
    change = change.loc[moved.index]
    return float(change[moved].mean() - change[~moved].mean())


def _published(drawn: Simulated) -> pd.DataFrame:
    columns = ["agency_id", "year", "agency_type"]
    return drawn.parts[columns].assign(index_published=drawn.parts["index"], status="evaluated")
