"""The editions of the instrument as data: items, weights, bands; and an index of one's own."""

from spbe_research.instruments.instrument import Allowed, Band, Instrument, Item
from spbe_research.instruments.load import load_instrument, official_editions
from spbe_research.instruments.ranges import possible_range
from spbe_research.instruments.workbook import write_instrument

__all__ = [
    "Allowed",
    "Band",
    "Instrument",
    "Item",
    "load_instrument",
    "official_editions",
    "possible_range",
    "write_instrument",
]
