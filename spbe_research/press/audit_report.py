"""The report of an audit: one HTML file in both languages, coherence first, then robustness.

The order is that of the JRC (OECD and JRC 2008, Handbook on Constructing Composite Indicators,
steps 6 and 7). It needs no network, and everything a user named is escaped. Needs ``[study]``.
"""

import base64
import io
import math
import textwrap
from collections.abc import Callable, Mapping
from functools import partial
from html import escape

import pandas as pd
from matplotlib.figure import Figure

from spbe_research.auditing import Audit
from spbe_research.drawing import audit_figures as figures
from spbe_research.drawing.audit_words import Language, number
from spbe_research.press.audit_text import HEADS, TEXTS, choice_text, option_text

__all__ = ["audit_report"]

_DPI = 160
_MOST_ROWS = 2_000
_SURE = 0.95  # share of the draws from which on a predicate is called sure
_LANGUAGES: tuple[Language, Language] = ("en", "id")
_DECIMALS = {"index": 4, "tau": 2, "correlation_parent": 2, "correlation_index": 2}
_STYLE = """
:root{color-scheme:light dark;--paper:#fcfbf8;--ink:#1c1f23;--soft:#585f67;--rule:#ddd9cf}
@media(prefers-color-scheme:dark){:root{--paper:#14171a;--ink:#e9e6df;--soft:#a9b0b7;--rule:#353b41}}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 system-ui,sans-serif}
main{max-width:56rem;margin:auto;padding:1.5rem}
h1,h2,h3{font-family:Georgia,serif;line-height:1.2}
p,li{max-width:68ch}.lead{font:1.3rem/1.5 Georgia,serif}.small{color:var(--soft);font-size:.9rem}
figure{margin:1.5rem 0}img{max-width:100%;height:auto;background:#fff}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child{text-align:left}
i[lang]{font-style:inherit}[data-show=id] [lang=en],[data-show=en] [lang=id]{display:none}
html:not([data-show]) button{display:none}button{font:inherit}
"""
_SCRIPT = """
const root=document.documentElement,button=document.querySelector('button');
function show(l){root.dataset.show=l;root.lang=l;
button.textContent=l=='id'?'English':'Bahasa Indonesia'}
button.addEventListener('click',()=>show(root.dataset.show=='id'?'en':'id'));
show((navigator.language||'en').startsWith('id')?'id':'en');
"""


def audit_report(audit: Audit, *, name: str = "", names: Mapping[str, str] | None = None) -> str:
    """Return the report of an audit as one HTML page in English and Indonesian.

    Parameters
    ----------
    audit : Audit
        As ``spbe_research.audit`` returns it.
    name : str
        What was audited, for the title; the name of the instrument when empty.
    names : mapping of str to str, optional
        Names of bodies and of parts; else their id or code.

    Returns
    -------
    str
        HTML that loads nothing.

    Raises
    ------
    MissingExtraError
        When the extra ``[study]`` is missing.
    """
    name = name or audit.case.tree.name
    names = {str(key): value for key, value in (names or {}).items()}
    parts = [
        _opening(audit, name),
        _coherence(audit, names),
        _head("h2", "robustness"),
        _exact(audit),
        _draws(audit, names),
        _alternatives(audit, names),
        _sensitivity(audit),
        _head("h2", "limits") + _paragraph("limits_text"),
        _all_ranks(audit, names),
    ]
    title = " / ".join(_said("title", name=name))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style><main>{''.join(parts)}</main><script>{_SCRIPT}</script></html>\n"
    )


def _opening(audit: Audit, name: str) -> str:
    ranks = audit.tables["ranks"]
    width = float((ranks["rank_q95"] - ranks["rank_q05"] + 1).median())
    known = "p_predicate" in ranks
    kept = int((ranks["p_predicate"] >= _SURE).sum()) if known else 0
    lead = _paragraph(
        "lead_bands" if known else "lead", "lead", kept=kept, n=len(ranks), width=width
    )
    listed = "".join(
        f"<li>{_both(*(choice_text(choice, tongue) for tongue in _LANGUAGES))}</li>"
        for choice in audit.sampler.choices
    )
    notes = "".join(f'<p class="small">{escape(note)}</p>' for note in audit.notes)
    rule = _paragraph(f"rule_{audit.case.rule}", "small") if audit.case.tree.predicates else ""
    return (
        f"<button type=button></button>{_head('h1', 'title', name=name)}{lead}"
        + _head("h2", "what")
        + _paragraph("what_text", draws=audit.draws, seed=str(audit.seed))
        + f"<ul>{listed}</ul>{rule}{notes}"
    )


def _coherence(audit: Audit, names: Mapping[str, str]) -> str:
    table = audit.tables["coherence"]
    first = table[table["parent"] == "index"].drop(columns="tier")
    importance = audit.tables["importance"]
    own = importance[importance["code"].isin(first["code"])].reset_index(drop=True)
    gap = (own["nominal_share"] - own["explained_share"]).abs()
    widest = own.loc[gap.idxmax()]
    text = _paragraph(
        "importance_text",
        code=names.get(widest["code"], widest["code"]),
        nominal=100 * widest["nominal_share"],
        explained=100 * widest["explained_share"],
    )
    draw = partial(figures.draw_importance, own, names=names)
    return (
        _head("h2", "coherence")
        + _paragraph("coherence_text")
        + _table(first, names)
        + text
        + _figure(draw, "importance_title", "own_footer", audit)
    )


def _exact(audit: Audit) -> str:
    if "pairs_exact" not in audit.tables:
        return ""
    radius = float(audit.radius)
    pairs, bodies = audit.tables["pairs_exact"], audit.tables["bodies_exact"]
    share = 100 * float(pairs.loc[pairs["radius"] == radius, "share"].iloc[0])
    certain = ("", "")
    if "is_certain" in bodies:
        certain = _said("certain", count=int(bodies["is_certain"].sum()), n=len(bodies))
    draw = partial(figures.draw_pairs, pairs, mark=radius)
    said = [
        TEXTS["exact_text"][place].format(
            share=number(share, 1, tongue), radius=number(100 * radius, 0, tongue), certain=more
        )
        for place, (tongue, more) in enumerate(zip(_LANGUAGES, certain, strict=True))
    ]
    return (
        _head("h3", "exact")
        + f"<p>{_both(*said)}</p>"
        + _figure(draw, "pairs_title", "exact_footer", audit)
    )


def _draws(audit: Audit, names: Mapping[str, str]) -> str:
    ranks = audit.tables["ranks"]

    def bands(*, title: str, footer: str, language: Language) -> Figure:
        label = TEXTS["varied"][_LANGUAGES.index(language)]
        return figures.draw_rank_bands(
            {label: ranks}, title=title, footer=footer, language=language
        )

    parts = [
        _head("h3", "draws"),
        _paragraph("bands_text"),
        _figure(bands, "bands_title", "draw_footer", audit),
    ]
    if "p_predicate" in ranks:
        row = ranks.loc[ranks["p_predicate"].idxmin()]
        draw = partial(figures.draw_predicates, row)
        body = names.get(str(row["agency_id"]), str(row["agency_id"]))
        parts.append(_figure(draw, "predicate_title", "draw_footer", audit, name=body))
    return "".join(parts)


def _alternatives(audit: Audit, names: Mapping[str, str]) -> str:
    table = audit.tables["alternatives"]
    if table.empty:
        return ""
    most = table.loc[table["max_shift"].idxmax()]
    moves = audit.tables["movers"]
    moved = moves[(moves["family"] == most["family"]) & (moves["choice"] == most["choice"])]
    draw = partial(figures.draw_movers, moved, names=names)
    called = [
        tuple(
            option_text(row.family, row.choice, names.get(row.choice, row.choice), tongue)
            for tongue in _LANGUAGES
        )
        for row in table.itertuples()
    ]
    farthest = called[list(table.index).index(most.name)]
    said = [
        TEXTS["movers_text"][place].format(choice=own, places=number(most["max_shift"], 0, tongue))
        for place, (tongue, own) in enumerate(zip(_LANGUAGES, farthest, strict=True))
    ]
    titles = [TEXTS["movers_title"][place].format(choice=own) for place, own in enumerate(farthest)]
    shown = table.drop(columns=["family", "choice"])
    shown.insert(0, "choice", called)
    return (
        _head("h3", "alternatives")
        + _table(shown, names)
        + f"<p>{_both(*said)}</p>"
        + _figure(draw, (titles[0], titles[1]), "own_footer", audit)
    )


def _sensitivity(audit: Audit) -> str:
    head = _head("h3", "sensitivity")
    if len(audit.sampler.choices) == 1:
        return head + _paragraph("one_choice")
    table = audit.tables["sensitivity"]
    most = int(table["total_order"].to_numpy().argmax())
    share = 100 * float(table["total_order"].iloc[most])
    said = [
        TEXTS["sensitivity_text"][place].format(
            share=number(share, 0, tongue), choice=choice_text(audit.sampler.choices[most], tongue)
        )
        for place, tongue in enumerate(_LANGUAGES)
    ]

    def draw(*, title: str, footer: str, language: Language) -> Figure:
        called = {
            each.label: _wrapped(choice_text(each, language)) for each in audit.sampler.choices
        }
        return figures.draw_sensitivity(
            table, title=title, footer=footer, names=called, language=language
        )

    return (
        head + f"<p>{_both(*said)}</p>" + _figure(draw, "sensitivity_title", "draw_footer", audit)
    )


def _all_ranks(audit: Audit, names: Mapping[str, str]) -> str:
    table = audit.tables["ranks"].sort_values("rank", kind="stable")
    kept = [column for column in table.columns if column in HEADS]
    shown = table[kept].head(_MOST_ROWS)
    if "p_predicate" in shown:
        shown = shown.assign(p_predicate=100 * shown["p_predicate"])
    cut = (
        "" if len(shown) == len(table) else _paragraph("ranks_cut", shown=len(shown), n=len(table))
    )
    summary = _both(*TEXTS["ranks"])
    return f"<details><summary>{summary}</summary>{cut}{_table(shown, names)}</details>"


def _figure(
    draw: Callable[..., Figure],
    title: str | tuple[str, str],
    footer: str,
    audit: Audit,
    **values: str,
) -> str:
    """A picture in both languages, of which the page shows one; its title, or the name of it."""
    titles = _said(title, **values) if isinstance(title, str) else title
    n_bodies = len(audit.case.ids)
    footers = _said(footer, n=n_bodies, draws=audit.draws, seed=str(audit.seed))
    shown = []
    for tongue, said, below in zip(_LANGUAGES, titles, footers, strict=True):
        content = io.BytesIO()
        picture = draw(title=said, footer=below, language=tongue)
        picture.savefig(content, format="png", dpi=_DPI, metadata={"Software": None})
        data = base64.b64encode(content.getvalue()).decode("ascii")
        shown.append(
            f'<i lang="{tongue}"><img alt="{escape(said)}" src="data:image/png;base64,{data}"></i>'
        )
    return f"<figure>{''.join(shown)}</figure>"


def _table(table: pd.DataFrame, names: Mapping[str, str]) -> str:
    heads = "".join(f"<th>{_both(*HEADS[str(column)])}</th>" for column in table.columns)
    rows = []
    for row in table.itertuples(index=False):
        cells = [
            _cell(value, str(column), names)
            for value, column in zip(row, table.columns, strict=True)
        ]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return f'<div class="wide"><table><tr>{heads}</tr>{"".join(rows)}</table></div>'


def _cell(value: object, column: str, names: Mapping[str, str]) -> str:
    if isinstance(value, tuple):
        return _both(*value)
    if isinstance(value, str) or column == "agency_id":
        return escape(names.get(str(value), str(value)))
    amount = float(value)  # type: ignore[arg-type] # a number where it is no text
    if math.isnan(amount):
        return "–"
    decimals = _DECIMALS.get(column, 0 if amount == int(amount) else 1)
    return _both(*(number(amount, decimals, tongue) for tongue in _LANGUAGES))


def _said(text: str, **values: object) -> tuple[str, str]:
    """A text in both languages, its numbers as each language prints them."""
    english, indonesian = (
        TEXTS[text][place].format(
            **{
                key: number(value, 0 if value == int(value) else 1, tongue)
                if isinstance(value, (int, float))
                else value
                for key, value in values.items()
            }
        )
        for place, tongue in enumerate(_LANGUAGES)
    )
    return english, indonesian


def _head(tag: str, text: str, **values: object) -> str:
    return f"<{tag}>{_both(*_said(text, **values))}</{tag}>"


def _paragraph(text: str, kind: str = "", **values: object) -> str:
    marked = f' class="{kind}"' if kind else ""
    return f"<p{marked}>{_both(*_said(text, **values))}</p>"


def _both(english: str, indonesian: str) -> str:
    if english == indonesian:
        return escape(english)
    return f'<i lang="en">{escape(english)}</i><i lang="id">{escape(indonesian)}</i>'


def _wrapped(text: str, width: int = 30) -> str:
    return textwrap.fill(text, width)
