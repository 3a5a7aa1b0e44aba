"""``audit``: how far to trust the ranks, bands and weights of an index."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from spbe_research.auditing.case import Rule, read_case
from spbe_research.auditing.checkpoint import Checkpoint
from spbe_research.auditing.counting import Ranker, Tally, empty_tally
from spbe_research.auditing.draws import BLOCK, Sampler, generator
from spbe_research.auditing.options import check_positive, option_scores
from spbe_research.auditing.result import Audit
from spbe_research.choices import Choice, Weights
from spbe_research.errors import DataError, refuse
from spbe_research.instruments import Instrument

__all__ = ["audit", "check_numbers", "count_blocks", "count_draws", "empty_counts", "sampler_of"]

_MOST_EDGES = 100  # of bands, in the digits that are left beside a class of ranks
_HIGHEST = 100  # levels are kept in bytes
_BLOCKS_PER_WORKER = 25  # between two checkpoints


def audit(
    data: pd.DataFrame,
    instrument: Instrument | str,
    choices: Choice | Iterable[Choice] | None = None,
    *,
    draws: int = 2000,
    seed: int = 1,
    rule: Rule | None = None,
    workers: int = 1,
    checkpoint: Path | str | None = None,
) -> Audit:
    """Say how far the ranks and predicates of an index depend on choices that could be others.

    Use it for one list of bodies of one year. It varies what ``choices`` name and nothing else: an
    error that they do not name stays unseen.

    Parameters
    ----------
    data : pandas.DataFrame
        Levels, wide (one row per body, its index or a column ``agency_id`` the name; one column per
        item) or the package's long table. Where only aspects or domains were printed, those. Of an
        instrument of one's own, raw values: the columns ``instrument.inputs``.
    instrument : Instrument or str
        The instrument, or the name of an edition. Every node must be a weighted mean; values are
        divided, imputed and normalised as it says, once: that is not varied.
    choices : Choice or iterable of Choice, optional
        Of ``spbe_research.choices``: ``Weights``, ``Aggregation``, ``LevelError``, ``LeaveOut``.
        All are drawn together. Left out, ``Weights.uniform(0.25)``.
    draws : int
        Number of draws, 1 or more.
    seed : int
        0 or more; the same seed gives the same counts, whatever the number of workers.
    rule : {"rounded", "exact"}, optional
        Whether the index is rounded to two decimals before it is banded; left out, as in the year
        of the data (``predicate_rule``), or of the last list that printed such data.
    workers : int
        Threads.
    checkpoint : pathlib.Path or str, optional
        A file in which the counts are kept from time to time: a run that was killed goes on from
        it. It belongs to one data, instrument, choices and seed.

    Returns
    -------
    Audit
        ``tables`` with ``ranks, pairs_exact, bodies_exact, alternatives, sensitivity, importance,
        log``; ``notes``; ``counts``, whole numbers and their ``counts_hash``.

    Raises
    ------
    DataError
        When the data are not one list of one year, a choice changes nothing, or a number is out of
        range.
    ScoringError
        Naming levels that cannot be scored.
    InstrumentError
        When a choice names a part that the instrument does not have.

    Notes
    -----
    Draws come in blocks of 200 from ``SeedSequence(seed, spawn_key=(block,))``. Scores are rounded
    to 1e-9 before they are ranked; rank 1 is the highest, ties share the better rank.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators; Saisana, Saltelli and
    Tarantola (2005), doi:10.1111/j.1467-985X.2005.00350.x.

    Examples
    --------
    >>> levels = pd.DataFrame(2, index=["a", "b", "c"], columns=[f"I{n:02}" for n in range(1, 48)])
    >>> levels.loc["a", "I01"], levels.loc["b", "I40":] = 3, 3
    >>> result = audit(levels, "permen-59-2020", Weights.uniform(0.25), draws=200, seed=1)
    >>> result.tables["ranks"][["agency_id", "rank", "rank_q05", "rank_q95"]].values.tolist()
    [['a', 2, 2, 2], ['b', 1, 1, 1], ['c', 3, 3, 3]]
    >>> audit(levels, "permen-59-2020", draws=0)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid numbers, 1 violation:
      - draws: 0, must be a whole number, 1 or more
    Correct them.
    """
    check_numbers(draws, seed, workers)
    sampler = sampler_of(data, instrument, choices, seed=seed, rule=rule)
    kept = Checkpoint(Path(checkpoint), sampler, seed) if checkpoint is not None else None
    counts = count_draws(sampler, draws=draws, seed=seed, workers=workers, checkpoint=kept)
    return Audit(case=sampler.case, sampler=sampler, counts=counts, draws=draws, seed=seed)


def sampler_of(
    data: pd.DataFrame,
    instrument: Instrument | str,
    choices: Choice | Iterable[Choice] | None,
    *,
    seed: int,
    rule: Rule | None = None,
) -> Sampler:
    """Return what is drawn from: the data and choices of ``audit``, refused as it refuses them."""
    case = read_case(data, instrument, rule=rule)
    sampler = Sampler(case, _listed(choices))
    check_positive(case, sampler.choices)
    _check_levels(sampler)
    _check_changes(sampler, seed)
    return sampler


def count_draws(
    sampler: Sampler,
    *,
    draws: int,
    seed: int,
    workers: int = 1,
    checkpoint: Checkpoint | None = None,
) -> Tally:
    """Return the counts of ranks and bands of the first draws of a seed.

    The blocks are shared out among threads; whole numbers have the same sum in any order.
    """
    tally = empty_counts(sampler, draws)
    n_blocks = -(-draws // BLOCK)
    done = checkpoint.load(tally, draws) if checkpoint is not None else 0
    workers = min(workers, max(n_blocks - done, 1))
    sampler.prepare()

    def count(span: tuple[int, int]) -> Tally:
        own = tally if workers == 1 else empty_counts(sampler, draws)
        count_blocks(sampler, span, own, draws=draws, seed=seed)
        return own

    step = workers * _BLOCKS_PER_WORKER
    for start in range(done, n_blocks, step):
        places = np.linspace(start, min(start + step, n_blocks), workers + 1).astype(int)
        spans = list(pairwise(places.tolist()))
        if workers == 1:
            count(spans[0])
        else:
            with ThreadPoolExecutor(workers) as pool:
                for part in pool.map(count, spans):
                    tally.add(part)
        if checkpoint is not None:
            checkpoint.save(tally)
    return tally


def empty_counts(sampler: Sampler, draws: int) -> Tally:
    """Return counts of nothing for the bodies and bands of a sampler."""
    n_edges = len(sampler.case.edges)
    if n_edges > _MOST_EDGES:
        raise DataError(f"Invalid bands: {n_edges + 1} are too many, at most {_MOST_EDGES + 1}.")
    return empty_tally(len(sampler.case.ids), n_edges, draws=draws)


def count_blocks(
    sampler: Sampler, span: tuple[int, int], tally: Tally, *, draws: int, seed: int
) -> None:
    """Add the counts of some blocks, from the first of ``span`` to the one before its last."""
    case = sampler.case
    edges = case.edges * 10.0**sampler.decimals - sampler.offset
    ranker = Ranker(len(case.ids), largest=sampler.largest, unit=sampler.unit, edges=edges)
    space = sampler.space()
    for block in range(*span):
        rng = generator(seed, block)
        drawn = sampler.draw([rng] * len(sampler.choices))
        wanted = min(BLOCK, draws - block * BLOCK)
        chunks = sampler.chunks(drawn, draws=wanted, scale=ranker.scale, space=space)
        ranker.count(chunks, tally)
    ranker.finish(tally)


def _listed(choices: Choice | Iterable[Choice] | None) -> tuple[Choice, ...]:
    if choices is None:
        return (Weights.uniform(0.25),)
    listed = tuple(choices) if isinstance(choices, Iterable) else (choices,)
    wrong = [f"{each!r}: is no choice" for each in listed if not isinstance(each, Choice)]
    wrong += [
        f"{each.family} {each.label}: stands twice"
        for place, each in enumerate(listed)
        if isinstance(each, Choice) and each in listed[:place]
    ]
    if not listed:
        wrong = ["there is none"]
    refuse(
        DataError,
        "choices",
        wrong,
        "Give Weights, Aggregation, LevelError or LeaveOut of spbe_research.choices, each once.",
    )
    return listed


def check_numbers(draws: int, seed: int, workers: int) -> None:
    """Refuse numbers that are not whole or too small."""
    refuse(
        DataError,
        "numbers",
        [
            f"{name}: {value!r}, must be a whole number, {least} or more"
            for name, value, least in (
                ("draws", draws, 1),
                ("seed", seed, 0),
                ("workers", workers, 1),
            )
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least
        ],
        "Correct them.",
    )


def _check_levels(sampler: Sampler) -> None:
    """Refuse errors of levels where the data are no whole levels."""
    case = sampler.case
    refuse(
        DataError,
        "choices",
        [
            f"{choice.family} {choice.label}: needs whole levels of 0 to 100, not {tier}"
            for choice in sampler.choices
            if choice.family == "level_error"
            for tier in [f"{case.tree.leaf_tier}s of {case.tree.name}"]
            if not (all(case.tree.whole) and case.tree.low >= 0 and case.tree.high <= _HIGHEST)
        ],
        "Vary the weights, or give the levels.",
    )


def _check_changes(sampler: Sampler, seed: int) -> None:
    """Refuse a choice under which every index stays what it is."""
    case = sampler.case
    idle = []
    for choice, options in zip(sampler.choices, sampler.options, strict=True):
        name = f"{choice.family} {{}}: changes no index"
        idle += [
            name.format(option.label)
            for option in options
            if (option_scores(case, (option,)) == case.scores).all()
        ]
        if not options and not _moves(Sampler(case, (choice,)), seed):
            idle.append(name.format(choice.label))
    refuse(
        DataError,
        "choices",
        idle,
        "Every choice must change something: take it out, or name another.",
    )


def _moves(sampler: Sampler, seed: int) -> bool:
    drawn = sampler.draw([generator(seed, 0)])
    first = next(sampler.chunks(drawn))
    return bool((sampler.index(first) != sampler.case.scores).any())
