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

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SCALES", "Band", "Instrument", "Item"]

SCALES = ("index", "domain", "aspect", "indicator")  # from the root down
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5


@dataclass(frozen=True)
class Item:
    """One node of the tree. ``weight`` is in percent of the index, exact."""

    code: str
    parent: str
    scale: str
    weight: Fraction
    name: str = ""
    maturity_scale: str = ""
    is_policy: bool = False
    value_type: str = "integer"


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
        return (
            f"Instrument({self.edition!r}: {len(self.indicators)} indicators, "
            f"{len(self.aspects)} aspects, {len(self.domains)} domains)"
        )

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the items that are scored."""
        return self._codes("indicator")

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
        """Everything that is computed: the index, the domains, the aspects."""
        return ("index", *self.domains, *self.aspects)

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
        return tuple(item.code for item in self.items if item.parent == code)

    def leaves(self, code: str) -> tuple[str, ...]:
        """Return the indicators below a node, in order; of an indicator, itself."""
        self.item(code)
        return tuple(leaf for leaf in self.indicators if code in self._line(leaf))

    @cached_property
    def weight_matrix(self) -> npt.NDArray[np.float64]:
        """Weights of the indicators in each output, shape (n_indicators, n_outputs).

        Column sums are 1: the weight of an indicator in a node is its weight over that of the
        node. Chaining weighted means from tier to tier gives the same, since every node's weight
        is the sum of its children's.
        """
        matrix = np.zeros((len(self.indicators), len(self.outputs)))
        for column, node in enumerate(self.outputs):
            total = self.item(node).weight
            for leaf in self.leaves(node):
                matrix[self.indicators.index(leaf), column] = float(self.item(leaf).weight / total)
        matrix.setflags(write=False)
        return matrix

    def to_frame(self) -> "pd.DataFrame":
        """Return the items as a table, one row an item in the order of the regulation.

        Columns as in the CSV that ``load_instrument`` reads: ``code, parent, scale, weight_pct``
        (text, exact: ``13/10``), ``name, maturity_scale, is_policy`` (0 or 1), ``value_type``.

        Examples
        --------
        >>> from spbe_research import load_instrument
        >>> table = load_instrument("permen-5-2018").to_frame()
        >>> table.loc[table["parent"] == "A7", "weight_pct"].unique().tolist()
        ['10/3']
        """
        import pandas as pd  # here, so that an instrument loads without it

        return pd.DataFrame(
            [
                {
                    "code": item.code,
                    "parent": item.parent,
                    "scale": item.scale,
                    "weight_pct": str(item.weight),
                    "name": item.name,
                    "maturity_scale": item.maturity_scale,
                    "is_policy": int(item.is_policy),
                    "value_type": item.value_type,
                }
                for item in self.items
            ]
        )

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
        tiers = [tier for tier in SCALES[1:] if self._codes(tier)]
        if scale not in tiers:
            raise InstrumentError(
                f"Invalid tier {scale!r}. {self.edition} has {', '.join(reversed(tiers))}."
            )
        if scale == "indicator":
            return self
        kept = tuple(
            replace(item, scale="indicator", value_type="continuous")
            if item.scale == scale
            else item
            for item in self.items
            if SCALES.index(item.scale) <= SCALES.index(scale)
        )
        return Instrument(f"{self.edition}, from its {scale}s", kept, self.bands)

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
