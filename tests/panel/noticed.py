"""Which wrong values would be noticed: every table is copied wrongly, and the checks are run on it.

A wrong value is put into a table *consistently*, as a copying error in a raw table would be: the
build repeats it everywhere, all hashes agree, and only what is said twice can contradict it. The
checks are those of ``verify``. Two files are written:

``docs/errors-noticed.csv``
    per table, column, year and size of the error: the share of wrong cells that are noticed.
``docs/checked-once.csv``
    every value that passes with the smallest error tried, with the smallest that is noticed.

Checks that look at one row are given a whole column of errors at once: what one row fails with does
not depend on others. Figures that count many rows are given one error at a time, in closed form;
``test_noticed.py`` compares both with a build and a verification of single errors.

    python tests/panel/noticed.py
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import numpy as np
import pandas as pd

from spbe_research.locations import project_folder
from spbe_research.panel import verification
from spbe_research.panel.exact_scores import read_exact_scores
from spbe_research.panel.loaders import (
    load_agencies,
    load_aggregates,
    load_carried_over_bodies,
    load_covariates,
    load_press_indices,
    load_published,
    load_reference,
    load_scores,
    load_tidy,
)
from spbe_research.panel.printed_figures import check_printed_figures, counted_bodies
from spbe_research.panel.second_witnesses import (
    claims_state_their_values,
    dates_agree,
    elections_agree,
    places_lie_in_their_province,
    press_agrees,
    products_agree,
)
from spbe_research.years import evaluation_years, years_with

DOCS = project_folder() / "docs"
SEED = 20181
POINTS = (0.01, 0.02, 0.05, 0.1, 0.5, 1.0)  # index points
DOMAIN_POINTS = (0.01, 0.05, 0.1, 1.0)
ROTATIONS = 6  # of the 47 levels, a whole list each
TRIED = 80  # cells of a table whose checks take long
_HALF_UNIT = 0.005 + 1e-9
_FIGURES = ("witnesses", "witness_readings", "witness_groups", "witness_exceptions", "predicates")
_KEY = ["agency_id", "year"]

Noticed = dict[str, set[str]]  # cell to the checks that notice its error


@contextmanager
def tables(**changed: pd.DataFrame) -> Iterator[None]:
    """Let the checks of ``verify`` load changed tables."""
    with patch.multiple(
        verification,
        **{f"load_{name}": lambda table=table: table for name, table in changed.items()},
    ):
        yield


def failures(name: str) -> set[str]:
    """What a check of ``verify`` says of the tables in force."""
    return set(verification._checks()[name]()[1])


def named(beginning: str) -> str:
    return next(name for name in verification._checks() if name.startswith(beginning))


def reference(*names: str) -> dict[str, pd.DataFrame]:
    return {name: load_reference(name) for name in names}


# Index: one row's own checks, then the figures that count it.


def index_noticed(year: int, error: float) -> Noticed:
    """Per agency of a year, what notices its index with an error, all others right."""
    published, scores = load_published(), load_scores()
    rows = (published["year"] == year).astype(bool)
    wrong = published.assign(
        index_published=(published["index_published"] + error * rows).clip(lower=0.0)
    )
    found: Noticed = {agency: set() for agency in published.loc[rows, "agency_id"]}
    outside = wrong[rows & ~wrong["index_published"].between(1, 5)]
    inside = wrong.assign(index_published=wrong["index_published"].clip(1, 5))
    for agency in outside["agency_id"]:
        found[agency].add("range")
    of_year = scores[scores["year"] == year]
    for start in ("printed predicates", "levels of", "domains of", "repeated results"):
        near = inside if start == "repeated results" else inside[inside["year"] == year]
        parts = {"levels of": "indicator", "domains of": "domain"}.get(start)
        if parts and year not in years_with(parts_published=parts):
            continue
        with tables(published=near, scores=of_year):
            for key in failures(named(start)):
                found.get(key.split()[0], set()).add(named(start))
    claims = load_reference("press_claims")
    claims = claims[(claims["year"] == str(year)) & (claims["quantity"] == "index")]
    ids = claims.set_index("claim_id")["agency_id"]
    pressed = press_agrees(claims, inside, scores.head(0), load_press_indices())
    for each in pressed[1]:
        found.get(ids[each.split()[0]], set()).add(named("the press"))
    if year in years_with(parts_published="domain"):
        exact = exact_without_levels(year, scores, inside)
        for agency in exact:
            found.get(agency, set()).add(named("printed domains"))
    for agency, noticed in figures_notice(year, "index", error).items():
        if noticed and agency in found:
            found[agency].add(named("second prints"))
    return found


def exact_without_levels(year: int, scores: pd.DataFrame, published: pd.DataFrame) -> set[str]:
    """Bodies whose printed domains and index no whole levels give."""
    domains = scores[(scores["scale"] == "domain") & (scores["year"] == year)]
    index = published[(published["year"] == year)]
    text_scores = domains.assign(
        value=domains["value"].map("{:.2f}".format), year=domains["year"].astype(str)
    )
    text_index = index.assign(
        index_published=index["index_published"].map("{:.2f}".format),
        year=index["year"].astype(str),
    )
    solved = read_exact_scores(text_scores.astype(str), text_index.astype(str))
    flagged = set(index.loc[index["flag"].notna(), "agency_id"])
    return set(solved.loc[solved["fits"] != "true", "agency_id"]) - flagged


def figures_notice(year: int, item: str, error: float) -> dict[str, bool]:
    """Per body of a year, whether a printed figure notices an error of its index or domain."""
    bodies, figures, counted = _figures()
    rows = bodies[bodies["year"] == year]
    noticed = dict.fromkeys(rows["agency_id"], False)
    for row in figures[(figures["year"] == str(year)) & (figures["item"] == item)].itertuples():
        if row.measure not in ("mean", "maximum", "minimum"):
            continue
        agrees: dict[str, bool] = defaultdict(bool)
        for group in counted[row.year, row.group].values():
            values = group[item].to_numpy(dtype=float)
            if np.isnan(values).all():
                continue
            for agency, value in zip(
                group["agency_id"], changed(values, row.measure, error), strict=True
            ):
                agrees[agency] |= abs(value - float(row.value)) <= _HALF_UNIT
        for agency, still in agrees.items():
            noticed[agency] |= still != bool(row.list_agrees)
    return noticed


def changed(values: np.ndarray, measure: str, error: float) -> np.ndarray:
    """A statistic of many values, once for each with an error in this one alone."""
    if measure == "mean":
        return np.nanmean(values) + error / np.isfinite(values).sum() * np.isfinite(values)
    side = 1 if measure == "maximum" else -1
    ordered = np.sort(side * values[np.isfinite(values)])[::-1]
    others = np.where(
        side * values == ordered[0], ordered[1] if len(ordered) > 1 else -np.inf, ordered[0]
    )
    return side * np.fmax(others, side * (values + error))


_CACHE: dict[str, tuple] = {}


def _figures() -> tuple:
    from spbe_research.panel.printed_figures import _by_group

    if "figures" not in _CACHE:
        bodies = counted_bodies(load_published(), load_carried_over_bodies(), load_scores())
        read = reference(*_FIGURES)
        figures = check_printed_figures(bodies, load_aggregates(), read)
        _CACHE["figures"] = (bodies, figures, _by_group(figures, bodies, read["witness_groups"]))
    return _CACHE["figures"]


# Domains and levels.


def domain_noticed(year: int, item: str, error: float) -> Noticed:
    """Per agency of a year, what notices an error in one printed domain."""
    scores, published = load_scores(), load_published()
    rows = (scores["year"] == year) & (scores["item"] == item) & (scores["scale"] == "domain")
    rows = rows.astype(bool)
    wrong = scores.assign(value=scores["value"] + error * rows)
    found: Noticed = {agency: set() for agency in scores.loc[rows, "agency_id"]}
    for agency in wrong.loc[rows & ~wrong["value"].between(0, 5), "agency_id"]:
        found[agency].add("range")
    wrong["value"] = wrong["value"].clip(0, 5)
    of_year = published[published["year"] == year]
    with tables(scores=wrong[wrong["year"] == year], published=of_year):
        name = named("domains of")
        for key in failures(name):
            found[key.split()[0]].add(name)
    for agency in exact_without_levels(year, wrong, published) & set(found):
        found[agency].add(named("printed domains"))
    for agency, noticed in figures_notice(year, item, error).items():
        if noticed and agency in found:
            found[agency].add(named("second prints"))
    return found


def level_noticed(rotation: int, error: int) -> Noticed:
    """Per agency and year with levels, what notices an error in one of its 47 levels."""
    scores = load_scores()
    levels = scores[
        (scores["scale"] == "indicator")
        & scores["year"].isin(years_with(parts_published="indicator"))
    ]
    items = sorted(levels["item"].unique())
    place = levels.groupby(_KEY).ngroup()
    chosen = levels[levels["item"].map(items.index) == (place + rotation) % len(items)]
    wrong = scores.copy()
    wrong.loc[chosen.index, "value"] = chosen["value"] + error
    outside = ~wrong.loc[chosen.index, "value"].between(1, 5)
    wrong.loc[outside[outside].index, "value"] = chosen["value"]
    found: Noticed = {f"{row.agency_id} {row.year}": set() for row in chosen.itertuples()}
    for key in chosen[outside][_KEY].itertuples(index=False):
        found[f"{key.agency_id} {key.year}"].add("range")
    with tables(scores=wrong):
        for key in failures(named("levels of")):
            found[key].add(named("levels of"))
    return found


# Tables whose checks take one error at a time.


def one_by_one(
    table: pd.DataFrame,
    column: str,
    wrong: Callable[[object], object],
    check: Callable[[pd.DataFrame], tuple[int, list[str]]],
    by: str,
    cells: pd.Index | None = None,
) -> Noticed:
    """Per row, whether a check notices one wrong cell, all others right."""
    usual = set(check(table)[1])
    found: Noticed = {}
    for at in table.index if cells is None else cells:
        bad = table.copy()
        bad[column] = bad[column].astype(object)
        bad.loc[at, column] = wrong(table.loc[at, column])
        bad[column] = bad[column].infer_objects()
        found[str(at)] = {by} if set(check(bad)[1]) - usual else set()
    return found


def sample(index: pd.Index) -> pd.Index:
    """As many cells as are tried of a table that is slow to check."""
    if len(index) <= TRIED:
        return index
    return index[np.random.default_rng(SEED).choice(len(index), TRIED, replace=False)]


def next_year(text: object) -> str:
    return str(text).replace(str(text)[:4], str(int(str(text)[:4]) + 1), 1)


def later_day(text: object) -> str:
    first, _, rest = str(text).partition(";")
    return ";".join(
        filter(None, [(pd.Timestamp(first) + pd.Timedelta(days=1)).strftime("%Y-%m-%d"), rest])
    )


def plus(step: float) -> Callable[[object], object]:
    """Add a step to a number in text, with its decimals; other texts get a letter more."""

    def add(text: object) -> str:
        try:
            decimals = max(len(str(text).partition(".")[2]), 2 if step % 1 else 0)
            return f"{float(str(text)) + step:.{decimals}f}"
        except ValueError:
            return f"{text}x"

    return add


def reference_errors() -> Iterator[tuple[str, str, str, int, Noticed]]:
    """Tables of reference and the covariates: table, column, error, cells, what notices it."""
    places = load_agencies()
    placed = places.index[places["lon"].notna()]
    for error in (0.01, 0.1, 1.0):
        for column in ("lon", "lat"):
            found = one_by_one(
                places, column, lambda value, error=error: value + error,
                places_lie_in_their_province, named("places"), sample(placed),
            )  # fmt: skip
            yield "agencies", column, f"{error:g} degrees", len(placed), found
    waves = load_tidy("election_waves")
    for error, wrong in {"a day": later_day, "a year": next_year}.items():
        found = one_by_one(waves, "election_dates", wrong, elections_agree, named("regions of"),
                           sample(waves.index))  # fmt: skip
        yield "election_waves", "election_dates", error, len(waves), found
    national = load_reference("regulations_national")
    for column in ("date_enacted", "date_promulgated", "in_force_from"):
        held = national.index[national[column] != ""]
        for error, wrong in {"a year": next_year, "a day": later_day}.items():
            if error == "a day":
                held = national.index[national[column].str.len() == 10]
            found = one_by_one(national, column, wrong, dates_agree, named("dates"), held)
            yield "regulations_national", column, error, len(held), found
    for name in ("regulations_local", "regulations_local_added"):
        local = load_reference(name)
        for column in ("year", "number"):
            held = local.index[local[column].str.isdigit()]
            found = one_by_one(
                local,
                column,
                plus(1),
                lambda table: dates_agree(national, table),
                named("dates"),
                held,
            )
            yield name, column, "1", len(held), found
    claims = load_reference("claims")
    held = claims.index[claims["value"] != ""]
    found = one_by_one(
        claims, "value", plus(0.01), claims_state_their_values, named("claims"), held
    )
    yield "claims", "value", "0.01, or a letter", len(held), found
    press = load_reference("press_claims")
    published, scores, reported = load_published(), load_scores(), load_press_indices()
    numbers = press.index[press["quantity"] != "predicate"]
    found = one_by_one(
        press, "value", plus(0.01),
        lambda table: press_agrees(table, published, scores, reported), named("the press"), numbers,
    )  # fmt: skip
    yield "press_claims", "value", "0.01", len(numbers), found
    found = one_by_one(
        reported, "index_reported", lambda value: value + 0.01,
        lambda table: press_agrees(press, published, scores, table), named("the press"),
    )  # fmt: skip
    yield "press_indices", "index_reported", "0.01", len(reported), found
    yield from _witnesses()
    yield from _covariates()


def _witnesses() -> Iterator[tuple[str, str, str, int, Noticed]]:
    bodies, figures, _ = _figures()
    read, aggregates = reference(*_FIGURES), load_aggregates()
    numbers = figures.index[figures["value"].str.fullmatch(r"[\d.]+")]

    def check(table: pd.DataFrame) -> tuple[int, list[str]]:
        result = check_printed_figures(bodies, aggregates, known | {"witnesses": table})
        return len(result), [str(at) for at in result.index[~result["is_declared"]]]

    def unit(text: object) -> str:
        decimals = len(str(text).partition(".")[2])
        return f"{float(str(text)) + 10.0**-decimals:.{decimals}f}"

    def noticing(table: pd.DataFrame) -> tuple[int, list[str]]:
        try:
            return check(table)
        except verification.SpbeError as error:  # a declared figure that stands in no print
            return 0, [str(error)]

    found: Noticed = {}
    for year, cells in pd.Series(numbers.array).groupby(figures.loc[numbers, "year"].array):
        declared = read["witness_exceptions"]
        known = read | {"witness_exceptions": declared[declared["year"] == year]}
        of_year = read["witnesses"][read["witnesses"]["year"] == year]
        found |= one_by_one(of_year, "value", unit, noticing, named("second prints"),
                            pd.Index(cells))  # fmt: skip
    yield "witnesses", "value", "1 of the last digit", len(numbers), found


def _covariates() -> Iterator[tuple[str, str, str, int, Noticed]]:
    covariates, known = load_covariates(), load_reference("covariate_differences")
    usual = set(products_agree(covariates, known)[1])
    for column in ("population_persons", "grdp_per_capita_idr", "grdp_idr"):
        held = covariates[covariates[column].notna()]
        keys = [f"{row.agency_id} {row.year}" for row in held.itertuples()]
        for factor in (1.01, 1.05, 10.0):
            wrong = covariates.assign(**{column: covariates[column].astype(float) * factor})
            noticed = set(products_agree(wrong, known)[1]) - usual
            found = {key: {named("product")} if key in noticed else set() for key in keys}
            yield "covariates", column, f"factor {factor:g}", len(held), found


# What no check sees: counted, with the reason.

_UNCHECKED = {
    ("covariates", "area_km2"): "one source, one year",
    ("covariates", "n_kecamatan"): "one source",
    ("covariates", "n_kelurahan"): "one source",
    ("covariates", "n_desa"): "one source",
    ("region_indicators", "value"): "each indicator and year stands in one source",
    ("outside_ratings", "rank"): "one list each",
    ("smart_city_cohorts", "cohort"): "one list each",
}


class Measured:
    """The shares of errors that are noticed, and the cells of those that pass."""

    def __init__(self) -> None:
        self.shares: list[dict[str, object]] = []
        self.once: list[dict[str, str]] = []

    def tell(
        self, table: str, column: str, year: str, error: str, n: int, tried: list[Noticed]
    ) -> None:
        """Keep the share of one size of error."""
        all_ = [checks for found in tried for checks in found.values()]
        by = Counter(check for checks in all_ for check in checks)
        self.shares.append(
            {
                "table": table,
                "column": column,
                "year": year,
                "error": error,
                "n_cells": n,
                "n_tried": len(all_),
                "share_noticed": round(sum(map(bool, all_)) / len(all_), 3),
                "noticed_by": "; ".join(f"{name} ({times})" for name, times in by.most_common()),
            }
        )

    def tell_once(self, table: str, column: str, year: str, cell: str, *why: str) -> None:
        """Keep a cell whose error passes: the smallest that does not, and the reason."""
        names = ("table", "column", "year", "cell", "smallest_error_noticed", "reason")
        self.once.append(dict(zip(names, (table, column, year, cell, *why), strict=True)))

    def points(
        self,
        table: str,
        column: str,
        year: int,
        noticed: Callable[[float], Noticed],
        sizes: tuple[float, ...],
    ) -> None:
        """Try errors of index points, up and down."""
        smallest: dict[str, float] = {}
        for size in sizes:
            up, down = noticed(size), noticed(-size)
            self.tell(table, column, str(year), f"{size:g} points", len(up), [up, down])
            for cell in up:
                if up[cell] and down[cell]:
                    smallest.setdefault(cell, size)
        for cell in up:
            size = smallest.get(cell, np.inf)
            if size > sizes[0]:
                least = f"{size:g}" if size < np.inf else "none"
                self.tell_once(table, column, str(year), cell, least, _REASONS[table])

    def single(self, table: str, column: str, error: str, n: int, found: Noticed) -> None:
        """Keep errors of single cells of a table."""
        self.tell(table, column, "", error, n, [found])
        if table not in _LISTED:
            return
        names, why = _LISTED[table]
        rows = load_press_indices() if table == "press_indices" else load_reference(table)
        for at, checks in found.items():
            if not checks:
                cell = " ".join(str(rows.loc[int(at), name]) for name in names)
                self.tell_once(table, column, "", cell, "none", why)


def measure() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put every error into every table and return both tables."""
    measured = Measured()
    published = load_published()
    years = [year for year in evaluation_years() if (published["year"] == year).any()]
    for year in years:
        measured.points("published", "index_published", year, partial(index_noticed, year), POINTS)
    for year in years_with(parts_published="domain"):
        for item in ("D1", "D2", "D3", "D4"):
            measured.points(
                "scores", item, year, partial(domain_noticed, year, item), DOMAIN_POINTS
            )
    rotations = np.random.default_rng(SEED).choice(47, ROTATIONS, replace=False)
    tried = [level_noticed(int(at), error) for at in rotations for error in (-1, 1)]
    n_levels = int((load_scores()["scale"] == "indicator").sum())
    measured.tell("scores", "levels", "", "1 level", n_levels, tried)
    for errors in reference_errors():
        measured.single(*errors)
    for (name, column), why in _UNCHECKED.items():
        load = load_reference if name == "smart_city_cohorts" else load_tidy
        held = load(name)[column].astype(str).replace("<NA>", "")
        measured.tell_once(name, column, "", f"all {int((held != '').sum()):,}", "none", why)
    return pd.DataFrame(measured.shares), pd.DataFrame(measured.once).drop_duplicates()


_REASONS = {
    "published": "the list of the year alone; no parts, no repetition and no article state it",
    "scores": "another set of whole levels gives the same print",
}
_LISTED = {
    "regulations_local": (
        ("agency_id", "regulation_type", "number", "year"),
        "one text, one address",
    ),
    "regulations_local_added": (("region_code", "type", "number", "year"), "one text, one address"),
    "claims": (("claim_id",), "its sentence does not state the value"),
    "press_indices": (("name_published",), "one article, no list of the year"),
}


def main() -> None:
    shares, once = measure()
    shares.to_csv(DOCS / "errors-noticed.csv", index=False, lineterminator="\n")
    once.to_csv(DOCS / "checked-once.csv", index=False, lineterminator="\n")
    shown = shares.drop(columns="noticed_by").to_string(index=False)
    sys.stdout.write(f"{shown}\n{len(once):,} rows of values that pass with the smallest error\n")


if __name__ == "__main__":
    main()
