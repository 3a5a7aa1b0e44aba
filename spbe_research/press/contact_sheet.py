"""All registered figures as files, and one sheet that shows them side by side."""

import io
from collections.abc import Callable
from pathlib import Path

from spbe_research.boundary import check_absent, open_binary_output
from spbe_research.press.records import load_records
from spbe_research.press.show import draw_record

__all__ = ["write_figures"]

_SHEET = "contact-sheet.png"
_COLUMNS = 4
_TILE_WIDTH = 560  # pixels: half the width at which a figure is drawn
_MARGIN = 14


def write_figures(
    folder: Path,
    *,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Path:
    """Draw every registered figure into a folder, and a contact sheet of them all.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is missing.
    overwrite : bool
        Whether files of the same names may be replaced.
    progress : callable
        Called with the id of each figure before it is drawn.

    Returns
    -------
    pathlib.Path
        The contact sheet, ``contact-sheet.png``; beside it one PNG a figure, named by its id.

    Raises
    ------
    DataError
        When a figure's table is missing in ``data/results``, or a file exists and may not be
        replaced.
    """
    from PIL import Image

    names = [name for name, record in load_records().items() if record.is_figure]
    if not overwrite:
        check_absent(folder / name for name in (*(f"{each}.png" for each in names), _SHEET))
    folder.mkdir(parents=True, exist_ok=True)
    tiles = []
    for name in names:
        progress(name)
        png = draw_record(name)
        with open_binary_output(folder / f"{name}.png", overwrite=overwrite) as file:
            file.write(png)
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        height = round(picture.height * _TILE_WIDTH / picture.width)
        tiles.append(picture.resize((_TILE_WIDTH, height), Image.Resampling.LANCZOS))
    rows = [tiles[start : start + _COLUMNS] for start in range(0, len(tiles), _COLUMNS)]
    heights = [max(tile.height for tile in row) + _MARGIN for row in rows]
    width = _COLUMNS * (_TILE_WIDTH + _MARGIN) + _MARGIN
    sheet = Image.new("RGB", (width, sum(heights) + _MARGIN), "white")
    top = _MARGIN
    for row, height in zip(rows, heights, strict=True):
        for place, tile in enumerate(row):
            sheet.paste(tile, (_MARGIN + place * (_TILE_WIDTH + _MARGIN), top))
        top += height
    path = folder / _SHEET
    with open_binary_output(path, overwrite=overwrite) as file:
        sheet.save(file, "png")
    return path
