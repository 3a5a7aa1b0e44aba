"""One committed number as prose prints it, in English or Indonesian; with its bounds and its n.

A text names a number by its id, and a part of it behind a colon: ``num-gini-2018``,
``num-gini-2018:low``, ``:high``, ``:n``.
"""

from spbe_research.errors import DataError
from spbe_research.press.committed import committed_numbers
from spbe_research.press.languages import localise
from spbe_research.press.numbers import family_of

__all__ = ["PARTS", "printed"]

PARTS = ("value", "low", "high", "n")


def printed(number_id: str, part: str = "value", *, language: str = "en") -> str:
    """Return a number, a bound of its interval, or its n.

    Parameters
    ----------
    number_id : str
        Id of a number that a text uses.
    part : {"value", "low", "high", "n"}
    language : {"en", "id"}
        English or Indonesian: decimal comma, points between thousands.

    Raises
    ------
    DataError
        When there is no such number, or it has no interval.

    Examples
    --------
    >>> printed("num-gini-2018", "low", language="id")
    '0,172'
    >>> printed("num-moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: there is no number num-moon
    """
    table = committed_numbers().set_index("id")
    if number_id not in table.index:
        raise DataError(f"there is no number {number_id}")
    row = table.loc[number_id]
    if part == "value":
        text = str(row["text"])
    elif part == "n":
        text = f"{int(row['n']):,}"
    elif part not in PARTS:
        raise DataError(f"{number_id}:{part} must be one of {', '.join(PARTS)}")
    elif row[part] != row[part]:
        raise DataError(f"{number_id} has no interval")
    else:
        text = family_of(number_id)[0].text.format(row[part])
    return localise(text, language)
