"""What notebooks 10 to 12 register: part and whole, matched topics, adoption."""

import pandas as pd

from spbe_research.datasets import load_policies, load_published, load_reference, load_scores
from spbe_research.regulations.adoption import (
    compare_adoption,
    compare_circular,
    compare_placebos,
    measure_unrelated_changes,
    pair_changes,
)
from spbe_research.regulations.matched_topics import (
    compare_dose,
    compare_matched_topics,
    leave_one_topic_out,
    pair_topics,
)
from spbe_research.regulations.part_whole import decompose_part_and_whole, policy_and_rest


def part_and_whole() -> pd.DataFrame:
    """Slope and correlation of the index on its policy domain, and what of them is the weight."""
    return decompose_part_and_whole(policy_and_rest(load_scores(), load_published()))


def matched_topics() -> pd.DataFrame:
    """Practice where a topic is regulated against where it is not, four ways of comparing."""
    return compare_matched_topics(_pairs())


def matched_topics_by_type() -> pd.DataFrame:
    """The same with agency and topic effects, by agency type."""
    table = compare_matched_topics(_pairs(), by="agency_type")
    return table[table["contrast"] == "enacted or not: agency and topic effects"].reset_index(
        drop=True
    )


def dose() -> pd.DataFrame:
    """Practice by policy level against level 1."""
    return compare_dose(_pairs())


def without_one_topic() -> pd.DataFrame:
    """The strictest comparison with each topic left out in turn."""
    return leave_one_topic_out(_pairs())


def adoption() -> pd.DataFrame:
    """Change of practice with and without a new regulation, and its placebos."""
    changes = pair_changes(_pairs())
    unrelated = measure_unrelated_changes(load_scores(), load_reference("policy_topics"))
    return pd.concat(
        [compare_adoption(changes), compare_placebos(changes, unrelated)], ignore_index=True
    )


def circular() -> pd.DataFrame:
    """The topics of the circular of August 2022 against the others."""
    return compare_circular(pair_changes(_pairs()))


def mixed_agencies_2021() -> tuple[float, int]:
    """Agencies with some topics regulated and some not, of how many: the others say nothing."""
    return _mixed(2021)


def mixed_agencies_2022() -> tuple[float, int]:
    """The same in 2022."""
    return _mixed(2022)


def mixed_adopters() -> tuple[float, int]:
    """Agencies that newly regulated some of their open topics and not others, of how many."""
    changes = pair_changes(_pairs())
    open_topics = changes[~changes["enacted_before"]]
    kinds = open_topics.groupby("agency_id")["enacted_after"].nunique()
    return float((kinds > 1).sum()), len(kinds)


def _mixed(year: int) -> tuple[float, int]:
    pairs = _pairs()
    kinds = pairs[pairs["year"] == year].groupby("agency_id")["is_enacted"].nunique()
    return float((kinds > 1).sum()), len(kinds)


def _pairs() -> pd.DataFrame:
    return pair_topics(
        load_policies(), load_scores(), load_reference("policy_topics"), load_published()
    )
