"""What each aspect adds to one agency's index: weight times mean level."""

import pandas as pd

from spbe_research.instruments import Instrument
from spbe_research.scoring import compute_index

__all__ = ["index_contributions"]


def index_contributions(levels: pd.Series, instrument: Instrument) -> pd.DataFrame:
    """Break one index into the contributions of its aspects.

    Parameters
    ----------
    levels : pandas.Series, shape (n_items,)
        Levels of one agency by item code.
    instrument : Instrument
        The edition they were scored under.

    Returns
    -------
    pandas.DataFrame
        One row per aspect in the order of the instrument: ``domain, domain_name, item, name,
        weight_pct`` (percent of the index), ``value`` (mean level, 1 to 5), ``contribution``
        (index points). The contributions sum to the index.

    Notes
    -----
    ``contribution = weight_pct / 100 * value``.

    Examples
    --------
    >>> from spbe_research import load_instrument
    >>> instrument = load_instrument("permen-59-2020")
    >>> table = index_contributions(pd.Series(3, index=list(instrument.indicators)), instrument)
    >>> round(table["contribution"].sum(), 12)
    np.float64(3.0)
    """
    values = compute_index(levels.to_frame().T.astype(float), instrument).iloc[0]
    rows = []
    for code in instrument.aspects:
        item = instrument.item(code)
        weight = float(item.weight)
        rows.append(
            {
                "domain": item.parent,
                "domain_name": instrument.item(item.parent).name,
                "item": code,
                "name": item.name,
                "weight_pct": weight,
                "value": values[code],
                "contribution": weight / 100 * values[code],
            }
        )
    return pd.DataFrame(rows)
