"""An audit of an index that is not SPBE's: the connectivity of countries in Asia and Europe."""
