"""One breach of a rule: which rule, where, and what is wrong."""

from typing import NamedTuple

__all__ = ["Violation"]


class Violation(NamedTuple):
    """A breach of the rule named ``rule``; ``place`` is empty for the notebook as a whole."""

    rule: str
    place: str
    text: str

    def __str__(self) -> str:
        """Write it on one line."""
        return (
            f"{self.place}: {self.text} [{self.rule}]"
            if self.place
            else f"{self.text} [{self.rule}]"
        )
