"""The front page: the country first, one mark a body, and what leads on from there."""

from typing import Any

from spbe_research.site.country import country
from spbe_research.site.explorer.engine import explorer

__all__ = ["front_page", "swarm"]

_WIDE, _NARROW = 660, 358  # px; beside the headline on a desk, and the column of a phone of 390


def front_page() -> dict[str, Any]:
    """Return what the template of the front page shows.

    Returns
    -------
    dict
        ``now``, as :func:`country`, and the swarm of the newest year ``wide`` and ``narrow`` as
        SVG, drawn by the explorer's own scripts.
    """
    return {"now": country(), **swarm("")}


def swarm(query: str, wide: int = _WIDE) -> dict[str, str]:
    """Return a view of the explorer, ``wide`` and ``narrow``, as SVG in both languages.

    Parameters
    ----------
    query : str
        The state as an address writes it; ``""`` is the distribution of the newest year.
    wide : int
        Width in px of the one for desks.
    """
    return {
        name: "".join(
            f'<span lang="{language}">{_drawn(query, language, name, width)}</span>'
            for language in ("id", "en")
        )
        for name, width in (("wide", wide), ("narrow", _NARROW))
    }


def _drawn(query: str, language: str, name: str, width: int) -> str:
    engine = explorer()
    state = engine.call("Spbe.read", f"?{query}&lang={language}")
    drawn = str(engine.call("SpbeDrawings.drawing", state, width))
    # A square of the map is a button in the explorer; here the whole picture is one link.
    drawn = drawn.replace('tabindex="0" role="button" aria-pressed="false"', 'role="img"')
    return drawn.replace("chart-", f"chart-{name}-{language}-")
