"""What notebook 15 registers: the known local texts, their scores, and what is not known."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from spbe_research.datasets import (
    load_agencies,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
)
from spbe_research.regulations.registry import (
    EGOV_SUBJECTS,
    local_texts,
    national_timeline,
    oldest_text,
)
from spbe_research.regulations.texts import (
    age_and_kind,
    sample_against_rest,
    selection_balance,
    texts_and_scores,
    worked_case,
)
from spbe_research.regulations.unknown_texts import (
    association_bounds,
    breakdown_shares,
    enacted_by_known_text,
)

SEED = 20261124
_YEARS = range(2018, 2025)
SHARES = tuple(np.round(np.arange(0, 0.951, 0.01), 2).tolist())
_CILEGON = "36.72"
_SPBE = "SPBE|Sistem Pemerintahan Berbasis Elektronik"  # in the title, in words or in short


def texts_in_time() -> pd.DataFrame:
    """The known local texts and the national ones, one row each, with what is sure of them."""
    local = _texts()
    national = national_timeline(load_reference("regulations_national"))
    rows = [
        pd.DataFrame(
            {
                "layer": "local",
                "name": local["name"] + ", " + local["kind"] + " " + _numbered(local),
                "kind": local["kind"],
                "year": local["enacted_year"],
                "enacted": "",
                "certainty": local["certainty"],
                "names_spbe": local["title"].str.contains(_SPBE),
            }
        ),
        pd.DataFrame(
            {
                "layer": "national",
                "name": national["short"],
                "kind": "",
                "year": national["year"],
                "enacted": national["enacted"].dt.strftime("%Y-%m-%d").fillna(""),
                "certainty": national["certainty"],
                "names_spbe": national["subject"].str.contains(_SPBE),
            }
        ),
    ]
    return pd.concat(rows, ignore_index=True)


def age_kind() -> pd.DataFrame:
    """The index against age and kind of the oldest known text, within type, in the sample."""
    return age_and_kind(scores_with_texts())


def sensitivity() -> pd.DataFrame:
    """The same for other choices of texts and regions, by period."""
    texts = _texts()
    choices = {
        "all known texts": scores_with_texts(),
        "SPBE and e-government only": _joined(texts, subjects=["spbe", "egov"]),
        "texts that were read only": _joined(texts[texts["certainty"] == "read"]),
        "drafts counted": _joined(texts, drafts=True),
        "without provinces": scores_with_texts()[scores_with_texts()["agency_type"] != "provinsi"],
    }
    rows = [age_and_kind(table).assign(choice=choice) for choice, table in choices.items()]
    table = pd.concat(rows, ignore_index=True)
    table = table[table["period"].str.contains("-")].reset_index(drop=True)
    return table[["choice", *[column for column in table if column != "choice"]]]


def against_rest() -> pd.DataFrame:
    """Index and topics enacted of the regions with a known text against all others, by year."""
    return sample_against_rest(scores_with_texts())


def selection() -> pd.DataFrame:
    """How the regions with a known text differ from the rest, raw and within type."""
    inputs = scores_with_texts(), load_agencies(), load_covariates()
    return pd.concat(
        [
            selection_balance(*inputs, within_type=within, seed=SEED).assign(within_type=within)
            for within in (False, True)
        ],
        ignore_index=True,
    )


def enacted() -> pd.DataFrame:
    """Who has regulated in the ministry's eyes, with and without a known text."""
    return enacted_by_known_text(scores_with_texts())


def bounds() -> pd.DataFrame:
    """What the difference between regions with and without a text could be, and what was seen."""
    table = association_bounds(scores_with_texts(), years=[2018, 2021, 2024], shares=SHARES)
    seen = enacted().query("group == 'no known text' and outcome == 'at least one topic enacted'")
    return table.assign(share_enacted=table["year"].map(seen.set_index("year")["estimate"]))


def breakdown() -> pd.DataFrame:
    """The smallest share of unknown texts that could turn the sign of the difference."""
    return breakdown_shares(scores_with_texts())


def cilegon_policies() -> pd.DataFrame:
    """Kota Cilegon's policy levels of 2021 and 2022 beside the share of cities that enacted."""
    policies = load_policies()
    case = worked_case(load_published(), policies, _texts(), _oldest(), agency_id=_CILEGON)
    types = load_agencies().set_index("agency_id")["agency_type"]
    cities = policies[policies["agency_id"].map(types) == "kota"]
    shares = cities.pivot_table(index="topic", columns="year", values="is_enacted", aggfunc="mean")
    n = cities[cities["year"] == max(cities["year"])]["agency_id"].nunique()
    shares.columns = [f"share_cities_{year}" for year in shares.columns]
    return case["policies"].merge(shares.reset_index(), on="topic").assign(n=n)


@cache
def scores_with_texts() -> pd.DataFrame:
    """One row a local government and year evaluated, with its oldest known text."""
    return _joined(_texts())


def count_texts() -> tuple[float, int]:
    """Local texts known."""
    return float(len(_texts())), len(_texts())


def count_regions() -> tuple[float, int]:
    """Regions with a known local text."""
    return float(_texts()["agency_id"].nunique()), len(_texts())


def spbe_named_before_2019() -> tuple[float, int]:
    """Known texts up to 2018 that name SPBE, of how many."""
    return _naming(texts_in_time().query("layer == 'local' and year <= 2018"))


def spbe_named_since_2019() -> tuple[float, int]:
    """Known texts from 2019 on that name SPBE, of how many."""
    return _naming(texts_in_time().query("layer == 'local' and year >= 2019"))


def cilegon_without_2021() -> tuple[float, int]:
    """Topics without an enacted regulation in Kota Cilegon in 2021, of how many."""
    levels = cilegon_policies()["level_2021"]
    return float((levels == 1).sum()), len(levels)


def _numbered(local: pd.DataFrame) -> pd.Series:
    """Number and year as regulations are cited; the year alone where no number is known."""
    year = local["enacted_year"].astype(str)
    return year.where(local["number"] == "", local["number"] + "/" + year)


def _naming(texts: pd.DataFrame) -> tuple[float, int]:
    return float(texts["names_spbe"].sum()), len(texts)


@cache
def _texts() -> pd.DataFrame:
    return local_texts(load_reference("regulations_local"), load_agencies())


def _oldest() -> pd.DataFrame:
    return oldest_text(_texts(), years=_YEARS)


def _joined(
    texts: pd.DataFrame, *, subjects: Iterable[str] = EGOV_SUBJECTS, drafts: bool = False
) -> pd.DataFrame:
    oldest = oldest_text(texts, years=_YEARS, subjects=subjects, drafts=drafts)
    return texts_and_scores(load_published(), oldest, load_policies())
