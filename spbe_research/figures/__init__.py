"""Pictures of result tables. Nothing is computed here."""

from spbe_research.figures.draw import (
    draw_agency_path,
    draw_coverage,
    draw_index_anatomy,
    draw_national_series,
    draw_recomputation,
)

__all__ = [
    "draw_agency_path",
    "draw_coverage",
    "draw_index_anatomy",
    "draw_national_series",
    "draw_recomputation",
]
