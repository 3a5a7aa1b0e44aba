"""What was found in a list, for the terminal and as a page of HTML."""

from html import escape

from spbe_research.ingest.list_checks import Checked
from spbe_research.ingest.year_list import YearList

__all__ = ["report_page", "report_text"]

_SHOWN = 20


def report_text(listed: YearList, checked: Checked, year: int, file: str) -> str:
    """Return the report in lines; of each kind the first twenty."""
    lines = [_summary(listed, checked, year, file)]
    for title, entries in _sections(listed, checked):
        if entries:
            lines.append(f"{title} ({len(entries)}):")
            lines += [f"  - {entry}" for entry in entries[:_SHOWN]]
            if len(entries) > _SHOWN:
                lines.append(f"  - and {len(entries) - _SHOWN:,} more")
    return "\n".join(lines)


def report_page(listed: YearList, checked: Checked, year: int, file: str) -> str:
    """Return the whole report as HTML; what it quotes is escaped."""
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>List of {year}</title><h1>List of {year}</h1>",
        f"<p>{escape(_summary(listed, checked, year, file))}</p>",
    ]
    for title, entries in _sections(listed, checked):
        told = "".join(f"<li>{escape(entry)}</li>" for entry in entries) or "<li>none</li>"
        parts.append(f"<h2>{title} ({len(entries)})</h2><ul>{told}</ul>")
    head = "<tr><th>Where</th><th>Name</th><th>Body</th><th>Index</th></tr>"
    rows = "".join(
        f"<tr><td>{escape(body.place)}</td><td>{escape(body.name)}</td>"
        f"<td>{escape(agency or 'not decided')}</td><td>{body.index}</td></tr>"
        for body, agency in zip(listed.bodies, checked.agency_ids, strict=True)
    )
    return "\n".join([*parts, f"<h2>Bodies</h2><table>{head}{rows}</table></html>"]) + "\n"


def _summary(listed: YearList, checked: Checked, year: int, file: str) -> str:
    certain = sum(bool(agency) for agency in checked.agency_ids)
    return (
        f"{file}, list of {year}: {len(listed.bodies):,} bodies, {certain:,} names certain or "
        f"decided, {len(checked.undecided):,} to decide, {len(checked.errors):,} errors. "
        f"Columns: {', '.join(listed.columns)}."
    )


def _sections(listed: YearList, checked: Checked) -> list[tuple[str, list[str]]]:
    undecided = [
        f"{name!r}: {'; '.join(may_be) or 'nothing is near'}"
        for name, may_be in checked.undecided.items()
    ]
    return [
        ("Names to decide", undecided),
        ("Errors", checked.errors),
        ("Worth a look", checked.notes),
        ("Rows passed over", listed.passed_over),
    ]
