"""A record computed and drawn again, set beside what is committed and what was last published."""

from collections.abc import Callable
from dataclasses import dataclass

from spbe_research.press.changes import changes
from spbe_research.press.committed import (
    committed_bytes,
    committed_footers,
    committed_numbers,
    table_bytes,
)
from spbe_research.press.description import registered
from spbe_research.press.footers import footer_of, footer_violations
from spbe_research.press.manifest import (
    Item,
    current_items,
    newest_release,
    read_manifest,
    release_date,
)
from spbe_research.press.numbers import compute_numbers
from spbe_research.press.records import Record
from spbe_research.records import result

__all__ = ["Comparison", "compare_record"]


@dataclass(frozen=True)
class Comparison:
    """A record as it is now, beside the newest release.

    ``not_committed`` says where the data give another result than ``data/results`` holds;
    ``changed`` names the kinds that differ from the release, ``"new"`` where it holds none;
    ``reason`` is the one of the next release.
    """

    record_id: str
    release: str
    date: str
    pairs: tuple[tuple[str, str, str], ...]
    not_committed: tuple[str, ...]
    changed: str
    reason: str

    @property
    def differs(self) -> bool:
        """Whether the record is not as committed and as published."""
        return bool(self.not_committed or self.changed)

    def summary(self) -> str:
        """Return a line for each thing compared, and the verdict."""
        lines = [f"{self.record_id}, release {self.release} of {self.date}"]
        lines += [
            f"{what}: {now}" + ("" if now == then else f"; published was {then}")
            for what, now, then in self.pairs
        ]
        found = list(self.not_committed)
        if self.changed == "new":
            found.append(f"new since {self.release}")
        elif self.changed:
            why = f"the reason: {self.reason}" if self.reason else "without a reason"
            found.append(f"changed since {self.release}: {self.changed}; {why}")
        return "\n".join(
            [*lines, *(f"{self.record_id}: {each}" for each in found or ["as published."])]
        )


def compare_record(
    record_id: str, *, progress: Callable[[str], None] = lambda step: None
) -> Comparison:
    """Compute a record, draw it in both languages, and compare it with the newest release.

    No other record is computed or drawn, but those whose tables it is computed from.

    Parameters
    ----------
    record_id : str
        Of a figure, a table or a number.
    progress : callable
        Called with what begins.

    Raises
    ------
    DataError
        When there is no such record, or nothing was released yet.
    """
    record, version = registered(record_id), newest_release()
    progress(f"draw {record_id}" if record.is_figure else f"hash {record_id}")
    now = current_items([record_id])
    before = read_manifest(version)
    found = changes(names=[record_id], now=now)
    progress(f"compute {record_id}")
    pairs = [(_named(item), _shown(item), _shown(before.get(item.key))) for item in now]
    return Comparison(
        record_id=record_id,
        release=version,
        date=release_date(version),
        pairs=tuple(pairs),
        not_committed=tuple(_not_committed(record)),
        changed=found[0].what if found else "",
        reason=found[0].reason if found else "",
    )


def _not_committed(record: Record) -> list[str]:
    name = record.id
    if not record.has_table:
        known = committed_numbers().set_index("id").loc[[name]]
        now = compute_numbers([name]).set_index("id")
        same = table_bytes(known) == table_bytes(now)
        return [] if same else ["the data give another number than data/results"]
    found = []
    if table_bytes(result(name)) != committed_bytes(name):
        found.append("the data give another table than data/results")
    if footer_of(name) != committed_footers().get(name):
        found.append("the data give another n, or other years, than data/results")
    return found + [text.removeprefix(f"{name}: ") for text in footer_violations(name)]


def _named(item: Item) -> str:
    return f"{item.kind} ({item.part})" if item.kind in ("words", "picture") else item.kind


def _shown(item: Item | None) -> str:
    if item is None:
        return "nothing"
    return item.value if item.kind in ("footer", "number") else item.sha256
