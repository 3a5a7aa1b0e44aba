"""A PNG with at most 256 colours: a fifth of the bytes, and no difference an eye can see.

A figure has few inks; its other colours are the mixtures at the edges of letters and lines. The
most frequent colours stay exact, the rest of the palette goes to those farthest from any chosen so
far, and every other colour becomes its nearest one. The same picture gives the same palette.
"""

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

__all__ = ["shrink_png"]

_COLOURS = 256
_EXACT = 128  # the most frequent ones


def shrink_png(png: bytes, *, metadata: Mapping[str, str], dpi: int) -> bytes:
    """Return a picture as a palette PNG that carries some texts.

    Parameters
    ----------
    png : bytes
        Any PNG; transparency is laid on white.
    metadata : mapping of str to str
        Keywords and texts to be embedded, in this order.
    dpi : int
        Dots an inch, as the file states them.

    Returns
    -------
    bytes
        Lossless where the picture has at most 256 colours.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    counted = sorted((red << 16 | green << 8 | blue, count) for count, (red, green, blue) in (
        picture.getcolors(picture.width * picture.height)  # type: ignore[misc,union-attr]
    ))  # fmt: skip
    codes, counts = np.array(counted).T
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)
    chosen, nearest = _chosen(colours, counts)
    table = np.zeros(1 << 24, dtype=np.uint8)
    table[codes] = nearest
    pixels = np.asarray(picture).astype(np.int32)
    small = Image.fromarray(table[pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]], "P")
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
    while len(chosen) < min(_COLOURS, len(colours)):
        candidate = int(next(frequent, distance.argmax()))
        square = ((colours - colours[candidate]) ** 2).sum(axis=1)
        closer = square < distance
        nearest[closer], distance[closer] = len(chosen), square[closer]
        chosen.append(candidate)
    return np.array(chosen), nearest
