"""How wrong a yes-or-no that was read twice may be.

A regressor that is 0 or 1 and sometimes misread is not attenuated like a noisy number: where it is
truly 1 an error can only be negative. Least squares is then too near to 0 as long as the error has
nothing to do with the outcome (Aigner 1973, ``[@aigner1973]``), and the other reading as instrument
is too far from it, so that the two enclose the truth (Black, Berger and Scott 2000,
``[@black2000]``). Fixed effects magnify the error: they take away what both readings agree on
(Griliches and Hausman 1986, ``[@griliches1986]``). None of this holds where one assessor's leniency
moves regressor and outcome together.
"""

import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = ["bound_reliability"]


def bound_reliability(
    readings: pd.DataFrame,
    *,
    first: str = "enacted_first",
    last: str = "enacted_last",
    effects: tuple[str, str] = ("agency_id", "topic"),
) -> pd.DataFrame:
    """Bound the share of the within variance of two readings that is not error.

    Use it where the same yes-or-no was read in two years, once per unit and item, and what is
    compared is items of one unit. Not where units lack items.

    Parameters
    ----------
    readings : pandas.DataFrame
        One row per unit and item, every unit with every item.
    first, last : str
        Columns of the two readings, 0 and 1 or truths.
    effects : (str, str)
        Columns of unit and item, whose means are taken out.

    Returns
    -------
    pandas.DataFrame
        ``reading`` (the name of the column), ``correlation`` of the two within units and items,
        ``low`` and ``high`` of the reliability (0 to 1), ``n`` rows.

    Raises
    ------
    DataError
        When a column is absent, a reading is neither 0 nor 1, or a unit lacks an item.

    Notes
    -----
    With v(.) the variance after unit and item means. Lower bound: nothing changed, so that all
    disagreement is error, ``v(first, last)/v(reading)``. Upper bound: what is 1 once stays 1, so
    that each of the L losses is an error, and so are as many of the G gains; both readings err
    alike: ``1 - L/(L + G) v(last - first)/v(reading)``. The two rest on different assumptions: in
    small tables the second may be the lower one.

    Examples
    --------
    >>> readings = pd.DataFrame({"agency_id": [*"aabb"], "topic": [*"xyxy"],
    ...     "enacted_first": [1, 0, 0, 1], "enacted_last": [1, 0, 0, 1]})
    >>> bound_reliability(readings)[["reading", "low", "high"]].values.tolist()
    [['enacted_first', 1.0, 1.0], ['enacted_last', 1.0, 1.0]]
    >>> bound_reliability(readings.head(3))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid readings, 1 violation:
      - b: has 1 of 2 items
    Every unit needs every item, read as 0 or 1.
    """
    unit, item = effects
    needed = [first, last, unit, item]
    absent = [f"column {name}: is absent" for name in needed if name not in readings.columns]
    refuse(DataError, "readings", absent, "Name columns that are there.")
    n_items = readings[item].nunique()
    sizes = readings.groupby(unit)[item].nunique()
    wrong = [f"{name}: has {n} of {n_items} items" for name, n in sizes.items() if n < n_items]
    for name in (first, last):
        odd = ~readings[name].isin([0, 1])
        if odd.any():
            wrong.append(f"{name}: {int(odd.sum())} neither 0 nor 1")
    refuse(DataError, "readings", wrong, "Every unit needs every item, read as 0 or 1.")
    one, two = readings[first].astype(float), readings[last].astype(float)
    losses, gains = ((one > two).sum(), (two > one).sum())
    a, b = (_centred(values, readings[unit], readings[item]) for values in (one, two))
    share = losses / (losses + gains) if losses + gains else 0.0
    disagreement = ((b - a) ** 2).mean()
    rows = []
    for name, values in ((first, a), (last, b)):
        variance = (values**2).mean()
        rows.append(
            {
                "reading": name,
                "correlation": (a * b).mean() / ((a**2).mean() * (b**2).mean()) ** 0.5,
                "low": (a * b).mean() / variance,
                "high": 1 - share * disagreement / variance,
                "n": len(readings),
            }
        )
    return pd.DataFrame(rows)


def _centred(values: pd.Series, unit: pd.Series, item: pd.Series) -> pd.Series:
    """Unit and item means taken out; exact where every unit has every item."""
    return (
        values
        - values.groupby(unit).transform("mean")
        - values.groupby(item).transform("mean")
        + values.mean()
    )
