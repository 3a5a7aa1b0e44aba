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
_CLASSES = 512  # a power of two
_BANDS = 65_535 - (_CLASSES - 1)  # the binary digits above those of a class
_KEPT = 200  # draws of which the classes wait to be counted
_BODIES_AT_ONCE = 128  # their counts fit the cache
_SORTED_AT_ONCE = 32_768  # keys that stay in the cache
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
        self._key: Any = np.uint32 if digits <= _SHORT_DIGITS else np.uint64
        room = (32 if self._key is np.uint32 else 62) - digits
        power = room - int(np.ceil(np.log2(largest)))
        self.scale = float(np.ldexp(1.0, min(power, 52)))
        self._n, self._digits = n_bodies, self._key(digits)
        self._unit = unit * self.scale
        # A score half a unit below an edge is rounded to it.
        self._edges = (edges - unit / 2) * self.scale
        reachable = np.ceil(np.clip(self._edges, 0, largest * self.scale))
        self._edge_keys: npt.NDArray[Any] = reachable.astype(self._key)
        self._edge_keys <<= self._digits
        self._reached: list[_Wholes] = []
        near = int(np.floor(self._unit)) + 2
        self._near = self._key(near << digits)
        self._mask = self._key((1 << digits) - 1)
        self._bodies: npt.NDArray[Any] = np.arange(n_bodies, dtype=self._key)
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
        waiting = 0
        for scores in chunks:
            if tally.width == 1:
                self._count_bands(scores, tally)
                self._count_ranks(*self._sorted(scores), tally)
                tally.draws += len(scores)
                continue
            kept = self._space("kept", (_KEPT, self._n), np.uint16)
            for start in range(0, len(scores), _KEPT):
                part = scores[start : start + _KEPT]
                if waiting + len(part) > _KEPT:
                    _count_classes(kept[:waiting], tally)
                    waiting = 0
                self._scatter(*self._sorted(part), tally.width, kept[waiting : waiting + len(part)])
                waiting += len(part)
        if waiting:
            _count_classes(kept[:waiting], tally)

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
        rows = max(1, _SORTED_AT_ONCE // self._n)
        self._reached = []
        near = [
            self._sort(scores[start : start + rows], keys[start : start + rows]) + start * self._n
            for start in range(0, len(scores), rows)
        ]
        first = np.concatenate(near)
        flat = keys.reshape(-1)
        if len(first):
            first = self._out_of_order(scores, flat, first)
        if not len(first):
            return keys, first, first
        cells = np.sort(np.concatenate([first, first + 1]))
        cells = cells[np.concatenate([[True], cells[1:] != cells[:-1]])]
        run = self._runs(cells)
        own = flat[cells].astype(np.int64)
        rounded = np.rint(scores[cells // self._n, own] / self._unit)
        # Sorted by run, then score: the scores of a run differ by little from its first one.
        start = np.concatenate([[True], np.diff(run) > 0])
        order = np.argsort(run * _RUN + (rounded - rounded[start][run]), kind="stable")
        flat[cells] = own[order]
        last = np.concatenate([(np.diff(rounded[order]) != 0) | (np.diff(run) > 0), [True]])
        ends = np.flatnonzero(last)
        group = np.searchsorted(ends, np.arange(len(cells)))
        return keys, cells, cells[ends][group] % self._n

    def _sort(self, scores: _Floats, keys: npt.NDArray[np.unsignedinteger]) -> _Wholes:
        """Sort some draws; return the flat places of keys that are near the next one."""
        np.copyto(keys, scores, casting="unsafe")
        keys <<= self._digits
        keys |= self._bodies
        # Positive whole numbers of 62 digits have the order of the doubles of the same digits, and
        # doubles are sorted faster.
        (keys if self._key is np.uint32 else keys.view(np.float64)).sort(axis=1)
        if self._key is not np.uint32:
            self._reached += [np.searchsorted(row, self._edge_keys) for row in keys]
        flat = keys.reshape(-1)
        gaps = self._space("gaps", (keys.size - 1,), self._key)
        near = self._space("near", gaps.shape, np.bool_)
        np.subtract(flat[1:], flat[:-1], out=gaps)
        np.less(gaps, self._near, out=near)
        near[self._n - 1 :: self._n] = False  # where a draw ends
        keys &= self._mask
        return np.flatnonzero(near)

    def _out_of_order(
        self, scores: _Floats, flat: npt.NDArray[np.unsignedinteger], first: _Wholes
    ) -> _Wholes:
        """Of places near the next one, those of runs in which a score does not rise."""
        row = first // self._n
        here, after = (
            np.rint(scores[row, flat[first + step].astype(np.int64)] / self._unit)
            for step in (0, 1)
        )
        run = self._runs(first)
        return first[np.bincount(run, weights=here >= after)[run] > 0]

    def _runs(self, places: _Wholes) -> _Wholes:
        """The number of the run of each rising flat place; a run ends with its draw."""
        breaks = (np.diff(places) > 1) | (np.diff(places // self._n) > 0)
        return np.concatenate([[0], np.cumsum(breaks)])

    def _count_ranks(
        self,
        bodies: npt.NDArray[np.unsignedinteger],
        cells: _Wholes,
        places: _Wholes,
        tally: Tally,
    ) -> None:
        """Count every rank where its body's row of counts has it: place p is rank n - p."""
        own = bodies.reshape(-1)[cells].astype(np.int64)
        bodies *= self._key(self._n)
        bodies += np.arange(self._n - 1, -1, -1, dtype=self._key)
        found = self._space("found", bodies.shape, np.int64)
        np.copyto(found, bodies)
        flat = found.reshape(-1)
        flat[cells] = own * self._n + self._n - 1 - places
        np.add.at(tally.ranks.reshape(-1), flat, tally.ranks.dtype.type(1))

    def _scatter(
        self,
        bodies: npt.NDArray[np.unsignedinteger],
        cells: _Wholes,
        places: _Wholes,
        width: int,
        found: npt.NDArray[np.uint16],
    ) -> None:
        """Put class of rank and band of each body, above it in 16 binary digits, where it belongs.

        A draw at a time, so that its row stays in the cache.
        """
        classes = ((self._n - 1 - np.arange(self._n)) // width).astype(np.uint16)
        own = ((self._n - 1 - places) // width).astype(np.uint16)
        for row, order, edges in zip(found, bodies, self._reached, strict=True):
            values = classes.copy()
            for edge in edges:
                values[edge:] += np.uint16(_CLASSES)
            row[order.view(np.int64)] = values
        row, column = cells // self._n, bodies.reshape(-1)[cells].astype(np.int64)
        found[row, column] = (found[row, column] & _BANDS) + own

    def _space(self, name: str, shape: tuple[int, ...], kind: type[np.generic]) -> npt.NDArray[Any]:
        """Scratch that is kept: new memory at every call would cost as much as the work."""
        if (name, shape) not in self._scratch:
            self._scratch[name, shape] = np.empty(shape, dtype=kind)
        return self._scratch[name, shape]


def _count_classes(kept: npt.NDArray[np.uint16], tally: Tally) -> None:
    """Count the classes of some draws body by body, so that its counts stay in the cache."""
    n_bodies, n_classes = tally.ranks.shape
    one = tally.ranks.dtype.type(1)
    for start in range(0, n_bodies, _BODIES_AT_ONCE):
        stop = min(start + _BODIES_AT_ONCE, n_bodies)
        part = kept[:, start:stop].copy()
        for number in range(len(tally.above)):
            reached = part >= (number + 1) * _CLASSES
            tally.above[number, start:stop] += reached.sum(axis=0, dtype=np.int16)
        part &= _CLASSES - 1
        places = np.add(part, np.arange(stop - start) * n_classes, dtype=np.int64)
        counts = tally.ranks[start:stop].reshape(-1)
        np.add.at(counts, places.reshape(-1), one)
    tally.draws += len(kept)
