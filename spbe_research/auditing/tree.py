"""The little an audit knows of an instrument: leaves with weights, nodes with their mean, bands.

Everything else of this package works on this form: an instrument of another build needs another
``tree_of`` and nothing else.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, lcm

import numpy as np
import numpy.typing as npt

from spbe_research.errors import InstrumentError, refuse
from spbe_research.instruments import Instrument

__all__ = ["ROOT", "Node", "Tree", "combine", "tree_of"]

ROOT = "index"
_Floats = npt.NDArray[np.float64]
# A mean of another kind is the arithmetic mean of turned values, turned back.
_TURNS: dict[str, tuple[np.ufunc, np.ufunc]] = {
    "arithmetic": (np.positive, np.positive),
    "geometric": (np.log, np.exp),
    "harmonic": (np.reciprocal, np.reciprocal),
}


@dataclass(frozen=True)
class Node:
    """A node above the leaves: what lies directly below it, and the mean that joins it."""

    code: str
    tier: str
    children: tuple[str, ...]
    method: str = "arithmetic"


@dataclass(frozen=True)
class Tree:
    """An instrument as an audit sees it.

    ``weights`` are those of the leaves in the index, exact, with the sum 1; ``nodes`` stand bottom
    up, the index last; ``edges`` are the lower edges of the bands above the lowest, and
    ``predicates`` their names, lowest first (none where there are no bands); ``whole`` says which
    leaves take whole levels, from ``low`` to ``high`` (the ends of the bands, else none).
    """

    name: str
    leaves: tuple[str, ...]
    leaf_tier: str
    weights: tuple[Fraction, ...]
    nodes: tuple[Node, ...]
    edges: tuple[float, ...]
    predicates: tuple[str, ...]
    whole: tuple[bool, ...]
    low: float
    high: float

    @property
    def is_weighted_mean(self) -> bool:
        """Whether the index is one arithmetic mean of the leaves."""
        return all(node.method == "arithmetic" for node in self.nodes)

    @property
    def tiers(self) -> dict[str, tuple[str, ...]]:
        """The codes of each tier, from the index down to the leaves."""
        found: dict[str, tuple[str, ...]] = {}
        for node in reversed(self.nodes):
            found[node.tier] = (node.code, *found.get(node.tier, ()))
        return found | {self.leaf_tier: self.leaves}

    def leaves_below(self, code: str) -> npt.NDArray[np.bool_]:
        """Which leaves lie below a node; of a leaf, itself. Shape (n_leaves,)."""
        if code in self.leaves:
            return np.array([leaf == code for leaf in self.leaves])
        below = np.zeros(len(self.leaves), dtype=bool)
        for child in self.node(code).children:
            below |= self.leaves_below(child)
        return below

    def node(self, code: str) -> Node:
        """Return a node above the leaves."""
        return next(node for node in self.nodes if node.code == code)

    def chosen(self, name: str, *, inner: bool) -> tuple[str, ...]:
        """Return the codes that a tier or a code stands for.

        Parameters
        ----------
        name : str
            A tier, or the code of a node or leaf.
        inner : bool
            Only nodes above the leaves.

        Raises
        ------
        InstrumentError
            When the instrument has neither.
        """
        tiers = dict(self.tiers)
        if inner:
            tiers.pop(self.leaf_tier)
        codes = tuple(code for members in tiers.values() for code in members)
        if name in codes:
            return (name,)
        if name in tiers:
            return tiers[name]
        raise InstrumentError(
            f"Invalid part {name!r}. {self.name} has the tiers {', '.join(tiers)} and the codes "
            f"{', '.join(codes)}."
        )

    def float_weights(self) -> _Floats:
        """The weights of the leaves as floats."""
        return np.array([float(weight) for weight in self.weights])

    def whole_weights(self) -> npt.NDArray[np.int64]:
        """The weights of the leaves in their smallest common unit."""
        unit = lcm(*(weight.denominator for weight in self.weights))
        return np.array([int(weight * unit) for weight in self.weights], dtype=np.int64)


def tree_of(instrument: Instrument, tier: str) -> Tree:
    """Return an instrument as an audit sees it, its leaves those of a tier.

    Parameters
    ----------
    instrument : Instrument
    tier : {"indicator", "aspect", "domain"}
        The tier of which values are there.

    Raises
    ------
    InstrumentError
        Naming every node that is no weighted mean, or is treated once it is made: what shifts in
        its weights do to the index is another question there.
    """
    cut = instrument.cut_at(tier)
    leaves = cut.indicators
    inner = [item for item in cut.items if item.code not in leaves]
    refuse(
        InstrumentError,
        f"instrument {cut.edition}",
        [
            f"{item.code}: is the {item.aggregation} of what lies below, and no weighted mean"
            if item.aggregation not in _TURNS
            else f"{item.code}: is treated after it was made"
            for item in inner
            if item.aggregation not in _TURNS or not item.is_as_it_is
        ],
        "An audit is of an index whose nodes are weighted means of what lies below, as they are.",
    )
    # Parents stand before their children in no particular order of rows: the longest line first.
    nodes = sorted(inner, key=lambda item: _depth(cut, item.code), reverse=True)
    total = sum((cut.item(code).weight for code in leaves), Fraction(0))
    return Tree(
        name=instrument.edition,
        leaves=leaves,
        leaf_tier=tier,
        weights=tuple(cut.item(code).weight / total for code in leaves),
        nodes=tuple(
            Node(item.code, item.scale, cut.children(item.code), item.aggregation) for item in nodes
        ),
        edges=tuple(band.lower for band in cut.bands[1:]),
        predicates=tuple(band.predicate for band in cut.bands),
        whole=tuple(cut.item(code).value_type == "integer" for code in leaves),
        low=cut.bands[0].lower if cut.bands else -inf,
        high=cut.bands[-1].upper if cut.bands else inf,
    )


def combine(
    tree: Tree, values: _Floats, weights: _Floats, methods: dict[str, str]
) -> dict[str, _Floats]:
    """Return the value of every node, tier by tier.

    Parameters
    ----------
    tree : Tree
    values : numpy.ndarray, shape (n_draws or 1, n_bodies, n_leaves)
        Positive where a method asks for it.
    weights : numpy.ndarray, shape (n_draws, n_leaves)
        Of the leaves in the index; a node weighs what the leaves below it weigh, and one that
        weighs nothing is passed over.
    methods : dict of str to str
        The mean of some nodes; the others keep theirs.

    Returns
    -------
    dict of str to numpy.ndarray, shape (n_draws, n_bodies)
        By code. The values of a node of weight 0 mean nothing.

    Notes
    -----
    With the shares s of its children: arithmetic ``sum s x``, geometric ``exp(sum s log x)``,
    harmonic ``1 / sum(s / x)``.
    """
    shape = (len(weights), values.shape[1])
    found = {
        leaf: np.broadcast_to(values[:, :, place], shape) for place, leaf in enumerate(tree.leaves)
    }
    heavy = {leaf: weights[:, place] for place, leaf in enumerate(tree.leaves)}
    for node in tree.nodes:
        heavy[node.code] = sum((heavy[child] for child in node.children), np.zeros(len(weights)))
        own = np.where(heavy[node.code] > 0, heavy[node.code], 1.0)
        shares = [(heavy[child] / own)[:, None] for child in node.children]
        parts = [found[child] for child in node.children]
        found[node.code] = _mean(methods.get(node.code, node.method), parts, shares)
    return found


def _mean(method: str, parts: list[_Floats], shares: list[_Floats]) -> _Floats:
    turned, back = _TURNS[method]
    total = np.zeros(parts[0].shape)
    with np.errstate(divide="ignore", invalid="ignore"):  # a node without weight has no value
        for part, share in zip(parts, shares, strict=True):
            total += np.where(share > 0, share * turned(part), 0.0)
        result: _Floats = back(total)
    return result


def _depth(instrument: Instrument, code: str) -> int:
    parent = instrument.item(code).parent
    return 1 + _depth(instrument, parent) if parent else 0
