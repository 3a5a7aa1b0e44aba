"""How each result came about: a new evaluation, a monitoring, or the last result printed again.

``status`` says whether a value repeats an earlier one. ``mode`` says more where a rule is in print
(``data/reference/assessment_modes.csv``): who had to be looked at, who could ask, and how.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.scoring.predicates import round_half_up

__all__ = ["add_modes", "assessment_duties"]

_KEY = ["agency_id", "year"]
_CARRIED_OVER = "carried_over"


def add_modes(published: pd.DataFrame, reference: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the published results with ``mode`` and ``mode_basis``.

    Parameters
    ----------
    published : pandas.DataFrame
        ``agency_id, year, index_published, status``, all text.
    reference : mapping of str to pandas.DataFrame
        ``assessment_modes`` and ``evaluation_years``, all text.

    Returns
    -------
    pandas.DataFrame
        With ``mode`` (``evaluated``, ``monitored`` or ``carried_over``) and ``mode_basis``:
        ``stated`` (the list says which values are new), ``inferred`` (from equality with the year
        before), or ``rule`` (a printed rule applied to the index of the year before).

    Raises
    ------
    DataError
        When the index of the year before falls under no rule of the year, or under several.
    """
    known = published["year"].map(reference["evaluation_years"].set_index("year")["status_known"])
    duties = assessment_duties(published, reference["assessment_modes"])
    by_rule = published[_KEY].merge(
        duties.assign(year=duties["year"].astype(str)), on=_KEY, how="left"
    )["mode"]
    by_rule = by_rule.set_axis(published.index)
    ruled = by_rule.notna() & (published["status"] != _CARRIED_OVER)
    return published.assign(
        mode=published["status"].mask(ruled, by_rule), mode_basis=known.mask(ruled, "rule")
    )


def assessment_duties(published: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return what the printed rule of a year asked of each body that is listed in it.

    Parameters
    ----------
    published : pandas.DataFrame
        ``agency_id, year, index_published``.
    rules : pandas.DataFrame
        ``year, index_before`` (``none``, ``below`` or ``at_least`` the cut), ``cut, duty, mode``,
        all text, as ``load_reference("assessment_modes")``.

    Returns
    -------
    pandas.DataFrame
        One row per body and year with a rule: ``agency_id, year, index_before`` (the index of the
        year before in index points, rounded half up to the two decimals that the decree of results
        prints; missing where there was none), ``duty`` (``new``, ``obliged`` or ``on_request``)
        and ``mode``, what the rule gives to those who take part.

    Raises
    ------
    DataError
        When a body falls under no rule of its year, or under several.

    Examples
    --------
    >>> from spbe_research import load_published, load_reference
    >>> duties = assessment_duties(load_published(), load_reference("assessment_modes"))
    >>> duties["duty"].value_counts().to_dict()
    {'obliged': 358, 'on_request': 159, 'new': 103}
    """
    index = pd.DataFrame(
        {
            "agency_id": published["agency_id"],
            "year": published["year"].astype(int),
            "index": published["index_published"].astype(float),
        }
    )
    parts = [
        _duties_of(index, int(year), group)
        for year, group in rules.assign(year=rules["year"].astype(int)).groupby("year")
    ]
    return pd.concat(parts, ignore_index=True)


def _duties_of(index: pd.DataFrame, year: int, rules: pd.DataFrame) -> pd.DataFrame:
    before = index[index["year"] == year - 1].set_index("agency_id")["index"]
    listed = index.loc[index["year"] == year, "agency_id"]
    value = before.reindex(listed).to_numpy()
    value = np.where(np.isnan(value), np.nan, round_half_up(np.nan_to_num(value)))
    fits = np.column_stack(
        [_fits(value, rule.index_before, rule.cut) for rule in rules.itertuples()]
    )
    if (wrong := fits.sum(axis=1) != 1).any():
        raise DataError(
            f"Invalid rules of {year} in assessment_modes.csv. Each body must fall under one; "
            f"{int(wrong.sum())} do not."
        )
    chosen = rules.iloc[fits.argmax(axis=1)]
    return pd.DataFrame(
        {
            "agency_id": listed.to_numpy(),
            "year": year,
            "index_before": value,
            "duty": chosen["duty"].to_numpy(),
            "mode": chosen["mode"].to_numpy(),
        }
    )


def _fits(value: npt.NDArray[np.float64], index_before: str, cut: str) -> npt.NDArray[np.bool_]:
    if index_before == "none":
        return np.isnan(value)
    fits: npt.NDArray[np.bool_] = (value < float(cut)) == (index_before == "below")
    return fits & ~np.isnan(value)
