"""What the report cards draw beside the explorer's data: what each level asks for, policy twins."""

import json
from typing import Any

from spbe_research.panel.loaders import load_reference
from spbe_research.site.agencies import policy_topics
from spbe_research.site.path_picture import GROUND
from spbe_research.site.sentences import EDITIONS, QUOTES
from spbe_research.site.sources import source_titles
from spbe_research.years import load_years

__all__ = ["rapor_data", "rapor_script"]

_DOMAIN_NAMES = (
    ("Kebijakan", "Policy"),
    ("Tata kelola", "Governance"),
    ("Manajemen", "Management"),
    ("Layanan", "Services"),
)


def rapor_script() -> str:
    """Return the classic script that assigns :func:`rapor_data` to ``window.SPBE_RAPOR``."""
    body = json.dumps(rapor_data(), ensure_ascii=False, separators=(",", ":"))
    return f"window.SPBE_RAPOR={body};\n"


def rapor_data() -> dict[str, Any]:
    """Return the criteria of the levels and the topics of policy.

    Returns
    -------
    dict
        ``criteria``: by indicator what the levels 1 to 5 newly ask for, each in Indonesian and
        English, and the page of the regulation; ``source``: the regulation; ``topics``: name in
        Indonesian and English, indicator of the policy, indicators of the practice; ``domains``:
        their names; ``quotes``: the sentences of ``sentences``, Indonesian first; ``ground``: where
        years and indices lie in the picture of a path; ``editions``: the regulation of each year.

    Examples
    --------
    >>> data = rapor_data()
    >>> len(data["criteria"]), len(data["criteria"]["I01"][0]), len(data["topics"])
    (47, 5, 10)
    """
    rows = load_reference("level_criteria")
    (source,) = set(rows["source_id"])
    criteria = {
        str(item): [
            [[row.requires_id, row.requires_en] for row in levels.itertuples()],
            str(levels["page"].iloc[0]),
        ]
        for item, levels in rows.assign(level=rows["level"].astype(int))
        .sort_values(["item", "level"])
        .groupby("item")
    }
    practice = load_reference("policy_topics").set_index("topic")["practice_items"]
    topics = [
        [each.name_id, each.name_en, each.item, practice[each.topic].split()]
        for each in policy_topics()
    ]
    return {
        "criteria": criteria,
        "source": source_titles()[source],
        "topics": topics,
        "domains": list(_DOMAIN_NAMES),
        "quotes": {kind: [words[1], words[0]] for kind, words in QUOTES.items()},
        "ground": GROUND,
        "editions": [EDITIONS[each.edition] for each in load_years()],
    }
