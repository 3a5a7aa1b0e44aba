"""A picture as what is seen of it: one PNG image, its mode, its size, its pixels.

nbval compares no pictures. Two files may hold the same bytes of pixels in another shape, a second
frame that a browser plays, or a chunk that changes how the first is drawn; none of it passes here.
"""

import base64
import binascii
import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator

from spbe_research.errors import DataError

__all__ = ["SMALLEST", "decoded", "hash_of_pixels", "picture_hash", "png_faults"]

SMALLEST = 300  # pixels a side: below it nobody reads a figure
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the kind of colour
_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"tEXt", b"iTXt", b"zTXt", b"pHYs", b"IDAT", b"IEND"}


def decoded(picture: str) -> bytes:
    """Return the bytes of a picture as notebooks hold it, in base64.

    Raises
    ------
    DataError
        When it is none.
    """
    try:
        return base64.b64decode("".join(picture.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"Invalid picture. It must be base64: {error}.") from error


def png_faults(png: bytes) -> list[str]:
    """Name what a file holds beyond one image in chunks that everybody draws alike.

    Examples
    --------
    >>> png_faults(b"GIF89a")
    ['picture that is no PNG']
    """
    if not png.startswith(_SIGNATURE):
        return ["picture that is no PNG"]
    chunks, place = [], len(_SIGNATURE)
    while place + 12 <= len(png):
        length = struct.unpack(">I", png[place : place + 4])[0]
        name, end = png[place + 4 : place + 8], place + 8 + length
        if png[end : end + 4] != struct.pack(">I", zlib.crc32(png[place + 4 : end])):
            return ["picture that is cut or damaged"]
        chunks.append((name, png[place + 8 : end]))
        place = end + 4
        if name == b"IEND":
            break
    return list(_faults_of(chunks, has_more=place != len(png)))


def _faults_of(chunks: list[tuple[bytes, bytes]], *, has_more: bool) -> Iterator[str]:
    names = [name for name, _ in chunks]
    if unknown := sorted(name.decode("latin-1") for name in set(names) - _CHUNKS):
        yield f"picture with chunks {', '.join(unknown)}; it may show more than one image"
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or names.count(b"IHDR") != 1:
        yield "picture that is cut or damaged"
        return
    if has_more:
        yield "picture with bytes behind its end"
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    if min(width, height) < SMALLEST:
        yield f"picture of {width}x{height} pixels; nobody can read it"
    row = 1 + (width * depth * _CHANNELS.get(kind, 0) + 7) // 8
    content = b"".join(data for name, data in chunks if name == b"IDAT")
    if not _inflates_to(content, row * height):
        yield "picture whose pixels are not of its size"


def _inflates_to(content: bytes, size: int) -> bool:
    """Whether compressed data hold just so many bytes; no more of them are looked at."""
    inflate = zlib.decompressobj()
    try:
        return len(inflate.decompress(content, size + 1)) == size and inflate.eof
    except zlib.error:
        return False


def hash_of_pixels(mode: str, size: tuple[int, int], pixels: bytes) -> str:
    """Return the sha256 of the line ``<mode> <width>x<height>``, LF, and the pixels by row."""
    width, height = size
    return hashlib.sha256(f"{mode} {width}x{height}\n".encode() + pixels).hexdigest()


def picture_hash(png: bytes) -> str:
    """Return the ``hash_of_pixels`` of a PNG; its metadata is left out.

    Raises
    ------
    DataError
        When the file is no picture.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what else the file holds: png_faults names it
            picture = Image.open(io.BytesIO(png), formats=["PNG"])
        return hash_of_pixels(picture.mode, picture.size, picture.tobytes())
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise DataError(f"Invalid picture. It must be a PNG: {error}.") from error
