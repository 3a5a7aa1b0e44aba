"""How far the truth may lie from an estimate when enactment is misread: bounds, not intervals."""

import pandas as pd

from spbe_research.methods.misclassification import bound_reliability

__all__ = ["bound_by_error"]


def bound_by_error(
    years: pd.DataFrame,
    with_instrument: pd.DataFrame,
    *,
    first: int,
    last: int,
) -> pd.DataFrame:
    """Collect what error of enactment leaves possible, estimate by estimate.

    Parameters
    ----------
    years : pandas.DataFrame
        As ``pair_years``.
    with_instrument : pandas.DataFrame
        As ``estimate_with_instrument``.
    first, last : int
        The two years.

    Returns
    -------
    pandas.DataFrame
        ``quantity, period, low, high, n``. ``reliability``: share, 0 to 1, of the variance within
        bodies that is not error. ``within a body``: levels, from the estimate as read to the one by
        the other year's reading. Left out where the other year's reading gives the smaller
        difference: error unrelated to practice does not do that. Bounds say what error unrelated to
        practice could hide; they hold no error of sampling.
    """
    rows = []
    for year, row in zip((first, last), bound_reliability(years).itertuples(), strict=True):
        rows.append(("reliability", str(year), row.low, row.high, row.n))
    for span, group in with_instrument.groupby("period", sort=False):
        by_reading = group.set_index("reading")["estimate"]
        low, high = by_reading["as read"], by_reading["other year as instrument"]
        if low <= high:
            rows.append(("within a body", span, low, high, int(group["n"].iloc[0])))
    return pd.DataFrame(rows, columns=["quantity", "period", "low", "high", "n"])
