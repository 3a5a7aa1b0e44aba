"""Indonesia's e-government (SPBE) results as published: data, scoring engine, checks, analyses.

Data: load_published, load_scores, load_exact_scores, load_agencies, load_policies, load_covariates,
load_aggregates, load_worked_examples, load_reference, verify. A choice of results: select_results,
add_places; a figure of the study drawn of it: draw_figure. Scoring: Instrument, load_instrument,
compute_index, assign_predicate, predicate_rule, reconcile. How sure a rank is: audit. What is said
of a score: find_agencies, resolve_agency, check_claim, check_claim_table.

Analyses, by question; they need more: pip install 'spbe_research[study]'

How are scores distributed?
    predicate_shares: Count the predicates of each group, and give their shares.
    describe_distribution: Describe the index of each group by moments and quantiles.
    class_counts: Count the bodies of each year by class of the index, status and predicate.
    >> predicate_shares(load_published().query('year == 2024'))
By how much do two groups differ?
    probability_above: Return how often a body of the first group lies above one of the
        second, ties half.
    mean_difference: Return by how much the mean of one group lies above the other, overall or
        within clusters.
    compare_groups: Compare two groups of local governments in every year.
    dominance_test: Test whether the first group dominates the second stochastically.
    quantile_differences: Estimate by how much each quantile of the first group lies above
        that of the second.
    compare_quantiles: Estimate the quantile differences of two groups of local governments in
        every year.
    >> probability_above([2.0, 3.0], [1.0, 2.0])
How unequal are scores, and between whom?
    inequality_table: Return mean distance and Gini of every year, of the rows given.
    inequality_change: Return how mean distance and Gini changed between two years of one era,
        frame by frame.
    mean_distance: Return the mean distance of two different bodies drawn at random, in index
        points.
    gini: Return the Gini coefficient: half the mean difference of two values, relative to the
        mean.
    theil_index: Return Theil's T, the mean of ``r ln r`` of the ratios ``r`` to the mean.
    decompose_inequality: Split each year's Theil index exactly into a part between groups and
        a part within them.
    change_of_split: Return how the split changed between two years of one era, the same
        bodies in both.
    >> inequality_table(load_published(), load_agencies(), n_resamples=99, seed=1)
Do scores pile up at a cut-off?
    count_steps: Count whole steps from the first to the last that may be counted.
    excess_mass: Count the results on both sides of a cut-off beside what a smooth curve
        expects there.
    window_test: Test whether more of a window's results stand above the cut-off than a smooth
        curve says.
    density_jump: Estimate the jump of the log density at a cut-off, on the lattice of whole
        steps.
    >> count_steps([3, 3, 5, 9], first=3, last=6)
Who moves, and who keeps the rank?
    pair_moves: Return how each body moved between two years, in print and among bodies of its
        type.
    count_moves: Count who fell in print and who lost places, and say how alike the two orders
        are.
    transitions: Count the bodies by predicate at the start and at the end.
    impose_floor: Return the moves that the same bodies would have made, had no printed number
        been let fall.
    give_back_falls: Return the counts of a pair of years had those held just above their old
        number fallen.
    >> pair_moves(load_published(), 2022, 2023, kind='listed')
Do the low ones catch up?
    reliability_bounds: Return what the correlation of two years allows as reliability of
        each.
    catch_up_slope: Return the slope of the change on the start, as measured.
    corrected_slopes: Return the slope of the true change on the true start, for each stated
        reliability.
    >> reliability_bounds([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0])
What do ordered items have in common, and how sure is a score?
    fit_ordinal_factors: Fit a logit graded response model with correlated factors and
        testlets.
    composite_scores: Return the posterior of T of each body of a fit.
    drift_interval: Return a weighted mean change with the error that drift of whole groups of
        items puts in it.
    >> drift_interval(pd.Series({'A': 1.0, 'B': 3.0}), pd.Series({'A': 1, 'B': 1}))
Where are scores high, and are near places alike?
    province_means: Return the mean index of the kabupaten and kota of each province in one
        year.
    morans_i: Return global Moran's I: whether places and their neighbours have similar
        values.
    moran_correlogram: Return Moran's I by class of distance, of the index and of what
        provinces leave over.
    compare_neighbours: Return the mean distance of the indices of two places, by class of
        kilometres and by border.
    >> morans_i([1, 2, 3, 4], [0, 1, 2, 3], [0, 0, 0, 0], band_km=(0, 120), seed=1)
How does a score go with a regulation, and what does misreading do to it?
    policy_and_rest: Put the policy domain beside the index without it, for every body and
        year that has both.
    pair_topics: Put the level of each policy topic beside the level of its practice.
    fit: Estimate a regression and return one row per coefficient, errors by the policy above.
    bound_reliability: Bound the share of the within variance of two readings that is not
        error.
    >> policy_and_rest(load_published(), load_policies(), load_scores())
What is left after many tests?
    holm: Return Holm's adjusted p values of one family.
    benjamini_hochberg: Return the false discovery rate at which each hypothesis of one family
        is rejected.
    >> holm([0.01, 0.04, 0.03])
"""

__version__ = "0.2.0"

_NAMES: dict[str, str] = {}


def _homes() -> dict[str, str]:
    """The module of every public name, in the order of ``__init__.pyi``."""
    if not _NAMES:
        import ast
        from pathlib import Path

        stub = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
        imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
        _NAMES.update({name.name: str(node.module) for node in imports for name in node.names})
    return _NAMES


def _offered() -> list[str]:
    """The public names that work here: analyses need the extra ``[study]``."""
    from spbe_research.extras import has

    analyses = has("scipy", "statsmodels", "pyfixest")
    return [name for name, home in _homes().items() if analyses or ".methods." not in home]


def __getattr__(name: str) -> object:
    if name == "__all__":
        return _offered()
    if name.startswith("_") or name not in _homes():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_homes()[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_offered(), "__all__", "__doc__", "__version__"])
