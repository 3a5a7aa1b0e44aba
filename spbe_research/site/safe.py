"""Rendered text of a notebook with words and tables only: every other markup becomes plain text.

A page shows what a notebook says, and must not run or load what a notebook might hold: programs,
pictures from elsewhere, links that are programs. What is let through is listed here; the ``<`` of
all else is escaped, so that a reader sees it. The pages' content security policy
(``base.html.j2``) is the second lock.
"""

import re

__all__ = ["safe_formula", "safe_prose", "safe_table"]

_WORDS = (
    "p|h[1-6]|ul|ol|li|strong|em|del|sub|sup|code|pre|blockquote|hr|br|table|thead|tbody|tr|th|td"
)
_TABLE = "table|thead|tbody|tfoot|tr|th|td|p"
_FORMULA = (
    "math|mrow|mi|mn|mo|mtext|mspace|msup|msub|msubsup|mfrac|msqrt|mroot|mover|munder|munderover"
    "|mtable|mtr|mtd|mstyle|mpadded|mphantom|menclose|mfenced|mmultiscripts|mprescripts"
)
# An address with a scheme of the web, or one without any: no colon, none spelled as an entity.
_ADDRESS = r'(?:https?://(?!/)[^"<>\s]*|mailto:[^"<>\s]*|(?!//)(?:[^":&<>\\\s]|&amp;)*)'
_OF_A_FORMULA = (
    "display|stretchy|fence|form|separator|accent|accentunder|minsize|maxsize|symmetric|largeop"
    "|movablelimits|linethickness|columnalign|rowspacing|columnspacing|columnlines|rowlines"
    "|displaystyle|scriptlevel|width|height|depth|lspace|rspace|voffset|mathvariant|notation|open|close"
)
_SAFE_PROSE = re.compile(
    rf"""<(?:/?(?:{_WORDS})\ ?/?>|a\ href="{_ADDRESS}">|/a>"""
    r"""|/?div>|div\ class="highlight">|/?span>|span\ class="\w{1,3}">)""",
    re.VERBOSE,
)
_SAFE_TABLE = re.compile(rf'</?(?:{_TABLE})(?: class="dataframe"| (?:row|col)span="\d+")*>')
_SAFE_FORMULA = re.compile(
    rf'</?(?:{_FORMULA})(?: xmlns="http://www\.w3\.org/1998/Math/MathML"'
    rf'| (?:{_OF_A_FORMULA})="[\w.%|(){{}}\[\] &#;,+-]*")*\s?/?>'
)
_STYLE = re.compile(r' style="text-align: ?(?:left|right|center);?"')


def safe_prose(rendered: str) -> str:
    """Return rendered markdown with its words, lists, tables, code and links.

    Examples
    --------
    >>> safe_prose('<p>So <b onclick="x">it</b> <a href="a.html">is</a></p>')
    '<p>So &lt;b onclick="x">it&lt;/b> <a href="a.html">is</a></p>'
    """
    return _only(_SAFE_PROSE, _STYLE.sub("", rendered))


def safe_table(source: str) -> str:
    """Return a data frame's table with its cells.

    Examples
    --------
    >>> safe_table('<table class="dataframe"><td><img src=x></td></table>')
    '<table class="dataframe"><td>&lt;img src=x></td></table>'
    """
    return _only(_SAFE_TABLE, source)


def safe_formula(mathml: str) -> str:
    """Return a formula in MathML with what draws it.

    Examples
    --------
    >>> safe_formula("<math><mtext><script>x</script></mtext></math>")
    '<math><mtext>&lt;script>x&lt;/script></mtext></math>'
    """
    return _only(_SAFE_FORMULA, mathml)


def _only(safe: re.Pattern[str], text: str) -> str:
    """Escape every ``<`` that does not open one of the tags that are let through."""
    return re.sub("<", lambda at: "<" if safe.match(text, at.start()) else "&lt;", text)
