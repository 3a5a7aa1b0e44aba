"""Who is compared with whom: types of body, a province, a year, and whether old values count."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from spbe_research.claims.record import Record, Row
from spbe_research.years import province_column

__all__ = ["GROUP_TYPES", "STATUSES", "Group", "frames_of", "places_of"]

STATUSES = ("listed", "evaluated")

GROUP_TYPES = {
    "all": (),
    "central": ("kementerian", "lembaga", "polda"),
    "local": ("provinsi", "kabupaten", "kota"),
    "kabkota": ("kabupaten", "kota"),
}
_REGIONS = ("kabupaten", "kota")


@dataclass(frozen=True)
class Group:
    """A kind of body (``all, central, local, kabkota`` or one type), in a province or anywhere.

    ``status`` is ``listed`` (every value of the list) or ``evaluated`` (those of the year itself).
    """

    kind: str = "all"
    province: str = ""
    status: str = "listed"

    def code(self, year: int) -> str:
        """Return the frame of a year as the wording takes it."""
        return f"{self.kind}|{self.province}|{year}|{self.status}"

    def members(self, year: int, record: Record) -> list[Row]:
        """Return the rows of the list of a year that belong to the group."""
        if year not in record.lists:
            return []
        types = GROUP_TYPES.get(self.kind, (self.kind,))
        column = province_column(year)
        return [
            row
            for row in record.lists[year]
            if (not types or row["agency_type"] in types)
            and (self.status == "listed" or row["status"] == "evaluated")
            and (not self.province or record.places[row["agency_id"]][column] == self.province)
        ]


def frames_of(
    agency_id: str, year: int, record: Record, *, kind: str = "", province: str = ""
) -> Iterator[Group]:
    """Yield the groups a place may be meant in, the nearest to what was said first.

    Parameters
    ----------
    agency_id : str
        The body that has the place.
    year : int
        Year of the list.
    record : Record
        What is published.
    kind, province : str
        What was said of the others; empty where nothing was.
    """
    own = str(record.places[agency_id]["agency_type"])
    kinds = [kind] if kind else []
    if province:
        kinds += ["kabkota", "local", own] if own in _REGIONS else [own, "local"]
    elif own in ("provinsi", *_REGIONS):
        kinds += [own, "local", "all"]
    else:
        kinds += [own, "central", "all"]
    wanted = kinds[:1] if kind else list(dict.fromkeys(kinds))
    for each in wanted:
        listed = Group(each, province).members(year, record)
        for status in STATUSES:
            group = Group(each, province, status)
            members = group.members(year, record)
            if status != STATUSES[0] and len(members) == len(listed):
                continue  # no old value is printed again: the same bodies
            if any(row["agency_id"] == agency_id for row in members):
                yield group


def places_of(
    agency_id: str, group: Group, year: int, record: Record, *, from_bottom: bool = False
) -> tuple[int, int, int]:
    """Return the first and last place that equal indices share, and how many bodies there are.

    Examples
    --------
    >>> places_of("kota-71.74", Group("kabkota", "Sulawesi Utara"), 2021, Record())
    (2, 2, 12)
    """
    values = {
        row["agency_id"]: Decimal(record.index_text(row["agency_id"], year))
        for row in group.members(year, record)
    }
    own = values[agency_id]
    better = sum(value < own if from_bottom else value > own for value in values.values())
    equal = sum(value == own for value in values.values())
    return better + 1, better + equal, len(values)
