"""Whether everything that was said of the data still holds: one table of checks."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from spbe_research.errors import SpbeError
from spbe_research.instruments import load_instrument
from spbe_research.locations import data_folder
from spbe_research.panel.build import csv_bytes, input_hashes, tidy_tables
from spbe_research.panel.loaders import (
    MANIFEST,
    load_agencies,
    load_aggregates,
    load_carried_over_bodies,
    load_covariates,
    load_exact_scores,
    load_policies,
    load_press_indices,
    load_published,
    load_reference,
    load_scores,
    load_tidy,
    load_worked_examples,
    read_manifest,
)
from spbe_research.panel.misprints import list_misprints
from spbe_research.panel.national_series import national_series
from spbe_research.panel.printed_figures import check_printed_figures, counted_bodies
from spbe_research.panel.raw import file_hash, read_sources
from spbe_research.panel.recomputation import recompute_all
from spbe_research.panel.second_witnesses import (
    claims_state_their_values,
    dates_agree,
    domains_have_levels,
    elections_agree,
    places_lie_in_their_province,
    press_agrees,
    products_agree,
    repeated_results_agree,
)
from spbe_research.panel.transaction import settle
from spbe_research.panel.worked_examples import check_examples
from spbe_research.scoring import assign_predicate, predicate_rule
from spbe_research.years import design_years, spell_years, years_with

__all__ = ["Verification", "verify"]

_EXACT = 1e-12
_NATIONAL = ("national-index", "reproduced")
_REBUILD = "a rebuild gives identical tables"
_WITHOUT_RAW = (
    "The raw tables are not in this installation, so that no rebuild was checked: clone the "
    "repository for that."
)


@dataclass(frozen=True)
class Verification:
    """The checks that were made: ``check, n, n_failed, detail``; and what could not be checked."""

    checks: pd.DataFrame
    not_checked: str = ""

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return bool((self.checks["n_failed"] == 0).all())

    def to_frame(self) -> pd.DataFrame:
        """Return the table of checks."""
        return self.checks.copy()

    def summary(self) -> str:
        """Return one line per check and a closing line."""
        lines = [
            f"{'ok  ' if row.n_failed == 0 else 'FAIL'} {row.check} ({row.n:,} checked"
            + (f", {row.n_failed:,} failed: {row.detail})" if row.n_failed else ")")
            for row in self.checks.itertuples()
        ]
        failed = int((self.checks["n_failed"] > 0).sum())
        closing = f"{len(self.checks) - failed} checks hold, {failed} fail."
        return "\n".join([*lines, closing, *filter(None, [self.not_checked])])


_Result = tuple[int, list[str]]


def verify(*, progress: Callable[[str], None] | None = None) -> Verification:
    """Check the data against their sources, their contracts and the instrument.

    Parameters
    ----------
    progress : callable, optional
        Called with the name of each check before it is made.

    Returns
    -------
    Verification
        Nothing is raised for a failed check: it is reported with what failed, a table that is
        missing too. Where the raw tables are missing, as in an installed package, what needs them
        is not checked, and the report says so.

    Examples
    --------
    >>> verify().passed
    True
    """
    rows = []
    checks = _checks()
    has_raw = (data_folder() / "raw").is_dir()
    if not has_raw:
        del checks[_REBUILD]
    for name, check in checks.items():
        if progress is not None:
            progress(name)
        try:
            n, failed = check()
        except SpbeError as error:
            n, failed = 1, [str(error).splitlines()[0]]
        detail = "; ".join(failed[:3]) + (f" and {len(failed) - 3} more" if failed[3:] else "")
        rows.append({"check": name, "n": n, "n_failed": len(failed), "detail": detail})
    return Verification(pd.DataFrame(rows), "" if has_raw else _WITHOUT_RAW)


def _files_unchanged() -> _Result:
    data = data_folder()
    settle(data)
    manifest = read_manifest(data / "tidy")
    then = manifest["inputs"] | {f"tidy/{name}": told for name, told in manifest["outputs"].items()}
    now = input_hashes(data) | {
        f"tidy/{path.name}": file_hash(path)
        for path in (data / "tidy").iterdir()
        if path.name != MANIFEST
    }
    if not (data / "raw").is_dir():
        then = {path: told for path, told in then.items() if not path.startswith("raw/")}
    return len(then), [
        f"{path} {'is missing' if path not in now else 'differs'}"
        for path in sorted(now | then)
        if now.get(path) != then.get(path)
    ]


def _rebuild_is_identical() -> _Result:
    data = data_folder()
    tables = tidy_tables(data, read_sources(data / "raw"))
    paths = {name: data / "tidy" / f"{name}.csv" for name in tables}
    return len(tables), [
        name
        for name, table in tables.items()
        if not paths[name].is_file() or paths[name].read_bytes() != csv_bytes(table)
    ]


def _repeated_values_are_equal() -> _Result:
    """Index, sheets and policy levels stand in two tables: derived, and equal to where they are."""
    key = ["agency_id", "year", "item"]
    scores = load_scores()
    value = scores.set_index(key)["value"]
    topics = load_reference("policy_topics").set_index("topic")["policy_item"]
    policies = load_policies()
    repeated = pd.concat(
        [
            load_published().assign(item="index").rename(columns={"index_published": "value"}),
            policies.assign(item=policies["topic"].map(topics), value=policies["level"]),
        ]
    ).set_index(key)["value"]
    sheets = load_worked_examples().dropna(subset="agency_id").set_index(key)
    only_there = scores[scores["source_id"].isin(set(sheets["source_id"]))].set_index(key).index
    repeated = pd.concat([repeated.astype(float), sheets["value"].reindex(only_there)])
    wrong = repeated[repeated.ne(value.reindex(repeated.index))]
    index_rows = scores[scores["scale"] == "index"].set_index(key).index
    stray = index_rows.difference(repeated.index)
    return len(repeated), [" ".join(map(str, each)) for each in [*wrong.index, *stray]]


def _every_result_has_an_agency() -> _Result:
    published = load_published()
    twice = published[published.duplicated(["agency_id", "year"])]
    missing = published[published["agency_id"].isna()]
    return len(published), _keys(pd.concat([twice, missing]))


def _local_governments_have_codes() -> _Result:
    published = load_published()
    local = published[published["agency_type"].isin(["provinsi", "kabupaten", "kota"])]
    codes = load_agencies().set_index("agency_id")["kemendagri_code"]
    regions = load_reference("regions").set_index("region_code")["type"]
    wrong = local[local["agency_id"].map(codes).map(regions) != local["agency_type"]]
    return len(local), _keys(wrong)


def _levels_give_the_index() -> _Result:
    table = _recomputed_from("indicator")
    wrong = table[table["difference"].abs() > _EXACT]
    return len(table), _keys(wrong)


def _domains_give_the_index() -> _Result:
    table = _recomputed_from("domain")
    wrong = table[table["difference"].abs() > 0.01 + _EXACT]
    return len(table), _keys(wrong)


def _predicates_follow_the_index() -> _Result:
    published = load_published().dropna(subset=["predicate_published"])
    failed = []
    for (year, edition), group in published.groupby(["year", "edition"]):
        # The printed index has two decimals: under the exact rule it cannot decide an edge itself.
        rule = predicate_rule(int(year))
        assigned = assign_predicate(group["index_published"], load_instrument(edition), rule=rule)
        differs = assigned["predicate"] != group["predicate_published"]
        if rule == "exact":
            differs &= ~assigned["at_boundary"]
        failed += _keys(group[differs])
    return len(published), failed


def _worked_examples_are_reproduced() -> _Result:
    table = check_examples(load_worked_examples())
    wrong = table[~table["reproduced"]]
    return len(table), [f"{row.example_id} {row.item}" for row in wrong.itertuples()]


def _national_index_is_reproduced() -> _Result:
    series = national_series(load_published(), load_carried_over_bodies(), load_aggregates())
    years = design_years(*_NATIONAL)
    table = series[(series["basis"] == "population") & series["year"].isin(years)]
    wrong = table[~table["reproduced"]]
    return len(table), [str(row.year) for row in wrong.itertuples()]


def _misprints_are_declared() -> _Result:
    table = list_misprints(
        load_published(), load_scores(), load_aggregates(), load_carried_over_bodies()
    )
    bare = table[table["flag"].isna()]
    return len(table), [f"{row.scope} {row.year} {row.item}" for row in bare.itertuples()]


def _printed_figures_are_confirmed() -> _Result:
    bodies = counted_bodies(load_published(), load_carried_over_bodies(), load_scores())
    tables = ("witnesses", "witness_readings", "witness_groups", "witness_exceptions", "predicates")
    reference = {name: load_reference(name) for name in tables}
    table = check_printed_figures(bodies, load_aggregates(), reference)
    wrong = table[~table["is_declared"]]
    return len(table), [f"{row.year} {row.quantity} {row.group}" for row in wrong.itertuples()]


def _keys(table: pd.DataFrame) -> list[str]:
    return [f"{row.agency_id} {row.year}" for row in table.itertuples()]


def _recomputed_from(tier: str) -> pd.DataFrame:
    """The years whose lists print all parts of a tier, recomputed from these."""
    table = recompute_all(load_scores(), load_published())
    years = years_with(parts_published=tier)
    return table[(table["basis"] == tier) & table["year"].isin(years)]


def _checks() -> dict[str, Callable[[], _Result]]:
    levels, domains = (
        spell_years(years_with(parts_published=tier)) for tier in ("indicator", "domain")
    )
    national = spell_years(design_years(*_NATIONAL))
    return {
        "files are the ones in the manifest": _files_unchanged,
        _REBUILD: _rebuild_is_identical,
        "what two tables repeat is equal": _repeated_values_are_equal,
        "every result has one agency, no agency twice a year": _every_result_has_an_agency,
        "every local government has its code": _local_governments_have_codes,
        f"levels of {levels} give the printed index within 1e-12": _levels_give_the_index,
        f"domains of {domains} give the printed index within 0.01": _domains_give_the_index,
        "printed predicates follow the printed index": _predicates_follow_the_index,
        "worked examples are reproduced": _worked_examples_are_reproduced,
        f"the national index of {national} is reproduced": _national_index_is_reproduced,
        "every contradiction found is declared": _misprints_are_declared,
        "second prints are confirmed or declared": _printed_figures_are_confirmed,
        "repeated results equal the ones before": lambda: repeated_results_agree(load_published()),
        "printed domains have whole levels": lambda: domains_have_levels(
            load_exact_scores(), load_published()
        ),
        "the press says what its verdict states": lambda: press_agrees(
            load_reference("press_claims"), load_published(), load_scores(), load_press_indices()
        ),
        "dates of regulations agree": lambda: dates_agree(
            load_reference("regulations_national"),
            load_reference("regulations_local"),
            load_reference("regulations_local_added"),
        ),
        "regions of a wave vote on one day": lambda: elections_agree(load_tidy("election_waves")),
        "places lie in their province": lambda: places_lie_in_their_province(load_agencies()),
        "product, people and product per person agree": lambda: products_agree(
            load_covariates(), load_reference("covariate_differences")
        ),
        "claims state their values": lambda: claims_state_their_values(load_reference("claims")),
    }
