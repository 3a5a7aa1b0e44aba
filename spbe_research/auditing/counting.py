"""Ranks of many draws, kept as whole numbers: how often each body had each rank and each band.

A rank needs an order, an order a sort, and a sort that knows where each key came from is slow. So
the body's number is packed into the low binary digits of its key, and the keys are sorted as whole
numbers: of 32 digits where that is enough to hold the body and some of its score, else of 64. Where
two neighbours are too near for the digits left, they are compared as scores rounded to 1e-9, all
such neighbours of a block together, and what was counted for them is put right.
"""

from collections.abc import Iterable, Iterator
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
_KEPT = 200  # draws at a time, of which the classes wait to be counted
_BODIES_AT_ONCE = 128  # their counts fit the cache
_SORTED_AT_ONCE = 32_768  # keys that stay in the cache
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
        short = digits <= _SHORT_DIGITS
        self._key: Any = np.uint32 if short else np.uint64
        self._signed: Any = np.int32 if short else np.int64
        room = (32 if short else 62) - digits
        power = room - int(np.ceil(np.log2(largest)))
        self.scale = float(np.ldexp(1.0, min(power, 52)))
        self._n, self._digits = n_bodies, self._key(digits)
        self._unit = unit * self.scale
        # A score half a unit below an edge is rounded to it.
        self._edges = (edges - unit / 2) * self.scale
        reachable = np.ceil(np.clip(self._edges, 0, largest * self.scale))
        self._edge_keys: npt.NDArray[Any] = reachable.astype(self._key)
        self._edge_keys <<= self._digits
        near = int(np.floor(self._unit)) + 2
        self._near = self._key(near << digits)
        self._mask = self._key((1 << digits) - 1)
        self._bodies: npt.NDArray[Any] = np.arange(n_bodies, dtype=self._key)
        self._waiting = 0  # draws whose neighbours are still to be compared
        self._doubts: list[tuple[npt.NDArray[Any], ...]] = []
        self._scratch: dict[tuple[str, tuple[int, ...]], npt.NDArray[Any]] = {}

    def count(self, chunks: Iterable[_Floats], tally: Tally) -> None:
        """Count the draws of a block; after the last one, ``finish``.

        Parameters
        ----------
        chunks : iterable of numpy.ndarray, shape (some draws, n_bodies)
            Scores multiplied with ``scale``; 200 draws at most in all.
        tally : Tally
            Is added to.
        """
        if tally.width > 1:
            self._count_in_classes(chunks, tally)
            return
        for scores in chunks:
            self._count_bands(scores, tally)
            for part in self._parts(scores):
                self._count_ranks(self._sort(part, self._waiting), tally)
                self._waiting += len(part)
            tally.draws += len(scores)

    def finish(self, tally: Tally) -> None:
        """Put right what ``count`` counted by keys that mislead; without it counts are wrong."""
        _, place, body, true_place = self._put_right()
        counts, start = tally.ranks.reshape(-1), body * self._n + self._n - 1
        one = tally.ranks.dtype.type(1)
        np.subtract.at(counts, start - place, one)
        np.add.at(counts, start - true_place, one)
        self._waiting = 0

    def _count_in_classes(self, chunks: Iterable[_Floats], tally: Tally) -> None:
        kept = self._space("kept", (_KEPT, self._n), np.uint16)
        done = 0
        for scores in chunks:
            for part in self._parts(scores):
                bodies = self._sort(part, done, tally.width)
                self._scatter(bodies, tally.width, kept[done : done + len(part)])
                done += len(part)
        draw, _, body, place = self._put_right()
        own = ((self._n - 1 - place) // tally.width).astype(np.uint16)
        kept[draw, body] = (kept[draw, body] & _BANDS) + own
        _count_classes(kept[:done], tally)
        tally.draws += done

    def ranks(self, scores: _Floats) -> _Wholes:
        """Return the ranks of draws, 1 the best, ties the better, shape (some draws, n_bodies)."""
        found = np.empty(scores.shape, dtype=np.int64)
        done = 0
        for part in self._parts(scores):
            bodies = self._sort(part, done).astype(np.int64)
            own = np.broadcast_to(np.arange(self._n, 0, -1), bodies.shape)
            np.put_along_axis(found[done : done + len(part)], bodies, own, axis=1)
            done += len(part)
        draw, _, body, place = self._put_right()
        found[draw, body] = self._n - place
        return found

    def _parts(self, scores: _Floats) -> Iterator[_Floats]:
        rows = max(1, _SORTED_AT_ONCE // self._n)
        return (scores[start : start + rows] for start in range(0, len(scores), rows))

    def _count_bands(self, scores: _Floats, tally: Tally) -> None:
        """Count who reached each edge."""
        reached = self._space("reached", scores.shape, np.bool_)
        for number, edge in enumerate(self._edges):
            np.greater_equal(scores, edge, out=reached)
            tally.above[number] += _counted(reached)

    def _sort(self, scores: _Floats, done: int, width: int = 1) -> npt.NDArray[np.unsignedinteger]:
        """Return the bodies of some draws from the lowest key up; note the keys that are near.

        The scratch that is returned is overwritten by the next call.
        """
        keys = self._space("keys", scores.shape, self._key)
        # Signed, since that is a faster cast of a positive double.
        np.copyto(keys.view(self._signed), scores, casting="unsafe")
        keys <<= self._digits
        keys |= self._bodies
        # Positive whole numbers of 62 digits have the order of the doubles of the same digits, and
        # doubles are sorted faster.
        (keys if self._key is np.uint32 else keys.view(np.float64)).sort(axis=1)
        if self._key is not np.uint32:
            self._reached = [np.searchsorted(row, self._edge_keys) for row in keys]
        if width == 1:
            self._note_near(keys, scores, done)
        else:
            # Which of two neighbours is the better one is asked only where a class ends.
            ends = np.arange(self._n - width, 0, -width)
            gaps = keys[:, ends] - keys[:, ends - 1]
            for row in np.flatnonzero((gaps < self._near).any(axis=1)):
                self._note_near(keys[row : row + 1], scores[row : row + 1], done + int(row))
        keys &= self._mask
        return keys

    def _note_near(self, keys: npt.NDArray[np.unsignedinteger], scores: _Floats, done: int) -> None:
        """Keep what is needed to compare neighbours whose keys are near each other."""
        flat = keys.reshape(-1)
        gaps = self._space("gaps", (keys.size - 1,), self._key)
        near = self._space("near", gaps.shape, np.bool_)
        np.subtract(flat[1:], flat[:-1], out=gaps)
        np.less(gaps, self._near, out=near)
        near[self._n - 1 :: self._n] = False  # where a draw ends
        first = np.flatnonzero(near)
        if len(first):
            lower, upper = ((flat[first + step] & self._mask).astype(np.int64) for step in (0, 1))
            start = first - first % self._n
            own = scores.reshape(-1)
            here, after = own[start + lower], own[start + upper]
            self._doubts.append((first + done * self._n, lower, upper, here, after))

    def _put_right(self) -> tuple[_Wholes, _Wholes, _Wholes, _Wholes]:
        """Draw, place by its key, body, and true place (of ties the last), where a key misleads."""
        if not self._doubts:
            nobody = np.empty(0, dtype=np.int64)
            return nobody, nobody, nobody, nobody
        first, lower, upper, here, after = (
            np.concatenate(each) for each in zip(*self._doubts, strict=True)
        )
        self._doubts.clear()
        here, after = np.rint(here / self._unit), np.rint(after / self._unit)
        run = np.concatenate([[0], np.cumsum(np.diff(first) > 1)])  # a run ends with its draw
        misled = np.bincount(run, weights=here >= after)[run] > 0
        first, lower, upper, here, after, run = (
            each[misled] for each in (first, lower, upper, here, after, run)
        )
        # Each but the last of a run is the lower of a pair, and the last the upper of the last one.
        last = np.diff(run, append=-1) != 0
        cells = np.concatenate([first, first[last] + 1])
        body = np.concatenate([lower, upper[last]])
        score = np.concatenate([here, after[last]])
        run = np.concatenate([run, run[last]])
        places = np.sort(cells)
        order = np.lexsort((score, run))
        cells, body, run, score = (each[order] for each in (cells, body, run, score))
        last = (np.diff(score, append=np.inf) != 0) | (np.diff(run, append=-1) != 0)
        ends = places[last]
        group = np.cumsum(last) - last
        return cells // self._n, cells % self._n, body, ends[group] % self._n

    def _count_ranks(self, bodies: npt.NDArray[np.unsignedinteger], tally: Tally) -> None:
        """Count every rank where its body's row of counts has it: place p is rank n - p."""
        bodies *= self._key(self._n)
        bodies += np.arange(self._n - 1, -1, -1, dtype=self._key)
        found = self._space("found", bodies.shape, np.int64)
        np.copyto(found, bodies.view(self._signed))
        ones = self._space("ones", (found.size,), tally.ranks.dtype.type)
        ones[:] = 1
        np.add.at(tally.ranks.reshape(-1), found.reshape(-1), ones)

    def _scatter(
        self,
        bodies: npt.NDArray[np.unsignedinteger],
        width: int,
        found: npt.NDArray[np.uint16],
    ) -> None:
        """Put class of rank and band of each body, above it in 16 binary digits, where it belongs.

        A draw at a time, so that its row stays in the cache.
        """
        classes = ((self._n - 1 - np.arange(self._n)) // width).astype(np.uint16)
        for row, order, edges in zip(found, bodies, self._reached, strict=True):
            values = classes.copy()
            for edge in edges:
                values[edge:] += np.uint16(_CLASSES)
            row[order.view(np.int64)] = values

    def _space(self, name: str, shape: tuple[int, ...], kind: type[np.generic]) -> npt.NDArray[Any]:
        """Scratch that is kept: new memory at every call would cost as much as the work."""
        if (name, shape) not in self._scratch:
            self._scratch[name, shape] = np.empty(shape, dtype=kind)
        return self._scratch[name, shape]


def _counted(reached: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """How many of at most 255 draws are true, shape (n_bodies,)."""
    counted: npt.NDArray[np.uint8] = reached.view(np.uint8).sum(axis=0, dtype=np.uint8)
    return counted


def _count_classes(kept: npt.NDArray[np.uint16], tally: Tally) -> None:
    """Count the classes of some draws body by body, so that its counts stay in the cache."""
    n_bodies, n_classes = tally.ranks.shape
    ones = np.ones(len(kept) * _BODIES_AT_ONCE, dtype=tally.ranks.dtype)
    first = np.arange(_BODIES_AT_ONCE) * n_classes
    for start in range(0, n_bodies, _BODIES_AT_ONCE):
        stop = min(start + _BODIES_AT_ONCE, n_bodies)
        part = kept[:, start:stop].copy()
        for number in range(len(tally.above)):
            tally.above[number, start:stop] += _counted(part >= (number + 1) * _CLASSES)
        part &= _CLASSES - 1
        places = np.add(part, first[: stop - start], dtype=np.int64).reshape(-1)
        counts = tally.ranks[start:stop].reshape(-1)
        np.add.at(counts, places, ones[: len(places)])
