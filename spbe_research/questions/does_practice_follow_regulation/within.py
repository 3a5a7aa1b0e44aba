"""Within one body and one year: practice on its regulated topics against its other topics.

What all topics of a body share (money, people, a kind assessor) cannot make this difference. What
belongs to one topic of one body can, and the level of enactment is misread (``readings``). A body
with all its topics regulated, or none, says nothing here: mostly one omnibus text did it.
"""

from typing import Any

import pandas as pd

from spbe_research.methods.policy_and_practice import ENACTED
from spbe_research.methods.regression import fit, result_rows

__all__ = ["compare_by_type", "compare_levels", "make_eight_choices"]

FEWEST = 20  # informative bodies, below which no estimate is given
_EFFECTS = "| agency_id + topic"
_RESULT = ("estimate", "std_error", "low", "high")
_LOCAL = ("provinsi", "kabupaten", "kota")
_AUDIT = "ict_audit"  # its practice is the mean of three indicators


def compare_levels(pairs: pd.DataFrame) -> pd.DataFrame:
    """Practice at each policy level against level 1, where no regulation is in force.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.

    Returns
    -------
    pandas.DataFrame
        ``year, level`` (2: enacted; 3: complete; 4: reviewed; 5: revised) and the result in levels
        of practice above the topics of the body at level 1.

    Raises
    ------
    DataError
        When a column is absent or incomplete.

    Notes
    -----
    ``practice_ik = sum_l b_l [policy_ik = l] + a_i + t_k + e_ik``; clusters are bodies.
    """
    levels = range(ENACTED, 6)
    rows = []
    for year, group in pairs.groupby("year"):
        found = fit(
            group.assign(**{f"level_{at}": group["policy_level"] == at for at in levels}),
            f"practice_level ~ {' + '.join(f'level_{at}' for at in levels)} {_EFFECTS}",
            clusters="agency_id",
            terms=[f"level_{at}" for at in levels],
        )
        rows += [({"year": year, "level": at}, found.iloc[[k]]) for k, at in enumerate(levels)]
    return result_rows(rows)


def make_eight_choices(pairs: pd.DataFrame) -> pd.DataFrame:
    """Take the comparison within a body, enacted or not, and change one choice of it at a time.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``, of two years or more.

    Returns
    -------
    pandas.DataFrame
        ``year, choice, unit`` and the result. Choices: ``dose``: per policy level; ``threshold``:
        level 3 or more; ``floor``: share of topics with practice above level 1; ``cluster``: body
        and topic; ``form``: Poisson of practice above level 1, in log points; ``sample``: local
        governments; ``outcome``: without the ICT audit; ``frame``: bodies assessed in all years.
        And two at once, ``threshold and sample``.

    Raises
    ------
    DataError
        When a column is absent or incomplete.
    """
    pairs = pairs.assign(
        reached=pairs["policy_level"] > ENACTED,
        above=pairs["practice_level"] >= ENACTED,
        beyond=pairs["practice_level"] - 1,
    )
    n_years = pairs.groupby("agency_id")["year"].transform("nunique")
    rows = []
    for year, group in pairs.groupby("year"):
        in_all = n_years.loc[group.index] == pairs["year"].nunique()
        plain = f"practice_level ~ is_enacted {_EFFECTS}"
        choices: dict[tuple[str, str], tuple[pd.DataFrame, str, dict[str, Any]]] = {
            ("dose", "levels per policy level"): (
                group, f"practice_level ~ policy_level {_EFFECTS}", {}
            ),
            ("threshold", "levels"): (group, f"practice_level ~ reached {_EFFECTS}", {}),
            ("floor", "share"): (group, f"above ~ is_enacted {_EFFECTS}", {}),
            ("cluster", "levels"): (group, plain, {"clusters": ["agency_id", "topic"]}),
            ("form", "log points"): (
                group, f"beyond ~ is_enacted {_EFFECTS}", {"family": "poisson"}
            ),
            ("sample", "levels"): (group[group["agency_type"].isin(_LOCAL)], plain, {}),
            ("outcome", "levels"): (group[group["topic"] != _AUDIT], plain, {}),
            ("frame", "levels"): (group[in_all], plain, {}),
            ("threshold and sample", "levels"): (
                group[group["agency_type"].isin(_LOCAL)],
                f"practice_level ~ reached {_EFFECTS}",
                {},
            ),
        }  # fmt: skip
        rows += [
            (
                {"year": year, "choice": choice, "unit": unit},
                fit(table, formula, **({"clusters": "agency_id"} | options)),
            )
            for (choice, unit), (table, formula, options) in choices.items()
        ]
    return result_rows(rows)


def compare_by_type(pairs: pd.DataFrame) -> pd.DataFrame:
    """Who identifies the difference, and what it is for each type of body that has enough.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.

    Returns
    -------
    pandas.DataFrame
        ``year, agency_type, n_bodies, n_none, n_all, n_mixed`` (bodies with no topic, all and some
        topics regulated; only the last are informative) and the result in levels of practice,
        missing where fewer than 20 bodies are informative.

    Raises
    ------
    DataError
        When a column is absent or incomplete.
    """
    rows = []
    for (year, kind), group in pairs.groupby(["year", "agency_type"]):
        share = group.groupby("agency_id")["is_enacted"].mean()
        n_mixed = int(share.between(0, 1, inclusive="neither").sum())
        if n_mixed < FEWEST:
            size = {"n": len(group), "clusters": len(share)}
            found = pd.DataFrame([dict.fromkeys(_RESULT, float("nan")) | size])
        else:
            found = fit(group, f"practice_level ~ is_enacted {_EFFECTS}", clusters="agency_id")
        key = {"year": year, "agency_type": kind}
        counts = {"n_bodies": len(share), "n_none": int((share == 0).sum())}
        counts |= {"n_all": int((share == 1).sum()), "n_mixed": n_mixed}
        rows.append((key | counts, found))
    return result_rows(rows)
