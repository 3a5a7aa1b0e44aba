"""What is known to have happened in one region: texts, smart-city lists, dated events.

The texts are a convenience sample: an empty list says nothing of the region. Not here: the
ministry's own reading of policies (``topics``).
"""

import pandas as pd

__all__ = ["collect_events"]

_COLUMNS = ["date", "kind", "label", "evidence", "source_id", "locator"]


def collect_events(
    agency_id: str,
    *,
    texts: pd.DataFrame,
    added: pd.DataFrame,
    cohorts: pd.DataFrame,
    events: pd.DataFrame,
    agencies: pd.DataFrame,
) -> pd.DataFrame:
    """Return the dated texts and events of one region, oldest first.

    Parameters
    ----------
    agency_id : str
        The region; for any other body there is nothing to find.
    texts, added : pandas.DataFrame
        ``load_reference("regulations_local")`` and ``("regulations_local_added")``.
    cohorts, events : pandas.DataFrame
        ``load_reference("smart_city_cohorts")`` and ``("region_events")``.
    agencies : pandas.DataFrame
        As ``load_agencies()``.

    Returns
    -------
    pandas.DataFrame
        ``date`` (day, month or, as a text's number tells no more, the year alone),
        ``kind`` (text, smart_city, agreement, article), ``label``, ``evidence`` (how a text is
        known; empty for others), ``source_id, locator``. A membership is left out where its
        agreement is dated.
    """
    code = agencies.set_index("agency_id")["kemendagri_code"].get(agency_id)
    of_texts = texts[texts["agency_id"] == agency_id].rename(columns={"regulation_type": "type"})
    of_added = added[added["region_code"] == code].assign(source_id="local-regulations-added")
    named = pd.concat([of_texts, of_added.rename(columns={"source": "page"})])
    rows = [
        {
            "date": row["year"],
            "kind": "text",
            "label": f"{row['type']} {row['number']}/{row['year']}"
            if row["number"]
            else f"{row['type']} {row['year']}",
            "evidence": row["evidence"],
            "source_id": row["source_id"],
            "locator": row["locator"],
        }
        for row in named.to_dict("records")
    ]
    own = events[events["agency_id"] == agency_id]
    rows += own.assign(evidence="")[_COLUMNS].to_dict("records")
    if "agreement" not in set(own["kind"]):
        rows += [
            {
                "date": row.first_cohort,
                "kind": "smart_city",
                "label": "smart-city list",
                "evidence": "",
                "source_id": row.source_id,
                "locator": row.locator,
            }
            for row in cohorts[cohorts["agency_id"] == agency_id].itertuples()
            if row.repeat_listing == "0"
        ]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.sort_values(["date", "label"], ignore_index=True)
