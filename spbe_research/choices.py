"""What an audit varies: weights, the way of aggregating, levels that were misread, parts left out.

Each choice is a small frozen description; ``spbe_research.audit`` draws from it. Nothing is drawn
or computed here, but for ``LevelError.from_panel``, which reads its two numbers off two years.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = ["AGGREGATIONS", "Aggregation", "Choice", "LeaveOut", "LevelError", "Weights"]

AGGREGATIONS = ("arithmetic", "geometric", "harmonic")

_Floats = npt.NDArray[np.float64]
_NODES = 80  # of the quadrature over what a body's readings share
_STEPS = 60  # of a bisection: 2**-60


@dataclass(frozen=True)
class Weights:
    """The weights of the leaves are drawn anew, or are all equal.

    Build one with ``Weights.uniform``, ``Weights.dirichlet`` or ``Weights.equal``.

    Parameters
    ----------
    method : {"uniform", "dirichlet", "equal"}
        How.
    size : float
        Radius of ``uniform`` (above 0, at most 1); concentration of ``dirichlet`` (above 0); 0 for
        ``equal``.
    """

    family: ClassVar[str] = "weights"
    method: str
    size: float

    def __post_init__(self) -> None:
        allowed = {
            "uniform": (0 < self.size <= 1, "a radius above 0 and at most 1"),
            "dirichlet": (0 < self.size < np.inf, "a concentration above 0"),
            "equal": (self.size == 0, "no size"),
        }
        if self.method not in allowed:
            raise DataError(
                f"Invalid weights {self.method!r}. They must be uniform, dirichlet or equal."
            )
        holds, rule = allowed[self.method]
        if not holds:
            raise DataError(
                f"Invalid weights {self.label}. {self.method} needs {rule}; at 0 nothing changes."
            )

    @classmethod
    def uniform(cls, radius: float) -> "Weights":
        """Multiply every leaf weight with its own draw from U(1 - radius, 1 + radius), renormalise.

        Parameters
        ----------
        radius : float
            Above 0 and at most 1: 0.25 lets every weight shift by a quarter.

        Raises
        ------
        DataError
            When the radius is outside that range.

        Examples
        --------
        >>> Weights.uniform(0.25).label
        'uniform(0.25)'
        >>> Weights.uniform(0)
        Traceback (most recent call last):
            ...
        spbe_research.errors.DataError: Invalid weights uniform(0). uniform needs a radius ...
        """
        return cls("uniform", float(radius))

    @classmethod
    def dirichlet(cls, concentration: float) -> "Weights":
        """Draw the leaf weights from Dirichlet(concentration * w), whose mean is w.

        Parameters
        ----------
        concentration : float
            Above 0; a weight w then has the variance ``w (1 - w) / (concentration + 1)``.

        Examples
        --------
        >>> Weights.dirichlet(1000).label
        'dirichlet(1000)'
        """
        return cls("dirichlet", float(concentration))

    @classmethod
    def equal(cls) -> "Weights":
        """Give every leaf the same weight.

        Examples
        --------
        >>> Weights.equal().label
        'equal'
        """
        return cls("equal", 0.0)

    @property
    def label(self) -> str:
        """What is drawn, in one word."""
        return self.method if self.method == "equal" else f"{self.method}({self.size:g})"


@dataclass(frozen=True, init=False)
class Aggregation:
    """A node is another mean of what lies below it: arithmetic, geometric or harmonic.

    Parameters
    ----------
    *methods : {"arithmetic", "geometric", "harmonic"}
        The alternatives; a Monte Carlo draw takes one of them, or leaves the instrument as it is,
        with equal probability.
    at : str, optional
        A tier (``"index"``, ``"domain"``, ``"aspect"``) or the code of a node, whose mean
        it is; left out, every node.

    Raises
    ------
    DataError
        When there is no method, or one that is unknown or stands twice.

    Examples
    --------
    >>> Aggregation("geometric", "harmonic", at="index").label
    'geometric, harmonic at index'
    >>> Aggregation("median")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid aggregation 'median'. It must be arithmetic, ...
    """

    family: ClassVar[str] = "aggregation"
    methods: tuple[str, ...]
    at: str | None

    def __init__(self, *methods: str, at: str | None = None) -> None:
        for method in methods or ("",):
            if method not in AGGREGATIONS:
                raise DataError(
                    f"Invalid aggregation {method!r}. It must be {', '.join(AGGREGATIONS)}."
                )
        _refuse_twice("aggregation", methods)
        object.__setattr__(self, "methods", methods)
        object.__setattr__(self, "at", at)

    @property
    def label(self) -> str:
        """The methods and where they stand."""
        return f"{', '.join(self.methods)} at {self.at or 'every node'}"


@dataclass(frozen=True, init=False)
class LeaveOut:
    """One part of the instrument is left out, and the other weights share what it weighed.

    Parameters
    ----------
    *parts : str
        Codes (``"I05"``, ``"D4"``) or tiers (``"domain"``: each of them); left out, each leaf. A
        Monte Carlo draw leaves out one of them or none, with equal probability.

    Raises
    ------
    DataError
        When a part stands twice.

    Examples
    --------
    >>> LeaveOut().label, LeaveOut("domain").label
    ('one leaf', 'one of domain')
    """

    family: ClassVar[str] = "leave_out"
    parts: tuple[str, ...]

    def __init__(self, *parts: str) -> None:
        _refuse_twice("part to leave out", parts)
        object.__setattr__(self, "parts", parts)

    @property
    def label(self) -> str:
        """What may be left out."""
        return f"one of {', '.join(self.parts)}" if self.parts else "one leaf"


@dataclass(frozen=True)
class LevelError:
    """Each level is misread by one step with probability p, up and down alike.

    Parameters
    ----------
    p : float
        Probability of an error, 0 to 1: p/2 up, p/2 down, and never beyond the scale.
    rho : float
        Correlation of the errors within a body, 0 to below 1, of a normal copula.

    Raises
    ------
    DataError
        When p or rho is outside its range, or p is 0, so that nothing would change.

    Notes
    -----
    ``z = sqrt(rho) u + sqrt(1 - rho) e`` with u of the body and e of the level, standard normal and
    independent; the level falls by one where ``z < t``, rises where ``z > -t``, with ``t`` the
    normal quantile of p/2; then it is clipped to the scale.

    Examples
    --------
    >>> LevelError(p=0.25, rho=0.2).label
    'p 0.25, rho 0.2'
    >>> LevelError(p=0)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid level error p 0, rho 0. p must be above 0 and ...
    """

    family: ClassVar[str] = "level_error"
    p: float
    rho: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.p <= 1 and 0 <= self.rho < 1):
            raise DataError(
                f"Invalid level error {self.label}. p must be above 0 and at most 1, rho 0 or more "
                "and below 1."
            )

    @classmethod
    def from_panel(
        cls, before: pd.DataFrame, after: pd.DataFrame, *, low: float = 1, high: float = 5
    ) -> "LevelError":
        """Read p and rho off two years of the same bodies, every fall taken as an error.

        Use it for an upper bound: levels that truly fell are counted as misread.

        Parameters
        ----------
        before, after : pandas.DataFrame
            Levels, wide (one row per body, one column per item) or long (``agency_id, item,
            value``, and where a column ``scale`` stands only indicators). Bodies and items that
            stand in both are used.
        low, high : float
            The ends of the scale.

        Returns
        -------
        LevelError

        Raises
        ------
        DataError
            When fewer than two bodies or two items stand in both, a level is missing, no level
            fell, or more fell than errors of one step can explain.

        Notes
        -----
        If both years are readings of one true level, the share of falls is
        ``f = a (p/2 - p^2/4) + (1 - a) (p - 3 p^2/4)``, with a the share of levels of ``before`` at
        an end of the scale, where the reading errs to one side only; p is the smaller root. rho is
        the correlation of two latent normals of one body that makes two levels fall as often
        together as they did (tetrachoric, one for all pairs of items). Ends that are themselves
        misread are taken as true.

        Examples
        --------
        >>> before = pd.DataFrame({"I01": [3, 3, 3, 3], "I02": [3, 3, 3, 3]})
        >>> after = pd.DataFrame({"I01": [2, 3, 3, 3], "I02": [2, 3, 3, 3]})
        >>> error = LevelError.from_panel(before, after)
        >>> round(error.p, 3), round(error.rho, 2)
        (0.333, 1.0)
        """
        first, second = _both(before, after)
        falls = second < first
        share = float(falls.mean())
        at_end = float(((first <= low) | (first >= high)).mean())
        return cls(_probability(share, at_end), _correlation(falls))

    @property
    def label(self) -> str:
        """The two numbers."""
        return f"p {self.p:g}, rho {self.rho:g}"


Choice = Weights | Aggregation | LevelError | LeaveOut


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    refuse(DataError, what, [f"{name!r}: stands twice" for name in twice], "Name each once.")


def _both(before: pd.DataFrame, after: pd.DataFrame) -> tuple[_Floats, _Floats]:
    """The levels of the bodies and items that stand in both tables."""
    first, second = (_wide(each) for each in (before, after))
    bodies, items = (
        one.intersection(other, sort=False)
        for one, other in ((first.index, second.index), (first.columns, second.columns))
    )
    if len(bodies) < 2 or len(items) < 2:
        raise DataError(
            f"Invalid panel of {len(bodies)} bodies and {len(items)} items that stand in both "
            "tables. It must have two of each at least. Give both years of the same bodies."
        )
    pair = [each.loc[bodies, items].to_numpy(dtype=np.float64) for each in (first, second)]
    if absent := sum(int(np.isnan(each).sum()) for each in pair):
        raise DataError(f"Invalid panel: {absent} levels are missing. Leave these bodies out.")
    return pair[0], pair[1]


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    if not {"agency_id", "item", "value"} <= set(table.columns):
        return table
    if "scale" in table.columns:
        table = table[table["scale"] == "indicator"]
    if table.duplicated(["agency_id", "item"]).any():
        raise DataError("Invalid panel: a body has an item twice. Give one year per table.")
    return table.pivot(index="agency_id", columns="item", values="value")


def _probability(share: float, at_end: float) -> float:
    """The smaller root of the share of falls in p."""
    square = at_end / 4 + 3 * (1 - at_end) / 4
    linear = at_end / 2 + (1 - at_end)
    inside = linear**2 - 4 * square * share
    p = (linear - float(np.sqrt(max(inside, 0.0)))) / (2 * square)
    if share == 0 or inside < 0 or p > 1:
        raise DataError(
            f"Invalid panel: {100 * share:.1f} percent of the levels fell. Some must, and no more "
            "than errors of one step can explain. Give LevelError(p, rho) by hand."
        )
    return p


def _correlation(falls: npt.NDArray[np.bool_]) -> float:
    """The latent correlation within a body that two falls together ask for, from 0 to 0.999."""
    n_items = falls.shape[1]
    counts = falls.sum(axis=1)
    together = float((counts * (counts - 1)).mean() / (n_items * (n_items - 1)))
    normal = NormalDist()
    below = normal.inv_cdf(float(falls.mean()))
    points, masses = np.polynomial.hermite_e.hermegauss(_NODES)
    masses = masses / masses.sum()

    def expected(rho: float) -> float:
        conditional = [normal.cdf((below - rho**0.5 * u) / (1 - rho) ** 0.5) for u in points]
        return float(masses @ np.square(conditional))

    return _bisected(lambda rho: expected(rho) - together, 0.0, 0.999)


def _bisected(function: Callable[[float], float], low: float, high: float) -> float:
    """The root of a rising function, or the end of the range that is nearest to it."""
    if function(low) >= 0:
        return low
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return low
