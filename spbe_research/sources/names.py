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
        ``name_published, agency_id, kind, first_year, last_year``; one row a name.

    Returns
    -------
    pandas.Series of str, shape (n,)
        Index of ``names`` kept.

    Raises
    ------
    DataError
        Naming every name without an alias or used outside the years of its alias, and every
        agency named twice in one year.

    Examples
    --------
    >>> aliases = pd.DataFrame({"name_published": ["Pemerintah Kota Cilegon"],
    ...     "agency_id": ["36.72"], "first_year": ["2018"], "last_year": ["2024"]})
    >>> identify(pd.Series(["Pemerintah Kota Cilegon"]), pd.Series(["2018"]), aliases).tolist()
    ['36.72']
    >>> identify(pd.Series(["Pemkot Cilegon"]), pd.Series(["2018"]), aliases)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency names, 1 violation:
      - 2018: 'Pemkot Cilegon' is not in data/reference/agency_aliases.csv
    Add the name to the alias table with the id of its body.
    """
    table = aliases.set_index("name_published")
    found = table.reindex(names)
    agency_id = pd.Series(found["agency_id"].to_numpy(), index=names.index)
    unknown = agency_id.isna()
    violations = [
        f"{year}: {name!r} is not in data/reference/agency_aliases.csv"
        for year, name in zip(years[unknown], names[unknown], strict=True)
    ]
    early = years.to_numpy() < found["first_year"].fillna("0").to_numpy()
    late = years.to_numpy() > found["last_year"].fillna("9").to_numpy()
    violations += [
        f"{year}: {name!r} is outside the years of its alias"
        for year, name in zip(years[early | late], names[early | late], strict=True)
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
        Naming every name that stands twice, points to no agency, was never published, or whose
        years are not the years of its first and last publication.
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
    spans = published.groupby("agency_name_published")["year"].agg(["min", "max"])
    for row in aliases.itertuples():
        if row.name_published not in spans.index:
            violations.append(f"{row.name_published!r} was never published")
            continue
        first, last = spans.loc[row.name_published]
        if (row.first_year, row.last_year) != (first, last):
            violations.append(
                f"{row.name_published!r} says {row.first_year}-{row.last_year}, "
                f"was published {first}-{last}"
            )
    refuse(
        DataError,
        "table data/reference/agency_aliases.csv",
        violations,
        "Every published name has one row with the years it was printed in.",
    )
