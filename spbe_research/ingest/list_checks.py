"""What a list of a year must fulfil, and what in it is worth a look before it is believed."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

import pandas as pd

from spbe_research.errors import SpbeError
from spbe_research.ingest.year_list import Listed, YearList
from spbe_research.instruments import Instrument
from spbe_research.panel.loaders import load_agencies, load_published, load_reference, load_scores
from spbe_research.scoring import assign_predicate, compute_index
from spbe_research.years import eras

__all__ = ["Checked", "Decisions", "check_list", "known_names"]

_ROUNDING = 0.01 + 1e-9  # of parts printed with two decimals, and of the index
_SUGGESTED = 3
_MOST_SUGGESTED_FOR = 50  # names; to look for one costs some milliseconds, and a file may hold many
_NOT_SUGGESTED = "not looked for"
_TYPES = ("kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota")
_TIERS = ("indicator", "aspect", "domain")
_FEW_WHOLE = 3  # indices without a decimal that may be chance
_FEW_SHIFTED = 20  # bodies; below, a shift by one row is not told from chance
_SHIFTED = 0.85  # of the mean change; 0.99 between published lists of 2018 to 2024, slipped 0.73

Decisions = dict[str, dict[str, str]]  # by name as printed: agency_id, and of a new body its type


@dataclass
class Checked:
    """A list that was checked.

    ``undecided`` holds per name the bodies that it may mean; ``errors`` what cannot be right;
    ``notes`` what is worth a look. ``agency_ids`` has one entry per body, empty where undecided.
    """

    agency_ids: list[str]
    undecided: dict[str, list[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    new_names: list[tuple[str, str]] = field(default_factory=list)
    new_bodies: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every name is decided and nothing is wrong."""
        return not self.undecided and not self.errors


def known_names() -> dict[str, str]:
    """Return the ids of names that are certain: as published before, or as a body is called."""
    aliases = load_reference("agency_aliases")
    agencies = load_agencies()
    names = dict(zip(agencies["name"], agencies["agency_id"], strict=True))
    names |= dict(zip(aliases["name_published"], aliases["agency_id"], strict=True))
    folded: dict[str, set[str]] = {}
    for name, agency in names.items():
        folded.setdefault(fold(name), set()).add(agency)
    return {name: next(iter(ids)) for name, ids in folded.items() if len(ids) == 1}


def fold(name: str) -> str:
    """A name without the difference of capitals and spaces."""
    return " ".join(name.split()).casefold()


def check_list(
    listed: YearList, year: int, instrument: Instrument, rule: str, decisions: Decisions
) -> Checked:
    """Resolve the names of a list, and check its values against each other and earlier lists.

    Parameters
    ----------
    listed : YearList
        As `find_list` gives it.
    year : int
        The year of its results.
    instrument : Instrument
        Of that year.
    rule : {"rounded", "exact"}
        By which the ministry bands the index in that year.
    decisions : dict
        What the user decided of names that are not certain.

    Returns
    -------
    Checked
    """
    checked = Checked([])
    checked.errors += listed.violations
    known = set(load_agencies()["agency_id"])
    _resolve(listed, decisions, checked)
    _check_values(listed, checked)
    _check_columns(listed, year, known, checked)
    _check_parts(listed, instrument, checked)
    _check_predicates(listed, instrument, rule, checked)
    _compare(listed, year, checked)
    return checked


def _resolve(listed: YearList, decisions: Decisions, checked: Checked) -> None:
    certain = known_names()
    aliases = set(load_reference("agency_aliases")["name_published"])
    known = set(load_agencies()["agency_id"])
    for body in listed.bodies:
        decided = decisions.get(body.name, {})
        agency = decided.get("agency_id") or certain.get(fold(body.name), "")
        checked.agency_ids.append(agency)
        if not agency:
            if body.name not in checked.undecided:
                looks = len(checked.undecided) < _MOST_SUGGESTED_FOR
                checked.undecided[body.name] = _near(body.name) if looks else [_NOT_SUGGESTED]
            continue
        if agency not in known:
            kind = decided.get("agency_type", "")
            if kind not in _TYPES:
                checked.errors.append(
                    f"decision {body.name!r}: {agency!r} is no known body; a new one needs its "
                    f"agency_type, one of {', '.join(_TYPES)}"
                )
            new = {"agency_id": agency, "name": body.name, "agency_type": kind,
                   "region_code": decided.get("region_code", ""), "note": ""}  # fmt: skip
            checked.new_bodies.append(new)
        if body.name not in aliases:
            checked.new_names.append((body.name, agency))
    if (without := len(checked.undecided) - _MOST_SUGGESTED_FOR) > 0:
        checked.notes.append(
            f"What the first {_MOST_SUGGESTED_FOR} unknown names may mean was looked for, and not "
            f"what the other {without:,} may. Is this the column of names?"
        )
    counts = Counter(agency for agency in checked.agency_ids if agency)
    places: dict[str, list[str]] = {}
    for body, agency in zip(listed.bodies, checked.agency_ids, strict=True):
        places.setdefault(agency, []).append(f"{body.name} ({body.place})")
    checked.errors += [
        f"{agency} stands {count} times: {'; '.join(places[agency])}"
        for agency, count in counts.items()
        if count > 1
    ]


def _near(name: str) -> list[str]:
    """The bodies that an unknown name may mean, each with its score."""
    from spbe_research.claims import find_agencies

    try:
        near = find_agencies(name, limit=_SUGGESTED)
    except SpbeError:  # no letter in it
        return []
    return [
        f"{row.agency_id} ({row.name_of}, {row.score:.0f})"
        for row in near.rename(columns={"name": "name_of"}).itertuples()
    ]


def _check_values(listed: YearList, checked: Checked) -> None:
    for body in listed.bodies:
        checked.errors += [
            f"{body.place}, {body.name}, {column}: {value} is outside 1 to 5"
            for column, value in body.numbers.items()
            if not 1 <= value <= 5
        ]
        if body.index is None:
            checked.errors.append(f"{body.place}, {body.name}: has no index")


def _check_columns(listed: YearList, year: int, known: set[str], checked: Checked) -> None:
    """The year and the body that a row states itself; and whether the index is a rank."""
    for body, agency in zip(listed.bodies, checked.agency_ids, strict=True):
        said = body.cells.get("year", "")
        if said and said != str(year):
            checked.errors.append(f"{body.place}, {body.name}: is of {said[:40]}, not of {year}")
        said = body.cells.get("agency_id", "")
        if agency and said in known and said != agency:
            checked.errors.append(f"{body.place}, {body.name}: is {agency}, {said} is printed")
    indices = [body.index for body in listed.bodies if body.index is not None]
    if len(indices) > _FEW_WHOLE and not any(map(_decimals, indices)):
        checked.errors.append(
            f"All {len(indices)} indices are whole numbers: they are ranks, or have lost their "
            "decimals"
        )


def _check_parts(listed: YearList, instrument: Instrument, checked: Checked) -> None:
    """Every printed node against what the finest complete tier below it gives."""
    for tier in _TIERS:
        codes = [item.code for item in instrument.items if item.scale == tier]
        rows = [
            body
            for body in listed.bodies
            if all(code in body.numbers and 1 <= body.numbers[code] <= 5 for code in codes)
        ]
        checked.errors += [
            f"{body.place}, {body.name}: has some {tier}s and not all"
            for body in listed.bodies
            if any(code in body.numbers for code in codes)
            and not all(code in body.numbers for code in codes)
        ]
        if not codes or not rows:
            continue
        cut = instrument.cut_at(tier).between(1, 5)
        table = pd.DataFrame([{code: float(b.numbers[code]) for code in codes} for b in rows])
        computed = compute_index(table, cut)
        for node in cut.outputs:
            for body, value in zip(rows, computed[node], strict=True):
                printed = body.numbers.get(node)
                if printed is not None and abs(float(printed) - value) > _ROUNDING:
                    checked.errors.append(
                        f"{body.place}, {body.name}, {node}: {printed} is printed, its {tier}s "
                        f"give {value:.4f}"
                    )


def _check_predicates(
    listed: YearList, instrument: Instrument, rule: str, checked: Checked
) -> None:
    """The printed predicate against the index; by the exact rule an edge is left open."""
    rows = [b for b in listed.bodies if b.index is not None and 1 <= b.index <= 5]
    index = pd.Series([float(body.index or 0) for body in rows], dtype=float)
    found = assign_predicate(index, instrument, rule="rounded")
    known = {fold(band.predicate): band.predicate for band in instrument.bands}
    names = [band.predicate for band in instrument.bands]
    for body, row in zip(rows, found.itertuples(), strict=True):
        text = body.cells.get("predicate", "")
        if not text:
            continue
        said = known.get(fold(text))
        if said is None:
            checked.errors.append(
                f"{body.place}, {body.name}: {text!r} is no predicate of {instrument.edition}"
            )
        elif said != row.predicate:
            below = names[max(names.index(row.predicate) - 1, 0)]
            if rule == "exact" and row.at_boundary and said == below:
                checked.notes.append(
                    f"{body.place}, {body.name}: {body.index} is {said}, so the exact index lies "
                    "below the edge"
                )
                continue
            checked.errors.append(
                f"{body.place}, {body.name}: {body.index} is {row.predicate}, {said} is printed"
            )


def _compare(listed: YearList, year: int, checked: Checked) -> None:
    published = load_published()
    earlier = published[published["year"] < year]
    if earlier.empty:
        return
    last = int(earlier["year"].max())
    before = earlier[earlier["year"] == last].set_index("agency_id")["index_published"]
    names = load_agencies().set_index("agency_id")["name"]
    here = dict(zip(checked.agency_ids, listed.bodies, strict=True))
    if missing := [names[agency] for agency in before.index if agency not in here]:
        checked.notes.append(_told(f"of {last} are not in the list", missing))
    new = [body.name for agency, body in here.items() if agency and agency not in before.index]
    if new:
        checked.notes.append(_told(f"were not in the list of {last}", new))
    largest = _largest_jump(published)
    scores = _parts_of(last)
    jumps, equal = [], []
    for agency, body in here.items():
        if agency not in before.index or body.index is None:
            continue
        change = float(body.index) - float(before[agency])
        if abs(change) > largest:
            jumps.append(f"{body.name} {before[agency]:.2f} to {body.index}")
        if _is_same(agency, body, float(before[agency]), scores):
            equal.append(body.name)
    _check_shift(listed, checked, before.to_dict(), last)
    if jumps:
        checked.notes.append(
            _told(f"moved by more than ever within an era ({largest:.2f} points)", jumps)
        )
    if equal:
        checked.notes.append(_told(f"have exactly the values of {last}", equal))


def _check_shift(listed: YearList, checked: Checked, before: dict[str, float], last: int) -> None:
    """Whether the names have slipped by one row: then a neighbour's value is the nearer one."""
    rows = [
        (before[agency], float(body.index))
        for agency, body in zip(checked.agency_ids, listed.bodies, strict=True)
        if agency in before and body.index is not None
    ]
    if len(rows) < _FEW_SHIFTED:
        return
    old, new = pd.DataFrame(rows).astype(float).to_numpy().T
    own = abs(new - old).mean()
    for where, change in (
        ("above", abs(new[:-1] - old[1:]).mean()),
        ("below", abs(new[1:] - old[:-1]).mean()),
    ):
        if change < _SHIFTED * own:
            checked.errors.append(
                f"The indices differ from those of {last} by {own:.2f} on average, and by "
                f"{change:.2f} where each body has that of the row {where} it: are the values "
                "shifted by one row?"
            )


def _is_same(agency: str, body: Listed, index: float, scores: dict[tuple[str, str], float]) -> bool:
    """Whether every value of a body that the list before prints too is printed again."""
    parts = {code: value for code, value in body.numbers.items() if code != "index"}
    if body.index != Decimal(f"{index:.{_decimals(body.index)}f}"):
        return False
    return all(scores.get((agency, code)) in (None, float(value)) for code, value in parts.items())


def _parts_of(year: int) -> dict[tuple[str, str], float]:
    """What was printed below the index, by body and item."""
    scores = load_scores()
    rows = scores[(scores["year"] == year) & (scores["scale"] != "index")]
    keys = zip(rows["agency_id"], rows["item"], strict=True)
    return dict(zip(keys, rows["value"].astype(float), strict=True))


def _decimals(value: Decimal | None) -> int:
    exponent = value.as_tuple().exponent if value is not None else 0
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _largest_jump(published: pd.DataFrame) -> float:
    """The largest change of a body between two lists of one era that follow each other."""
    wide = published.pivot(index="agency_id", columns="year", values="index_published")
    jumps = [
        (wide[second] - wide[first]).abs().max()
        for years in eras().values()
        for first, second in pairwise(years)
        if first in wide and second in wide
    ]
    return float(max(jumps, default=0.0))


def _told(what: str, names: list[str]) -> str:
    shown = "; ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f"{len(names)} {what}: {shown}"
