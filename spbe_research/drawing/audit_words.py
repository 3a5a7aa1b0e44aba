"""What stands on the pictures of an audit, in both languages."""

from typing import Literal

__all__ = ["LABELS", "Language", "number"]

Language = Literal["en", "id"]

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "rank_now": "rank by the index",
        "rank_band": "rank, 90 % of the draws",
        "share_draws": "share of the draws",
        "official": "by the index as it is",
        "nominal": "weight (nominal share)",
        "explained": "share of the variance explained",
        "share_index": "share, percent",
        "radius": "how far every weight may shift, percent",
        "share_pairs": "pairs that keep their order, percent",
        "at_quarter": "{share} % at {radius} %",
        "first_order": "alone (first order)",
        "total_order": "with interactions (total order)",
        "shift": "total order of the mean shift, which hides opposite moves",
        "share_variance": "share of the variance of the ranks, percent",
        "places": "places gained (right) or lost (left)",
    },
    "id": {
        "rank_now": "peringkat menurut indeks",
        "rank_band": "peringkat, 90 % simulasi",
        "share_draws": "proporsi simulasi",
        "official": "menurut indeks apa adanya",
        "nominal": "bobot (proporsi nominal)",
        "explained": "proporsi ragam yang dijelaskan",
        "share_index": "proporsi, persen",
        "radius": "seberapa jauh setiap bobot boleh bergeser, persen",
        "share_pairs": "pasangan yang urutannya tetap, persen",
        "at_quarter": "{share} % pada {radius} %",
        "first_order": "sendiri (orde pertama)",
        "total_order": "dengan interaksi (orde total)",
        "shift": "orde total rata-rata pergeseran, yang menutupi gerak berlawanan",
        "share_variance": "proporsi ragam peringkat, persen",
        "places": "peringkat naik (kanan) atau turun (kiri)",
    },
}


def number(value: float, decimals: int, language: Language) -> str:
    """Write a number as a language prints it.

    Examples
    --------
    >>> number(1234.5, 1, "en"), number(-1234.5, 1, "id")
    ('1,234.5', '−1.234,5')
    """
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text.translate(str.maketrans(".,", ",.")) if language == "id" else text
