"""A verdict: what the record says of one claim, how strongly, and what is worth knowing beside it.

Five strengths: *printed* in a list; what *follows* from print by the regulation or by counting;
*reported* by the press; *contradicted*; *not held* here. The first three uphold a claim.
"""

from dataclasses import dataclass, field

__all__ = [
    "CARRIED_OVER",
    "CONFIRMED",
    "CONTRADICTED",
    "FOLLOWS",
    "NOT_COMPARABLE",
    "NOT_HELD",
    "NOT_UNDERSTOOD",
    "REPORTED",
    "ROUNDS_TO",
    "STRENGTHS",
    "UPHELD",
    "Hint",
    "Verdict",
]

CONFIRMED = "confirmed"
ROUNDS_TO = "rounds to"
CARRIED_OVER = "carried over"
FOLLOWS = "follows from what is printed"
REPORTED = "reported by the press"
CONTRADICTED = "contradicted"
NOT_HELD = "not held here"
NOT_COMPARABLE = "not comparable"
NOT_UNDERSTOOD = "not understood"

STRENGTHS = {
    CONFIRMED: "printed",
    ROUNDS_TO: "printed",
    CARRIED_OVER: "printed",
    FOLLOWS: "follows",
    REPORTED: "reported",
    CONTRADICTED: "contradicted",
    NOT_HELD: "not held",
    NOT_COMPARABLE: "not held",
    NOT_UNDERSTOOD: "not held",
}
UPHELD = tuple(
    verdict
    for verdict, strength in STRENGTHS.items()
    if strength in ("printed", "follows", "reported")
)


@dataclass(frozen=True)
class Hint:
    """One thing worth knowing beside a verdict: its kind and what fills its sentence."""

    kind: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the record says of one claim.

    ``published`` is what stands against the claim: the value as printed, with two decimals where a
    decree prints two; what was computed from print (``basis`` *computed*); or what the press
    reported (*press*). ``computed`` is the index of the spreadsheet copy with all its decimals,
    where it has more. ``about`` says what is counted (``Baik|at_least``) or between which years a
    change is. ``carried_from`` is the year whose value a carried-over one repeats. Where
    and in which document it stands is in ``source_id``, ``document``, ``locator`` and
    ``name_published``.
    """

    agency_id: str
    agency: str
    year: int
    quantity: str
    stated: str
    verdict: str
    published: str = ""
    computed: str = ""
    basis: str = "printed"
    about: str = ""
    carried_from: int | None = None
    source_id: str = ""
    document: str = ""
    locator: str = ""
    name_published: str = ""
    hints: tuple[Hint, ...] = ()

    @property
    def strength(self) -> str:
        """How strongly the record speaks: printed, follows, reported, contradicted or not held."""
        return STRENGTHS[self.verdict]

    @property
    def is_upheld(self) -> bool:
        """Whether the claim is upheld: printed, following from print, or reported by the press."""
        return self.verdict in UPHELD
