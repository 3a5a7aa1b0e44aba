"""A release described for machines: RO-Crate, and a schema.org ``Dataset``.

``ro-crate-metadata.json`` lists every file of data and notebooks with size and sha256; it belongs
at the root of an archive of the repository. ``dataset.jsonld`` is what search engines for data sets
read. Both are written when a release is made and are functions of its files: no clock, the same
bytes each time.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from spbe_research.locations import project_folder
from spbe_research.panel.raw import Source, read_sources
from spbe_research.panel.schemas import TABLES
from spbe_research.press.quotes import fill
from spbe_research.press.records import Record, load_records
from spbe_research.press.references import (
    MINISTRY,
    Reference,
    release_reference,
    source_reference,
    years_covered,
)
from spbe_research.press.replacing import replace_file

__all__ = ["CRATE", "DATASET", "crate_files", "write_crate"]

CRATE = "ro-crate-metadata.json"
DATASET = "dataset.jsonld"

_PROFILE = "1.2"  # the first RO-Crate whose context knows sha256
_TEXTS = ("CITATION.cff", "LICENSE", "LICENSE-DATA.md")
_FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".toml": "application/toml",
    ".ipynb": "application/x-ipynb+json",
    ".md": "text/markdown",
    ".cff": "application/yaml",
    "": "text/plain",
}
_MIT = "https://spdx.org/licenses/MIT"
_RIGHTS = "LICENSE-DATA.md"
_DESCRIPTION = (
    "Published maturity levels, indices and predicates of the evaluation of electronic government "
    "(SPBE) of Indonesian ministries, agencies and local governments, {first} to {last}, as "
    "published by Kementerian PANRB; names resolved to stable identifiers, every value with its "
    "source, and the result table behind each figure and headline number of the notebooks."
)
_KEYWORDS = ["SPBE", "e-government", "Indonesia", "composite indicator", "maturity level"]
_NOT_YET = "data/releases/next.toml"


def write_crate(folder: Path, *, day: str, added: Mapping[str, bytes]) -> list[Path]:
    """Write the two descriptions of a release into a folder; return the files.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is missing.
    day : str
        Of the release, YYYY-MM-DD.
    added : mapping of str to bytes
        Files of the release that are not there yet, by their path below the repository.

    Raises
    ------
    DataError
        When there is no repository around the package.
    """
    paths = []
    for name, content in crate_files(day=day, added=added).items():
        replace_file(folder / name, content)
        paths.append(folder / name)
    return paths


def crate_files(*, day: str, added: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the content of the two descriptions by their names; parameters as ``write_crate``."""
    root = project_folder()
    sources = read_sources(root / "data" / "raw")
    reference = release_reference("en", date=day)
    dataset = _json(_dataset(root, sources, reference))
    files = {name: (root / name).read_bytes() for name in _files(root)} | dict(added)
    return {DATASET: dataset, CRATE: _json(_crate(root, sources, reference, files))}


def _crate(
    root: Path, sources: dict[str, Source], reference: Reference, files: Mapping[str, bytes]
) -> dict[str, Any]:
    from rocrate.model import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=_PROFILE)

    def add(identifier: str, kind: str, name: str) -> Any:
        properties = {"@type": kind, "name": name}
        return crate.add(ContextEntity(crate, identifier, properties=properties))

    ministry = add("#kementerian-panrb", "Organization", MINISTRY)
    ours = add("#contributors", "Organization", reference.authors[0])
    add(_MIT, "CreativeWork", "MIT License")
    indonesia = add("#indonesia", "Place", "Indonesia")
    for name, content in sorted(files.items()):
        crate.add_file(root / name, name, properties=_file(name, content))
    for source in sources.values():
        _add_source(crate, add, source, ministry)
    for name, value in _root(reference).items():
        crate.root_dataset[name] = value
    crate.root_dataset["author"] = ours
    crate.root_dataset["license"] = crate.dereference(_RIGHTS)
    crate.root_dataset["spatialCoverage"] = indonesia
    crate.root_dataset["isBasedOn"] = [crate.dereference(f"data/raw/{name}/") for name in sources]
    described: dict[str, Any] = crate.metadata.generate()
    return described


def _add_source(crate: Any, add: Any, source: Source, ministry: Any) -> None:
    """A folder of raw tables: who produced it, when, and its own note on rights."""
    reference = source_reference(source.source_id, "en")
    rights = add(f"#rights-{source.source_id}", "CreativeWork", source.description["licence"])
    producers = [
        ministry if name == MINISTRY else add(f"#{_slug(name)}", "Organization", name)
        for name in reference.authors
    ]
    folder = crate.add_dataset(
        dest_path=f"data/raw/{source.source_id}/",
        properties={
            "name": reference.title,
            "description": source.description["what"],
            "datePublished": reference.date,
        },
    )
    folder["creator"] = producers
    folder["license"] = rights
    prefix = f"data/raw/{source.source_id}/"
    folder["hasPart"] = [
        entity
        for entity in crate.data_entities
        if entity.id.startswith(prefix) and entity.id != prefix
    ]


def _file(name: str, content: bytes) -> dict[str, Any]:
    """Size, hash, format and rights of one file; title and id where it is a record's."""
    told = {
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "encodingFormat": _FORMATS.get(Path(name).suffix, "application/octet-stream"),
        "license": {"@id": _RIGHTS if name.startswith("data/") else _MIT},
        "name": name,
    }
    if name in _TEXTS:
        del told["license"]
    if record := _recorded().get(name):
        told |= {
            "name": record.title_en,
            "description": fill(record.caption_en, record.id, "en"),
            "identifier": record.id,
        }
    table = TABLES.get(Path(name).stem)
    if table and name == f"data/tidy/{table.name}.csv":
        told["description"] = table.description
    return told


@cache
def _recorded() -> dict[str, Record]:
    """Each figure and table by the file that holds it."""
    tabled = [record for record in load_records().values() if record.has_table]
    return {f"data/results/{record.file_name}": record for record in tabled}


def _dataset(root: Path, sources: dict[str, Source], reference: Reference) -> dict[str, Any]:
    rights = (
        "Code: MIT. What this project adds to the data: CC BY 4.0. Figures of public evaluations: "
        "name Kementerian PANRB as their source; each source has its own note (LICENSE-DATA.md)."
    )
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **_root(reference),
        "license": {"@type": "CreativeWork", "name": "LICENSE-DATA.md", "text": rights},
        "creator": [{"@type": "Organization", "name": name} for name in reference.authors],
        "spatialCoverage": {"@type": "Place", "name": "Indonesia"},
        "isAccessibleForFree": True,
        "measurementTechnique": "Evaluation of electronic government (SPBE) by Kementerian PANRB",
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": "index_published",
                "description": "SPBE index as published",
                "minValue": 1,
                "maxValue": 5,
            },
            {
                "@type": "PropertyValue",
                "name": "level",
                "description": "maturity level of an indicator as published",
                "minValue": 1,
                "maxValue": 5,
            },
        ],
        "isBasedOn": [_work(name) for name in sources],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": path.name,
                "contentUrl": path.relative_to(root / "data").as_posix(),
                "encodingFormat": _FORMATS[path.suffix],
                "contentSize": str(path.stat().st_size),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for folder in ("tidy", "results")
            for path in sorted((root / "data" / folder).rglob("*.csv"))
        ],
    }


def _root(reference: Reference) -> dict[str, Any]:
    """What both descriptions say of the whole."""
    first, last = years_covered()
    return {
        "name": reference.title,
        "alternateName": release_reference("id", date=reference.date).title,
        "description": _DESCRIPTION.format(first=first, last=last),
        "identifier": "spbe_research",
        "version": reference.version,
        "datePublished": reference.date,
        "temporalCoverage": f"{first}/{last}",
        "inLanguage": ["en", "id"],
        "keywords": _KEYWORDS,
        "creditText": f"{reference.authors[0]}; data: {MINISTRY}",
    }


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _work(source_id: str) -> dict[str, Any]:
    reference = source_reference(source_id, "en")
    return {
        "@type": "CreativeWork",
        "name": reference.title,
        "creator": [{"@type": "Organization", "name": name} for name in reference.authors],
        "datePublished": reference.date,
    }


def _files(root: Path) -> list[str]:
    """Every file of data and notebooks, and the texts on rights; not what a build is writing."""
    paths = [*(root / "data").rglob("*"), *(root / "notebooks").glob("*.ipynb")]
    names = {
        path.relative_to(root).as_posix()
        for path in paths
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    }
    return sorted({*names, *_TEXTS} - {_NOT_YET})


def _json(content: object) -> bytes:
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    return (text + "\n").encode("utf-8")
