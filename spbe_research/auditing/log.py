"""What every draw changed, drawn again from its block."""

import numpy as np
import pandas as pd

from spbe_research.auditing.draws import BLOCK, Sampler, generator

__all__ = ["log_draws"]

_COLUMNS = ["draw", "block", "family", "choice", "n_changed", "largest_change"]


def log_draws(sampler: Sampler, *, draws: int, seed: int) -> pd.DataFrame:
    """Return what every draw changed, choice by choice.

    Returns
    -------
    pandas.DataFrame
        One row per draw and choice: ``draw`` from 0, ``block``; ``family``; ``choice``, the option
        drawn of a finite choice (``as it is`` where none was), else what it draws from;
        ``n_changed``: weights that differ from the instrument's own, nodes with another mean,
        leaves left out, levels misread (after the ends of the scale); ``largest_change``: relative
        for weights, 1 for levels, missing else. Where several choices bear on weights, those of
        the row are the weights of the whole draw.
    """
    parts = []
    n_blocks = -(-draws // BLOCK)
    own = sampler.case.tree.float_weights()
    for block in range(n_blocks):
        wanted = min(BLOCK, draws - block * BLOCK)
        rng = generator(seed, block)
        drawn = sampler.draw([rng] * len(sampler.choices))
        moved = sampler.misread(drawn, draws=wanted)
        relative = np.abs(drawn.weights[:wanted] / own - 1)
        for number, (choice, options) in enumerate(
            zip(sampler.choices, sampler.options, strict=True)
        ):
            label = np.full(wanted, choice.label, dtype=object)
            changed = np.zeros(wanted, dtype=np.int64)
            largest = np.full(wanted, np.nan)
            chosen = drawn.options[number]
            if chosen is not None:
                named = [("as it is", 0), *((o.label, o.size) for o in options)]
                label = np.array([name for name, _ in named], dtype=object)[chosen[:wanted]]
                changed = np.array([size for _, size in named])[chosen[:wanted]]
            elif choice.family == "weights":
                changed, largest = (relative > 1e-12).sum(axis=1), relative.max(axis=1)
            else:
                changed = moved[choice.label]
                largest = (changed > 0).astype(np.float64)
            values = (
                np.arange(wanted) + block * BLOCK, block, choice.family, label, changed, largest
            )  # fmt: skip
            parts.append(pd.DataFrame(dict(zip(_COLUMNS, values, strict=True))))
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values("draw", kind="stable", ignore_index=True)
