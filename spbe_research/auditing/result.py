"""What an audit returns: tables that are computed when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.auditing.alternatives import alternatives, movers
from spbe_research.auditing.case import Case
from spbe_research.auditing.checkpoint import counts_hash
from spbe_research.auditing.counting import Tally
from spbe_research.auditing.draws import Sampler
from spbe_research.auditing.exact import GRID, exact_bodies, exact_pairs
from spbe_research.auditing.importance import coherence, importance, matching_weights
from spbe_research.auditing.log import log_draws
from spbe_research.auditing.ranking import rank
from spbe_research.auditing.sensitivity import sensitivity
from spbe_research.choices import Weights

__all__ = ["Audit", "Tables"]

_QUARTER = Fraction(1, 4)
_MOST_COMPARED = 5_000  # bodies of which all pairs are compared


class Tables(Mapping[str, pd.DataFrame]):
    """Tables by name, also as attributes; each is computed once, when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._makers:
            raise KeyError(f"{name!r} is none of {', '.join(self._makers)}")
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name].copy()

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name not in self._makers:
            raise AttributeError(f"no table {name!r}; there are {', '.join(self._makers)}")
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._makers]

    def __repr__(self) -> str:
        return f"Tables({', '.join(self._makers)})"


@dataclass(frozen=True)
class Audit:
    """How sure the ranks and predicates of an index are; made by ``spbe_research.audit``.

    ``tables`` maps names to data frames, which may also be read as attributes:

    - ``ranks``: ``agency_id, index, rank, rank_q05, rank_q50, rank_q95`` (the smallest rank that 5,
      50 and 95 percent of the draws do not exceed), ``p_<predicate>`` (share of the draws),
      ``predicate`` (of the instrument as it is, by the rule of the year), ``p_predicate`` (share of
      the draws that keep it);
    - ``pairs_exact``: ``radius, share, n_pairs``: of the pairs of bodies whose indices differ, how
      many keep their order under every weighting within the radius;
    - ``bodies_exact``: closed ranges and certain predicates, of the radius of ``Weights.uniform``
      or a quarter;
    - ``alternatives``: one row per finite choice: ``family, choice, median_shift, max_shift``
      (ranks), ``predicates_changed, tau``;
    - ``movers``: how each finite choice moves each body, the farthest first;
    - ``sensitivity``: where the variance of the ranks comes from;
    - ``coherence``: how each part goes along with the node above it and with the index;
    - ``importance``: ``code, tier, nominal_share, explained_share, correlation_ratio``;
    - ``matching``: weights that would make every explained share what the weight says;
    - ``log``: what every draw changed.

    The exact tables are there where the index is one weighted mean, of at most 5,000 bodies.
    ``sensitivity`` (with more than one choice, one of them not finite) and ``matching`` need the
    extra ``[study]``.
    """

    case: Case
    sampler: Sampler
    counts: Tally = field(repr=False)
    draws: int
    seed: int

    def __repr__(self) -> str:
        what = "; ".join(f"{each.family} {each.label}" for each in self.sampler.choices)
        return f"Audit({len(self.case.ids)} bodies, {self.case.tree.name}: {what}; {self.draws:,})"

    @cached_property
    def tables(self) -> Tables:
        """The tables by name."""
        case, sampler = self.case, self.sampler
        makers: dict[str, Callable[[], pd.DataFrame]] = {"ranks": self._ranks}
        if self.is_exact:
            makers["pairs_exact"] = lambda: exact_pairs(case, self._grid())
            makers["bodies_exact"] = lambda: exact_bodies(case, self.radius)
        makers["alternatives"] = lambda: alternatives(case, sampler)
        makers["movers"] = lambda: movers(case, sampler)
        makers["sensitivity"] = lambda: sensitivity(case, sampler, seed=self.seed)
        makers["coherence"] = lambda: coherence(case)
        makers["importance"] = lambda: importance(case)
        makers["matching"] = lambda: matching_weights(case)
        makers["log"] = lambda: log_draws(sampler, draws=self.draws, seed=self.seed)
        return Tables(makers)

    @property
    def is_exact(self) -> bool:
        """Whether the exact tables are there."""
        return self.case.tree.is_weighted_mean and len(self.case.ids) <= _MOST_COMPARED

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or taken as printed, and where ranks are kept in classes."""
        notes = list(self.case.notes)
        if not self.case.tree.is_weighted_mean:
            notes.append("No exact answers: the index is not one weighted arithmetic mean.")
        elif not self.is_exact:
            notes.append(
                f"No exact answers: they compare all pairs, of at most {_MOST_COMPARED:,} bodies."
            )
        if self.counts.width > 1:
            notes.append(
                f"Ranks are counted in classes of {self.counts.width}: a quantile is the last rank "
                "of its class."
            )
        return tuple(notes)

    @property
    def radius(self) -> Fraction:
        """The radius of the exact answers."""
        radii = [
            Fraction(str(choice.size))
            for choice in self.sampler.choices
            if isinstance(choice, Weights) and choice.method == "uniform"
        ]
        return radii[0] if radii else _QUARTER

    @cached_property
    def counts_hash(self) -> str:
        """A sha256 of all counts: equal for equal draws, whatever computed them."""
        return counts_hash(self.counts)

    def summary(self) -> str:
        """Return what the audit found in a few lines."""
        ranks = self.tables["ranks"]
        width = (ranks["rank_q95"] - ranks["rank_q05"] + 1).median()
        lines = [
            f"{len(ranks):,} bodies, {self.case.tree.name}, {self.draws:,} draws of "
            + "; ".join(f"{each.family} {each.label}" for each in self.sampler.choices),
            f"Half of the bodies have a rank band (90 % of draws) of {width:g} places or fewer.",
        ]
        if "p_predicate" in ranks:
            kept = int((ranks["p_predicate"] == 1).sum())
            lines.append(f"{kept:,} of {len(ranks):,} keep their predicate in every draw.")
        if "pairs_exact" in self.tables:
            pairs = self.tables["pairs_exact"].set_index("radius")["share"]
            share = pairs[float(self.radius)]
            lines.append(
                f"{100 * share:.1f} % of the pairs keep their order under every weighting within "
                f"{100 * float(self.radius):g} %."
            )
        return "\n".join([*lines, *self.notes])

    def _grid(self) -> tuple[Fraction, ...]:
        return tuple(sorted({*GRID, self.radius}))

    def _ranks(self) -> pd.DataFrame:
        case, counts = self.case, self.counts
        table = pd.DataFrame(
            {
                "agency_id": case.ids,
                "index": case.scores,
                "rank": rank(case.scores),
                "rank_q05": counts.rank_quantile(0.05),
                "rank_q50": counts.rank_quantile(0.5),
                "rank_q95": counts.rank_quantile(0.95),
            }
        )
        if case.tree.predicates:
            shares = self._band_shares()
            names = case.tree.predicates
            for name, share in zip(names, shares, strict=True):
                table[f"p_{name}"] = share
            table["predicate"] = np.array(names, dtype=object)[case.bands]
            table["p_predicate"] = shares[case.bands, np.arange(len(case.ids))]
        return table

    def _band_shares(self) -> npt.NDArray[np.float64]:
        """The share of the draws in each band, lowest first, shape (n_bands, n_bodies)."""
        above, draws = self.counts.above, self.counts.draws
        n_bodies = above.shape[1]
        reached = np.vstack([np.full(n_bodies, draws), above, np.zeros(n_bodies, dtype=np.int64)])
        shares: npt.NDArray[np.float64] = -np.diff(reached, axis=0) / draws
        return shares
