"""Finite choices one by one: what each does to the ranks and predicates, all else as it is."""

import numpy as np
import pandas as pd

from spbe_research.auditing.case import Case
from spbe_research.auditing.draws import Sampler
from spbe_research.auditing.options import option_scores
from spbe_research.auditing.ranking import kendall_tau_b, rank

__all__ = ["alternatives", "movers"]

_COLUMNS = ["family", "choice", "median_shift", "max_shift", "predicates_changed", "tau"]


def alternatives(case: Case, sampler: Sampler) -> pd.DataFrame:
    """Return what each finite choice changes.

    Returns
    -------
    pandas.DataFrame
        ``family, choice``; ``median_shift`` and ``max_shift`` of the absolute shift of the rank, in
        places; ``predicates_changed``, number of bodies; ``tau``, Kendall's tau-b of the two
        indices. No row where no choice is finite.
    """
    own = rank(case.scores)
    rows = []
    for option in (option for options in sampler.options for option in options):
        scores = option_scores(case, (option,))
        shift = np.abs(rank(scores) - own)
        rows.append(
            (
                option.family,
                option.label,
                float(np.median(shift)),
                int(shift.max()),
                int((case.bands_of(scores) != case.bands).sum()),
                kendall_tau_b(case.scores, scores),
            )
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def movers(case: Case, sampler: Sampler) -> pd.DataFrame:
    """Return how each finite choice moves each body.

    Returns
    -------
    pandas.DataFrame
        ``family, choice, agency_id, rank, rank_alternative, shift`` (places gained, negative for
        places lost), the largest shifts of each choice first.
    """
    own = rank(case.scores)
    parts = []
    for option in (option for options in sampler.options for option in options):
        other = rank(option_scores(case, (option,)))
        part = pd.DataFrame(
            {
                "family": option.family,
                "choice": option.label,
                "agency_id": case.ids,
                "rank": own,
                "rank_alternative": other,
                "shift": own - other,
            }
        )
        parts.append(part.iloc[np.argsort(-np.abs(own - other), kind="stable")])
    columns = ["family", "choice", "agency_id", "rank", "rank_alternative", "shift"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
