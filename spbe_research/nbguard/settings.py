"""What a project tells the guard: ``[tool.nbguard]`` of its ``pyproject.toml``.

Every setting has a default; a rule that needs a file is at rest while there is none. Paths are
relative to the folder of ``pyproject.toml``, and lists of them may hold ``*``.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from spbe_research.errors import DataError, refuse

__all__ = ["Settings", "read_settings"]


@dataclass(frozen=True)
class Settings:
    """The settings, with their defaults.

    Parameters
    ----------
    root : pathlib.Path
        The project: what a notebook may not write to.
    releases : str
        Folder of the manifests of releases and of ``next.toml``.
    numbers : str
        CSV of the numbers that prose may use: ``id, text``, and ``low, high, n`` where it has them.
        Without it the rules for prose rest.
    names : tuple of str
        TOML files whose tables ``[num-...]`` say in words what a number is: ``name.en``, and where
        wanted ``keyword.en``. Braces in the name of a table stand for any text. Where such a file
        names a notebook (``notebook`` in ``[question]``), this must show the records that are
        tables of the file, ``[fig-...]`` and ``[tab-...]``.
    years : tuple of str
        CSV files whose column ``year`` holds the years of the data.
    regulations : tuple of str
        CSV files that name regulations: as text (``Perpres 95/2018``), or in the columns
        ``regulation_type, number, year``.
    literature : tuple of str
        CSV files of the works that may be cited: ``key, authors, year, doi``.
    phrases : str
        CSV of expressions whose numerals are no results: ``phrase, why``.
    pictures, tables, results : tuple of str
        Functions that show a record as a picture, as a table, and that compute one. The first
        argument is its id.
    module : str
        Where these functions are imported from; anywhere when empty.
    prints : tuple of str
        Functions that print something of their own, besides these.
    sections : tuple of str
        Words of which each must stand in a heading with text below it; one of several behind ``|``.
    later : tuple of str
        Names of notebooks, without the ending, that are still to be rewritten for the rules of what
        is shown and said: the others are asked of them.
    drafts : str
        Folders of this name hold drafts: they are executed, and no rule is asked of them.
    cell_seconds : float
        Processor time after which a cell is ended.
    idle_seconds : float
        Time without any work after which a cell that has not finished is ended.
    """

    root: Path = Path()
    releases: str = "data/releases"
    numbers: str = "data/results/numbers.csv"
    names: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    regulations: tuple[str, ...] = ()
    literature: tuple[str, ...] = ()
    phrases: str = ""
    pictures: tuple[str, ...] = ("show",)
    tables: tuple[str, ...] = ("show_table",)
    results: tuple[str, ...] = ("result_table",)
    module: str = ""
    prints: tuple[str, ...] = ("check_prose",)
    sections: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    drafts: str = "drafts"
    cell_seconds: float = 60.0
    idle_seconds: float = 15.0


def read_settings(root: Path) -> Settings:
    """Return the settings of a project; the defaults where it states none.

    Parameters
    ----------
    root : pathlib.Path
        Its folder.

    Raises
    ------
    DataError
        Naming every setting that is unknown or of another kind.
    """
    path = root / "pyproject.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    stated = content.get("tool", {}).get("nbguard", {})
    kinds = {each.name: type(each.default) for each in fields(Settings) if each.name != "root"}
    violations: list[str] = []
    chosen: dict[str, Any] = {}
    for name, value in stated.items():
        if name not in kinds:
            violations.append(f"{name}: must be one of {', '.join(kinds)}")
        elif kinds[name] is tuple and isinstance(value, list):
            chosen[name] = tuple(map(str, value))
        elif kinds[name] is float and isinstance(value, int | float):
            chosen[name] = float(value)
        elif kinds[name] is str and isinstance(value, str):
            chosen[name] = value
        else:
            violations.append(f"{name}: {value!r} is no {kinds[name].__name__}")
    refuse(DataError, "[tool.nbguard] of pyproject.toml", violations, "Correct the table.")
    return Settings(root=root, **chosen)
