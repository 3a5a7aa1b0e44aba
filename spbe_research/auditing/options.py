"""The finite choices of an audit spelled out: every other aggregation, every part left out."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spbe_research.auditing.case import Case
from spbe_research.auditing.tree import Tree, combine
from spbe_research.choices import Aggregation, Choice, LeaveOut, LevelError, Weights
from spbe_research.errors import DataError, refuse

__all__ = ["Option", "check_positive", "options_of", "option_scores"]

_REMEDY = "Every choice must change something: take it out, or name another."


@dataclass(frozen=True)
class Option:
    """One way to compute the index otherwise.

    ``methods`` are the means of the nodes that get another; ``kept`` says which leaves stay;
    ``equal`` gives every leaf the same weight.
    """

    family: str
    label: str
    methods: dict[str, str] = field(default_factory=dict)
    kept: npt.NDArray[np.bool_] | None = None
    equal: bool = False

    @property
    def size(self) -> int:
        """How many nodes get another mean, leaves are left out; 0 for equal weights."""
        return int((~self.kept).sum()) if self.kept is not None else len(self.methods)


def options_of(choice: Choice, tree: Tree) -> tuple[Option, ...]:
    """Return the options of a choice, none where it draws from a continuum.

    Raises
    ------
    InstrumentError
        When a choice names a tier or code that the instrument does not have.
    DataError
        When an option would leave the instrument as it is, or leave nothing of it.
    """
    if isinstance(choice, Weights):
        return (Option(choice.family, "equal", equal=True),) if choice.method == "equal" else ()
    if isinstance(choice, LevelError):
        return ()
    if isinstance(choice, Aggregation):
        return _means(choice, tree)
    return _left_out(choice, tree)


def option_scores(case: Case, options: tuple[Option, ...]) -> npt.NDArray[np.float64]:
    """Return the index of every body under some options together, rounded to 1e-9, (n_bodies,)."""
    weights = case.tree.float_weights()
    methods: dict[str, str] = {}
    for option in options:
        if option.equal:
            weights = np.full(len(weights), 1 / len(weights))
        methods |= option.methods
    for option in options:
        if option.kept is not None:
            weights = np.where(option.kept, weights, 0.0)
    found = combine(case.tree, case.leaf_values[None], (weights / weights.sum())[None], methods)
    scores: npt.NDArray[np.float64] = np.round(found[case.tree.nodes[-1].code][0], 9)
    return scores


def check_positive(case: Case, choices: tuple[Choice, ...]) -> None:
    """Refuse a geometric or harmonic mean of values that are not all positive."""
    if (case.leaf_values > 0).all():
        return
    asked = [choice for choice in choices if isinstance(choice, Aggregation)]
    powers = [c for c in asked if {"geometric", "harmonic"} & set(c.methods)]
    body, leaf = np.argwhere(case.leaf_values <= 0)[0]
    refuse(
        DataError,
        "choices",
        [f"{c.family} {c.label}: needs positive values" for c in powers],
        f"{case.ids[body]}, {case.tree.leaves[leaf]} is {case.leaf_values[body, leaf]:g}.",
    )


def _means(choice: Aggregation, tree: Tree) -> tuple[Option, ...]:
    codes = (
        tuple(node.code for node in tree.nodes)
        if choice.at is None
        else tree.chosen(choice.at, inner=True)
    )
    place = choice.at or "every node"
    options = []
    violations = []
    for method in choice.methods:
        changed = {code: method for code in codes if tree.node(code).method != method}
        label = f"{method} at {place}"
        options.append(Option(choice.family, label, methods=changed))
        if not changed:
            violations.append(f"{choice.family} {label}: is what {tree.name} does already")
    refuse(DataError, "choices", violations, _REMEDY)
    return tuple(options)


def _left_out(choice: LeaveOut, tree: Tree) -> tuple[Option, ...]:
    codes = tuple(
        dict.fromkeys(
            code
            for part in choice.parts or (tree.leaf_tier,)
            for code in tree.chosen(part, inner=False)
        )
    )
    options = []
    violations = []
    for code in codes:
        below = tree.leaves_below(code)
        options.append(Option(choice.family, code, kept=~below))
        if below.all():
            violations.append(f"{choice.family} {code}: nothing would be left")
    refuse(DataError, "choices", violations, _REMEDY)
    return tuple(options)
