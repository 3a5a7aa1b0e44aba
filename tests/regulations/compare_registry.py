"""The registry against plain loops over the CSV files. No estimator, so no coverage to speak of."""

import csv
from collections import defaultdict

from spbe_research import load_agencies, load_reference
from spbe_research.locations import data_folder
from spbe_research.regulations.registry import local_texts, national_timeline, oldest_text

YEARS = (2018, 2021, 2024)
EGOV = {"spbe", "egov", "tata_kelola_tik", "smart_city", "kominfo", "satu_data", "data", "aplikasi"}


def comparisons() -> list[dict]:
    """Counts and ages of the registry against a loop over the file with the csv module."""
    texts = local_texts(load_reference("regulations_local"), load_agencies())
    oldest = oldest_text(texts, years=YEARS)
    with (data_folder() / "reference" / "regulations_local.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (data_folder() / "reference" / "regulations_national.csv").open(encoding="utf-8") as file:
        national = list(csv.DictReader(file))
    pairs = [("texts", len(texts), len(rows))]
    pairs.append(("regions", texts["agency_id"].nunique(), len({r["agency_id"] for r in rows})))
    years = defaultdict(list)
    for row in rows:
        if row["evidence"] != "draft" and EGOV & set(row["topics"].split(";")):
            years[row["agency_id"]].append(int(row["year"]))
    for year in YEARS:
        ages = [year - min(found) for found in years.values() if min(found) <= year]
        chosen = oldest[(oldest["year"] == year) & (oldest["n_texts"] > 0)]
        pairs.append((f"regions with a text by {year}", len(chosen), len(ages)))
        pairs.append((f"sum of ages {year}", int(chosen["age_years"].sum()), sum(ages)))
    timeline = national_timeline(load_reference("regulations_national"))
    full = sum(len(row["date_enacted"]) == 10 for row in national)
    pairs.append(("national texts with a full date", timeline["enacted"].notna().sum(), full))
    return [
        {
            "estimator": "registry",
            "quantity": quantity,
            "ours": float(ours),
            "independent": float(other),
            "implementation": "loop over the CSV file",
            "tolerance": 0.0,
        }
        for quantity, ours, other in pairs
    ]


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Return nothing: a registry has no interval."""
    return []
