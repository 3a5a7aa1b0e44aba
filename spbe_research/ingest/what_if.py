"""Which steps would lift a body to a predicate: on its latest levels, with what each step asks for.

What real bodies did between the two years of levels stands beside every step. It describes; that a
step is cheap for others does not make it cheap for this body.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from spbe_research.claims import resolve_agency
from spbe_research.errors import DataError
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.instruments.instrument import HIGHEST_LEVEL
from spbe_research.panel.loaders import load_agencies, load_reference, load_scores
from spbe_research.scoring.steps import Plan, cheapest_sets
from spbe_research.years import evaluation, years_with

__all__ = ["WhatIf", "step_shares", "what_if"]

_COSTS = ("steps", "rarity")
_NEVER = 0.5  # bodies that are taken to have made a step that none made, so that it has a cost


@dataclass(frozen=True)
class WhatIf:
    """What would lift a body: the plans, the cheapest first; none where it is out of reach.

    ``steps`` has one row per step: ``set`` (the number of the plan, 1 the cheapest), ``item, name,
    level, next_level, gain`` (index points), ``cost, n_at_level, n_stepped`` (bodies at that level
    in the first year of levels, and those above it in the second), ``asks_for``.
    """

    agency_id: str
    name: str
    year: int
    target: str
    edge: Fraction
    reachable: Fraction
    plans: tuple[Plan, ...]
    steps: pd.DataFrame

    @property
    def plan(self) -> Plan | None:
        """The cheapest plan."""
        return self.plans[0] if self.plans else None


def what_if(
    agency: str,
    target: str,
    *,
    costs: str = "steps",
    cap: int = HIGHEST_LEVEL,
    most_steps: int = HIGHEST_LEVEL,
    keep: tuple[str, ...] = (),
    sets: int = 1,
    language: str = "en",
) -> WhatIf:
    """Return the cheapest one-level steps that lift a body to a predicate or an index.

    Parameters
    ----------
    agency : str
        A name, loosely, or an ``agency_id``.
    target : str
        A predicate, or an index with a decimal point or comma.
    costs : {"steps", "rarity"}
        Every step costs 1; or one over the share of the bodies at its level that made it.
    cap : int
        The highest level that a step may reach.
    most_steps : int
        How many levels one indicator may rise.
    keep : tuple of str
        Indicators that stay as they are.
    sets : int
        How many sets of steps, the cheapest first. Sets of the same cost are many: they show what
        can be exchanged.
    language : {"en", "id"}
        Of what a step asks for.

    Returns
    -------
    WhatIf

    Raises
    ------
    DataError
        For a body that is not one, or without published levels; a target that is neither a
        predicate nor an index; or a word that is not known.

    Notes
    -----
    Levels of single indicators were published for two years only, the last of them
    `WhatIf.year`: what a body has now is not known. The index is taken exact, as the ministry does
    since its last list.
    """
    if costs not in _COSTS:
        raise DataError(f"Invalid costs {costs!r}. They must be {' or '.join(_COSTS)}.")
    years = years_with(parts_published="indicator")
    scores = load_scores(scale="indicator")
    agency_id = resolve_agency(agency)
    name = str(load_agencies().set_index("agency_id")["name"][agency_id])
    known = scores[(scores["agency_id"] == agency_id) & scores["year"].isin(years)]
    if known.empty:
        raise DataError(
            f"Invalid agency {name!r}. No levels of single indicators were published for it; they "
            f"exist for {' and '.join(map(str, years))} only."
        )
    year = int(known["year"].max())
    instrument = load_instrument(evaluation(year).edition)
    own = known[known["year"] == year].set_index("item")["value"].astype(int)
    levels = {code: int(own[code]) for code in instrument.indicators}
    edge = _edge(target, instrument)
    if unknown := [code for code in keep if code not in levels]:
        raise DataError(f"Invalid indicator {unknown[0]!r}. It must be one of I01 to I47.")
    caps = {
        code: level if code in keep else max(level, min(cap, level + most_steps))
        for code, level in levels.items()
    }
    shares = step_shares(scores, years, instrument)
    prices = None if costs == "steps" else _prices(shares)
    plans = cheapest_sets(levels, instrument, edge, n=sets, costs=prices, caps=caps)
    reachable = sum(
        (instrument.item(code).weight / 100 * caps[code] for code in levels), Fraction(0)
    )
    steps = _described(plans, instrument, shares, language)
    return WhatIf(agency_id, name, year, target, edge, reachable, plans, steps)


def step_shares(
    scores: pd.DataFrame, years: tuple[int, ...], instrument: Instrument
) -> pd.DataFrame:
    """Count who stood at each level of an indicator, and who stood above it a year later.

    Parameters
    ----------
    scores : pandas.DataFrame
        Levels, as ``load_scores(scale="indicator")``.
    years : tuple of int
        The first and the last of them are compared.
    instrument : Instrument
        Of both.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``item`` and ``level`` (1 to 4): ``n_at_level, n_stepped``, bodies with levels in
        both years.
    """
    wide = [
        scores[scores["year"] == year].pivot(index="agency_id", columns="item", values="value")
        for year in (years[0], years[-1])
    ]
    both = wide[0].index.intersection(wide[1].index)
    before, after = (table.loc[both, list(instrument.indicators)] for table in wide)
    rows = [
        {
            "item": code,
            "level": level,
            "n_at_level": int((before[code] == level).sum()),
            "n_stepped": int(((before[code] == level) & (after[code] > level)).sum()),
        }
        for code in instrument.indicators
        for level in range(1, HIGHEST_LEVEL)
    ]
    return pd.DataFrame(rows).set_index(["item", "level"])


def _prices(shares: pd.DataFrame) -> Mapping[tuple[str, int], float]:
    """One over the share that made the step; a step that nobody made, or could, is dear."""
    stepped = shares["n_stepped"].clip(lower=_NEVER)
    prices = shares["n_at_level"].clip(lower=1) / stepped
    return {(str(item), int(level)): float(price) for (item, level), price in prices.items()}


def _edge(target: str, instrument: Instrument) -> Fraction:
    bands = {band.predicate.casefold(): band for band in instrument.bands}
    text = " ".join(target.split())
    if text.casefold() in bands:
        return Fraction(str(bands[text.casefold()].lower))
    try:
        edge = Fraction(text.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        edge = Fraction(0)
    if not 1 <= edge <= HIGHEST_LEVEL or len(text) > 10:
        names = ", ".join(band.predicate for band in instrument.bands)
        raise DataError(f"Invalid target {target!r}. It must be {names}, or an index 1 to 5.")
    return edge


def _described(
    plans: tuple[Plan, ...], instrument: Instrument, shares: pd.DataFrame, language: str
) -> pd.DataFrame:
    criteria = load_reference("level_criteria")
    criteria = criteria[criteria["edition"] == instrument.edition]
    asked = criteria.set_index(["item", "level"])[f"requires_{language}"]
    return pd.DataFrame(
        [
            {
                "set": number,
                "item": step.item,
                "name": instrument.item(step.item).name,
                "level": step.level,
                "next_level": step.level + 1,
                "gain": float(step.gain),
                "cost": step.cost,
                "n_at_level": int(shares.loc[(step.item, step.level), "n_at_level"]),
                "n_stepped": int(shares.loc[(step.item, step.level), "n_stepped"]),
                "asks_for": asked[step.item, str(step.level + 1)],
            }
            for number, plan in enumerate(plans, start=1)
            for step in plan.steps
        ],
        columns=[
            "set", "item", "name", "level", "next_level", "gain", "cost", "n_at_level",
            "n_stepped", "asks_for",
        ],
    )  # fmt: skip
