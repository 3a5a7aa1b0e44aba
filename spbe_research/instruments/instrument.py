"""An instrument: a tree of weighted items and the bands of its predicates. Data, no computation.

Weights are exact fractions of a percent of the index, so that they close exactly.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from spbe_research.errors import InstrumentError
from spbe_research.instruments.columns import COLUMNS, as_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SCALES", "Allowed", "Band", "Instrument", "Item"]

SCALES = ("index", "domain", "aspect", "indicator")  # from the root down
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
LEVEL_TYPES = ("integer", "continuous")  # a maturity level; anything else is any number


@dataclass(frozen=True)
class Allowed:
    """A value that an input may take, and its name."""

    value: float
    name: str = ""


@dataclass(frozen=True)
class Item:
    """One node of the tree. ``weight`` is in percent of the index, exact.

    What is done to its value stands in the order in which it is done: divided by ``denominator``,
    imputed, outliers treated, transformed, normalised, turned round where ``direction`` is -1, and
    rounded to ``decimals``. ``aggregation``, ``missing`` and ``min_share`` say how a node is made
    of the items below it. Every default leaves the value as it is.
    """

    code: str
    parent: str
    scale: str
    weight: Fraction
    name: str = ""
    maturity_scale: str = ""
    is_policy: bool = False
    value_type: str = "integer"
    unit: str = ""
    denominator: str = ""
    impute: str = "none"
    impute_by: str = ""
    outliers: str = "none"
    transform: str = "none"
    direction: int = 1
    normalise: str = "none"
    low: float | None = None
    high: float | None = None
    clip: bool = False
    aggregation: str = "arithmetic"
    missing: str = ""
    min_share: float = 0.0
    decimals: int | None = None
    allowed: tuple[Allowed, ...] = ()

    @property
    def is_level(self) -> bool:
        """Whether the value is a maturity level, 1 to 5 where nothing else is said."""
        return self.scale == "indicator" and self.value_type in LEVEL_TYPES

    @property
    def ends(self) -> tuple[float, float] | None:
        """The ends of the scale of the value before it is transformed, or None where it has none.

        Those of a min-max are ends of the result, and those of a z-score where it is clipped.
        """
        if self.normalise not in ("none", "goalposts"):
            return None
        if self.low is not None and self.high is not None:
            return self.low, self.high
        if self.normalise == "none" and self.is_level and not self.denominator:
            return LOWEST_LEVEL, HIGHEST_LEVEL
        return None

    @property
    def is_as_it_is(self) -> bool:
        """Whether the value goes up the tree unchanged."""
        return (
            not self.denominator
            and (self.impute, self.outliers, self.transform, self.normalise) == ("none",) * 4
            and self.direction == 1
            and not self.clip
            and self.decimals is None
        )


@dataclass(frozen=True)
class Band:
    """One predicate: closed below, open above; the highest is closed on both sides."""

    predicate: str
    lower: float
    upper: float


@dataclass(frozen=True)
class Instrument:
    """An edition of the instrument: items in the order of the regulation, bands lowest first.

    Build one with ``load_instrument``, which checks that it hangs together.
    """

    edition: str
    items: tuple[Item, ...]
    bands: tuple[Band, ...]

    def __repr__(self) -> str:
        nodes = len(self.items) - len(self.indicators)
        tiers = f"{len(self.aspects)} aspects, {len(self.domains)} domains"
        if len(self.aspects) + len(self.domains) + 1 != nodes:
            tiers = f"{nodes} node{'s' if nodes > 1 else ''} above them"
        return f"Instrument({self.edition!r}: {len(self.indicators)} indicators, {tiers})"

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the items that are scored: those without items below them."""
        return self._codes("indicator")

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The columns that a table of values must have: indicators, denominators, groups."""
        items = [self.item(code) for code in self.indicators]
        more = [code for each in items for code in (each.denominator, each.impute_by) if code]
        return tuple(dict.fromkeys([*self.indicators, *more]))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The inputs that are no numbers: columns by which missing values are imputed."""
        by = (self.item(code).impute_by for code in self.indicators)
        return tuple(dict.fromkeys(code for code in by if code))

    @cached_property
    def aspects(self) -> tuple[str, ...]:
        """Codes of the aspects."""
        return self._codes("aspect")

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """Codes of the domains; none in permen-8-2026."""
        return self._codes("domain")

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """Everything that is computed, the highest tier first: the index, domains, aspects."""
        nodes = [item for item in self.items if item.scale != "indicator"]
        if all(item.scale in SCALES for item in nodes):
            return tuple(item.code for item in sorted(nodes, key=lambda n: SCALES.index(n.scale)))
        return tuple(item.code for item in sorted(nodes, key=lambda node: self.depth(node.code)))

    @cached_property
    def is_weighted_mean(self) -> bool:
        """Whether every node is the weighted mean of its indicators, as they are.

        So are the official editions; scoring is then one product of matrices.
        """
        return all(
            item.is_as_it_is and item.aggregation == "arithmetic" and not item.missing
            for item in self.items
        )

    @cached_property
    def leaf_weights(self) -> "pd.Series":
        """The share of each indicator in the index: the weights on its way, multiplied. Sum 1.

        Under other means than the arithmetic the share is nominal.
        """
        import pandas as pd

        shares = [float(self.item(code).weight / 100) for code in self.indicators]
        return pd.Series(shares, index=list(self.indicators), name="weight")

    def item(self, code: str) -> Item:
        """Return one item.

        Raises
        ------
        InstrumentError
            When the instrument has no such code.
        """
        if code not in self._by_code:
            raise InstrumentError(
                f"Invalid item {code!r}. It must be one of {self.edition}: "
                f"{', '.join(self._by_code)}."
            )
        return self._by_code[code]

    def children(self, code: str) -> tuple[str, ...]:
        """Return the items directly below a node, in order; of an indicator, none."""
        self.item(code)
        return self._children.get(code, ())

    def leaves(self, code: str) -> tuple[str, ...]:
        """Return the indicators below a node, in order; of an indicator, itself."""
        self.item(code)
        below, waiting = set(), [code]
        while waiting:
            node = waiting.pop()
            below.add(node)
            waiting += self._children.get(node, ())
        return tuple(leaf for leaf in self.indicators if leaf in below)

    def depth(self, code: str) -> int:
        """Return how many steps a node lies below the index."""
        steps = 0
        while code := self.item(code).parent:
            steps += 1
        return steps

    @cached_property
    def weight_matrix(self) -> npt.NDArray[np.float64]:
        """Weights of the indicators in each output, shape (n_indicators, n_outputs).

        Column sums are 1: the weight of an indicator in a node is its weight over that of the
        node. Chaining weighted means from tier to tier gives the same, since every node's weight
        is the sum of its children's.
        """
        rows = {leaf: row for row, leaf in enumerate(self.indicators)}
        matrix = np.zeros((len(self.indicators), len(self.outputs)))
        for column, node in enumerate(self.outputs):
            total = self.item(node).weight
            for leaf in self.leaves(node):
                matrix[rows[leaf], column] = float(self.item(leaf).weight / total)
        matrix.setflags(write=False)
        return matrix

    def to_frame(self) -> "pd.DataFrame":
        """Return the items as a table that ``load_instrument`` reads, one row an item.

        Columns ``code, parent, scale, weight_pct`` (text, exact: ``13/10``), ``name,
        maturity_scale, is_policy`` (0 or 1), ``value_type``, and as text every column that says
        something of one of the items. Tiers that have no name of their own have no ``scale``.

        Examples
        --------
        >>> from spbe_research import load_instrument
        >>> table = load_instrument("permen-5-2018").to_frame()
        >>> table.loc[table["parent"] == "A7", "weight_pct"].unique().tolist()
        ['10/3']
        """
        import pandas as pd  # here, so that an instrument loads without it

        neutral = Item("", "", "", Fraction(1))
        table = pd.DataFrame(
            [
                {
                    "code": item.code,
                    "parent": item.parent,
                    "scale": item.scale,
                    "weight_pct": str(item.weight),
                    "name": item.name,
                    "maturity_scale": item.maturity_scale,
                    "is_policy": int(item.is_policy),
                    "value_type": item.value_type if item.scale == "indicator" else "",
                }
                for item in self.items
            ]
        )
        for column in COLUMNS:
            values = [getattr(item, column) for item in self.items]
            plain = getattr(neutral, column)
            if any(value != plain for value in values):
                table[column] = ["" if value == plain else as_text(value) for value in values]
        if not all(item.scale in SCALES for item in self.items):
            table = table.drop(columns="scale")
        return table

    def cut_at(self, scale: str) -> "Instrument":
        """Return the instrument whose scored items are those of a higher tier.

        For results of which only aspects or domains were printed. The tier's items take continuous
        values and keep their code and weight; what lies below is dropped.

        Raises
        ------
        InstrumentError
            When the instrument has no such tier.

        Examples
        --------
        >>> from spbe_research import load_instrument
        >>> load_instrument("permen-59-2020").cut_at("domain").indicators
        ('D1', 'D2', 'D3', 'D4')
        >>> load_instrument("permen-8-2026").cut_at("domain")
        Traceback (most recent call last):
            ...
        spbe_research.errors.InstrumentError: Invalid tier 'domain'. permen-8-2026 has ...
        """
        tiers = dict.fromkeys(item.scale for item in self.items if item.scale != "index")
        if scale not in tiers:
            raise InstrumentError(
                f"Invalid tier {scale!r}. {self.edition} has {', '.join(reversed(tiers))}."
            )
        if scale == "indicator":
            return self
        cut = set(self._codes(scale))
        kept = []
        for item in self.items:
            line = self._line(item.code)
            if item.code in cut:
                kept.append(self._scored(item))
            elif not cut & line:
                kept.append(item)
        return Instrument(f"{self.edition}, from its {scale}s", tuple(kept), self.bands)

    def between(self, low: float, high: float) -> "Instrument":
        """Return the instrument whose scored items take any number from low to high.

        For a printed impossibility that is to be computed at face value, such as a domain below 1.
        """
        return replace(
            self,
            items=tuple(
                replace(item, value_type="continuous", low=float(low), high=float(high), allowed=())
                if item.scale == "indicator"
                else item
                for item in self.items
            ),
        )

    def _scored(self, node: Item) -> Item:
        """A node as an input: its value has been made already, and is taken as it is."""
        levels = all(self.item(leaf).is_level for leaf in self.leaves(node.code))
        return Item(
            code=node.code,
            parent=node.parent,
            scale="indicator",
            weight=node.weight,
            name=node.name,
            maturity_scale=node.maturity_scale,
            is_policy=node.is_policy,
            value_type="continuous" if levels and self.is_weighted_mean else "number",
        )

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {}
        for item in self.items:
            below.setdefault(item.parent, []).append(item.code)
        return {code: tuple(codes) for code, codes in below.items()}

    @cached_property
    def _by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def _codes(self, scale: str) -> tuple[str, ...]:
        return tuple(item.code for item in self.items if item.scale == scale)

    def _line(self, code: str) -> set[str]:
        """The node and all above it."""
        line = {code}
        while parent := self._by_code[code].parent:
            line.add(parent)
            code = parent
        return line
