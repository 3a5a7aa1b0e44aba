"""The whole release described for machines: RO-Crate, and a schema.org ``Dataset``.

``ro-crate-metadata.json`` lies at the root of the repository, as RO-Crate asks, and lists every
file of data and notebooks with size and sha256; ``data/dataset.jsonld`` is what search engines for
data sets read. Both are functions of the files and the ledger: no clock, the same bytes each time.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import spbe_research
from spbe_research.catalogue.ledger import current, read_ledger
from spbe_research.catalogue.records import load_records
from spbe_research.catalogue.references import MINISTRY, release_reference, source_reference
from spbe_research.locations import project_folder
from spbe_research.schemas import TABLES
from spbe_research.sources.raw import Source, read_sources

__all__ = ["CRATE", "DATASET", "release_files", "write_release"]

CRATE = "ro-crate-metadata.json"
DATASET = "data/dataset.jsonld"

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
    "(SPBE) of Indonesian ministries, agencies and local governments, 2018 to 2024, as published "
    "by Kementerian PANRB; names resolved to stable identifiers, every value with its source, and "
    "the result table behind each figure and headline number of the notebooks."
)
_KEYWORDS = ["SPBE", "e-government", "Indonesia", "composite indicator", "maturity level"]


def write_release(folder: Path | None = None) -> list[Path]:
    """Write the two descriptions below a folder; the repository when not given.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    DataError
        When there is no repository around the package, or nothing was published yet.
    """
    target = project_folder() if folder is None else folder
    paths = []
    for name, content in release_files().items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return paths


def release_files() -> dict[str, bytes]:
    """Return the two descriptions as they must be now, by path below the repository."""
    root = project_folder()
    sources = read_sources(root / "data" / "raw")
    dataset = _json(_dataset(root, sources))
    return {DATASET: dataset, CRATE: _json(_crate(root, sources, dataset))}


def _crate(root: Path, sources: dict[str, Source], dataset: bytes) -> dict[str, Any]:
    from rocrate.model import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=_PROFILE)
    reference = release_reference("en")

    def add(identifier: str, kind: str, name: str) -> Any:
        properties = {"@type": kind, "name": name}
        return crate.add(ContextEntity(crate, identifier, properties=properties))

    ministry = add("#kementerian-panrb", "Organization", MINISTRY)
    ours = add("#contributors", "Organization", reference.authors[1])
    add(_MIT, "CreativeWork", "MIT License")
    indonesia = add("#indonesia", "Place", "Indonesia")
    for name in _files(root):
        content = dataset if name == DATASET else (root / name).read_bytes()
        crate.add_file(root / name, name, properties=_file(name, content))
    for source in sources.values():
        _add_source(crate, add, source, ministry)
    for name, value in _root().items():
        crate.root_dataset[name] = value
    crate.root_dataset["author"] = [ministry, ours]
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
    """Size, hash, format and rights of one file; title and version where it is a record's."""
    told = {
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "encodingFormat": _FORMATS.get(Path(name).suffix, "application/octet-stream"),
        "license": {"@id": _RIGHTS if name.startswith("data/") else _MIT},
        "name": name,
    }
    if name in _TEXTS:
        del told["license"]
    tables = {each.file_name: each for each in load_records().values() if each.has_table}
    record = tables.get(Path(name).name)
    if record and name == f"data/results/{record.file_name}":
        told |= {
            "name": record.title_en,
            "description": record.caption_en,
            "identifier": record.id,
            "version": str(current(record.id).version),
        }
    table = TABLES.get(Path(name).stem)
    if table and name == f"data/tidy/{table.name}.csv":
        told["description"] = table.description
    return told


def _dataset(root: Path, sources: dict[str, Source]) -> dict[str, Any]:
    reference = release_reference("en")
    rights = (
        "Code: MIT. What this project adds to the data: CC BY 4.0. Figures of public evaluations: "
        "credit Kementerian PANRB first; each source has its own note (LICENSE-DATA.md)."
    )
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **_root(),
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
            for path in sorted((root / "data" / folder).glob("*.csv"))
        ],
    }


def _root() -> dict[str, Any]:
    """What both descriptions say of the whole."""
    reference = release_reference("en")
    return {
        "name": reference.title,
        "alternateName": release_reference("id").title,
        "description": _DESCRIPTION,
        "identifier": "spbe_research",
        "version": spbe_research.__version__,
        "datePublished": read_ledger()[-1].date,
        "temporalCoverage": "2018/2024",
        "inLanguage": ["en", "id"],
        "keywords": _KEYWORDS,
        "creditText": f"{MINISTRY}; {reference.authors[1]}",
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
    return sorted({*names, *_TEXTS, DATASET})


def _json(content: object) -> bytes:
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    return (text + "\n").encode("utf-8")
