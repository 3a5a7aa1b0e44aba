"""The sentences of an audit's report, English and Indonesian beside each other."""

from spbe_research.choices import Aggregation, Choice, LeaveOut, LevelError, Weights
from spbe_research.drawing.audit_words import Language, number

__all__ = ["HEADS", "TEXTS", "choice_text", "option_text"]

# name: (English, Indonesian); what stands in braces is filled in.
TEXTS: dict[str, tuple[str, str]] = {
    "title": ("How sure is a rank? {name}", "Seberapa pasti sebuah peringkat? {name}"),
    "lead_bands": (
        "{kept} of {n} bodies keep their predicate in at least 95 percent of the draws, and half "
        "of the bodies have a rank band of {width} places or fewer.",
        "{kept} dari {n} instansi tetap berpredikat sama dalam sedikitnya 95 persen simulasi, dan "
        "setengah dari instansi memiliki rentang peringkat {width} tempat atau kurang.",
    ),
    "lead": (
        "Half of the {n} bodies have a rank band of {width} places or fewer.",
        "Setengah dari {n} instansi memiliki rentang peringkat {width} tempat atau kurang.",
    ),
    "what": ("What was varied", "Apa yang divariasikan"),
    "what_text": (
        "{draws} draws (seed {seed}) varied together:",
        "{draws} simulasi (benih {seed}) memvariasikan bersama-sama:",
    ),
    "rule_rounded": (
        "The index is rounded to two decimals before it gets its predicate.",
        "Indeks dibulatkan menjadi dua desimal sebelum diberi predikat.",
    ),
    "rule_exact": (
        "The predicate follows the unrounded index.",
        "Predikat mengikuti indeks yang tidak dibulatkan.",
    ),
    "coherence": ("1. Coherence", "1. Koherensi"),
    "coherence_text": (
        "A part should go along with the node above it, and still say something of its own. The "
        "table gives the correlations over bodies.",
        "Sebuah bagian seharusnya searah dengan simpul di atasnya, tetapi tetap membawa informasi "
        "sendiri. Tabel berikut memuat korelasi antarinstansi.",
    ),
    "importance_title": (
        "What each part weighs, and what it explains",
        "Bobot setiap bagian dan yang dijelaskannya",
    ),
    "importance_text": (
        "{code} weighs {nominal} percent of the index and explains {explained} percent of its "
        "differences between bodies: the widest gap of all parts. A weight is not an importance.",
        "Bobot {code} adalah {nominal} persen dari indeks, sedangkan bagian itu menjelaskan "
        "{explained} persen perbedaan antarinstansi: selisih terbesar di antara semua bagian. "
        "Bobot bukanlah tingkat kepentingan.",
    ),
    "robustness": ("2. Robustness", "2. Kekokohan"),
    "exact": ("What needs no simulation", "Yang tidak memerlukan simulasi"),
    "exact_text": (
        "{share} percent of the pairs of bodies keep their order under every weighting within "
        "{radius} percent of the weights. {certain}",
        "{share} persen pasangan instansi tetap pada urutannya dengan semua bobot yang bergeser "
        "paling jauh {radius} persen. {certain}",
    ),
    "certain": (
        "{count} of {n} predicates cannot change under any of them.",
        "{count} dari {n} predikat tidak dapat berubah dengan bobot mana pun di antaranya.",
    ),
    "pairs_title": (
        "Pairs that keep their order whatever the weights",
        "Pasangan yang urutannya tetap dengan bobot mana pun",
    ),
    "draws": ("What the draws say", "Hasil simulasi"),
    "bands_title": ("Rank bands", "Rentang peringkat"),
    "bands_text": (
        "The band of a body holds its rank in 90 percent of the draws. It says how far the choices "
        "named above carry the rank, and nothing of choices that are not named.",
        "Rentang sebuah instansi memuat peringkatnya dalam 90 persen simulasi. Rentang itu "
        "menunjukkan pengaruh pilihan yang disebut di atas, bukan pengaruh pilihan lain.",
    ),
    "varied": ("all that was varied", "semua yang divariasikan"),
    "predicate_title": (
        "The least sure predicate: {name}",
        "Predikat yang paling tidak pasti: {name}",
    ),
    "alternatives": ("One other choice at a time", "Satu pilihan lain setiap kali"),
    "movers_title": ("The farthest moves: {choice}", "Pergeseran terjauh: {choice}"),
    "movers_text": (
        "One single choice moves a body farthest: {choice}, by {places} places.",
        "Satu pilihan menggeser sebuah instansi paling jauh: {choice}, sejauh {places} peringkat.",
    ),
    "sensitivity": ("Where the uncertainty comes from", "Dari mana ketidakpastian berasal"),
    "sensitivity_title": ("Shares of the variance of the ranks", "Proporsi ragam peringkat"),
    "sensitivity_text": (
        "Most of the variance of the ranks, {share} percent with interactions, comes from "
        "{choice}. The diamonds show the usual measure, the mean absolute shift: a choice that "
        "lifts some bodies as far as it lowers others hardly moves that mean and looks harmless.",
        "Bagian terbesar ragam peringkat, {share} persen termasuk interaksi, berasal dari "
        "{choice}. Tanda belah ketupat menunjukkan ukuran yang lazim, rata-rata pergeseran mutlak: "
        "pilihan yang menaikkan sebagian instansi sejauh menurunkan yang lain hampir tidak "
        "mengubah rata-rata itu sehingga tampak tidak berbahaya.",
    ),
    "one_choice": (
        "One thing was varied, and all of the variance of the ranks comes from it.",
        "Hanya satu hal yang divariasikan, sehingga seluruh ragam peringkat berasal darinya.",
    ),
    "limits": ("What may not be concluded", "Yang tidak boleh disimpulkan"),
    "limits_text": (
        "An audit shows how far a result depends on choices. It does not say which choice is "
        "right, nor that the index measures what its name says. The bodies are a complete list, "
        "not a sample: the bands are not sampling errors.",
        "Audit menunjukkan seberapa jauh hasil bergantung pada pilihan. Audit tidak menunjukkan "
        "pilihan mana yang benar, dan tidak membuktikan bahwa indeks mengukur apa yang disebut "
        "namanya. Instansi di sini adalah daftar lengkap, bukan sampel: rentang tersebut bukan "
        "galat penarikan sampel.",
    ),
    "ranks": ("All ranks", "Semua peringkat"),
    "ranks_cut": (
        "The first {shown} of {n} bodies; the tables hold all.",
        "{shown} pertama dari {n} instansi; tabel memuat semuanya.",
    ),
    "draw_footer": (
        "{n} bodies, {draws} draws, seed {seed}; spbe_research audit.",
        "{n} instansi, {draws} simulasi, benih {seed}; audit spbe_research.",
    ),
    "exact_footer": (
        "Every leaf weight may shift on its own; computed in whole numbers, without simulation.",
        "Setiap bobot boleh bergeser sendiri; dihitung dengan bilangan bulat, tanpa simulasi.",
    ),
    "own_footer": ("{n} bodies; the instrument as it is.", "{n} instansi; instrumen apa adanya."),
}

# Heads of the columns that a report shows.
HEADS: dict[str, tuple[str, str]] = {
    "agency_id": ("body", "instansi"),
    "index": ("index", "indeks"),
    "rank": ("rank", "peringkat"),
    "rank_q05": ("5 %", "5 %"),
    "rank_q50": ("median", "median"),
    "rank_q95": ("95 %", "95 %"),
    "predicate": ("predicate", "predikat"),
    "p_predicate": ("draws that keep it, %", "simulasi dengan predikat sama, %"),
    "choice": ("choice", "pilihan"),
    "median_shift": ("median shift, places", "median pergeseran, tempat"),
    "max_shift": ("largest shift, places", "pergeseran terbesar, tempat"),
    "predicates_changed": ("predicates that change", "predikat yang berubah"),
    "tau": ("Kendall's tau-b", "tau-b Kendall"),
    "code": ("part", "bagian"),
    "parent": ("node above", "simpul di atasnya"),
    "correlation_parent": ("correlation with it", "korelasi dengannya"),
    "correlation_index": ("correlation with the index", "korelasi dengan indeks"),
}

_TONGUES = ("en", "id")
_MEANS = {
    "arithmetic": ("arithmetic", "aritmetik"),
    "geometric": ("geometric", "geometrik"),
    "harmonic": ("harmonic", "harmonik"),
}


def choice_text(choice: Choice, language: Language) -> str:
    """Say in words what a choice varies.

    Examples
    --------
    >>> choice_text(Weights.uniform(0.25), "en")
    'every weight, shifted by up to 25 percent'
    """
    english = language == "en"
    if isinstance(choice, Weights):
        if choice.method == "uniform":
            size = number(100 * choice.size, 0, language)
            return (
                f"every weight, shifted by up to {size} percent"
                if english
                else f"setiap bobot, bergeser paling jauh {size} persen"
            )
        if choice.method == "equal":
            return "equal weights" if english else "bobot yang sama"
        size = number(choice.size, 0, language)
        return (
            f"weights from a Dirichlet distribution of concentration {size}"
            if english
            else f"bobot dari sebaran Dirichlet dengan konsentrasi {size}"
        )
    if isinstance(choice, Aggregation):
        means = ", ".join(_MEANS[method][0 if english else 1] for method in choice.methods)
        place = choice.at or ("every node" if english else "semua simpul")
        return (
            f"another mean ({means}) at {place}"
            if english
            else f"rata-rata lain ({means}) di {place}"
        )
    if isinstance(choice, LeaveOut):
        parts = ", ".join(choice.parts) or ("a leaf" if english else "satu indikator")
        return f"one part left out ({parts})" if english else f"satu bagian dihilangkan ({parts})"
    return _error_text(choice, language)


def option_text(family: str, label: str, name: str, language: Language) -> str:
    """Say in words what one finite choice does.

    Parameters
    ----------
    family, label : str
        As in the table of alternatives.
    name : str
        The name of the part that is left out.
    language : {"en", "id"}

    Examples
    --------
    >>> option_text("leave_out", "D4", "services", "en")
    'without services'
    """
    if family == "leave_out":
        return f"without {name}" if language == "en" else f"tanpa {name}"
    if family == "weights":
        return "equal weights" if language == "en" else "bobot yang sama"
    method, _, place = label.partition(" at ")
    mean = _MEANS[method][_TONGUES.index(language)]
    if language == "en":
        return f"the {mean} mean at {place}"
    return f"rata-rata {mean} di {'semua simpul' if place == 'every node' else place}"


def _error_text(choice: LevelError, language: Language) -> str:
    p = number(100 * choice.p, 0, language)
    rho = number(choice.rho, 2, language)
    if language == "en":
        return f"{p} percent of the levels misread by one, correlation {rho} within a body"
    return (
        f"{p} persen tingkat kematangan salah baca satu tingkat, korelasi {rho} di dalam instansi"
    )
