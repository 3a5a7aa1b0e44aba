"""Many tables, one at a time: out of memory first, and whole after any kill.

Twelve months of 84,000 villages need the memory of one month. One machine suffices for that; where
it does not, a Dask client shares out the draws: the counts do not depend on who computed them.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spbe_research.auditing.checkpoint import Checkpoint
from spbe_research.auditing.draws import Sampler
from spbe_research.auditing.result import Audit
from spbe_research.auditing.run import check_numbers, count_draws, sampler_of
from spbe_research.auditing.scale import count_on
from spbe_research.boundary import csv_table
from spbe_research.choices import Choice
from spbe_research.errors import DataError, refuse
from spbe_research.instruments import Instrument

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["audit_tables"]

_COLUMNS = ["table", "n_bodies", "draws", "counts_hash"]
_REMEDY = "A name is a word of letters, digits, - and _: it names files in the folder."


def audit_tables(
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    instrument: Instrument | str,
    choices: Choice | Iterable[Choice] | None = None,
    *,
    folder: Path | str,
    draws: int = 2000,
    seed: int = 1,
    workers: int = 1,
    client: "Client | None" = None,
) -> pd.DataFrame:
    """Audit many tables one after the other, and go on where a run was killed.

    Parameters
    ----------
    tables : mapping of str to callable
        What reads each table, for example ``partial(pandas.read_parquet, path)``: called when its
        turn comes, so that one table is in memory at a time.
    instrument, choices, draws, seed, workers
        As for ``audit``, the same for every table.
    client : distributed.Client, optional
        Of a Dask cluster whose workers have this package with the extra ``[scale]`` and can read
        the tables; it counts instead of ``workers``. Leave it out until one machine takes too long:
        84,000 bodies times 10,000 draws are minutes of one core.
    folder : pathlib.Path or str
        An existing folder. ``NAME.npz`` holds the counts of a table that is not finished,
        ``NAME.csv`` its ranks and ``NAME.json`` what they are, once it is. A table that is finished
        is not read again.

    Returns
    -------
    pandas.DataFrame
        ``table, n_bodies, draws, counts_hash``, in the order given.

    Raises
    ------
    DataError
        When a name cannot name a file, the folder does not exist, or it holds the results of other
        choices, draws or seed.
    """
    folder = Path(folder)
    wrong = [name for name in tables if not name.replace("-", "").replace("_", "").isalnum()]
    refuse(DataError, "tables", [f"{name!r}: is no name" for name in wrong], _REMEDY)
    if not folder.is_dir():
        raise DataError(f"Invalid folder {folder}. It must exist. Make it.")
    check_numbers(draws, seed, workers)
    listed = tuple(choices) if isinstance(choices, Iterable) else choices
    name_of = instrument if isinstance(instrument, str) else instrument.edition
    asked = {"asked": f"{name_of}; {listed!r}; draws {draws}; seed {seed}"}
    rows = []
    for name, read in tables.items():
        stated = _stated(folder / f"{name}.json", asked["asked"])
        if stated is None:
            source = partial(_sampler, read, instrument, listed, seed)
            sampler = source()
            kept = Checkpoint(folder / f"{name}.npz", sampler, seed)
            if client is None:
                counts = count_draws(
                    sampler, draws=draws, seed=seed, workers=workers, checkpoint=kept
                )
            else:
                counts = count_on(client, source, sampler, draws=draws, seed=seed, checkpoint=kept)
            result = Audit(
                case=sampler.case, sampler=sampler, counts=counts, draws=draws, seed=seed
            )
            _write(folder / f"{name}.csv", csv_table(result.tables["ranks"]))
            stated = {"n_bodies": len(result.case.ids), "counts_hash": result.counts_hash}
            _write(folder / f"{name}.json", json.dumps(asked | stated) + "\n")
            kept.path.unlink()
        rows.append((name, stated["n_bodies"], draws, stated["counts_hash"]))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _sampler(
    read: Callable[[], pd.DataFrame],
    instrument: Instrument | str,
    choices: Choice | tuple[Choice, ...] | None,
    seed: int,
) -> Sampler:
    return sampler_of(read(), instrument, choices, seed=seed)


def _stated(path: Path, asked: str) -> dict[str, object] | None:
    """What a finished table says of itself; nothing where it is not finished."""
    if not path.exists():
        return None
    try:
        stated: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
        own = stated["asked"]
    except (ValueError, KeyError, TypeError):
        raise DataError(f"Invalid file {path.name}: it is broken. Remove it.") from None
    if own != asked:
        raise DataError(
            f"Invalid folder {path.parent}. {path.name} is of other choices ({own}). Name another "
            "folder."
        )
    return stated


def _write(path: Path, text: str) -> None:
    """Write aside, on the disk, then put in place."""
    beside = path.with_name(f".spbe-{secrets.token_hex(6)}.part")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
