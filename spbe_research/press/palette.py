"""A PNG with at most 256 colours: a fifth of the bytes, and no difference an eye can see.

A figure has few inks; its other colours are the mixtures at the edges of letters and lines. The
most frequent colours stay exact, the rest of the palette goes to those that would be missed most,
far from any chosen so far and on many pixels; every other colour becomes its nearest one. The same
picture gives the same palette.
"""

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

__all__ = ["palette_png"]

_COLOURS = 256
_EXACT = 64  # the most frequent ones


def palette_png(pixels: NDArray[np.uint8], *, metadata: Mapping[str, str], dpi: int) -> bytes:
    """Return a picture as a palette PNG that carries some texts.

    Parameters
    ----------
    pixels : numpy.ndarray of uint8, shape (height, width, 3)
        Red, green, blue.
    metadata : mapping of str to str
        Keywords and texts to be embedded, in this order.
    dpi : int
        Dots an inch, as the file states them.

    Returns
    -------
    bytes
        Lossless where the picture has at most 256 colours.
    """
    coded = pixels.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.int32)
    counts = np.bincount(coded.ravel(), minlength=1 << 24)
    codes = np.flatnonzero(counts)
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)
    chosen, nearest = _chosen(colours, counts[codes])
    place = np.zeros(1 << 24, dtype=np.uint8)
    place[codes] = nearest
    small = Image.fromarray(place[coded], "P")
    small.putpalette(colours[chosen].astype(np.uint8).tobytes())
    texts = PngImagePlugin.PngInfo()
    for keyword, text in metadata.items():
        texts.add_text(keyword, text)
    target = io.BytesIO()
    small.save(target, "png", optimize=True, pnginfo=texts, dpi=(dpi, dpi))
    return target.getvalue()


def _chosen(
    colours: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which colours make the palette, and the place in it of every colour's nearest."""
    chosen: list[int] = []
    nearest = np.zeros(len(colours), dtype=np.int64)
    distance = np.full(len(colours), np.iinfo(np.int64).max)
    frequent = iter(np.argsort(-counts, kind="stable")[:_EXACT])
    weight = np.sqrt(counts)
    while len(chosen) < min(_COLOURS, len(colours)):
        candidate = int(next(frequent, (weight * distance).argmax()))
        square = ((colours - colours[candidate]) ** 2).sum(axis=1)
        closer = square < distance
        nearest[closer], distance[closer] = len(chosen), square[closer]
        chosen.append(candidate)
    return np.array(chosen), nearest
