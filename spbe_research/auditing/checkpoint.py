"""Counts on the disk: written aside and put in place, so that a kill at any moment loses little."""

import hashlib
import os
import secrets
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from spbe_research.auditing.counting import Tally
from spbe_research.auditing.draws import BLOCK, Sampler
from spbe_research.errors import DataError

__all__ = ["Checkpoint", "counts_hash"]

_FORM = "audit counts 1"


@dataclass(frozen=True)
class Checkpoint:
    """One file of counts that belongs to one data, instrument, choices and seed."""

    path: Path
    sampler: Sampler
    seed: int

    @cached_property
    def fingerprint(self) -> str:
        """A sha256 of everything the counts depend on, but for the number of draws."""
        case = self.sampler.case
        digest = hashlib.sha256()
        stated = (
            _FORM, np.__version__, case.ids, case.tree, case.rule, self.sampler.choices, self.seed
        )  # fmt: skip
        digest.update(repr(stated).encode())
        digest.update(np.ascontiguousarray(case.leaf_values).tobytes())
        return digest.hexdigest()

    def load(self, tally: Tally, draws: int) -> int:
        """Put the counts that are kept into empty ones, and return the number of their blocks.

        Raises
        ------
        DataError
            When the file belongs to something else, is broken, or holds more draws than wanted.
        """
        if not self.path.exists():
            return 0
        try:
            with np.load(self.path, allow_pickle=False) as kept:
                stated = str(kept["fingerprint"])
                ranks, above, done = kept["ranks"], kept["above"], int(kept["draws"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(
                f"Invalid checkpoint {self.path.name}: it cannot be read ({error}). Remove it, or "
                "name another file."
            ) from None
        if stated != self.fingerprint:
            raise DataError(
                f"Invalid checkpoint {self.path.name}. It belongs to other data, instrument, "
                "choices, seed or NumPy. Name another file."
            )
        if done > draws or (done % BLOCK and done != draws):
            raise DataError(
                f"Invalid checkpoint {self.path.name}. It holds {done:,} draws, {draws:,} are "
                "wanted. Ask for as many at least, or name another file."
            )
        tally.ranks += ranks.astype(tally.ranks.dtype)
        tally.above += above
        tally.draws = done
        return -(-done // BLOCK)

    def save(self, tally: Tally) -> None:
        """Write the counts aside, on the disk, then put them in place."""
        beside = self.path.with_name(f".spbe-{secrets.token_hex(6)}.part")
        try:
            with beside.open("xb") as file:
                np.savez(
                    file,
                    fingerprint=self.fingerprint,
                    ranks=tally.ranks,
                    above=tally.above,
                    draws=tally.draws,
                )
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as error:
            raise DataError(f"Cannot write {self.path}: {error.strerror}.") from None
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def counts_hash(tally: Tally) -> str:
    """Return a sha256 of all counts, the same for the same draws however they were computed."""
    digest = hashlib.sha256(f"{tally.draws} {tally.width}".encode())
    digest.update(np.ascontiguousarray(tally.ranks, dtype="<u4").tobytes())
    digest.update(np.ascontiguousarray(tally.above, dtype="<i8").tobytes())
    return digest.hexdigest()
