"""Ranks of many draws, kept as whole numbers: how often each body had each rank and each band.

A rank needs an order, an order a sort, and a sort that knows where each key came from is slow. So
the body's number is packed into the low binary digits of its key, and the keys are sorted as whole
numbers: of 32 digits where that is enough to hold the body and some of its score, else of 64. Where
two neighbours are too near for the digits left, they are compared as scores rounded to 1e-9.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Ranker", "Tally", "empty_tally"]

_Floats = npt.NDArray[np.float64]
_Wholes = npt.NDArray[np.int64]

_SHORT_DIGITS = 10  # of a body's number in a key of 32
_MOST_RANKS = 2_048  # kept one by one; more bodies share classes of ranks
_CLASSES = 1_024
_BODIES_AT_ONCE = 128  # their counts fit the cache
_RUN = 2.0**30  # more than the scores of a run of neighbours differ
_SHORT_COUNTS = 65_535  # the largest number of 16 binary digits


@dataclass
class Tally:
    """Counts over draws.

    ``ranks`` has the shape (n_bodies, n_classes): class c holds the ranks from ``c * width + 1`` to
    ``(c + 1) * width``. ``above`` has the shape (n_edges, n_bodies): in how many draws a body
    reached each edge. ``draws`` is their number.
    """

    ranks: npt.NDArray[np.integer]
    above: _Wholes
    width: int
    draws: int = 0

    def add(self, other: "Tally") -> None:
        """Add the counts of other draws of the same bodies."""
        self.ranks += other.ranks
        self.above += other.above
        self.draws += other.draws

    def rank_quantile(self, share: float) -> _Wholes:
        """Return the smallest rank that a share of the draws does not exceed, shape (n_bodies,).

        Where ranks are kept in classes it is the last of its class.
        """
        # In whole numbers: 0.05 of 2,000 draws is 100, not a hair more.
        needed = max(int(np.ceil(round(share * self.draws, 6))), 1)
        found = np.empty(len(self.ranks), dtype=np.int64)
        for start in range(0, len(found), _BODIES_AT_ONCE):
            part = self.ranks[start : start + _BODIES_AT_ONCE].cumsum(axis=1, dtype=np.int64)
            found[start : start + _BODIES_AT_ONCE] = (part < needed).sum(axis=1)
        return np.minimum((found + 1) * self.width, len(self.ranks))


def empty_tally(n_bodies: int, n_edges: int, *, draws: int) -> Tally:
    """Return counts of nothing, large enough for a number of draws."""
    width = 1 if n_bodies <= _MOST_RANKS else -(-n_bodies // _CLASSES)
    kind = np.uint16 if draws <= _SHORT_COUNTS else np.uint32
    return Tally(
        np.zeros((n_bodies, -(-n_bodies // width)), dtype=kind),
        np.zeros((n_edges, n_bodies), dtype=np.int64),
        width,
    )


class Ranker:
    """Ranks draws and counts them; holds the scratch of one thread.

    Parameters
    ----------
    n_bodies : int
    largest : float
        No score reaches it; none is negative.
    unit : float
        What 1e-9 index points are in the scores.
    edges : numpy.ndarray, shape (n_edges,)
        In the scores' unit.
    """

    def __init__(self, n_bodies: int, *, largest: float, unit: float, edges: _Floats) -> None:
        digits = max((n_bodies - 1).bit_length(), 1)
        self._key = np.uint32 if digits <= _SHORT_DIGITS else np.uint64
        room = (32 if self._key is np.uint32 else 62) - digits
        power = room - int(np.ceil(np.log2(largest)))
        self.scale = float(np.ldexp(1.0, min(power, 52)))
        self._n, self._digits = n_bodies, self._key(digits)
        self._unit = unit * self.scale
        # A score half a unit below an edge is rounded to it.
        self._edges = (edges - unit / 2) * self.scale
        near = int(np.floor(self._unit)) + 2
        self._near = self._key(near << digits)
        self._mask = self._key((1 << digits) - 1)
        self._bodies = np.arange(n_bodies, dtype=self._key)
        self._scratch: dict[tuple[str, tuple[int, ...]], npt.NDArray[np.generic]] = {}

    def count(self, chunks: Iterable[_Floats], tally: Tally) -> None:
        """Count the draws of a block.

        Parameters
        ----------
        chunks : iterable of numpy.ndarray, shape (some draws, n_bodies)
            Scores multiplied with ``scale``; at most 32,767 draws each.
        tally : Tally
            Is added to.
        """
        # Place p from below is rank n - p, counted from 0 here.
        classes = (self._n - 1 - np.arange(self._n, dtype=np.int64)) // tally.width
        waiting: list[npt.NDArray[np.uint16]] = []
        for scores in chunks:
            self._count_bands(scores, tally)
            bodies, cells, places = self._sorted(scores)
            own = (self._n - 1 - places) // tally.width
            if tally.width == 1:
                self._count_ranks(bodies, classes, cells, own, tally)
            else:
                waiting.append(self._scattered(bodies, classes, cells, own))
            tally.draws += len(scores)
        if waiting:
            _count_classes(waiting, tally)

    def _count_bands(self, scores: _Floats, tally: Tally) -> None:
        """Count who reached each edge."""
        reached = self._space("reached", scores.shape, np.bool_)
        for number, edge in enumerate(self._edges):
            np.greater_equal(scores, edge, out=reached)
            tally.above[number] += reached.sum(axis=0, dtype=np.int16)

    def ranks(self, scores: _Floats) -> _Wholes:
        """Return the ranks of draws, 1 the best, ties the better, shape (some draws, n_bodies)."""
        keys, cells, places = self._sorted(scores)
        ranks = np.tile(np.arange(self._n, 0, -1), (len(keys), 1))
        ranks.reshape(-1)[cells] = self._n - places
        found = np.empty(keys.shape, dtype=np.int64)
        np.put_along_axis(found, keys.astype(np.int64), ranks, axis=1)
        return found

    def _sorted(self, scores: _Floats) -> tuple[npt.NDArray[np.unsignedinteger], _Wholes, _Wholes]:
        """Bodies from the lowest score up; the flat places of ties and near ones; their place."""
        keys = self._space("keys", scores.shape, self._key)
        np.copyto(keys, scores, casting="unsafe")
        keys <<= self._digits
        keys |= self._bodies
        keys.sort(axis=1)
        flat = keys.reshape(-1)
        gaps = self._space("gaps", (keys.size - 1,), self._key)
        near = self._space("near", gaps.shape, np.bool_)
        np.subtract(flat[1:], flat[:-1], out=gaps)  # where a draw ends it wraps around
        np.less(gaps, self._near, out=near)
        first = np.flatnonzero(near)
        keys &= self._mask
        if not len(first):
            return keys, first, first
        cells = np.sort(np.concatenate([first, first + 1]))
        cells = cells[np.concatenate([[True], cells[1:] != cells[:-1]])]
        row = cells // self._n
        breaks = (np.diff(cells) > 1) | (np.diff(row) > 0)
        run = np.concatenate([[0], np.cumsum(breaks)])
        own = flat[cells].astype(np.int64)
        rounded = np.rint(scores[row, own] / self._unit)
        # Sorted by run, then score: the scores of a run differ by little from its first one.
        start = np.concatenate([[True], np.diff(run) > 0])
        order = np.argsort(run * _RUN + (rounded - rounded[start][run]), kind="stable")
        flat[cells] = own[order]
        last = np.concatenate([(np.diff(rounded[order]) != 0) | (np.diff(run) > 0), [True]])
        ends = np.flatnonzero(last)
        group = np.searchsorted(ends, np.arange(len(cells)))
        return keys, cells, cells[ends][group] % self._n

    def _count_ranks(
        self,
        bodies: npt.NDArray[np.unsignedinteger],
        ranks: _Wholes,
        cells: _Wholes,
        own: _Wholes,
        tally: Tally,
    ) -> None:
        """Count every rank where its body's row of counts has it."""
        repaired = bodies.reshape(-1)[cells].astype(np.int64) * self._n + own
        bodies *= self._key(self._n)
        bodies += ranks.astype(self._key)
        places = self._space("places", bodies.shape, np.int64)
        np.copyto(places, bodies)
        flat = places.reshape(-1)
        flat[cells] = repaired
        np.add.at(tally.ranks.reshape(-1), flat, tally.ranks.dtype.type(1))

    def _scattered(
        self,
        bodies: npt.NDArray[np.unsignedinteger],
        classes: _Wholes,
        cells: _Wholes,
        own: _Wholes,
    ) -> npt.NDArray[np.uint16]:
        """The class of rank of each body: a draw at a time, so that its row stays in the cache."""
        found = np.empty(bodies.shape, dtype=np.uint16)
        values = classes.astype(np.uint16)
        for row, order in zip(found, bodies, strict=True):
            row[order.view(np.int64)] = values
        found[cells // self._n, bodies.reshape(-1)[cells].astype(np.int64)] = own
        return found

    def _space(self, name: str, shape: tuple[int, ...], kind: type[np.generic]) -> npt.NDArray[Any]:
        """Scratch that is kept: new memory at every call would cost as much as the work."""
        if (name, shape) not in self._scratch:
            self._scratch[name, shape] = np.empty(shape, dtype=kind)
        return self._scratch[name, shape]


def _count_classes(waiting: list[npt.NDArray[np.uint16]], tally: Tally) -> None:
    """Count the classes of some draws body by body, so that its counts stay in the cache."""
    n_bodies, n_classes = tally.ranks.shape
    one = tally.ranks.dtype.type(1)
    for start in range(0, n_bodies, _BODIES_AT_ONCE):
        stop = min(start + _BODIES_AT_ONCE, n_bodies)
        counts = tally.ranks[start:stop].reshape(-1)
        rows = np.arange(stop - start) * n_classes
        part = np.concatenate([classes[:, start:stop] for classes in waiting])
        places = np.add(part, rows, dtype=np.int64)
        np.add.at(counts, places.reshape(-1), one)
