"""English and Indonesian: numbers as each writes them, and the words shared by all questions.

The shared words stand in ``questions/words.toml``, those of one question in its own ``words.toml``.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from spbe_research.errors import DataError

__all__ = ["LANGUAGES", "check_language", "localise", "shared_words", "unit_word"]

LANGUAGES = ("en", "id")
_FILE = Path(__file__).parents[1] / "questions" / "words.toml"
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_SWAP = str.maketrans(".,", ",.")


def localise(text: str, language: str) -> str:
    """Return a printed number as a language writes it.

    Examples
    --------
    >>> localise("4,159.5", "id")
    '4.159,5'
    >>> localise("12.5 %", "en")
    '12.5 %'
    """
    if language == "en":
        return text
    return _NUMBER.sub(lambda match: match[0].translate(_SWAP), text)


def check_language(language: str) -> None:
    """Refuse a language that is neither English nor Indonesian."""
    if language not in LANGUAGES:
        raise DataError(f"Invalid language {language!r}. It must be one of {', '.join(LANGUAGES)}.")


def unit_word(name: str, language: str) -> str:
    """Return the word for what an n counts.

    Raises
    ------
    DataError
        When ``[units]`` of ``questions/words.toml`` does not have it.

    Examples
    --------
    >>> unit_word("agency-years", "id")
    'instansi-tahun'
    """
    words = shared_words()["units"]
    if name not in words:
        raise DataError(f"Invalid units {name!r}. Add the word to [units] of questions/words.toml.")
    return name if language == "en" else str(words[name])


@cache
def shared_words() -> dict[str, Any]:
    """Return ``questions/words.toml`` as it stands."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
