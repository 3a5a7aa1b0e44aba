"""Printed means of index and domains, set beside three ways to count the absent bodies.

``participants`` leaves them out, ``population`` counts each with its last result, ``floor`` counts
each at the lowest value of the scale.
"""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.panel.counted_results import ITEMS

__all__ = ["fitting_sets", "lowest_values", "printed_means", "sets_that_fit"]

FLOOR = 1.0
_HALF_STEP = 0.005 + 1e-9
_MOST_TRIED = 20  # bodies: a million sets
_SCOPES = {
    "nasional": ("kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota"),
    "instansi pusat": ("kementerian", "lembaga", "polda"),
    "pemerintah daerah": ("provinsi", "kabupaten", "kota"),
    "kabupaten": ("kabupaten",),
}
# a mean of the whole year's list; "(Tabel 1)" is the summary table of a guideline
_QUANTITY = re.compile(r"mean (index|D[1-4])(?: [A-Z][a-z]+)*(?: \(Tabel 1\))?")
Numbers = npt.NDArray[np.float64]


def printed_means(
    results: pd.DataFrame, witnesses: pd.DataFrame, aggregates: pd.DataFrame
) -> pd.DataFrame:
    """Set every printed mean of index and domains beside the three ways to count.

    Parameters
    ----------
    results : pandas.DataFrame
        As ``panel.counted_results.results_by_body``.
    witnesses : pandas.DataFrame
        As ``load_reference("witnesses")``: national and central and local means, with their page.
    aggregates : pandas.DataFrame
        As ``load_aggregates()``: the means of the kabupaten.

    Returns
    -------
    pandas.DataFrame
        ``year, document, page, scope, item, value_printed, n_participants, n_population,
        participants, population, floor`` (means in index points) and ``participants_agrees,
        population_agrees, floor_agrees``, whether each rounds to the printed two decimals;
        ``basis_found``, the way of counting that fits most of the printed table.
    """
    rows = []
    for row in _printed(witnesses, aggregates, set(results["year"])).itertuples():
        group = results[
            (results["year"] == row.year) & results["agency_type"].isin(_SCOPES[row.scope])
        ]
        taking_part = group["status"] == "evaluated"
        values = group[row.item]
        means = {
            "participants": values[taking_part].mean(),
            "population": values.mean(),
            "floor": values.where(taking_part, FLOOR).mean(),
        }
        agrees = {
            f"{name}_agrees": bool(abs(mean - row.value_printed) <= _HALF_STEP)
            for name, mean in means.items()
        }
        counts = {"n_participants": int(taking_part.sum()), "n_population": len(group)}
        rows.append({**row._asdict(), **counts, **means, **agrees})
    table = pd.DataFrame(rows).drop(columns="Index")
    fits = table.groupby(["year", "document", "scope"])[
        ["participants_agrees", "population_agrees"]
    ].transform("sum")
    more = fits["population_agrees"] - fits["participants_agrees"]
    same = (table["n_participants"] == table["n_population"]).map({True: "same", False: "neither"})
    table["basis_found"] = (
        same.mask(more > 0, "population").mask(more < 0, "participants").astype(str)
    )
    return table


def fitting_sets(results: pd.DataFrame, means: pd.DataFrame) -> pd.DataFrame:
    """Try every set of absent bodies against each printed table that counts absent bodies.

    Parameters
    ----------
    results, means : pandas.DataFrame
        As ``results_by_body`` and ``printed_means``.

    Returns
    -------
    pandas.DataFrame
        ``year, document, scope, n`` (bodies counted), ``n_absent, n_sets`` (tried), ``n_fit`` (sets
        that give every mean of the printed table), ``fewest, most`` (bodies in such a set; missing
        where none fits). One fitting set means that the printed means leave no choice among these
        bodies.
    """
    rows = []
    counting = means[(means["basis_found"] == "population")]
    for (year, document, scope), group in counting.groupby(["year", "document", "scope"]):
        of_scope = results[(results["year"] == year) & results["agency_type"].isin(_SCOPES[scope])]
        taking_part = of_scope["status"] == "evaluated"
        absent = of_scope[~taking_part]
        if len(absent) > _MOST_TRIED:
            continue
        printed = group.set_index("item")["value_printed"].to_dict()
        found = sets_that_fit(of_scope[taking_part], absent, printed)["size"]
        counts = (len(of_scope), len(absent), 2 ** len(absent), len(found))
        rows.append((year, document, scope, *counts, found.min(), found.max()))
    columns = ["year", "document", "scope", "n", "n_absent", "n_sets", "n_fit", "fewest", "most"]
    return pd.DataFrame(rows, columns=columns).astype({"fewest": "Int64", "most": "Int64"})


def lowest_values(results: pd.DataFrame) -> pd.DataFrame:
    """Return the lowest value of each item among central bodies, with and without absent ones.

    A lowest value is printed too, and no list holds it where an absent body has it.

    Returns
    -------
    pandas.DataFrame
        ``year, item, participants, population`` (index points) and ``n``, the bodies counted.
    """
    central = results[results["agency_type"].isin(_SCOPES["instansi pusat"])]
    lowest = {
        "participants": central[central["status"] == "evaluated"],
        "population": central,
    }
    parts = [
        rows.groupby("year")[list(ITEMS)]
        .min()
        .reset_index()
        .melt("year", var_name="item", value_name=name)
        .set_index(["year", "item"])
        for name, rows in lowest.items()
    ]
    table = pd.concat(parts, axis=1).reset_index()
    return table.assign(n=table["year"].map(central.groupby("year").size()))


def sets_that_fit(
    counted: pd.DataFrame, candidates: pd.DataFrame, printed: dict[str, float]
) -> pd.DataFrame:
    """Try every set of candidates: which sets, counted too, give all printed means.

    Parameters
    ----------
    counted, candidates : pandas.DataFrame
        Results of the bodies that are counted anyway, and of those that may be, one column an item.
    printed : dict of str to float
        The printed mean of each item.

    Returns
    -------
    pandas.DataFrame
        ``size`` of each set that fits, and its members as a tuple of positions.

    Examples
    --------
    >>> counted = pd.DataFrame({"index": [3.0, 3.0]})
    >>> sets_that_fit(counted, pd.DataFrame({"index": [1.0, 2.5]}), {"index": 2.33})["set"].tolist()
    [(0,)]
    """
    items = list(printed)
    sums: Numbers = np.zeros((1, len(items) + 1))
    for values in candidates[items].to_numpy(dtype=float):
        sums = np.concatenate([sums, sums + np.append(values, 1.0)])
    size = sums[:, -1]
    totals = counted[items].to_numpy(dtype=float).sum(axis=0) + sums[:, :-1]
    means = totals / (len(counted) + size)[:, None]
    fits = (np.abs(means - np.array([printed[item] for item in items])) <= _HALF_STEP).all(axis=1)
    sets = [
        tuple(at for at in range(len(candidates)) if number >> at & 1)
        for number in np.flatnonzero(fits).tolist()
    ]
    return pd.DataFrame({"size": size[fits].astype(int), "set": sets})


def _printed(witnesses: pd.DataFrame, aggregates: pd.DataFrame, years: set[int]) -> pd.DataFrame:
    """Every printed mean once: of the year's own report, and of guidelines that sum years up."""
    item = witnesses["quantity"].map(
        lambda text: match.group(1) if (match := _QUANTITY.fullmatch(text)) else None
    )
    tabled = witnesses["page"].str.contains("Tabel") | witnesses["quantity"].str.contains("Tabel")
    chosen = witnesses[item.notna() & tabled & witnesses["group"].isin(_SCOPES)]
    stated = pd.DataFrame(
        {
            "year": chosen["year"].astype(int),
            "document": chosen["document"],
            "page": chosen["page"],
            "scope": chosen["group"],
            "item": item[chosen.index],
            "value_printed": chosen["value"].astype(float),
        }
    )
    kabupaten = aggregates[
        (aggregates["scope"] == "kabupaten")
        & (aggregates["measure"] == "mean")
        & aggregates["item"].isin(ITEMS)
        & aggregates["source_id"].str.endswith("-report")
    ].rename(columns={"value": "value_printed", "source_id": "document", "locator": "page"})
    table = pd.concat([stated, kabupaten[stated.columns]], ignore_index=True)
    return table[table["year"].isin(years)].reset_index(drop=True)
