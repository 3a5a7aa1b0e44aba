"""Sentences about a province, ready to quote: each with its number, its year and its source."""

from collections.abc import Sequence

from spbe_research.panel.schemas import PREDICATES
from spbe_research.site.agencies import AgencyPage
from spbe_research.site.provinces import REGION_TYPES, Move, ProvincePage, change_of, result_of
from spbe_research.site.sentences import quote_result
from spbe_research.site.sources import source_titles
from spbe_research.site.text import index_text, swap_marks
from spbe_research.years import evaluation_years

__all__ = ["count_good", "province_sentences"]

_BAIK = PREDICATES.index("Baik")
_SOURCE = (
    " (Kementerian PANRB, {title}; counted by spbe_research).",
    " (Kementerian PANRB, {title}; dihitung spbe_research).",
)
_RANK = (
    "In {year} {own} ranked {place} of {n} provinces",
    "Pada {year} {own} berada pada peringkat {place} dari {n} provinsi",
)
_GOOD = (
    "In {year}, {good} of {of} regencies and cities of {name} were rated Baik or above; in all of "
    "Indonesia {nation} of {all_of}",
    "Pada {year}, {good} dari {of} kabupaten dan kota di {name} berpredikat Baik atau lebih "
    "tinggi; di seluruh Indonesia {nation} dari {all_of}",
)
_ENDS = (
    "Among the regencies and cities of {name}, {high} had the highest SPBE index in {year} "
    "({most}) and {low} the lowest ({least})",
    "Di antara kabupaten dan kota di {name}, nilai SPBE {year} tertinggi dimiliki {high} ({most}) "
    "dan terendah {low} ({least})",
)
_MEAN = (
    "From {first} to {last} the mean of the same {n} regencies and cities of {name} {moved[0]} "
    "from {before} to {after}",
    "Dari {first} ke {last}, rata-rata {n} kabupaten dan kota yang sama di {name} {moved[1]} dari "
    "{before} menjadi {after}",
)
_RISE = (
    "{who} rose most in {name} from {first} to {last}, from {before} to {after}",
    "Kenaikan terbesar di {name} dari {first} ke {last} dicapai {who}, dari {before} menjadi "
    "{after}",
)
Pair = tuple[str, str]  # English, Indonesian


def province_sentences(province: ProvincePage, pages: Sequence[AgencyPage]) -> tuple[Pair, ...]:
    """Return up to six sentences, English and Indonesian; those without a base are left out.

    Parameters
    ----------
    province : ProvincePage
        One of ``province_pages()``.
    pages : sequence of AgencyPage
        All of them, for what is compared with the nation.
    """
    year, own, name = evaluation_years()[-1], province.own, province.name
    said: list[Pair] = [quote_result(own, own.latest)]
    if own.latest.rank is not None:
        said.append(
            _fill(
                _RANK,
                year=own.latest.year,
                own=own.name,
                place=own.latest.rank,
                n=own.latest.n_peers,
            )
        )
    good, of = count_good([region.page for region in province.regions], year)
    if of:
        nation, all_of = count_good(
            [page for page in pages if page.agency_type in REGION_TYPES], year
        )
        said.append(
            _fill(_GOOD, year=year, name=name, good=good, of=of, nation=nation, all_of=all_of)
        )
    counted = [region for region in province.regions if region.place is not None]
    if len(counted) > 1:
        high, low = counted[0], counted[-1]
        said.append(
            _fill(
                _ENDS,
                {"most": index_text(high.result.index), "least": index_text(low.result.index)},
                year=year,
                name=name,
                high=high.page.name,
                low=low.page.name,
            )
        )
    said += _of_change(province)
    titles = source_titles()[own.latest.source_id]
    ends = [text.format(title=title) for text, title in zip(_SOURCE, titles, strict=True)]
    return tuple((english + ends[0], indonesian + ends[1]) for english, indonesian in said)


def _of_change(province: ProvincePage) -> list[Pair]:
    newest: Move | None = province.moves[-1] if province.moves else None
    if newest is None or newest.last != evaluation_years()[-1]:
        return []
    when = {"name": province.name, "first": newest.first, "last": newest.last}
    pairs = [
        both
        for region in province.regions
        if (both := change_of(region.page, newest.first, newest.last))
    ]
    before, after = (sum(round(pair[end] * 100) for pair in pairs) for end in (0, 1))
    said = [
        _fill(
            _MEAN,
            {"before": _mean(before, newest.n), "after": _mean(after, newest.n)},
            n=newest.n,
            moved=("rose", "naik") if after >= before else ("fell", "turun"),
            **when,
        )
    ]
    if newest.rise:
        page, start, end = newest.rise
        numbers = {"before": index_text(start), "after": index_text(end)}
        said.append(_fill(_RISE, numbers, who=page.name, **when))
    return said


def _mean(cents: int, n: int) -> str:
    """A mean of hundredths with two decimals, half up, from whole numbers."""
    return f"{(2 * cents + n) // (2 * n) / 100:.2f}"


def count_good(pages: Sequence[AgencyPage], year: int) -> tuple[int, int]:
    """How many of the bodies in the list of a year are Baik or above, and how many are in it."""
    results = [result for page in pages if (result := result_of(page, year))]
    return sum(PREDICATES.index(result.predicate) >= _BAIK for result in results), len(results)


def _fill(texts: Pair, numbers: dict[str, str] | None = None, **values: object) -> Pair:
    """Fill a text in both languages; ``numbers`` take the marks of each."""
    english = texts[0].format(**values, **(numbers or {}))
    turned = {key: swap_marks(text) for key, text in (numbers or {}).items()}
    return english, texts[1].format(**values, **turned)
