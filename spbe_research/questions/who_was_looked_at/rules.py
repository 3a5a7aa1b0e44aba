"""What the rules say and what the results show: year by year, and body by body where a rule is."""

from itertools import pairwise

import numpy as np
import pandas as pd

from spbe_research.panel.frames import add_predicates
from spbe_research.panel.modes import assessment_duties
from spbe_research.panel.national_series import national_means
from spbe_research.records import question_words
from spbe_research.scoring.predicates import round_half_up
from spbe_research.years import evaluation, evaluation_years

__all__ = ["bodies_under_rule", "duty_counts", "looked_at_by_predicate", "rules_and_results"]

WINDOWS = (0.10, 0.20, 0.30)  # index points on either side of the cut
_ROUNDS_TO = 0.005 + 1e-9
_BASES = ("participants", "population")


def rules_and_results(
    published: pd.DataFrame, carried_over: pd.DataFrame, official: pd.Series, *, question: str
) -> pd.DataFrame:
    """Set the rule of each year beside what its results show.

    Parameters
    ----------
    published, carried_over : pandas.DataFrame
        As ``load_published()`` and ``load_carried_over_bodies()``.
    official : pandas.Series
        The printed national index by year.
    question : str
        The question whose words hold the rule of each year in both languages (``[rules]``); a year
        without words shows what ``evaluation_years.csv`` says.

    Returns
    -------
    pandas.DataFrame
        ``year, rule_en, rule_id, seen_en, seen_id, rule_basis, rule_source, n`` (listed), ``n_new,
        n_evaluated, n_monitored, n_carried_over`` (in the list), ``n_absent`` (outside it, counted
        all the same), ``participants, population`` (means in index points), ``mean_official`` and
        ``basis_found``: which of the two rounds to the printed mean (``same`` where both are one
        number, ``neither`` where none does).
    """
    words = question_words(question)["rules"]
    means = national_means(published, carried_over).pivot(
        index="year", columns="basis", values="estimate"
    )
    rows = []
    for year in evaluation_years():
        known = evaluation(year)
        said = words.get(str(year), {})
        modes = published.loc[published["year"] == year, "mode"].value_counts()
        printed = float(official.get(year, np.nan))
        rows.append(
            {
                "year": year,
                "rule_en": said.get("rule", {}).get("en", known.who_looked_at),
                "rule_id": said.get("rule", {}).get("id", known.who_looked_at),
                "seen_en": said.get("seen", {}).get("en", ""),
                "seen_id": said.get("seen", {}).get("id", ""),
                "rule_basis": known.who_basis,
                "rule_source": known.who_source,
                "n": int(modes.sum()),
                "n_new": int(modes.sum() - modes.get("carried_over", 0)),
                **{f"n_{mode}": int(modes.get(mode, 0)) for mode in ("evaluated", "monitored")},
                "n_carried_over": int(modes.get("carried_over", 0)),
                "n_absent": int((carried_over["year"] == year).sum()),
                **means.loc[year].to_dict(),
                "mean_official": printed,
                "basis_found": _basis(means.loc[year], printed),
            }
        )
    return pd.DataFrame(rows)


def bodies_under_rule(published: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return the bodies of a year with a printed rule, what it asked, and what came of it.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    rules : pandas.DataFrame
        As ``load_reference("assessment_modes")``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, duty, index_before`` (two decimals; missing for ``new``) and ``outcome``:
        ``new`` (a first result on the instrument), ``not_lower``, ``lower`` (the printed index,
        both years rounded half up to two decimals) or ``none`` (no new result).
    """
    listed = published[["agency_id", "year", "index_published", "status"]]
    bodies = assessment_duties(published, rules).merge(listed, on=["agency_id", "year"])
    after = round_half_up(bodies["index_published"].to_numpy())
    conditions = {
        "none": (bodies["status"] == "carried_over").to_numpy(),
        "new": bodies["index_before"].isna().to_numpy(),
        "lower": after < bodies["index_before"].to_numpy() - _ROUNDS_TO,
    }
    bodies["outcome"] = np.select(list(conditions.values()), list(conditions), "not_lower")
    return bodies[["agency_id", "year", "duty", "index_before", "outcome"]]


def duty_counts(bodies: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Count what became of the bodies under each duty, of all and near the cut.

    Parameters
    ----------
    bodies : pandas.DataFrame
        As ``bodies_under_rule``.
    rules : pandas.DataFrame
        As ``load_reference("assessment_modes")``: the cut.

    Returns
    -------
    pandas.DataFrame
        ``year, cut, within`` (``all``, or the distance to the cut, again as a number in
        ``distance``, index points), ``duty, n, n_assessed, n_without, share_assessed, n_lower,
        estimate`` (share of the assessed whose printed index fell; missing for bodies without an
        index the year before). No interval: these are all bodies of the list.
    """
    rows = []
    for year, group in bodies.groupby("year"):
        cut = float(rules.loc[(rules["year"] == str(year)) & (rules["cut"] != ""), "cut"].iloc[0])
        distance = (group["index_before"] - cut).abs()
        frames = [("all", np.nan, group)]
        frames += [(f"{width:.1f}", width, group[distance <= width + 1e-9]) for width in WINDOWS]
        for within, width, chosen in frames:
            for duty, of_duty in chosen.groupby("duty", sort=False):
                assessed = of_duty["outcome"] != "none"
                lower = int((of_duty["outcome"] == "lower").sum())
                rows.append(
                    {
                        "year": year,
                        "cut": cut,
                        "within": within,
                        "distance": width,
                        "duty": duty,
                        "n": len(of_duty),
                        "n_assessed": int(assessed.sum()),
                        "n_without": int((~assessed).sum()),
                        "share_assessed": float(assessed.mean()),
                        "n_lower": lower,
                        "estimate": float("nan") if duty == "new" else lower / assessed.sum(),
                    }
                )
    return pd.DataFrame(rows)


def looked_at_by_predicate(published: pd.DataFrame) -> pd.DataFrame:
    """Count who has a new result, by the predicate in the list of the year before.

    Returns
    -------
    pandas.DataFrame
        ``year, predicate`` (of the year before), ``n`` (bodies with it), ``n_assessed`` and
        ``estimate``, the share with a new result. It compares the bodies of one year, so that a new
        instrument between the two years does no harm.
    """
    known = evaluation_years()
    rows = []
    for before, year in pairwise(known):
        earlier = add_predicates(published[published["year"] == before])
        new = published[(published["year"] == year) & (published["status"] == "evaluated")]
        again = earlier["agency_id"].isin(new["agency_id"])
        for predicate, group in again.groupby(earlier["predicate"].astype(str)):
            rows.append((year, predicate, len(group), int(group.sum()), float(group.mean())))
    return pd.DataFrame(rows, columns=["year", "predicate", "n", "n_assessed", "estimate"])


def _basis(means: pd.Series, printed: float) -> str:
    if means["participants"] == means["population"]:
        return "same" if abs(means["population"] - printed) <= _ROUNDS_TO else "neither"
    fits = [basis for basis in _BASES if abs(means[basis] - printed) <= _ROUNDS_TO]
    return fits[0] if len(fits) == 1 else "neither"
