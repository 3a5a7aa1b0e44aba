"""From choices to scores: blocks of 200 draws, the same whatever computes them.

Block b has the generator of ``SeedSequence(seed, spawn_key=(b,))`` and is always drawn whole.
Weights are rounded to so few binary digits that every product with the (whole) values and every sum
of them is exact: no order of summation, no number of threads and no library can change a score.
Where a mean is geometric or harmonic there is no such form, and the shapes of the computation are
fixed instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from spbe_research.auditing.case import NOISE, Case
from spbe_research.auditing.options import Option, options_of
from spbe_research.auditing.tree import combine
from spbe_research.choices import Choice, LevelError, Weights
from spbe_research.errors import DataError

__all__ = ["BLOCK", "Drawn", "Sampler", "generator"]

BLOCK = 200  # draws

_Floats = npt.NDArray[np.float64]
_DOUBLE = 53  # binary digits of a double
_ENOUGH = 37  # binary digits of a weight: errors of a score stay below a hundredth of 1e-9
_HALF = 2.0**16  # values of more digits are multiplied in two exact halves
_LARGEST = 2.0**32
_IN_CACHE = 65_536  # scores computed at a time
_FEWEST = 100  # draws computed at a time: a product of fewer waits for the values
_VALUES_AT_ONCE = 2_000_000  # levels with errors computed at a time


@dataclass(frozen=True)
class Drawn:
    """One block: leaf weights (200, n_leaves), the option of each finite choice (0: as it is)."""

    weights: _Floats
    options: tuple[npt.NDArray[np.int64] | None, ...]
    errors: tuple[tuple[LevelError, np.random.Generator], ...]


def generator(seed: int, *key: int) -> np.random.Generator:
    """Return the generator of a block."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


@dataclass(frozen=True)
class Sampler:
    """Draws blocks of choices for a case and computes the index under them."""

    case: Case
    choices: tuple[Choice, ...]

    @cached_property
    def options(self) -> tuple[tuple[Option, ...], ...]:
        """The options of every choice."""
        return tuple(options_of(choice, self.case.tree) for choice in self.choices)

    @cached_property
    def decimals(self) -> int:
        """Values are multiplied with this power of ten, and whole then."""
        largest = np.abs(self.case.leaf_values).max(initial=1.0)
        decimals = self.case.decimals
        while decimals and largest * 10**decimals >= _LARGEST:
            decimals -= 1
        if largest * 10**decimals >= _LARGEST:
            raise DataError(
                f"Invalid data: {largest:g} is too large a value. It must be below {_LARGEST:g}. "
                "Choose a larger unit."
            )
        return decimals

    @cached_property
    def unit(self) -> float:
        """What 1e-9 index points are in the scores of ``chunks``."""
        return NOISE * 10.0**self.decimals

    @cached_property
    def offset(self) -> float:
        """What is taken from every value so that none is negative, in the scores' unit."""
        return float(min(self._scaled.min(), 0.0))

    @cached_property
    def largest(self) -> float:
        """No score exceeds it."""
        return float(self._scaled.max() - self.offset) + 1.0

    def prepare(self) -> None:
        """Compute what all blocks share, before threads would each do it."""
        _ = self.options, self.unit, self.offset, self._halves, self._own_weights

    def draw(self, generators: Sequence[np.random.Generator]) -> Drawn:
        """Draw one block.

        Parameters
        ----------
        generators : sequence of numpy.random.Generator
            One per choice; they may be one and the same. Weights and options are drawn in the order
            of the choices, levels after them.
        """
        options: list[npt.NDArray[np.int64] | None] = []
        weights = np.broadcast_to(self._own_weights, (BLOCK, len(self._own_weights)))
        left_out = np.zeros(weights.shape, dtype=bool)
        for choice, its_options, rng in zip(self.choices, self.options, generators, strict=True):
            if not its_options:
                options.append(None)
                if isinstance(choice, Weights):
                    weights = _shaken(choice, weights, rng)
                continue
            chosen = rng.integers(0, len(its_options) + 1, BLOCK)
            options.append(chosen)
            for number, option in enumerate(its_options, start=1):
                rows = chosen == number
                if option.equal:
                    weights = np.where(rows[:, None], 1 / weights.shape[1], weights)
                if option.kept is not None:
                    left_out[rows] |= ~option.kept
        if left_out.any():
            weights = np.where(left_out, 0.0, weights)
        total = weights.sum(axis=1, keepdims=True)
        if (total <= 0).any():
            raise DataError(
                "Invalid choices: together they leave nothing out of which an index could be "
                "computed. Leave out fewer parts."
            )
        errors = tuple(
            (choice, rng)
            for choice, rng in zip(self.choices, generators, strict=True)
            if isinstance(choice, LevelError)
        )
        return Drawn(self._rounded(weights / total), tuple(options), errors)

    def space(self) -> _Floats:
        """Return scratch for ``chunks``: new memory for every block would cost as much as it."""
        n_bodies = len(self.case.ids)
        return np.empty((min(BLOCK, max(_FEWEST, _IN_CACHE // n_bodies)), n_bodies))

    def chunks(
        self, drawn: Drawn, *, draws: int = BLOCK, scale: float = 1.0, space: _Floats | None = None
    ) -> Iterator[_Floats]:
        """Yield the scores of the first draws of a block, some draws at a time.

        What was yielded may be overwritten by what comes next.

        Parameters
        ----------
        drawn : Drawn
            Used once: the errors of levels are drawn here.
        draws : int
            How many of the 200 are wanted.
        scale : float
            A power of two that the scores are multiplied with.
        space : numpy.ndarray, optional
            Of ``space``, to be used again for the next block.

        Yields
        ------
        numpy.ndarray, shape (some draws, n_bodies)
            ``scale * (10**decimals * index - offset)``.
        """
        methods = self._methods(drawn)
        plain = self.case.tree.is_weighted_mean and not any(methods)
        if plain and not drawn.errors:
            out = self.space() if space is None else space
            rows = len(out)
            for start in range(0, draws, rows):
                weights = drawn.weights[start : min(start + rows, draws)] * scale
                yield self._product(weights, out[: len(weights)])
            return
        for stages, span in self._misread(drawn, draws):
            values = stages[-1]
            weights = drawn.weights[span]
            if plain:
                yield np.matmul(values, (weights * scale)[:, :, None])[:, :, 0]
            else:
                yield self._combined(values, weights, methods[span]) * scale

    def misread(self, drawn: Drawn, *, draws: int) -> dict[str, npt.NDArray[np.int64]]:
        """Return how many levels each draw misreads, by the label of the error, (draws,).

        Uses up the draws of levels, as ``chunks`` does. Of several errors of one draw each is
        counted against the levels as they are.
        """
        counts: dict[str, list[npt.NDArray[np.int64]]] = {e.label: [] for e, _ in drawn.errors}
        for stages, _ in self._misread(drawn, draws):
            for number, (error, _) in enumerate(drawn.errors):
                changed = stages[number] != self._scaled
                counts[error.label].append(changed.sum(axis=(1, 2)))
        return {label: np.concatenate(parts) for label, parts in counts.items()}

    def index(self, scores: _Floats) -> _Floats:
        """Return index points, rounded to 1e-9, of scores of scale 1."""
        return np.round((scores + self.offset) / 10.0**self.decimals, 9)

    def _methods(self, drawn: Drawn) -> list[dict[str, str]]:
        """The means that each draw changes."""
        methods: list[dict[str, str]] = [{} for _ in range(BLOCK)]
        for chosen, its_options in zip(drawn.options, self.options, strict=True):
            if chosen is None or not any(option.methods for option in its_options):
                continue
            for row in np.flatnonzero(chosen):
                methods[row] |= its_options[chosen[row] - 1].methods
        return methods

    def _misread(self, drawn: Drawn, draws: int) -> Iterator[tuple[list[_Floats], slice]]:
        """Scaled values after the first error, the first two and so on, some draws at a time."""
        shape = self._scaled.shape
        shared = [_shared(error, rng, shape[0]) for error, rng in drawn.errors]
        rows = max(1, _VALUES_AT_ONCE // self._scaled.size)
        for start in range(0, draws, rows):
            span = slice(start, min(start + rows, draws))
            if not shared:
                yield [np.broadcast_to(self._scaled, (span.stop - span.start, *shape))], span
                continue
            # Levels are whole and few: bytes do until they are multiplied.
            levels = np.broadcast_to(self._scaled.astype(np.int8), (span.stop - span.start, *shape))
            low_end, high_end = int(self.case.tree.low), int(self.case.tree.high)
            stages: list[_Floats] = []
            for (error, rng), (threshold, body) in zip(drawn.errors, shared, strict=True):
                noise = rng.standard_normal(levels.shape, dtype=np.float32)
                own = np.float32((1 - error.rho) ** 0.5)
                low, high = (
                    ((side * threshold - body[span]) / own).astype(np.float32)[:, :, None]
                    for side in (1, -1)
                )
                levels = levels + (noise > high).view(np.int8)
                levels -= (noise < low).view(np.int8)
                np.clip(levels, low_end, high_end, out=levels)
                stages.append(levels.astype(np.float64))
            yield stages, span

    def _combined(
        self, values: _Floats, weights: _Floats, methods: list[dict[str, str]]
    ) -> _Floats:
        """Scores where some node has another mean: draws of the same means go together."""
        scores = np.empty((len(weights), values.shape[1]))
        kinds: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for row, changed in enumerate(methods):
            kinds.setdefault(tuple(sorted(changed.items())), []).append(row)
        root = self.case.tree.nodes[-1].code
        for kind, rows in kinds.items():
            found = combine(self.case.tree, values[rows], weights[rows], dict(kind))
            scores[rows] = found[root]
        return scores - self.offset

    def _product(self, weights: _Floats, out: _Floats) -> _Floats:
        if len(self._halves) == 1:
            return np.matmul(weights, self._halves[0], out=out)
        high, low = self._halves
        np.matmul(weights, high, out=out)
        out *= _HALF
        out += weights @ low
        return out

    def _rounded(self, weights: _Floats) -> _Floats:
        digits = max(_DOUBLE - int(np.ceil(np.log2(self.largest))), _ENOUGH)
        step = 2.0**digits
        rounded: _Floats = np.rint(weights * step) / step
        return rounded

    @cached_property
    def _own_weights(self) -> _Floats:
        return self.case.tree.float_weights()

    @cached_property
    def _scaled(self) -> _Floats:
        return np.rint(self.case.leaf_values * 10.0**self.decimals)

    @cached_property
    def _halves(self) -> tuple[_Floats, ...]:
        """The values, shape (n_leaves, n_bodies), or their upper and lower binary digits."""
        values = np.ascontiguousarray((self._scaled - self.offset).T)
        if self.largest <= 2.0 ** (_DOUBLE - _ENOUGH):
            return (values,)
        high = np.floor(values / _HALF)
        return high, values - high * _HALF


def _shaken(choice: Weights, weights: _Floats, rng: np.random.Generator) -> _Floats:
    """Weights that are drawn around others, not yet with the sum 1."""
    if choice.method == "uniform":
        return weights * rng.uniform(1 - choice.size, 1 + choice.size, weights.shape)
    return rng.standard_gamma(choice.size * weights)


def _shared(error: LevelError, rng: np.random.Generator, n_bodies: int) -> tuple[float, _Floats]:
    """The threshold of an error, and what the readings of a body share, (200, n_bodies)."""
    common = rng.standard_normal((BLOCK, n_bodies), dtype=np.float32)
    return NormalDist().inv_cdf(error.p / 2), error.rho**0.5 * common
