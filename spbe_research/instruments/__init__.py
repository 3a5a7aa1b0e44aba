"""The editions of the instrument as data: items, weights, bands."""

from spbe_research.instruments.instrument import Band, Instrument, Item
from spbe_research.instruments.load import EDITIONS, load_instrument

__all__ = ["EDITIONS", "Band", "Instrument", "Item", "load_instrument"]
