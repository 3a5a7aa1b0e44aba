"""Pictures drawn from result tables; nothing is computed here."""

from spbe_research.figures.bunching import (
    draw_bunching,
    draw_bunching_items,
    draw_shares_above,
)
from spbe_research.figures.inequality import (
    draw_correlogram,
    draw_gini,
    draw_inequality_split,
    draw_lorenz,
    draw_tile_map,
)
from spbe_research.figures.local_texts import (
    draw_policy_change,
    draw_text_bounds,
    draw_text_contrasts,
    draw_text_selection,
    draw_text_timeline,
)
from spbe_research.figures.mobility import (
    draw_alluvial,
    draw_rank_mobility,
    draw_regression_to_mean,
    draw_transitions,
)
from spbe_research.figures.one_page import draw_ladder
from spbe_research.figures.regulations import (
    draw_adoption,
    draw_matched_topics,
    draw_part_and_whole,
)
from spbe_research.figures.reproduction import (
    draw_agency_path,
    draw_coverage,
    draw_index_anatomy,
    draw_national_series,
    draw_recomputation,
)
from spbe_research.figures.scale import (
    draw_item_levels,
    draw_polychorics,
    draw_reliability,
    draw_scree,
)
from spbe_research.figures.shape import (
    draw_ecdf,
    draw_java_gap,
    draw_predicate_shares,
    draw_ridgelines,
)
from spbe_research.figures.smart_city import (
    draw_cohort_balance,
    draw_cohort_gap,
    draw_event_study,
)

__all__ = [
    "draw_adoption",
    "draw_agency_path",
    "draw_alluvial",
    "draw_bunching",
    "draw_bunching_items",
    "draw_cohort_balance",
    "draw_cohort_gap",
    "draw_correlogram",
    "draw_coverage",
    "draw_ecdf",
    "draw_event_study",
    "draw_gini",
    "draw_index_anatomy",
    "draw_inequality_split",
    "draw_item_levels",
    "draw_java_gap",
    "draw_ladder",
    "draw_lorenz",
    "draw_matched_topics",
    "draw_national_series",
    "draw_part_and_whole",
    "draw_policy_change",
    "draw_polychorics",
    "draw_predicate_shares",
    "draw_rank_mobility",
    "draw_recomputation",
    "draw_regression_to_mean",
    "draw_reliability",
    "draw_ridgelines",
    "draw_scree",
    "draw_shares_above",
    "draw_text_bounds",
    "draw_text_contrasts",
    "draw_text_selection",
    "draw_text_timeline",
    "draw_tile_map",
    "draw_transitions",
]
