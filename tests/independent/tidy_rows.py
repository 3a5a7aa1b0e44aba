"""The tidy tables read with the csv module into plain dictionaries, for second computations."""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

TIDY = Path(__file__).resolve().parents[2] / "data" / "tidy"
REFERENCE = TIDY.parent / "reference"
LOCAL = {"provinsi", "kabupaten", "kota"}


def rows(name, folder=TIDY):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def topics():
    """Topic: its policy item and its practice items."""
    return {
        row["topic"]: (row["policy_item"], row["practice_items"].split())
        for row in rows("policy_topics", REFERENCE)
    }


@cache
def provinces():
    return {row["agency_id"]: row["province_2018"] for row in rows("agencies")}


def place(agency):
    """The cluster of a body: its province of 2018, or itself."""
    return provinces()[agency] or agency


@cache
def results():
    """(agency, year): type and index, evaluated that year."""
    return {
        (row["agency_id"], int(row["year"])): (row["agency_type"], float(row["index_published"]))
        for row in rows("published")
        if row["status"] == "evaluated"
    }


@cache
def levels():
    """(agency, year, item): printed level or domain, evaluated that year."""
    return {
        (row["agency_id"], int(row["year"]), row["item"]): float(row["value"])
        for row in rows("scores")
        if row["status"] == "evaluated" and row["edition"] == "permen-59-2020"
    }


@cache
def pair_rows():
    """One row per body, year and topic: policy level, practice level, enacted."""
    table = []
    for (agency, year), (kind, _) in results().items():
        if (agency, year, "I01") not in levels() or year not in (2021, 2022):
            continue
        for topic, (policy_item, practice_items) in topics().items():
            practice = [levels()[agency, year, item] for item in practice_items]
            policy = levels()[agency, year, policy_item]
            table.append(
                {
                    "agency_id": agency,
                    "year": year,
                    "agency_type": kind,
                    "topic": topic,
                    "policy": policy,
                    "practice": sum(practice) / len(practice),
                    "enacted": float(policy >= 2),
                }
            )
    return pd.DataFrame(table)


@cache
def part_rows():
    """One row per body and year from 2021: policy domain, rest, position in both."""
    table = []
    for (agency, year), (kind, index) in results().items():
        if year < 2021:
            continue
        if (agency, year, "I01") in levels():
            policy = sum(levels()[agency, year, f"I{k:02d}"] for k in range(1, 11)) / 10
        elif (agency, year, "D1") in levels():
            policy = levels()[agency, year, "D1"]
        else:
            continue
        table.append(
            {
                "agency_id": agency,
                "year": year,
                "agency_type": kind,
                "policy": policy,
                "rest": (index - 0.13 * policy) / 0.87,
                "place": place(agency),
            }
        )
    frame = pd.DataFrame(table)
    return frame.assign(z_policy=z_scores(frame, "policy"), z_rest=z_scores(frame, "rest"))


def z_scores(frame, column):
    """Distance from the mean of year and type, by a loop."""
    groups = defaultdict(list)
    for row in frame.itertuples():
        groups[row.year, row.agency_type].append(getattr(row, column))
    scale = {
        key: (np.mean(values), np.std(values, ddof=1) if len(values) > 1 else np.nan)
        for key, values in groups.items()
    }
    return [
        (getattr(row, column) - scale[row.year, row.agency_type][0])
        / scale[row.year, row.agency_type][1]
        for row in frame.itertuples()
    ]
