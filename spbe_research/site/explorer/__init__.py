"""The explorer: its data file, its scripts and its page.

``scripts/`` holds the sources. ``chart.js`` draws and knows nothing else: any page may load
``static/chart.js`` and call ``SpbeChart``, and any page may have a chart drawn into it at build
time by ``engine.explorer().call("SpbeDrawings.drawing", state, width)``. The others become
``static/explore.js``: ``core`` (values, frames, the rule of pairs of years, the state and its
address), ``words``, ``tables``, ``sentences``, ``drawings``, ``markup``, ``files``, ``saving``
(also of ``static/figure.js``) and ``app``; the last two alone touch the page.
"""

from spbe_research.site.explorer.page import explorer_page, write_scripts

__all__ = ["explorer_page", "write_scripts"]
