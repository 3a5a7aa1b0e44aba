"""Every printed value of the worked examples beside the one its own parts give."""

import pandas as pd

from spbe_research.instruments import Instrument, load_instrument
from spbe_research.scoring import compute_index

__all__ = ["check_examples"]

_ROUNDING = 0.005
_BINARY = 1e-9
_TIERS = ("indicator", "aspect", "domain")


def check_examples(examples: pd.DataFrame) -> pd.DataFrame:
    """Recompute each printed aspect, domain and index from what is printed below it.

    From levels a value must agree to its two printed decimals. From printed aspects or domains it
    may differ by the rounding of the parts and its own, together at most 0.01.

    Parameters
    ----------
    examples : pandas.DataFrame
        As ``load_worked_examples()``.

    Returns
    -------
    pandas.DataFrame
        ``example_id, year, edition, item, value_printed, value_computed, difference, basis``
        (indicator, aspect or domain: the tier used), ``allowed`` (index points) and
        ``reproduced``. One row a printed value and tier from which it can be computed.

    Examples
    --------
    >>> from spbe_research import load_worked_examples
    >>> table = check_examples(load_worked_examples())
    >>> table.query("basis == 'indicator'")["reproduced"].all()
    np.True_
    """
    rows = []
    for (example, year, edition), sheet in examples.groupby(["example_id", "year", "edition"]):
        printed = sheet.set_index("item")["value"]
        instrument = load_instrument(edition)
        for tier in _TIERS:
            cut = instrument.cut_at(tier)
            for item in cut.outputs:
                leaves = cut.leaves(item)
                if item not in printed or not set(leaves) <= set(printed.index):
                    continue
                computed = _mean_below(cut, item, printed)
                rows.append(
                    {
                        "example_id": example,
                        "year": int(year),
                        "edition": edition,
                        "item": item,
                        "value_printed": printed[item],
                        "value_computed": computed,
                        "difference": computed - printed[item],
                        "basis": tier,
                        "allowed": _ROUNDING if tier == "indicator" else 2 * _ROUNDING,
                    }
                )
    table = pd.DataFrame(rows)
    table["reproduced"] = table["difference"].abs() <= table["allowed"] + _BINARY
    return table


def _mean_below(instrument: Instrument, item: str, printed: pd.Series) -> float:
    """Weighted mean of the printed leaves below one node, other leaves left open."""
    leaves = [leaf for leaf in instrument.indicators if leaf in printed.index]
    levels = pd.DataFrame(index=[0], columns=list(instrument.indicators), dtype=float)
    levels.loc[0, leaves] = printed[leaves].astype(float)
    return float(compute_index(levels, instrument, missing="renormalise").loc[0, item])
