"""Published names to ``agency_id``, through the alias table and nothing else.

No spelling is guessed: a name that is not in ``data/reference/agency_aliases.csv`` stops the build.
"""

import pandas as pd

from spbe_research.errors import DataError, listed, refuse

__all__ = ["check_aliases", "identify"]


def identify(names: pd.Series, years: pd.Series, aliases: pd.DataFrame) -> pd.Series:
    """Return the ``agency_id`` of each published name.

    Parameters
    ----------
    names, years : pandas.Series of str, shape (n,)
        Names as published and the year of each.
    aliases : pandas.DataFrame
        ``name_published, agency_id``; one row per name.

    Returns
    -------
    pandas.Series of str, shape (n,)
        Index of ``names`` kept.

    Raises
    ------
    DataError
        Naming every name without an alias, and every agency named twice in one year.

    Examples
    --------
    >>> aliases = pd.DataFrame({"name_published": ["Pemerintah Kota Cilegon"],
    ...     "agency_id": ["kota-36.72"]})
    >>> identify(pd.Series(["Pemerintah Kota Cilegon"]), pd.Series(["2018"]), aliases).tolist()
    ['kota-36.72']
    >>> identify(pd.Series(["Pemkot Cilegon"]), pd.Series(["2018"]), aliases)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency names, 1 violation:
      - 2018: 'Pemkot Cilegon' is not in data/reference/agency_aliases.csv
    Add the name to the alias table with the id of its body.
    """
    table = aliases.set_index("name_published")["agency_id"]
    agency_id = pd.Series(table.reindex(names).to_numpy(), index=names.index)
    unknown = agency_id.isna()
    violations = [
        f"{year}: {name!r} is not in data/reference/agency_aliases.csv"
        for year, name in zip(years[unknown], names[unknown], strict=True)
    ]
    keys = pd.DataFrame({"year": years, "agency_id": agency_id, "name": names})[~unknown]
    twice = keys[keys.duplicated(["year", "agency_id"], keep=False)]
    for (year, agency), group in twice.groupby(["year", "agency_id"]):
        violations.append(f"{year}: {agency} stands twice, as {listed(group['name'])}")
    refuse(
        DataError,
        "agency names",
        violations,
        "Add the name to the alias table with the id of its body.",
    )
    return agency_id


def check_aliases(aliases: pd.DataFrame, agencies: pd.DataFrame, published: pd.DataFrame) -> None:
    """Check that the alias table is one to one with what was published.

    Raises
    ------
    DataError
        Naming every name that stands twice, points to no agency or was never published.
    """
    violations = [
        f"{name!r} stands twice"
        for name in aliases.loc[aliases["name_published"].duplicated(), "name_published"]
    ]
    known = set(agencies["agency_id"])
    violations += [
        f"{row.name_published!r} points to {row.agency_id!r}, which is not in agencies.csv"
        for row in aliases.itertuples()
        if row.agency_id not in known
    ]
    printed = set(published["agency_name_published"])
    violations += [
        f"{name!r} was never published" for name in aliases["name_published"] if name not in printed
    ]
    refuse(
        DataError,
        "table data/reference/agency_aliases.csv",
        violations,
        "Every published name has one row, and no other name has.",
    )
