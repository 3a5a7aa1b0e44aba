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
    """Return a view of the explorer, ``wide`` and ``narrow``, as two SVG with ids of their own.

    Parameters
    ----------
    query : str
        The state as an address writes it; ``""`` is the distribution of the newest year.
    wide : int
        Width in px of the one for desks.
    """
    engine = explorer()
    state = engine.call("Spbe.read", f"?{query}")
    return {
        name: str(engine.call("SpbeDrawings.drawing", state, width)).replace(
            "chart-", f"chart-{name}-"
        )
        for name, width in (("wide", wide), ("narrow", _NARROW))
    }
