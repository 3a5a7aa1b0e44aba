"""What the mean would have been had the bodies without a new result moved as their peers did."""

import pandas as pd

from spbe_research.panel.frames import add_predicates

__all__ = ["means_had_all_moved"]

PEERS = {
    "everybody": [],
    "type": ["agency_type"],
    "predicate": ["predicate"],
    "duty": ["duty"],
    "duty_and_type": ["duty", "agency_type"],
}


def means_had_all_moved(published: pd.DataFrame, bodies: pd.DataFrame) -> pd.DataFrame:
    """Compute the mean of a year with each repeated result moved by the mean change of its peers.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    bodies : pandas.DataFrame
        As ``bodies_under_rule``: the listed bodies of a year, with duty and outcome.

    Returns
    -------
    pandas.DataFrame
        ``year, peers, n, estimate`` (index points). Peers of a body are those looked at in both
        years: everybody, or those of the same type, predicate of the year before, duty, or duty and
        type. Which peers are the right ones nobody can say; the rows show how much it matters.
    """
    rows = []
    for year, group in bodies.groupby("year"):
        now = published[published["year"] == year].set_index("agency_id")
        before = add_predicates(published[published["year"] == year - 1]).set_index("agency_id")
        table = pd.DataFrame(
            {
                "index": now["index_published"],
                "agency_type": now["agency_type"],
                "before": before["index_published"].reindex(now.index),
                "predicate": before["predicate"].astype(str).reindex(now.index),
                "duty": group.set_index("agency_id")["duty"].reindex(now.index),
                "new": now["status"] == "evaluated",
            }
        )
        change = (table["index"] - table["before"]).where(table["new"])
        for name, keys in PEERS.items():
            peers = change.groupby([table[key] for key in keys]) if keys else change
            moved = peers.transform("mean") if keys else change.mean()
            values = table["index"].where(table["new"], table["before"] + moved)
            rows.append((year, name, len(table), float(values.mean(skipna=False))))
    return pd.DataFrame(rows, columns=["year", "peers", "n", "estimate"])
