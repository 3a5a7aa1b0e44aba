"""What the notebook of this question registers: the rows behind its sentences, and one figure."""

import pandas as pd

from spbe_research.methods.policy_and_practice import pair_topics
from spbe_research.panel.loaders import (
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.questions.regulations_and_scores_in_one_page.figures import draw_practice
from spbe_research.questions.regulations_and_scores_in_one_page.statements import (
    collect_statements,
    compare_practice,
)
from spbe_research.records import Units, figure, result, table


def _pairs() -> pd.DataFrame:
    topics = load_reference("policy_topics")
    return pair_topics(load_policies(), load_scores(scale="indicator"), topics, load_published())


@table("tab-one-page", units=Units("estimates"))
def statements() -> pd.DataFrame:
    """The estimates behind the sentences of the page, each with the record it stands in."""
    return collect_statements(result)


@figure("fig-one-page", draw=draw_practice, units=Units("agency-topics", _pairs))
def practice() -> pd.DataFrame:
    """Practice on regulated topics: two bodies, one body, one body by the other reading."""
    return compare_practice(statements())
