"""How scores are distributed: classes and predicates by year, change, Java, cities."""

import pandas as pd

from spbe_research.methods.comparison import compare_groups, groups_by_year, probability_above
from spbe_research.methods.quantiles import compare_quantiles
from spbe_research.methods.shape import class_counts, describe_distribution, predicate_shares
from spbe_research.panel.carried_over import population
from spbe_research.panel.frames import add_places, select_results, stack_pairs
from spbe_research.panel.frames_compare import compare_frames
from spbe_research.panel.loaders import load_agencies, load_carried_over_bodies, load_published
from spbe_research.questions.how_are_scores_distributed.figures import (
    draw_city_gap,
    draw_java,
    draw_scores,
)
from spbe_research.records import Units, figure, table
from spbe_research.years import neighbours

__all__ = [
    "city_gap",
    "classes",
    "java",
    "java_gap",
    "kota_against_kabupaten",
    "like_for_like",
    "moments",
    "shares",
]

SEED = 20261124
_TYPES = ("kabupaten", "kota")
_JAVA = ("Java", "outside Java")
_QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@figure(
    "fig-scores-by-year",
    draw=draw_scores,
    units=Units("agency-years", load_published),
    of=load_published,
)
def classes(published: pd.DataFrame) -> pd.DataFrame:
    """Bodies by year, status, class of the printed index and predicate."""
    return class_counts(published)


@table("tab-predicates", units=Units("agency-years", lambda: select_results(load_published())))
def shares() -> pd.DataFrame:
    """Bodies assessed in the year, by predicate."""
    return predicate_shares(select_results(load_published()))


@table("tab-moments", units=Units("agency-years", lambda: _population()))
def moments() -> pd.DataFrame:
    """Moments and quantiles by year, of the bodies assessed and of all counted."""
    frames = {"assessed": select_results(load_published()), "population": _population()}
    together = pd.concat([rows.assign(frame=name) for name, rows in frames.items()])
    return describe_distribution(together, by=["year", "frame"])


@table("tab-like-for-like", units=Units("pairs", lambda: _pairs()))
def like_for_like() -> pd.DataFrame:
    """Change within an era, of the lists and of the same bodies."""
    tables = [
        compare_frames(load_published(), statistic=statistic).assign(statistic=name)
        for name, statistic in _STATISTICS.items()
    ]
    found = pd.concat(tables, ignore_index=True).dropna(subset=["estimate"])
    # whole millionths, so that a difference of half a hundredth prints rounded up
    found = found.assign(n=found["n_end"], estimate=found["estimate"].round(6))
    first = ["start", "end", "statistic", "frame"]
    return found[[*first, *found.columns.difference(first, sort=False)]].reset_index(drop=True)


@figure(
    "fig-java",
    draw=draw_java,
    units=Units("local-government-years", lambda: _placed()),
    of=load_published,
)
def java(published: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of kabupaten and kota in Java and outside, and who lies below Java's middle."""
    rows: list[dict[str, object]] = []
    for year, groups in groups_by_year(_placed(published), *_JAVA, "java").items():
        inside, outside = (group["index_published"] for group in groups)
        for name, values in zip(_JAVA, (inside, outside), strict=True):
            key: dict[str, object] = {"year": year, "java": name}
            found = {f"q{100 * p:g}": values.quantile(p) for p in _QUANTILES}
            found["share_baik"] = (values >= _BAIK - _HALF_CENT).mean()
            if name == _JAVA[1]:
                found["share_below_median"] = (values < inside.median()).mean()
                found["probability_java_above"] = probability_above(inside, outside)
            rows += [
                key | {"statistic": statistic, "estimate": float(value), "n": len(values)}
                for statistic, value in found.items()
            ]
    return pd.DataFrame(rows)


@table("tab-java-gap", units=Units("local-government-years", lambda: _placed()))
def java_gap() -> pd.DataFrame:
    """Quantile differences between Java and the rest, kabupaten and kota."""
    return compare_quantiles(_placed(), *_JAVA, column="java", quantiles=_QUANTILES, seed=SEED)


@figure(
    "fig-city-gap",
    draw=draw_city_gap,
    units=Units("local-government-years", lambda: _placed()),
    of=load_published,
)
def city_gap(published: pd.DataFrame) -> pd.DataFrame:
    """Quantile differences between kota and kabupaten."""
    placed = _placed(published)
    return compare_quantiles(placed, "kota", "kabupaten", quantiles=_QUANTILES, seed=SEED)


@table("tab-kota-kabupaten", units=Units("local-government-years", lambda: _placed()))
def kota_against_kabupaten() -> pd.DataFrame:
    """Kota against kabupaten by year: all, and of one province."""
    return compare_groups(_placed(), "kota", "kabupaten", seed=SEED)


_BAIK = 2.6  # index points, lower edge of Baik in both editions
_HALF_CENT = 0.005  # index points; an index is printed with two decimals


def _population() -> pd.DataFrame:
    return population(load_published(), load_carried_over_bodies())


def _pairs() -> pd.DataFrame:
    return stack_pairs(load_published(), neighbours())


def _placed(published: pd.DataFrame | None = None) -> pd.DataFrame:
    """Kabupaten and kota assessed, with their places: of the results given, or of all."""
    chosen = load_published() if published is None else published
    return add_places(select_results(chosen, agency_types=_TYPES), load_agencies())


_STATISTICS = {
    "mean": pd.Series.mean,
    "sd": pd.Series.std,
    "median": pd.Series.median,
    "share_baik": lambda values: float((values >= _BAIK - _HALF_CENT).mean()),
}
