"""The words that the rules know: modules, names, number words, opposites."""

__all__ = [
    "BUILTINS",
    "COMBINING",
    "FALSIFYING",
    "FORMS",
    "HARMLESS",
    "INVENTING",
    "MUTATING",
    "NUMBER_WORDS",
    "OPPOSITES",
    "OUTSIDE",
    "REACHED",
    "SAY_NOTHING",
    "SILENCES",
]


def _terms(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Modules of the standard library that compute; all others reach the system. Packages of others are
# a project's own business, but for those that run kernels, reach the network or load programs.
HARMLESS = frozenset(
    _terms("""
    __future__ bisect calendar cmath collections dataclasses datetime decimal enum fractions
    functools heapq itertools json math numbers operator re statistics string textwrap types typing
    unicodedata zoneinfo
    """)
)
OUTSIDE = frozenset(
    _terms("""
    IPython aiohttp boto3 botocore cloudpickle dill fsspec httpx ipykernel ipywidgets joblib
    jupyter_client nbclient nbformat nbval papermill psutil py pytest requests s3fs scrapy selenium
    urllib3 websocket websockets zmq
    """)
)
# Modules of the system that other packages carry as attributes.
REACHED = frozenset(
    _terms("""
    asyncio builtins contextlib ctypes gc http importlib inspect io logging multiprocessing os
    pathlib pickle runpy shutil socket subprocess sys tempfile threading urllib warnings
    """)
)
BUILTINS = frozenset(
    _terms("""
    __import__ __builtins__ __loader__ __spec__ eval exec compile open input globals locals vars
    getattr setattr delattr breakpoint exit quit help copyright credits license
    In Out _ __ ___ _i _ii _iii _ih _oh _dh
    """)
)
# Functions of Python whose result is made of what they are given.
COMBINING = _terms("""
    abs all any bool dict enumerate filter float format int isinstance len list map max min range
    repr reversed round set slice sorted str sum tuple zip
""")
# Methods and functions whose result holds other values or names than what they are given.
FALSIFYING = frozenset(
    _terms("""
    add add_prefix add_suffix apply applymap assign astype bfill clip combine combine_first div
    divide eval ffill fillna floordiv format_map insert interpolate map mask mod mul multiply
    pipe pop pow radd rdiv reindex rename rename_axis replace rmul rsub set_axis shift style sub
    subtract transform translate truediv update where
    """)
)
# Those that change what they are given; so does every call with inplace or out.
MUTATING = frozenset(
    _terms("""
    append clear copyto extend fill fill_diagonal insert isetitem itemset place pop popitem put
    put_along_axis putmask remove reverse setdefault setfield sort update
    """)
)
# What makes a table of constants.
INVENTING = frozenset(
    _terms("""
    Categorical DataFrame Index MultiIndex Series arange array asarray from_arrays from_dict
    from_product from_records from_tuples full full_like linspace ones ones_like repeat zeros
    zeros_like
    """)
)
SILENCES = frozenset(
    _terms("""
    errstate seterr seterrcall simplefilter filterwarnings catch_warnings captureWarnings suppress
    """)
)

# One, both, first, second and once are left out: they seldom count anything.
NUMBER_WORDS = {
    "en": _terms("""
        two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds?
        thousands? millions? billions? dozens? half halves thirds? quarters? fourths? fifths?
        sixths? sevenths? eighths? ninths? tenths? elevenths? twelfths? hundredths? thousandths?
        twice thrice doubled? tripled?
    """),
    "id": _terms("""
        dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas belas puluh(?:an)? seratus
        ratus(?:an)? seribu ribu(?:an)? juta(?:an)? miliar separuh setengah sepertiga seperempat
        sepersepuluh kedua ketiga keempat kelima keenam ketujuh
    """),
}

# What says nothing of which number is meant.
SAY_NOTHING = frozenset(
    _terms("""
    the and for with from per than are was were had has have been that which who whose its their
    this these those not but all each year years number numbers index indices agency agencies body
    bodies share score scores list percent points point
    yang dan dari pada dengan untuk per tahun indeks instansi nilai angka jumlah bagian proporsi
    persen poin
    """)
)
FORMS = {
    "bodies": "body",
    "cities": "city",
    "fallen": "fall",
    "fell": "fall",
    "held": "hold",
    "kept": "keep",
    "loss": "lose",
    "losses": "lose",
    "lost": "lose",
    "risen": "rise",
    "rose": "rise",
}
OPPOSITES = (
    ("above", "below"),
    ("confirmed", "contradicted"),
    ("gained", "lost"),
    ("higher", "lower"),
    ("highest", "lowest"),
    ("inside", "outside"),
    ("largest", "smallest"),
    ("rise", "fall"),
    ("rises", "falls"),
    ("rose", "fell"),
    ("upper", "lower"),
    ("atas", "bawah"),
    ("naik", "turun"),
    ("terbesar", "terkecil"),
    ("tertinggi", "terendah"),
)
