"""Two things that were looked for in the published levels and are not there.

Bodies whose levels are copies of one another's, and assessors of one province who judge single
indicators alike. A null is worth printing: it narrows what may be suspected. Not here: agreement
between years.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.instruments import Instrument

__all__ = ["largest_agreement", "province_share"]

Array = npt.NDArray[np.float64]

_NOISE = 1e-9  # above the error of a sum of 47 products


def largest_agreement(
    levels: pd.DataFrame, instrument: Instrument, *, lowest_index: float
) -> pd.DataFrame:
    """Find the two bodies whose levels agree in most indicators, year by year.

    Parameters
    ----------
    levels : pandas.DataFrame
        As ``load_scores(scale="indicator")``.
    instrument : Instrument
        For the items and the index.
    lowest_index : float
        Bodies at or below are left out: near the floor nearly all levels are 1, copied or not.

    Returns
    -------
    pandas.DataFrame
        One row per year: ``year, n`` (bodies above), ``n_pairs, n_items, most_equal`` (levels that
        are equal in the two most alike), ``median_equal`` (over all pairs), ``n_identical`` (pairs
        equal in every level).
    """
    rows = []
    for year, wide in _wide(levels, instrument):
        index = wide.to_numpy() @ instrument.weight_matrix[:, 0]
        matrix = wide.to_numpy()[index > lowest_index + _NOISE]
        equal = (matrix[:, None, :] == matrix[None, :, :]).sum(axis=2)
        pairs = equal[np.triu_indices(len(matrix), k=1)]
        rows.append(
            {
                "year": year,
                "n": len(matrix),
                "n_pairs": int(pairs.size),
                "n_items": matrix.shape[1],
                "most_equal": int(pairs.max()),
                "median_equal": float(np.median(pairs)),
                "n_identical": int((pairs == matrix.shape[1]).sum()),
            }
        )
    return pd.DataFrame(rows)


def province_share(
    levels: pd.DataFrame, agencies: pd.DataFrame, instrument: Instrument
) -> pd.DataFrame:
    """Return how much of what is peculiar in the levels of a body its province shares.

    Parameters
    ----------
    levels : pandas.DataFrame
        As ``load_scores(scale="indicator")``.
    agencies : pandas.DataFrame
        As ``load_agencies()``; kabupaten and kota are used, by the province of 2018.
    instrument : Instrument
        For the items.

    Returns
    -------
    pandas.DataFrame
        One row per year: ``year, n`` (bodies), ``n_provinces, estimate`` (adjusted share of the
        variance of residuals that lies between provinces, all items together) and
        ``share_unadjusted``.

    Notes
    -----
    Residual: level less its least-squares line on the index of the body, item by item, so that
    provinces of different level are not taken for assessors of different habits. Over all items the
    sum of squares between provinces is compared with the whole; the adjusted share is
    ``1 - (1 - R^2) (n - 1) / (n - k)`` with ``k`` provinces.
    """
    local = agencies[agencies["agency_type"].isin(["kabupaten", "kota"])]
    province = local.set_index("agency_id")["province_2018"]
    rows = []
    for year, wide in _wide(levels, instrument):
        chosen = wide[wide.index.isin(province.index)]
        matrix = chosen.to_numpy()
        index = matrix @ instrument.weight_matrix[:, 0]
        line = np.column_stack([np.ones(len(index)), index])
        rest = matrix - line @ np.linalg.lstsq(line, matrix, rcond=None)[0]
        table = pd.DataFrame(rest, index=chosen.index)
        means = table.groupby(province.reindex(chosen.index).to_numpy()).transform("mean")
        share = float((means**2).to_numpy().sum() / (rest**2).sum())
        n, k = len(chosen), int(province.reindex(chosen.index).nunique())
        rows.append(
            {
                "year": year,
                "n": n,
                "n_provinces": k,
                "estimate": 1 - (1 - share) * (n - 1) / (n - k),
                "share_unadjusted": share,
            }
        )
    return pd.DataFrame(rows)


def _wide(levels: pd.DataFrame, instrument: Instrument) -> list[tuple[int, pd.DataFrame]]:
    """Levels of every year with all items, one row a body."""
    chosen = levels[levels["edition"] == instrument.edition]
    return [
        (
            int(year),
            group.pivot(index="agency_id", columns="item", values="value")
            .reindex(columns=list(instrument.indicators))
            .dropna(),
        )
        for year, group in chosen.groupby("year")
    ]
