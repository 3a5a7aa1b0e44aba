"""The band of one year: bodies with an old index inside it were evaluated, the others were not."""

import pandas as pd

from spbe_research.methods.discontinuity import count_around, jump_at
from spbe_research.methods.selection_band import band_likelihood
from spbe_research.scoring.predicates import round_half_up
from spbe_research.years import design_year, evaluation_years

__all__ = ["BANDWIDTHS", "band_bodies", "band_pairs", "count_at_edges", "jumps_at_edges"]

BANDWIDTHS = (0.25, 0.35, 0.50)  # index points; the middle one is reported, the others beside it
HALF_STEP = 0.005  # half of the last printed decimal: a cut lies between two printed values
_WINDOWS = (0.10, 0.20, 0.30)
_SHOWN = 3


def band_bodies(published: pd.DataFrame) -> pd.DataFrame:
    """Return the bodies with an index in the year before and in the year of the band.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, index_before, index_after`` (index points), ``mode`` (of the later year) and
        ``evaluated_before``, whether the earlier index was new itself.
    """
    before, after = (
        published[published["year"] == design_year("band-of-2020", role)]
        for role in ("before", "band")
    )
    both = before[["agency_id", "index_published", "status"]].merge(
        after[["agency_id", "index_published", "mode"]], on="agency_id", suffixes=("_before", "")
    )
    return pd.DataFrame(
        {
            "agency_id": both["agency_id"],
            "index_before": round_half_up(both["index_published_before"].to_numpy()),
            "index_after": round_half_up(both["index_published"].to_numpy()),
            "mode": both["mode"],
            "evaluated_before": both["status"] == "evaluated",
        }
    )


def band_pairs(bodies: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of cuts that separate the evaluated best, of all bodies and of some.

    Returns
    -------
    pandas.DataFrame
        The best three rows of ``band_likelihood`` with ``group`` (``all``, or ``new_before``: those
        whose earlier index was new itself) and ``rank``.
    """
    groups = {"all": bodies, "new_before": bodies[bodies["evaluated_before"]]}
    parts = [
        band_likelihood(rows["index_before"], rows["mode"] != "carried_over")
        .head(_SHOWN)
        .assign(group=name, rank=range(1, _SHOWN + 1))
        for name, rows in groups.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["group", "rank", *(c for c in table.columns if c not in ("group", "rank"))]]


def jumps_at_edges(
    published: pd.DataFrame, bodies: pd.DataFrame, pairs: pd.DataFrame
) -> pd.DataFrame:
    """Estimate how much higher outcomes lie just inside the band than just outside it.

    Only bodies whose earlier index was new itself, since an older one says less of the year.

    Returns
    -------
    pandas.DataFrame
        ``edge`` (lower, upper), ``measure`` (``assessed``: share looked at in the year of the band,
        or ``index``), ``year, bandwidth, estimate`` (inside less outside) and the columns of
        ``jump_at``. The years before the band are placebos: the band cannot have moved them.
    """
    used = bodies[bodies["evaluated_before"]].set_index("agency_id")
    band = design_year("band-of-2020", "band")
    before = design_year("band-of-2020", "before")
    index = published.pivot(index="agency_id", columns="year", values="index_published")
    outcomes = {
        ("assessed", band): (used["mode"] != "carried_over").astype(float),
        **{
            ("index", year): index[year].reindex(used.index)
            for year in evaluation_years()
            if year != before
        },
    }
    parts = []
    for edge, cut in _edges(pairs).items():
        sign = 1 if edge == "lower" else -1
        for (measure, year), outcome in outcomes.items():
            jump = jump_at(used["index_before"], outcome, cut=cut, bandwidths=BANDWIDTHS)
            low, high = (jump["low"], jump["high"]) if sign > 0 else (-jump["high"], -jump["low"])
            parts.append(
                jump.assign(
                    edge=edge,
                    measure=measure,
                    year=year,
                    estimate=sign * jump["estimate"],
                    low=low,
                    high=high,
                )
            )
    table = pd.concat(parts, ignore_index=True)
    keys = ["edge", "measure", "year", "bandwidth"]
    return table[[*keys, *(column for column in table.columns if column not in keys)]]


def count_at_edges(bodies: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Count bodies on either side of each edge: ``edge`` and the columns of ``count_around``."""
    used = bodies.loc[bodies["evaluated_before"], "index_before"]
    parts = [
        count_around(used, cut=cut, windows=_WINDOWS).assign(edge=edge)
        for edge, cut in _edges(pairs).items()
    ]
    return pd.concat(parts, ignore_index=True)


def _edges(pairs: pd.DataFrame) -> dict[str, float]:
    best = pairs[(pairs["group"] == "all") & (pairs["rank"] == 1)].iloc[0]
    return {"lower": best["low_cut"] - HALF_STEP, "upper": best["high_cut"] + HALF_STEP}
