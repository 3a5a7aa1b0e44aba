"""Whether everything that was said of the data still holds: one table of checks."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from spbe_research.datasets import (
    load_aggregates,
    load_published,
    load_reference,
    load_scores,
    load_worked_examples,
)
from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.locations import data_folder, project_folder
from spbe_research.reproduction import (
    check_examples,
    list_misprints,
    national_series,
    recompute_all,
)
from spbe_research.scoring import assign_predicate
from spbe_research.sources.build import csv_bytes, input_hashes, tidy_tables
from spbe_research.sources.raw import file_hash, read_sources

__all__ = ["Verification", "verify"]

_EXACT = 1e-12


@dataclass(frozen=True)
class Verification:
    """The checks that were made: ``check, n, n_failed, detail``."""

    checks: pd.DataFrame

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return bool((self.checks["n_failed"] == 0).all())

    def to_frame(self) -> pd.DataFrame:
        """Return the table of checks."""
        return self.checks.copy()

    def summary(self) -> str:
        """Return one line a check and a closing line."""
        lines = [
            f"{'ok  ' if row.n_failed == 0 else 'FAIL'} {row.check} ({row.n:,} checked"
            + (f", {row.n_failed:,} failed: {row.detail})" if row.n_failed else ")")
            for row in self.checks.itertuples()
        ]
        failed = int((self.checks["n_failed"] > 0).sum())
        closing = f"{len(self.checks) - failed} checks hold, {failed} fail."
        return "\n".join([*lines, closing])


_Result = tuple[int, list[str]]


def verify(*, progress: Callable[[str], None] = lambda step: None) -> Verification:
    """Check the data against their sources, their contracts and the instrument.

    Parameters
    ----------
    progress : callable, optional
        Called with the name of each check before it is made.

    Returns
    -------
    Verification
        Nothing is raised for a failed check: it is reported with what failed.

    Examples
    --------
    >>> verify().passed
    True
    """
    rows = []
    for name, check in _CHECKS.items():
        progress(name)
        try:
            n, failed = check()
        except DataError as error:
            n, failed = 1, [str(error).splitlines()[0]]
        detail = "; ".join(failed[:3]) + (f" and {len(failed) - 3} more" if failed[3:] else "")
        rows.append({"check": name, "n": n, "n_failed": len(failed), "detail": detail})
    return Verification(pd.DataFrame(rows))


def _files_unchanged() -> _Result:
    data = data_folder()
    manifest = json.loads((data / "tidy" / "manifest.json").read_text(encoding="utf-8"))
    now = input_hashes(data)
    now |= {f"tidy/{path.name}": file_hash(path) for path in (data / "tidy").glob("*.csv")}
    then = manifest["inputs"] | {f"tidy/{k}": v for k, v in manifest["outputs"].items()}
    return len(then), sorted(path for path in now | then if now.get(path) != then.get(path))


def _rebuild_is_identical() -> _Result:
    data = project_folder() / "data"
    tables = tidy_tables(data, read_sources(data / "raw"))
    return len(tables), [
        name
        for name, table in tables.items()
        if (data / "tidy" / f"{name}.csv").read_bytes() != csv_bytes(table)
    ]


def _every_result_has_an_agency() -> _Result:
    published = load_published()
    twice = published[published.duplicated(["agency_id", "year"])]
    missing = published[published["agency_id"].isna()]
    return len(published), _keys(pd.concat([twice, missing]))


def _local_governments_have_codes() -> _Result:
    published = load_published()
    local = published[published["agency_type"].isin(["provinsi", "kabupaten", "kota"])]
    regions = load_reference("regions").set_index("region_code")["type"]
    wrong = local[local["agency_id"].map(regions) != local["agency_type"]]
    return len(local), _keys(wrong)


def _levels_give_the_index() -> _Result:
    table = _recomputed().query("basis == 'indicator' and year >= 2021")
    wrong = table[table["difference"].abs() > _EXACT]
    return len(table), _keys(wrong)


def _domains_give_the_index() -> _Result:
    table = _recomputed().query("basis == 'domain' and year >= 2023")
    wrong = table[table["difference"].abs() > 0.01 + _EXACT]
    return len(table), _keys(wrong)


def _predicates_follow_the_index() -> _Result:
    published = load_published().dropna(subset=["predicate_published"])
    rules = load_reference("evaluation_years").set_index("year")["predicate_rule"]
    failed = []
    for (year, edition), group in published.groupby(["year", "edition"]):
        # The printed index has two decimals, so in 2024 an edge itself cannot be decided from it.
        assigned = assign_predicate(
            group["index_published"], load_instrument(edition), rule=rules[str(year)]
        )
        differs = assigned["predicate"] != group["predicate_published"]
        if rules[str(year)] == "exact":
            differs &= ~assigned["at_boundary"]
        failed += _keys(group[differs])
    return len(published), failed


def _worked_examples_are_reproduced() -> _Result:
    table = check_examples(load_worked_examples())
    wrong = table[~table["reproduced"]]
    return len(table), [f"{row.example_id} {row.item}" for row in wrong.itertuples()]


def _national_index_of_2021_and_2022() -> _Result:
    series = national_series(load_published(), load_aggregates())
    table = series.query("rule == 'listed' and year in (2021, 2022)")
    wrong = table[~table["reproduced"]]
    return len(table), [str(row.year) for row in wrong.itertuples()]


def _misprints_are_declared() -> _Result:
    table = list_misprints(load_published(), load_scores(), load_aggregates())
    bare = table[table["flag"].isna()]
    return len(table), [f"{row.scope} {row.year} {row.item}" for row in bare.itertuples()]


def _keys(table: pd.DataFrame) -> list[str]:
    return [f"{row.agency_id} {row.year}" for row in table.itertuples()]


def _recomputed() -> pd.DataFrame:
    return recompute_all(load_scores(), load_published())


_CHECKS: dict[str, Callable[[], _Result]] = {
    "files are the ones in the manifest": _files_unchanged,
    "a rebuild gives identical tables": _rebuild_is_identical,
    "every result has one agency, no agency twice a year": _every_result_has_an_agency,
    "every local government has its code": _local_governments_have_codes,
    "levels of 2021-2022 give the printed index within 1e-12": _levels_give_the_index,
    "domains of 2023-2024 give the printed index within 0.01": _domains_give_the_index,
    "printed predicates follow the printed index": _predicates_follow_the_index,
    "worked examples are reproduced": _worked_examples_are_reproduced,
    "the national index of 2021 and 2022 is reproduced": _national_index_of_2021_and_2022,
    "every contradiction found is declared": _misprints_are_declared,
}
