"""Tables to fill in, whose headers ``score`` reads: a CSV, or an XLSX with lists to choose from."""

import csv
import io

from spbe_research.boundary import workbook_bytes
from spbe_research.instruments import Instrument, Item
from spbe_research.panel.loaders import load_reference

__all__ = ["EXAMPLE", "EXAMPLE_LEFT", "level_template", "template_workbook"]

EXAMPLE = "Example, to be replaced"
EXAMPLE_LEFT = f"is the example of the template ({EXAMPLE!r}); replace the row or delete it"
_LAST_ROW = 1_000
_WIDTHS = {"agency": 40.0, "year": 8.0}
_LONGEST_LIST = 250  # characters of a list of choices that a spreadsheet takes


def level_template(instrument: Instrument) -> str:
    """Return a CSV to fill in: the header that ``read_levels`` reads, and one example row.

    Parameters
    ----------
    instrument : Instrument
        The instrument the values will belong to; cut at a tier (``cut_at``), its aspects or
        domains.

    Returns
    -------
    str
        Every item of the example stands at the middle of its scale, or the lowest value that is
        allowed, and is to be replaced: ``score`` refuses the row as long as it is called an
        example.

    Examples
    --------
    >>> from spbe_research import load_instrument
    >>> level_template(load_instrument("permen-59-2020"))[:21]
    'agency,year,I01,I02,I'
    """
    target = io.StringIO()
    rows = [["agency", "year", *instrument.inputs], [EXAMPLE, "", *_example(instrument)]]
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def template_workbook(instrument: Instrument) -> bytes:
    """Return an XLSX to fill in: the example row, with lists to choose from; items; scales.

    Parameters
    ----------
    instrument : Instrument
        As for ``level_template``.

    Returns
    -------
    bytes
        Sheet ``levels``: the header that ``score`` reads. Sheet ``items``: code, name, what it
        stands below, weight in percent of the index, unit, scale. Sheet ``scales``: the name of
        each level, or of each value that is allowed.
    """
    from openpyxl.utils import get_column_letter

    header = ["agency", "year", *instrument.inputs]
    example = [EXAMPLE, None, *(_number(text) for text in _example(instrument))]
    choices = []
    for place, code in enumerate(header, start=1):
        item = instrument.item(code) if code in instrument.indicators else None
        texts = _choices(item) if item is not None else []
        if texts and len(",".join(texts)) <= _LONGEST_LIST:
            letter = get_column_letter(place)
            choices.append((f"{letter}2:{letter}{_LAST_ROW}", texts))
    items = [
        [item.code, item.name, item.parent, float(item.weight), item.unit, item.maturity_scale]
        for item in instrument.items
    ]
    return workbook_bytes(
        [
            ("levels", [header, example]),
            ("items", [["code", "name", "parent", "weight_pct", "unit", "scale"], *items]),
            ("scales", [["scale", "value", "name"], *_scales(instrument)]),
        ],
        choices={"levels": choices},
        widths={
            "levels": [_WIDTHS.get(name, max(6.0, len(name) + 2)) for name in header],
            "items": [10, 70, 10, 12, 12, 30],
            "scales": [30, 8, 40],
        },
    )


def _example(instrument: Instrument) -> list[str]:
    texts = []
    for code in instrument.inputs:
        if code not in instrument.indicators:
            texts.append("group" if code in instrument.groups else "1")
            continue
        item = instrument.item(code)
        choices = _choices(item)
        ends = item.ends or (1, 1)
        middle = (ends[0] + ends[1]) / 2
        texts.append(choices[len(choices) // 2] if choices else f"{middle:g}")
    return texts


def _choices(item: Item) -> list[str]:
    """The values that an item may take, where they are few."""
    if item.allowed:
        return [f"{each.value:g}" for each in item.allowed]
    if item.value_type == "integer" and item.ends is not None:
        return [str(level) for level in range(int(item.ends[0]), int(item.ends[1]) + 1)]
    return []


def _scales(instrument: Instrument) -> list[list[object]]:
    """The names of levels, of the scales that the instrument has."""
    used = {instrument.item(code).maturity_scale for code in instrument.indicators}
    table = load_reference("maturity_levels")
    table = table[(table["edition"] == instrument.edition) & table["maturity_scale"].isin(used)]
    rows: list[list[object]] = [
        [row.maturity_scale, int(row.level), row.name_of]
        for row in table.rename(columns={"name": "name_of"}).itertuples()
    ]
    rows += [
        [code, each.value, each.name]
        for code in instrument.indicators
        for each in instrument.item(code).allowed
    ]
    return rows


def _number(text: str) -> object:
    try:
        return int(text)
    except ValueError:
        return text
