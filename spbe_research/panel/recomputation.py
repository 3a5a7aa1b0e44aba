"""Every published index recomputed from the finest tier that was published for it."""

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.scoring import compute_index, reconcile
from spbe_research.years import evaluation, evaluation_years

__all__ = ["difference_counts", "recompute_all", "recomputation_summary"]

_EXACT = 1e-12
_TIERS = ("indicator", "domain")
_AS_PRINTED = (0, 5)  # one printed domain lies below 1: Kabupaten Banyuasin 2023, D4 = 0.30


def recompute_all(scores: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Set every published index beside the one its own parts give.

    Levels are used where a whole set was published (2021 and 2022, and one sheet of 2020), else the
    printed domains (2023 and 2024, and one sheet of 2019).

    Parameters
    ----------
    scores, published : pandas.DataFrame
        As ``load_scores()`` and ``load_published()``.

    Returns
    -------
    pandas.DataFrame
        One row an agency and year: the columns of ``reconcile`` and ``basis`` (indicator, domain,
        or missing where no parts were published).

    Notes
    -----
    From levels the index is exact; from domains printed with two decimals it may differ from the
    printed index by their rounding and its own, at most 0.01.

    Examples
    --------
    >>> from spbe_research import load_published, load_scores
    >>> table = recompute_all(load_scores(), load_published())
    >>> exact = table.query("basis == 'indicator' and year >= 2021")
    >>> len(exact), bool(exact["difference"].abs().max() < 1e-12)
    (1071, True)
    """
    parts = []
    for (edition, tier), group in scores[scores["scale"].isin(_TIERS)].groupby(
        ["edition", "scale"]
    ):
        instrument = load_instrument(edition)
        if tier == "domain":
            instrument = instrument.cut_at("domain").between(*_AS_PRINTED)
        complete = group.groupby(["agency_id", "year"])["item"].transform("size")
        whole = group[complete == len(instrument.indicators)]
        computed = compute_index(whole[["agency_id", "year", "item", "value"]], instrument)
        parts.append(computed[["index"]].reset_index().assign(basis=tier))
    computed = pd.concat(parts, ignore_index=True)
    computed["basis"] = pd.Categorical(computed["basis"], _TIERS, ordered=True)
    computed = computed.sort_values(["agency_id", "year", "basis"]).drop_duplicates(
        ["agency_id", "year"]
    )
    result = reconcile(computed[["agency_id", "year", "index"]], published)
    basis = computed.set_index(["agency_id", "year"])["basis"].astype(str)
    return result.merge(basis.reset_index(), on=["agency_id", "year"], how="left")


def recomputation_summary(recomputed: pd.DataFrame) -> pd.DataFrame:
    """Summarise by year and basis how close the recomputed index comes.

    Parameters
    ----------
    recomputed : pandas.DataFrame
        As ``recompute_all``.

    Returns
    -------
    pandas.DataFrame
        ``year, basis, n_agencies, n_exact`` (within 1e-12), ``n_within_0_01, largest_difference``
        (index points) and ``n_predicate_differs`` (among published predicates).

    Examples
    --------
    >>> from spbe_research import load_published, load_scores
    >>> table = recomputation_summary(recompute_all(load_scores(), load_published()))
    >>> table.query("basis == 'domain' and year >= 2023")["n_within_0_01"].sum()
    np.int64(1236)
    """
    known = recomputed.dropna(subset=["index_computed"])
    size = known["difference"].abs()
    differs = known["predicate_published"].notna() & (
        known["predicate_computed"] != known["predicate_published"]
    )
    return (
        known.assign(exact=size <= _EXACT, near=size <= 0.01 + _EXACT, size=size, differs=differs)
        .groupby(["year", "basis"])
        .agg(
            n_agencies=("size", "size"),
            n_exact=("exact", "sum"),
            n_within_0_01=("near", "sum"),
            largest_difference=("size", "max"),
            n_predicate_differs=("differs", "sum"),
        )
        .reset_index()
    )


def difference_counts(recomputed: pd.DataFrame, *, bin_width: float = 0.001) -> pd.DataFrame:
    """Count the differences between recomputed and printed index by year, in bins.

    Parameters
    ----------
    recomputed : pandas.DataFrame
        As ``recompute_all``; the years 2021 to 2024, for which parts of every agency are known.
    bin_width : float
        In index points; bins are centred on multiples of it.

    Returns
    -------
    pandas.DataFrame
        ``year, basis, bin_low, bin_high, n_agencies``; bins without an agency are left out.

    Examples
    --------
    >>> from spbe_research import load_published, load_scores
    >>> table = difference_counts(recompute_all(load_scores(), load_published()))
    >>> table.query("year == 2021")["n_agencies"].tolist()
    [517]
    """
    whole = [year for year in evaluation_years() if evaluation(year).parts_published != "none"]
    known = recomputed[recomputed["year"].isin(whole) & recomputed["index_computed"].notna()]
    centre = (known["difference"] / bin_width).round().astype(int)
    counts = known.groupby(["year", "basis", centre.rename("bin")]).size()
    table = counts.rename("n_agencies").reset_index()
    table.insert(2, "bin_low", (table["bin"] - 0.5) * bin_width)
    table.insert(3, "bin_high", (table["bin"] + 0.5) * bin_width)
    return table.drop(columns="bin")
