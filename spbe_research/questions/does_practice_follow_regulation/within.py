"""Within one body and one year: practice on its regulated topics against its other topics.

What all topics of a body share (money, people, a kind assessor) cannot make this difference. What
belongs to one topic of one body can, and the level of enactment is misread (``readings``). A body
with all its topics regulated, or none, says nothing here: mostly one omnibus text did it.
"""

from typing import Any

import pandas as pd

from spbe_research.methods.policy_and_practice import ENACTED
from spbe_research.methods.regression import fit, result_rows

__all__ = ["compare_levels", "count_informative", "vary_choices"]

_EFFECTS = "| agency_id + topic"
_LOCAL = ("provinsi", "kabupaten", "kota")


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


def vary_choices(pairs: pd.DataFrame, *, first: int, last: int) -> pd.DataFrame:
    """Take the comparison within a body, enacted or not, and change one choice of it at a time.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``, of two years or more.
    first, last : int
        The year whose plain difference can be seen, of which only the clusters are varied, and the
        year in which it cannot.

    Returns
    -------
    pandas.DataFrame
        ``year, choice, unit`` and the result. Choices in the first year: ``cluster``: body and
        topic. In the last: ``dose``: per policy level; ``threshold``: level 3 or more; ``floor``:
        share of topics with practice above level 1; ``form``: Poisson of practice above level 1,
        in log points; ``sample``: local governments; and two at once, ``threshold and sample``.

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
    before, group = pairs[pairs["year"] == first], pairs[pairs["year"] == last]
    local = group[group["agency_type"].isin(_LOCAL)]
    dose = f"practice_level ~ policy_level {_EFFECTS}"
    threshold = f"practice_level ~ reached {_EFFECTS}"
    plain = f"practice_level ~ is_enacted {_EFFECTS}"
    body: dict[str, Any] = {"clusters": "agency_id"}
    plan: tuple[tuple[int, str, str, pd.DataFrame, str, dict[str, Any]], ...] = (
        (first, "cluster", "levels", before, plain, {"clusters": ["agency_id", "topic"]}),
        (last, "dose", "levels per policy level", group, dose, body),
        (last, "threshold", "levels", group, threshold, body),
        (last, "floor", "share", group, f"above ~ is_enacted {_EFFECTS}", body),
        (
            last, "form", "log points", group, f"beyond ~ is_enacted {_EFFECTS}",
            body | {"family": "poisson"},
        ),
        (last, "sample", "levels", local, plain, body),
        (last, "threshold and sample", "levels", local, threshold, body),
    )  # fmt: skip
    return result_rows(
        (
            {"year": year, "choice": choice, "unit": unit},
            fit(table, formula, **options),
        )
        for year, choice, unit, table, formula, options in plan
    )


def count_informative(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count, by type, the bodies that say something of a difference within a body.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``.

    Returns
    -------
    pandas.DataFrame
        ``year, agency_type, n_none, n_all, n_mixed`` (bodies with no topic, all and some topics
        regulated; only the last are informative) and ``n``, bodies. Complete counts.
    """
    share = pairs.groupby(["year", "agency_type", "agency_id"])["is_enacted"].mean()
    table = pd.DataFrame({"n_none": share == 0, "n_all": share == 1})
    table = table.assign(n_mixed=~table.any(axis=1), n=1)
    return table.groupby(["year", "agency_type"]).sum().reset_index()
