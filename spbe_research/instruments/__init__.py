"""The editions of the instrument as data: items, weights, bands."""

from spbe_research.instruments.instrument import Band, Instrument, Item
from spbe_research.instruments.load import load_instrument, official_editions

__all__ = ["Band", "Instrument", "Item", "load_instrument", "official_editions"]
