"""The draws of an audit shared out among the workers of a Dask client.

Blocks of draws are the tasks, and whole numbers have the same sum whoever counted them: a worker
may die and its tasks run elsewhere, the client may die and be started again, and the counts are
those of one machine. Until the index of one table takes an hour, one machine suffices.
"""

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from spbe_research.auditing.checkpoint import Checkpoint
from spbe_research.auditing.counting import Tally
from spbe_research.auditing.draws import BLOCK, Sampler
from spbe_research.auditing.run import count_blocks, empty_counts
from spbe_research.extras import require

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["BLOCKS_PER_TASK", "count_on"]

BLOCKS_PER_TASK = 25  # 5,000 draws: seconds of work for one answer of the size of the counts


def count_on(
    client: "Client",
    source: Callable[[], Sampler],
    sampler: Sampler,
    *,
    draws: int,
    seed: int,
    checkpoint: Checkpoint | None = None,
    blocks: int = BLOCKS_PER_TASK,
) -> Tally:
    """Return the counts of ``count_draws``, counted by the workers of a client.

    Parameters
    ----------
    client : distributed.Client
        Of any cluster whose workers have this package.
    source : callable
        What gives a worker its ``sampler``: called by one of them, and again when that one dies.
    sampler : Sampler
        The same here.
    draws, seed
        As for ``audit``.
    checkpoint : Checkpoint, optional
        Kept here, not by the workers, and the same as without a client: a run may go on with or
        without one.
    blocks : int
        Of 200 draws, per task.

    Raises
    ------
    MissingExtraError
        When ``distributed`` is not installed.
    distributed.KilledWorker
        When a task has lost more workers than the scheduler allows
        (``distributed.scheduler.allowed-failures``); what was counted is in the checkpoint.
    """
    require("distributed")
    from distributed import as_completed

    tally = empty_counts(sampler, draws)
    done = checkpoint.load(tally, draws) if checkpoint is not None else 0
    n_blocks = -(-draws // BLOCK)
    spans = ((at, min(at + blocks, n_blocks)) for at in range(done, n_blocks, blocks))
    prepared = client.submit(source, pure=False)
    ahead: dict[int, tuple[int, Tally]] = {}  # counted before what comes before them
    running = as_completed()
    while True:
        room = 2 * max(sum(client.nthreads().values()), 1) - running.count() - len(ahead)
        for span in islice(spans, max(room, 0)):
            running.add(client.submit(_counted, prepared, span, draws, seed, pure=False))
        if running.is_empty():
            return tally
        future = next(running)
        span, counts = future.result()
        future.release()
        ahead[span[0]] = (span[1], counts)
        while done in ahead:
            done, counts = ahead.pop(done)
            tally.add(counts)
            if checkpoint is not None:
                checkpoint.save(tally)


def _counted(
    sampler: Sampler, span: tuple[int, int], draws: int, seed: int
) -> tuple[tuple[int, int], Tally]:
    """A task: the counts of some blocks, with their numbers."""
    own = empty_counts(sampler, draws)
    count_blocks(sampler, span, own, draws=draws, seed=seed)
    return span, own
