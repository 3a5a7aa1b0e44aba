"""An ordinal factor model of items in levels: correlated factors, testlets, maximum likelihood.

Use it where a composite adds items that were scored in ordered levels and the question is what the
items have in common and how surely a level table tells one body from another. Not for continuous
items, and not for more than four factors. The equations are in ``ordinal_likelihood``, scores and
their error in ``ordinal_scores``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.methods.ordinal_likelihood import NODES, Design, Grid, Parameters, posterior
from spbe_research.methods.ordinal_packing import APART, Packing

__all__ = ["OrdinalFit", "Structure", "fit_ordinal_factors", "ordinal_fit_from_frame"]

Floats = NDArray[np.float64]

_ONE = 1 - 1.5 * APART  # where two factors are one: near the end of the search
_KEYS = ["parameter", "item", "level", "factor", "other_factor"]


@dataclass(frozen=True)
class Structure:
    """Which items measure which factor, and which of them share a testlet besides.

    Parameters
    ----------
    factors : mapping of str to sequence of str
        Items of each factor, in the order wanted; an item stands in one factor.
    testlets : sequence of sequences of str
        Two or more items of one factor each: items that resemble one another by more than their
        factor, such as two questions on one document. A pair gets one loading, since it has one
        correlation to tell; three or more get one loading an item.

    Examples
    --------
    >>> Structure({"F": ("a", "b", "c")}, testlets=(("a", "b"),)).items
    ('a', 'b', 'c')
    >>> Structure({"F": ("a", "b"), "G": ("b",)})
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid structure of an ordinal factor model, 1 violation:
      - item b stands twice
    Correct it.
    """

    factors: Mapping[str, Sequence[str]]
    testlets: Sequence[Sequence[str]] = field(default=())

    def __post_init__(self) -> None:
        found = [f"item {item} stands twice" for item in _twice(self.items)]
        if not 1 <= len(self.factors) <= max(NODES):
            found.append(f"{len(self.factors)} factors, must be 1 to {max(NODES)}")
        found += [f"factor {name} has no item" for name, items in self.factors.items() if not items]
        inside = [item for items in self.testlets for item in items]
        found += [f"item {item} stands in two testlets" for item in _twice(inside)]
        for items in self.testlets:
            if len(items) < 2 or not any(set(items) <= set(own) for own in self.factors.values()):
                found.append(f"testlet {'-'.join(items)} is not two or more items of one factor")
            if any(set(items) == set(own) for own in self.factors.values()):
                found.append(f"testlet {'-'.join(items)} leaves its factor no other item")
        refuse(DataError, "structure of an ordinal factor model", found, "Correct it.")

    @property
    def items(self) -> tuple[str, ...]:
        """All items, factor after factor."""
        return tuple(item for items in self.factors.values() for item in items)


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted model: what ``fit_ordinal_factors`` found, and the table it was fitted to.

    ``parameters`` is tidy, key ``parameter, item, level, factor, other_factor``: ``slope`` (level:
    the item's lowest) and ``loading`` per item, ``intercept`` per item and level above the lowest,
    ``correlation`` per pair of factors; ``estimate`` and ``std_error`` (of the observed
    information). P(level or above) = 1 / (1 + exp(-(slope θ + loading u + intercept))). ``loglik``
    has no prior in it.
    """

    structure: Structure
    levels: pd.DataFrame
    parameters: pd.DataFrame
    loglik: float
    n_parameters: int
    prior_sd: float

    @property
    def bic(self) -> float:
        """Schwarz's criterion, -2 log L + p log n: smaller is better."""
        return -2 * self.loglik + self.n_parameters * float(np.log(len(self.levels)))

    @cached_property
    def arrays(self) -> Parameters:
        """The parameters as arrays, items in the order of the structure."""
        return _arrays(self.parameters, self.structure)

    @cached_property
    def known_levels(self) -> tuple[Floats, ...]:
        """The levels of each item, lowest first."""
        return _stated_values(self.parameters, self.structure)

    def design(self, levels: pd.DataFrame | None = None) -> Design:
        """Return a table of levels in numbers; that of the fit when left out.

        A level that the fit does not know counts as the next below it that it knows.
        """
        return _coded(self.levels if levels is None else levels, self.structure, self.known_levels)

    def to_frame(self) -> pd.DataFrame:
        """Return the parameters as a table; ``ordinal_fit_from_frame`` takes it back."""
        return self.parameters.copy()

    def summary(self) -> pd.Series:
        """Return size, log likelihood and BIC."""
        return pd.Series(
            {
                "n": len(self.levels),
                "n_parameters": self.n_parameters,
                "loglik": self.loglik,
                "bic": self.bic,
            }
        )


def fit_ordinal_factors(
    levels: pd.DataFrame,
    structure: Structure,
    *,
    prior_sd: float = 5.0,
    std_errors: bool = True,
    start: pd.DataFrame | None = None,
) -> OrdinalFit:
    """Fit a logit graded response model with correlated factors and testlets.

    Parameters
    ----------
    levels : pandas.DataFrame
        One row a body, one column an item, whole levels; missing where not scored. A level that
        nobody has on an item is merged with the next below it.
    structure : Structure
        Factors and testlets.
    prior_sd : float
        Standard deviation of a normal prior, mean 0, on slopes and loadings. It keeps two items
        that are nearly one from driving their loadings to infinity, and moves a slope of 3 that
        has a standard error of 0.3 by 0.01.
    std_errors : bool
        Also invert the observed information, and polish the maximum with it: a few hundred
        gradients more.
    start : pandas.DataFrame, optional
        Parameters of an earlier fit of the same structure to begin with.

    Returns
    -------
    OrdinalFit

    Raises
    ------
    DataError
        When an item is missing from the table or has one level only, a level is not whole, or two
        factors turn out to be one.

    Notes
    -----
    Samejima (1969), doi:10.1007/BF03372160; Cai (2010), doi:10.1007/s11336-010-9178-0. Means 0 and
    variances 1 of all factors identify the model. Nothing is drawn at random: the same table gives
    the same fit.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1, 2, 1, 3] * 9, "b": [1, 2, 2, 3] * 9, "c": [1, 1, 2, 2] * 9})
    >>> fit = fit_ordinal_factors(table, Structure({"F": ("a", "b", "c")}), std_errors=False)
    >>> fit.n_parameters
    8
    >>> fit_ordinal_factors(table.assign(a=1), Structure({"F": ("a", "b", "c")}))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid levels, 1 violation:
      - item a has one level only
    Leave such an item out.
    """
    from scipy.optimize import minimize

    values = _seen_values(levels, structure)
    design = _coded(levels, structure, values)
    packing, grid = Packing(design, prior_sd), Grid.for_factors(design.n_factors)
    coarse = Grid.for_factors(design.n_factors, coarse=True)
    point = packing.start()
    if start is not None:
        point = packing.search_vector(_arrays(start, structure))
    found = minimize(
        packing.loss,
        point,
        args=(coarse,),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 2000, "maxfun": 3000, "maxcor": 40, "ftol": 1e-10, "gtol": 1e-3},
    )
    parameters = packing.searched(found.x)
    _check_apart(parameters.correlations, structure)
    errors = np.full(packing.size, np.nan)
    if std_errors:
        near = np.asarray(np.linalg.inv(packing.information(parameters, coarse)), dtype=float)
        parameters = packing.polished(parameters, near, grid)
        # At the maximum itself: where the search ended depends on how a machine rounds.
        errors = np.sqrt(np.diag(np.linalg.inv(packing.information(parameters, grid))))
    loglik = float(posterior(design, parameters, grid).loglik.sum())
    stated = packing.parameters(errors)
    return OrdinalFit(
        structure,
        levels[list(structure.items)],
        _table(parameters, stated, values, structure),
        loglik,
        packing.size,
        prior_sd,
    )


def ordinal_fit_from_frame(
    parameters: pd.DataFrame, levels: pd.DataFrame, structure: Structure, *, prior_sd: float = 5.0
) -> tuple[OrdinalFit, float]:
    """Return a stored fit, and how far it is from the maximum of a table of levels.

    Parameters
    ----------
    parameters : pandas.DataFrame
        As ``OrdinalFit.to_frame``.
    levels, structure, prior_sd
        As for ``fit_ordinal_factors``.

    Returns
    -------
    OrdinalFit, float
        The second is the largest slope of the log posterior times its parameter's standard error:
        about the distance to the maximum in standard errors. Above 0.01 the stored fit is not one
        of these levels.

    Raises
    ------
    DataError
        As ``fit_ordinal_factors``, or when the parameters are not those of the structure.
    """
    values = _seen_values(levels, structure)
    kept = levels[list(structure.items)]
    fit = OrdinalFit(structure, kept, parameters, np.nan, 0, prior_sd)
    if [each.tolist() for each in fit.known_levels] != [each.tolist() for each in values]:
        return fit, np.inf
    design, grid = fit.design(), Grid.for_factors(len(structure.factors))
    packing = Packing(design, prior_sd)
    errors = _arrays(parameters, structure, "std_error")
    off = np.abs(packing.slope(fit.arrays, grid) * packing.vector(errors)).max()
    loglik = float(posterior(design, fit.arrays, grid).loglik.sum())
    return replace(fit, loglik=loglik, n_parameters=packing.size), float(off)


def _check_apart(correlations: Floats, structure: Structure) -> None:
    names = list(structure.factors)
    near = np.argwhere(np.tril(np.abs(correlations), -1) > _ONE)
    found = [f"factors {names[b]} and {names[a]} correlate as if they were one" for a, b in near]
    refuse(DataError, "structure of an ordinal factor model", found, "Make them one factor.")


def _twice(items: Sequence[str]) -> list[str]:
    return sorted({item for item in items if items.count(item) > 1})


def _seen_values(levels: pd.DataFrame, structure: Structure) -> tuple[Floats, ...]:
    """The levels that somebody has, item by item."""
    items = list(structure.items)
    found = [f"item {item} is not a column" for item in items if item not in levels.columns]
    refuse(DataError, "levels", found, "Give one column per item.")
    table = levels[items].to_numpy(dtype=float)
    values = tuple(np.unique(column[np.isfinite(column)]) for column in table.T)
    for item, seen in zip(items, values, strict=True):
        if len(seen) < 2:
            found.append(f"item {item} has one level only")
        elif (seen != np.round(seen)).any():
            found.append(f"item {item} has a level that is not whole")
    refuse(DataError, "levels", found, "Leave such an item out.")
    return values


def _stated_values(parameters: pd.DataFrame, structure: Structure) -> tuple[Floats, ...]:
    """The levels that the parameters are of, item by item."""
    rows = parameters[parameters["parameter"].isin(["slope", "intercept"])]
    by = {item: np.sort(own.to_numpy(dtype=float)) for item, own in rows.groupby("item")["level"]}
    found = [f"item {item} is missing" for item in structure.items if item not in by]
    refuse(DataError, "parameters", found, "Give those of a fit of this structure.")
    return tuple(by[item] for item in structure.items)


def _coded(levels: pd.DataFrame, structure: Structure, values: tuple[Floats, ...]) -> Design:
    """The levels as whole numbers from 0, -1 where missing."""
    items = list(structure.items)
    table = levels[items].to_numpy(dtype=float)
    codes = [
        np.where(
            np.isfinite(column), np.maximum(np.searchsorted(known, column, side="right") - 1, 0), -1
        )
        for column, known in zip(table.T, values, strict=True)
    ]
    home = {item: n for n, group in enumerate(structure.testlets) for item in group}
    return Design(
        levels=np.stack(codes, axis=1),
        n_levels=np.array([len(known) for known in values]),
        factor=np.array([n for n, own in enumerate(structure.factors.values()) for _ in own]),
        testlet=np.array([home.get(item, -1) for item in items]),
    )


def _table(
    estimates: Parameters, errors: Parameters, values: tuple[Floats, ...], structure: Structure
) -> pd.DataFrame:
    """The parameters in rows; a pair's two loadings are one parameter and stand twice."""
    names, items = list(structure.factors), list(structure.items)
    home = {item: name for name, own in structure.factors.items() for item in own}
    inside = {item for group in structure.testlets for item in group}
    rows: list[dict[str, object]] = []
    for n, item in enumerate(items):
        at = {"item": item, "factor": home[item]}
        pair = {"estimate": estimates.slopes[n], "std_error": errors.slopes[n]}
        rows.append({"parameter": "slope", **at, "level": int(values[n][0]), **pair})
        if item in inside:
            pair = {"estimate": estimates.loadings[n], "std_error": errors.loadings[n]}
            rows.append({"parameter": "loading", **at, **pair})
        for level, cut, error in zip(
            values[n][1:], estimates.intercepts[n], errors.intercepts[n], strict=True
        ):
            pair = {"estimate": cut, "std_error": error}
            rows.append({"parameter": "intercept", **at, "level": int(level), **pair})
    for a, b in zip(*np.tril_indices(len(names), -1), strict=True):
        at = {"factor": names[b], "other_factor": names[a]}
        pair = {"estimate": estimates.correlations[a, b], "std_error": errors.correlations[a, b]}
        rows.append({"parameter": "correlation", **at, **pair})
    table = pd.DataFrame(rows, columns=[*_KEYS, "estimate", "std_error"])
    return table.astype({"level": "Int64"})


def _arrays(parameters: pd.DataFrame, structure: Structure, column: str = "estimate") -> Parameters:
    """One column of the table of parameters, as arrays."""
    names, items = list(structure.factors), list(structure.items)
    ordered = parameters.sort_values(["item", "level"])
    by = {name: rows.set_index("item")[column] for name, rows in ordered.groupby("parameter")}
    slopes, cuts = by["slope"], by["intercept"]
    correlations = np.eye(len(names))
    pairs = parameters[parameters["parameter"] == "correlation"]
    for first, second, value in pairs[["factor", "other_factor", column]].itertuples(index=False):
        a, b = names.index(first), names.index(second)
        correlations[a, b] = correlations[b, a] = value
    loadings = by.get("loading", pd.Series(dtype=float)).reindex(items).fillna(0.0)
    return Parameters(
        slopes.reindex(items).to_numpy(dtype=float),
        loadings.to_numpy(dtype=float),
        tuple(np.atleast_1d(cuts.loc[[item]].to_numpy(dtype=float)) for item in items),
        correlations,
    )
