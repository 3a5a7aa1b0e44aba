"""Regulation and practice within a body, and from year to year."""
