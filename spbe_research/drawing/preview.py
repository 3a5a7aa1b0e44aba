"""Showing a figure of a draft: a picture in the notebook, with no record behind it."""

import io
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from IPython.display import Image

__all__ = ["preview"]

_DPI = 160


def preview(figure: Figure) -> "Image":
    """Return a figure as a picture that a notebook displays.

    A registered figure is shown by ``spbe_research.press.show`` instead, which knows its captions
    and compares its table with the published one.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As any drawing function returns it.

    Examples
    --------
    >>> preview(Figure()).format
    'png'
    """
    from IPython.display import Image

    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=_DPI)
    return Image(data=target.getvalue())
