"""Identifiers of bodies: what they look like, how they are ordered, and what became of old ones.

``prov-36``, ``kab-11.10`` and ``kota-36.72`` are a type and a Kemendagri code; ``pusat-...`` and
``polda-...`` a name. Until release 0.1.0 the code alone was the identifier, which most programs
read as a number: 11.10 became 11.1.
"""

import re
from typing import TypeVar

import pandas as pd

from spbe_research.panel.loaders import load_reference

__all__ = ["agency_order", "current_agency_id", "former_agency_id"]

_TYPE = r"^(prov|kab|kota)-(?=\d)"
_CODE = re.compile(r"\d{2}(\.\d{2})?")

_Ids = TypeVar("_Ids", pd.Series, pd.Index)


def current_agency_id(text: str) -> str:
    """Return the identifier that stands for an old one; any other text as it is.

    Examples
    --------
    >>> current_agency_id("36.72"), current_agency_id("36")
    ('kota-36.72', 'prov-36')
    >>> current_agency_id("Kota Cilegon"), current_agency_id("99.99")
    ('Kota Cilegon', '99.99')
    """
    if not _CODE.fullmatch(text):
        return text
    agencies = load_reference("agencies")
    bodies = agencies[agencies["agency_id"].str.replace(_TYPE, "", regex=True) == text]
    return text if bodies.empty else str(bodies["agency_id"].iloc[0])


def former_agency_id(agency_id: str) -> str:
    """Return what identified a body until release 0.1.0; the same text where nothing changed.

    Examples
    --------
    >>> former_agency_id("kota-36.72"), former_agency_id("polda-aceh")
    ('36.72', 'polda-aceh')
    """
    return re.sub(_TYPE, "", agency_id)


def agency_order(ids: _Ids) -> _Ids:
    """Return the keys that sort bodies by Kemendagri code, then police regions, then the centre.

    For ``sort_values(..., key=agency_order)`` and ``sort_index(key=agency_order)``. Every table is
    written in this order and random draws follow it, so that the spelling of an identifier changes
    no result. Columns without text are returned as they are.

    Examples
    --------
    >>> ids = pd.Series(["pusat-a", "kota-11.71", "kab-11.01", "prov-12", "prov-11"])
    >>> ids.sort_values(key=agency_order).tolist()
    ['prov-11', 'kab-11.01', 'kota-11.71', 'prov-12', 'pusat-a']
    """
    if not pd.api.types.is_string_dtype(ids.dtype):
        return ids
    return ids.str.replace(_TYPE, "", regex=True)
