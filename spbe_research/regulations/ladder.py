"""The ladder: one association after another, from what is usually reported to the strictest design.

Every step is a difference on the scale of the levels, 1 to 5, so that they can stand side by side.
They are not estimates of one quantity: the first rung is of kabupaten and kota, the second and
third of all agencies, and the last compares by other marks than regulated topics. Not here: the
estimates, which the designs give.
"""

from dataclasses import dataclass

import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = ["ANSWERS", "STEPS", "Answer", "Step", "choose_ladder", "tabulate_answers"]

_COVARIATES = "type, population, GRDP per capita, island"
_INDEX = (
    "all at 10 against all at 0 "
    "[model=fractional response; score={}; adjusted_for={}; term=n_enacted]"
)
_COHORT = "members (all cohorts) against never-members [window=2021-2022; estimator={}]"
_CURVE = "specification curve"


@dataclass(frozen=True)
class Step:
    """One step: where its rows stand in ``regulations.csv``, and what it takes out.

    ``years`` are those of the rows; ``period`` says which years went in, where it is not the year
    of the row.
    """

    step: str
    rung: str
    design: str
    outcome: str
    contrast: str
    years: tuple[int, ...]
    removes: str
    period: str = ""


STEPS = (
    Step(
        "as usually reported",
        "index, all ten topics enacted against none",
        "4 levels and predicates",
        "expected index",
        _INDEX.format("index", "nothing"),
        (2021, 2022),
        "nothing",
    ),
    Step(
        "without the policy domain",
        "index, all ten topics enacted against none",
        "4 levels and predicates",
        "expected index",
        _INDEX.format("index_without_policy", "nothing"),
        (2021, 2022),
        "that the regulation is part of the index",
    ),
    Step(
        "equal type, size, product, island",
        "index, all ten topics enacted against none",
        "4 levels and predicates",
        "expected index",
        _INDEX.format("index_without_policy", _COVARIATES),
        (2021, 2022),
        "what is measured of kabupaten and kota",
    ),
    Step(
        "its own practice, raw",
        "practice of a topic, regulated against not",
        "2 matched topics",
        "practice level of the topic",
        "enacted or not: raw difference",
        (2021, 2022),
        "practices that the regulation is not about",
    ),
    Step(
        "same agency, topics adjusted",
        "practice of a topic, regulated against not",
        "2 matched topics",
        "practice level of the topic",
        "enacted or not: agency and topic effects",
        (2021, 2022),
        "all that an agency's topics have in common",
    ),
    Step(
        "change where newly regulated",
        "change of practice, newly regulated against not",
        "3 adoption",
        "change of practice 2021 to 2022",
        "newly enacted or not: raw difference",
        (2022,),
        "all that does not change within a year",
        "2021-2022",
    ),
    Step(
        "change, same agency and topics",
        "change of practice, newly regulated against not",
        "3 adoption",
        "change of practice 2021 to 2022",
        "newly enacted or not: agency and topic effects",
        (2022,),
        "agencies on the move, topics on the move",
        "2021-2022",
    ),
    Step(
        "smart-city members, raw",
        "compared by other marks",
        "5 smart-city cohorts",
        "index",
        _COHORT.format("raw"),
        (2022,),
        "nothing",
        "2021-2022",
    ),
    Step(
        "smart-city members, matched",
        "compared by other marks",
        "5 smart-city cohorts",
        "index",
        _COHORT.format("matched"),
        (2022,),
        "what was measured before they joined",
        "2021-2022",
    ),
    Step(
        "a local text is known",
        "compared by other marks",
        "6 local texts",
        "index",
        "in the sample against not",
        (2022,),
        "differences between types of government",
    ),
)


@dataclass(frozen=True)
class Answer:
    """What one design asks, and where its first and its strictest estimate stand."""

    design: str
    question: str
    unit: str
    period: str
    year: int
    first: tuple[str, str]
    strictest: tuple[str, str]
    removed: str
    not_shown: str


ANSWERS = (
    Answer(
        "1 part and whole",
        "How much of it is arithmetic?",
        "index points per point of the policy domain",
        "2022",
        2022,
        ("index", "slope on policy"),
        ("index", "slope: through the rest"),
        "the weight of the policy domain in the index",
        "why policy and the other domains go together",
    ),
    Answer(
        "2 matched topics",
        "Is practice better where it is regulated?",
        "levels, topic regulated against not",
        "2022",
        2022,
        ("practice level of the topic", "enacted or not: raw difference"),
        ("practice level of the topic", "enacted or not: agency and topic effects"),
        "all that an agency's topics, and a topic's agencies, have in common",
        "which came first; what a regulation does for all topics at once",
    ),
    Answer(
        "3 adoption",
        "Does practice rise where a regulation is new?",
        "change of levels, newly regulated against not",
        "2021-2022",
        2022,
        ("change of practice 2021 to 2022", "newly enacted or not: raw difference"),
        (
            "change of practice 2021 to 2022",
            "newly enacted or not: agency and topic effects",
        ),
        "agencies and topics on the move",
        "order within the year; effects that take longer than one",
    ),
    Answer(
        "4 levels and predicates",
        "What goes with a higher score?",
        "index points, all ten topics enacted against none",
        "2022",
        2022,
        ("expected index", _INDEX.format("index", "nothing")),
        ("expected index", _INDEX.format("index_without_policy", _COVARIATES)),
        "the policy domain; type, population, product, island",
        "what is not measured: staff, money, attention",
    ),
    Answer(
        "5 smart-city cohorts",
        "Do smart-city members score higher?",
        "index points, members against never-members",
        "2021-2022",
        2022,
        ("index", _COHORT.format("raw")),
        ("index", _COHORT.format("matched")),
        "what was measured before they joined",
        "why they were chosen",
    ),
    Answer(
        "6 local texts",
        "Do regions with a known text score higher?",
        "index points, regions with a known text against the rest",
        "2022",
        2022,
        ("index", "has a text against none [share_unknown_with_text=0.0]"),
        ("index", "in the sample against not"),
        "differences between types of government",
        "anything of the regions whose texts are not known",
    ),
    Answer(
        "7 how fragile",
        "Does it hang on the choices?",
        "levels, topic regulated against not: largest and smallest of the specifications",
        "2022",
        2022,
        ("largest", _CURVE),
        ("smallest", _CURVE),
        "what some defensible set of controls removes",
        "a confounder that no table holds",
    ),
)


def tabulate_answers(results: pd.DataFrame) -> pd.DataFrame:
    """Put the answers of the seven designs side by side: first estimate and strictest.

    Parameters
    ----------
    results : pandas.DataFrame
        As ``join_designs`` returns it, or as read from ``regulations.csv``.

    Returns
    -------
    pandas.DataFrame
        ``design, question, unit, period, first, first_low, first_high, estimate, low, high, n,
        removed, not_shown``; ``first`` is the plainest comparison of the design, ``estimate`` one
        that takes out the most, ``n`` its rows. Bounds are missing where there is no interval.

    Raises
    ------
    DataError
        Naming every design whose rows are not there.

    Examples
    --------
    >>> from spbe_research.regulations.results import RESULT_COLUMNS
    >>> tabulate_answers(pd.DataFrame(columns=RESULT_COLUMNS))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid results, 14 violations:
      - 1 part and whole, slope on policy: 0 rows
    ...
    """
    table, violations = [], []
    for answer in ANSWERS:
        found = {}
        for name, (outcome, contrast) in (
            ("first", answer.first),
            ("strictest", answer.strictest),
        ):
            rows = _rows_of(results, answer, outcome, contrast)
            if len(rows) == 1:
                found[name] = rows.iloc[0]
            else:
                violations.append(f"{answer.design}, {contrast}: {len(rows)} rows")
        if len(found) == 2:
            first, strictest = found["first"], found["strictest"]
            table.append(
                {
                    "design": answer.design,
                    "question": answer.question,
                    "unit": answer.unit,
                    "period": answer.period,
                    "first": first["estimate"],
                    # equal bounds are no interval: a difference of means, nothing unknown
                    "first_low": first["low"] if first["low"] < first["high"] else float("nan"),
                    "first_high": first["high"] if first["low"] < first["high"] else float("nan"),
                    **strictest[["estimate", "low", "high", "n"]].to_dict(),
                    "removed": answer.removed,
                    "not_shown": answer.not_shown,
                }
            )
    refuse(DataError, "results", violations, "Each answer needs its rows; see regulations.csv.")
    return pd.DataFrame(table)


def choose_ladder(results: pd.DataFrame) -> pd.DataFrame:
    """Choose the rows of the ladder from the joined results of all designs.

    Parameters
    ----------
    results : pandas.DataFrame
        As ``join_designs`` returns it, or as read from ``regulations.csv``.

    Returns
    -------
    pandas.DataFrame
        ``rung, step, period, removes``, then the columns of ``regulations.csv``; in the order of
        ``STEPS`` and years. Estimates in levels or index points, 1 to 5. Period: 2021, 2022, or
        2021-2022 where both years went in.

    Raises
    ------
    DataError
        Naming every step whose row is not there.

    Examples
    --------
    >>> from spbe_research.regulations.results import RESULT_COLUMNS
    >>> choose_ladder(pd.DataFrame(columns=RESULT_COLUMNS))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid results, 15 violations:
      - as usually reported, 2021: 0 rows
    ...
    """
    chosen, violations = [], []
    for step in STEPS:
        same = (
            (results["design"] == step.design)
            & (results["outcome"] == step.outcome)
            & (results["contrast"] == step.contrast)
        )
        for year in step.years:
            rows = results[same & (results["year"] == year)]
            if len(rows) != 1:
                violations.append(f"{step.step}, {year}: {len(rows)} rows")
                continue
            named = rows.assign(
                rung=step.rung,
                step=step.step,
                period=step.period or str(year),
                removes=step.removes,
            )
            chosen.append(named[["rung", "step", "period", "removes", *rows.columns]])
    refuse(DataError, "results", violations, "Each step needs one row; see regulations.csv.")
    return pd.concat(chosen, ignore_index=True)


def _rows_of(results: pd.DataFrame, answer: Answer, outcome: str, contrast: str) -> pd.DataFrame:
    """The rows that an answer names; of the curve, the one with the extreme estimate."""
    rows = results[results["design"] == answer.design]
    rows = rows[rows["year"] == answer.year]
    if contrast == _CURVE:
        curve = rows[rows["contrast"].str.contains("question=matched", regex=False)]
        curve = curve.dropna(subset=["low"]).sort_values("estimate")
        return curve.tail(1) if outcome == "largest" else curve.head(1)
    return rows[(rows["outcome"] == outcome) & (rows["contrast"] == contrast)]
