"""What is said twice must agree: checks of values that a consistent copying error would pass.

Each function takes tables and returns how many values it compared and which do not hold, so that
``verify`` can report them and a test can feed it wrong values.
"""

import re
from itertools import pairwise

import numpy as np
import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.scoring import assign_predicate, compute_index, predicate_rule
from spbe_research.years import evaluation, years_with

__all__ = [
    "claims_state_their_values",
    "dates_agree",
    "domains_have_levels",
    "elections_agree",
    "places_lie_in_their_province",
    "press_agrees",
    "products_agree",
    "repeated_results_agree",
]

Result = tuple[int, list[str]]

_NOISE = 1e-9
_NEAREST = 5  # regions: of so many that lie nearest, one at least is of the same province
_PRODUCT_TOLERANCE = 0.01  # of product per person against product and people, as shares
_IN_ADDRESS = re.compile(
    r"(?:nomor|no)[-_]?(?P<number>\d+)[-_]?(?:tahun|thn|th)[-_]?(?P<year>\d{4})"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def repeated_results_agree(published: pd.DataFrame) -> Result:
    """Compare each result that is a repetition with the one before, where a list prints both.

    Where ``status`` is inferred from equality, a new result must differ from the one before, too.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    """
    rows = published.sort_values(["agency_id", "year"])
    before = rows.groupby("agency_id")[["year", "index_published"]].shift()
    follows = before["year"] == rows["year"] - 1
    same = (rows["index_published"] - before["index_published"]).abs() < _NOISE
    repeated = rows["status"] == "carried_over"
    inferred = rows["year"].isin(years_with(status_known="inferred"))
    compared = (repeated | inferred) & follows
    wrong = rows[compared & (same != repeated)]
    return int(compared.sum()), _keys(wrong)


def domains_have_levels(exact_scores: pd.DataFrame, published: pd.DataFrame) -> Result:
    """See that whole levels exist behind every printed set of domains and index, or a flag.

    Parameters
    ----------
    exact_scores, published : pandas.DataFrame
        As ``load_exact_scores()`` and ``load_published()``.
    """
    flags = published.set_index(["agency_id", "year"])["flag"]
    keys = exact_scores.set_index(["agency_id", "year"]).index
    wrong = exact_scores[~exact_scores["fits"].astype(bool) & flags.reindex(keys).isna().array]
    return len(exact_scores), _keys(wrong)


def press_agrees(
    claims: pd.DataFrame, published: pd.DataFrame, scores: pd.DataFrame, reported: pd.DataFrame
) -> Result:
    """Compare what the press states of single bodies with the lists, by the verdict of each row.

    Parameters
    ----------
    claims : pandas.DataFrame
        ``press_claims``, all text: ``claim_id, agency_id, year, quantity, value, verdict``; the
        verdict says whether the record must confirm the value or contradict it. Values that it did
        not hold are passed over.
    published, scores, reported : pandas.DataFrame
        As ``load_published()``, ``load_scores()`` and ``load_press_indices()``.

    Notes
    -----
    A number agrees when the record lies within half a unit of its last digit.
    """
    bodies = set(claims["agency_id"])
    recorded = _recorded(
        *(table[table["agency_id"].isin(bodies)] for table in (published, scores, reported))
    )
    wrong = []
    compared = claims[claims["verdict"] != "not held"]
    for row in compared.itertuples():
        known = recorded.get((row.agency_id, int(row.year), row.quantity))
        if known is None:
            found = "not held"
        elif isinstance(known, str):
            found = "confirmed" if known.casefold() == row.value.casefold() else "contradicted"
        else:
            half_step = 0.5 * 10.0 ** -len(row.value.partition(".")[2])
            apart = abs(known - float(row.value))
            found = "confirmed" if apart <= half_step + _NOISE else "contradicted"
        if found != row.verdict:
            wrong.append(f"{row.claim_id} {row.value} is {found}, not {row.verdict}")
    return len(compared), wrong


def dates_agree(national: pd.DataFrame, *local: pd.DataFrame) -> Result:
    """Compare the dates of regulations with what else names them.

    National ones: the year in the short name with that of the number, the gazette and the date of
    enactment; enacted, promulgated and in force in this order. Local ones: the year with that in
    the address of the text, where the address names a regulation of the same number.

    Parameters
    ----------
    national, *local : pandas.DataFrame
        ``regulations_national``; ``regulations_local`` and ``regulations_local_added``, all text.
    """
    n, wrong = 0, []
    for row in national.itertuples():
        year = str(row.short).rsplit("/", 1)[-1]
        stated = [row.number, row.gazette, row.date_enacted]
        years = [match.group() for text in stated if (match := _YEAR.search(text))]
        dates = [row.date_enacted, row.date_promulgated, row.in_force_from]
        known = [date for date in dates if date]
        in_order = all(a[: len(b)] <= b for a, b in pairwise(known))
        n += len(years) + len(known)
        if set(years) - {year} or not in_order:
            wrong.append(str(row.short))
    for table in local:
        address = table["source"] if "source" in table else table["locator"]
        for number, year, text in zip(table["number"], table["year"], address, strict=True):
            named = _IN_ADDRESS.search(text.lower())
            if named and named["number"] == number:
                n += 1
                if named["year"] != year:
                    wrong.append(f"{number}/{year} {text}")
    return n, wrong


def elections_agree(waves: pd.DataFrame) -> Result:
    """See that all regions of a wave voted on one day, in the year that the wave names.

    Parameters
    ----------
    waves : pandas.DataFrame
        As the tidy table ``election_waves``.
    """
    days = waves["election_dates"].str.split(";")
    usual = {
        (wave, position): dates.mode().iloc[0]
        for wave, group in days.groupby(waves["wave"])
        for position, dates in group.apply(pd.Series).items()
    }
    wrong = []
    for agency, wave, dates in zip(waves["agency_id"], waves["wave"], days, strict=True):
        years = "/".join(date[:4] for date in dates)
        as_others = all(usual[wave, at] == date for at, date in enumerate(dates))
        if years != wave or not as_others:
            wrong.append(f"{agency} {wave}")
    return int(days.str.len().sum()), wrong


def places_lie_in_their_province(agencies: pd.DataFrame) -> Result:
    """See that of the five regions nearest to each, one at least is of the same province.

    Coordinates have no second source here: this finds a digit of the degrees, not of the minutes.

    Parameters
    ----------
    agencies : pandas.DataFrame
        As ``load_agencies()``.
    """
    placed = agencies[agencies["lon"].notna()]
    lon, lat = (np.radians(placed[name].to_numpy(dtype=float)) for name in ("lon", "lat"))
    apart = np.hypot((lon[:, None] - lon) * np.cos(lat)[:, None], lat[:, None] - lat)
    np.fill_diagonal(apart, np.inf)
    province = placed["province"].to_numpy(dtype=object)
    nearest = np.argpartition(apart, _NEAREST, axis=1)[:, :_NEAREST]
    among = (province[nearest] == province[:, None]).any(axis=1)
    return len(placed), placed.loc[~among, "agency_id"].tolist()


def products_agree(covariates: pd.DataFrame, known: pd.DataFrame) -> Result:
    """Compare product per person with product and people of another source.

    Parameters
    ----------
    covariates : pandas.DataFrame
        As ``load_covariates()``. Rows whose sources are known to differ are left out.
    known : pandas.DataFrame
        ``covariate_differences``, all text: ``agency_id, year`` of rows that differ by more than
        one percent in print.
    """
    rows = covariates[~covariates["grdp_sources_differ"].fillna(True).astype(bool)]
    rows = rows.dropna(subset=["grdp_idr", "population_persons", "grdp_per_capita_idr"])
    product = rows["grdp_idr"].astype(float) / rows["population_persons"].astype(float)
    apart = (product / rows["grdp_per_capita_idr"].astype(float) - 1).abs() > _PRODUCT_TOLERANCE
    declared = set(known[["agency_id", "year"]].itertuples(index=False, name=None))
    found = {(row.agency_id, str(row.year)) for row in rows[apart.array].itertuples()}
    return len(rows), [" ".join(each) for each in sorted(found ^ declared)]


def claims_state_their_values(claims: pd.DataFrame) -> Result:
    """See that the value of each claim stands in its sentence, where it is a number or a name.

    Parameters
    ----------
    claims : pandas.DataFrame
        ``claims``, all text: ``claim_id, claim, value``.
    """
    spelled = {"3": "three"}
    compared = claims[~claims["value"].isin(["", "yes"])]
    wrong = [
        row.claim_id
        for row in compared.itertuples()
        if not any(
            re.search(rf"(?<![\w.]){re.escape(word)}(?![\w/]|\.\d)", row.claim)
            for word in (row.value, spelled.get(row.value, row.value))
        )
    ]
    return len(compared), wrong


def _recorded(
    published: pd.DataFrame, scores: pd.DataFrame, reported: pd.DataFrame
) -> dict[tuple[str, int, str], float | str]:
    """Everything that the record says of the bodies in a year: index, predicate, domains."""
    found: dict[tuple[str, int, str], float | str] = {}
    for year, group in published.groupby("year"):
        edition = evaluation(int(year)).edition
        assigned = assign_predicate(
            group["index_published"], edition, rule=predicate_rule(int(year))
        )
        bands = group["predicate_published"].fillna(assigned["predicate"])
        for agency, index, band in zip(
            group["agency_id"], group["index_published"], bands, strict=True
        ):
            found[agency, int(year), "index"] = float(index)
            found[agency, int(year), "predicate"] = str(band)
    for row in scores[scores["scale"] == "domain"].itertuples():
        found[row.agency_id, row.year, row.item] = float(row.value)
    for row in reported.itertuples():  # what the verdict was given on, also once a list is out
        found[row.agency_id, row.year, "index"] = float(row.index_reported)
    for year in years_with(parts_published="indicator"):
        instrument = load_instrument(evaluation(year).edition)
        levels = scores[(scores["year"] == year) & (scores["scale"] == "indicator")]
        if levels.empty:
            continue
        computed = compute_index(levels[["agency_id", "year", "item", "value"]], instrument)
        for (agency, _), row in computed[list(instrument.domains)].iterrows():
            found |= {(agency, year, item): float(value) for item, value in row.items()}
    return found


def _keys(table: pd.DataFrame) -> list[str]:
    return [f"{row.agency_id} {row.year}" for row in table.itertuples()]
