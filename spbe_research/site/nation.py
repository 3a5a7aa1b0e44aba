"""The page of Indonesia: the official series beside both means, and sentences ready to quote."""

from typing import Any

from spbe_research.panel.loaders import (
    load_aggregates,
    load_carried_over_bodies,
    load_published,
)
from spbe_research.panel.national_series import national_series, official_index
from spbe_research.site.country import Country
from spbe_research.site.sources import source_titles
from spbe_research.site.text import swap_marks
from spbe_research.years import evaluation_years, same_era

__all__ = ["nation_sentences", "national_rows"]

_SOURCE = " (Kementerian PANRB, {title}{made})."
_MADE = ("; counted by spbe_research", "; dihitung spbe_research")
_SAID = (  # English, Indonesian, and whether the number is ours
    (
        "The official national SPBE index of {year} was {official}, predicate {predicate}; its "
        "target was {target}",
        "Indeks SPBE nasional resmi {year} adalah {official}, predikat {predicate}; targetnya "
        "{target}",
        False,
    ),
    (
        "The mean of the {n} bodies in the SPBE list of {year} was {listed}; the official national "
        "index, {official}, also counts bodies without a new result with their last one",
        "Rata-rata {n} instansi dalam daftar SPBE {year} adalah {listed}; indeks nasional resmi, "
        "{official}, juga menghitung instansi tanpa nilai baru dengan nilai terakhirnya",
        True,
    ),
    (
        "In {year}, {good} of {n} public bodies had the SPBE predicate Baik or above",
        "Pada {year}, {good} dari {n} instansi berpredikat SPBE Baik atau lebih tinggi",
        True,
    ),
    (
        "From {first} to {year} the printed SPBE index rose for {up} and fell for {down} of {both} "
        "bodies with a new result in both years",
        "Dari {first} ke {year}, nilai SPBE tercetak naik pada {up} dan turun pada {down} dari "
        "{both} instansi dengan nilai baru pada kedua tahun",
        True,
    ),
    (
        "From {first} to {year} the SPBE predicate rose for {predicates_up} and fell for "
        "{predicates_down} of {both} bodies",
        "Dari {first} ke {year}, predikat SPBE naik pada {predicates_up} dan turun pada "
        "{predicates_down} dari {both} instansi",
        True,
    ),
    (
        "In {year}, {regions} of {all_regions} regencies and cities were Baik or above, {share} "
        "percent; the text of the report prints {printed} percent",
        "Pada {year}, {regions} dari {all_regions} kabupaten dan kota Baik atau lebih tinggi, "
        "yaitu {share} persen; teks laporan mencetak {printed} persen",
        True,
    ),
)


def national_rows() -> list[dict[str, Any]]:
    """Return the series by year.

    Returns
    -------
    list of dict
        ``year, official, source_id, locator``; the means ``new`` of the ``n_new`` bodies with a new
        result and ``counted`` of the ``n_counted`` bodies that count at all; ``cut``, whether the
        rules changed since the year before.
    """
    series = national_series(load_published(), load_carried_over_bodies(), load_aggregates())
    printed = load_aggregates().query("scope == 'nasional' and measure == 'mean'")
    printed = printed[printed["item"] == "index"]
    source = printed["source_id"].value_counts().idxmax()
    places = printed[printed["source_id"] == source].set_index("year")["locator"]
    official = official_index(load_aggregates())
    rows = []
    before = None
    for year in evaluation_years():
        means = series[series["year"] == year].set_index("basis")
        new, counted = means.loc["participants"], means.loc["population"]
        rows.append(
            {
                "year": year,
                "official": float(official[year]),
                "source_id": source,
                "locator": places[year],
                "new": float(new["estimate"]),
                "n_new": int(new["n"]),
                "counted": float(counted["estimate"]),
                "n_counted": int(counted["n"]),
                "cut": before is not None and not same_era(before, year),
            }
        )
        before = year
    return rows


def nation_sentences(now: Country, source_id: str) -> list[tuple[str, str]]:
    """Return six sentences on the newest year, English and Indonesian, with their source."""
    target = next(each.value for each in now.targets if each.year == now.year)
    newest = now.printed[-1]
    numbers = {
        "official": f"{now.official[now.year]:.2f}",
        "target": f"{target:.2f}",
        "listed": f"{now.listed_mean:.2f}",
        "share": f"{now.regions.percent:.1f}",
    }
    values = {
        "year": now.year,
        "predicate": now.official_predicate,
        "n": now.n_listed,
        "good": now.good.n,
        "first": newest.first,
        "up": newest.up,
        "down": newest.down,
        "both": newest.of,
        "predicates_up": now.predicates.up,
        "predicates_down": now.predicates.down,
        "regions": now.regions.n,
        "all_regions": now.regions.of,
        "printed": f"{now.printed_share:.0f}",
    }
    turned = {key: swap_marks(text) for key, text in numbers.items()}
    titles = source_titles()[source_id]
    said = []
    for english, indonesian, is_ours in _SAID:
        made = _MADE if is_ours else ("", "")
        said.append(
            (
                english.format(**values, **numbers) + _SOURCE.format(title=titles[0], made=made[0]),
                indonesian.format(**values, **turned)
                + _SOURCE.format(title=titles[1], made=made[1]),
            )
        )
    return said
