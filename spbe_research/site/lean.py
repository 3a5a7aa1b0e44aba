"""A page without the bytes HTML does not need: 681 of them have to stay small.

Only what the standard calls optional goes: quotes around plain values, the end tags of list items
and table cells, line breaks before block elements. What a browser reads stays the same.
"""

import re

__all__ = ["lean"]

_TAG = re.compile(r"<[a-z][^<>]*>")
_PLAIN = re.compile(r'(\s[a-z-]+)="([A-Za-z0-9_.:#/-]*[A-Za-z0-9_.:#-])"(?=[\s>])')
_OPTIONAL_END = re.compile(r"</(?:td|th|tr|li|dt|dd|thead|tbody)>")
_BREAK = re.compile(
    r"\s*\n\s*(?=</?(?:a|body|button|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head|header|"
    r"link|li|main|meta|nav|ol|option|p|pre|script|section|select|table|tbody|td|th|thead|title|tr|ul)\b)"
)
_KEPT = re.compile(r"(<pre.*?</pre>)", re.DOTALL)


def lean(page: str) -> str:
    r"""Return a page without optional bytes; preformatted text is left as it is.

    Examples
    --------
    >>> lean('<ul class="a b">\n<li id="x">one</li>\n</ul>')
    '<ul class="a b"><li id=x>one</ul>'
    """
    return "".join(part if part.startswith("<pre") else _lean(part) for part in _KEPT.split(page))


def _lean(part: str) -> str:
    part = _TAG.sub(lambda tag: _PLAIN.sub(r"\1=\2", tag[0]), part)
    return _BREAK.sub("", _OPTIONAL_END.sub("", part))
