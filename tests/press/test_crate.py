"""A release as machines read it: every file listed, every hash true, the producer credited."""

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from rocrate.rocrate import ROCrate

import spbe_research
from spbe_research.locations import project_folder
from spbe_research.press.crate import CRATE, DATASET, write_crate
from spbe_research.press.manifest import newest_release, release_date
from spbe_research.press.records import load_records
from spbe_research.press.references import release_reference, source_ids, source_reference

ROOT = project_folder()
DAY = "2027-03-05"
ADDED = {"data/releases/9.9.9.csv": b"kind,name,part,sha256,value\n"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    assert [path.name for path in write_crate(folder, day=DAY, added=ADDED)] == [DATASET, CRATE]
    return folder


@pytest.fixture(scope="module")
def crate(written: Path) -> ROCrate:
    """Read as it lies at the root of an archive of the repository."""
    (written / "data").symlink_to(ROOT / "data")
    (written / "notebooks").symlink_to(ROOT / "notebooks")
    return ROCrate(written)


def files(crate: ROCrate) -> dict[str, Any]:
    return {
        entity.id: entity
        for entity in crate.data_entities
        if entity.type == "File" and not entity.id.endswith("/")
    }


def test_every_listed_file_is_there_with_its_hash_and_size(crate: ROCrate) -> None:
    listed = files(crate)
    assert len(listed) > 100
    for name, entity in listed.items():
        content = ADDED[name] if name in ADDED else (ROOT / name).read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert entity["contentSize"] == str(len(content)), name


def test_every_file_of_data_and_notebooks_is_listed(crate: ROCrate) -> None:
    there = [path for path in (ROOT / "data").rglob("*") if path.is_file()]
    there += (ROOT / "notebooks").glob("*.ipynb")
    names = {path.relative_to(ROOT).as_posix() for path in there} | set(ADDED)
    hidden = {name for name in names if any(part.startswith(".") for part in name.split("/"))}
    assert names - hidden - {"data/releases/next.toml"} <= set(files(crate))
    assert "data/releases/next.toml" not in files(crate)


def test_crate_is_dated_by_the_release_and_names_the_project_as_author(crate: ROCrate) -> None:
    root = crate.root_dataset
    assert crate.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.2"
    assert root["datePublished"] == DAY
    assert root["author"]["name"] == "spbe_research contributors"
    assert root["creditText"] == "spbe_research contributors; data: Kementerian PANRB"
    assert root["license"].id == "LICENSE-DATA.md"
    assert root["version"] == spbe_research.__version__


def test_every_source_says_who_produced_it_and_under_which_note(crate: ROCrate) -> None:
    based = {entity.id: entity for entity in crate.root_dataset["isBasedOn"]}
    assert set(based) == {f"data/raw/{name}/" for name in source_ids()}
    report = based["data/raw/menpanrb-2023-report/"]
    assert report["name"] == "Laporan Pelaksanaan Evaluasi SPBE 2023"
    assert [each["name"] for each in report["creator"]] == ["Kementerian PANRB"]
    assert report["datePublished"] == "2024"
    assert report["license"]["name"] == (
        "figures of a public government report; credit Kementerian PANRB"
    )
    assert {each.id for each in report["hasPart"]} == {
        f"data/raw/menpanrb-2023-report/{name}"
        for name in ("aggregates.csv", "domains.csv", "index.csv", "source.toml")
    }


def test_result_tables_carry_the_title_and_id_of_their_record(crate: ROCrate) -> None:
    listed = files(crate)
    for name, record in load_records().items():
        if record.has_table:
            entity = listed[f"data/results/{record.file_name}"]
            assert (entity["identifier"], entity["name"]) == (name, record.title_en)


def test_no_reference_of_the_crate_points_to_nothing(written: Path) -> None:
    graph = json.loads((written / CRATE).read_text("utf-8"))["@graph"]
    known = {entity["@id"] for entity in graph}
    assert len(known) == len(graph)

    def pointers(value: Any) -> set[str]:
        if isinstance(value, dict):
            return {value["@id"]} if set(value) == {"@id"} else pointers(list(value.values()))
        if isinstance(value, list):
            return set().union(*map(pointers, value)) if value else set()
        return set()

    assert pointers(graph) - known == {"https://w3id.org/ro/crate/1.2"}


def test_dataset_has_what_search_engines_for_data_ask(written: Path) -> None:
    dataset = json.loads((written / DATASET).read_text("utf-8"))
    assert dataset["@context"] == "https://schema.org/"
    assert dataset["@type"] == "Dataset"
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["creator"] == [{"@type": "Organization", "name": "spbe_research contributors"}]
    assert dataset["temporalCoverage"] == "2018/2024"
    assert dataset["datePublished"] == DAY
    assert {work["name"] for work in dataset["isBasedOn"]} == {
        source_reference(name, "en").title for name in source_ids()
    }
    names = {download["contentUrl"] for download in dataset["distribution"]}
    assert "results/how_unequal_and_where/fig-gini.csv" in names
    for download in dataset["distribution"]:
        content = (ROOT / "data" / download["contentUrl"]).read_bytes()
        assert download["sha256"] == hashlib.sha256(content).hexdigest()


def test_two_writings_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    for path in write_crate(tmp_path, day=DAY, added=ADDED):
        assert path.read_bytes() == (written / path.name).read_bytes()


def test_generated_descriptions_are_not_in_the_repository() -> None:
    assert not (ROOT / CRATE).exists()
    assert not (ROOT / "data" / DATASET).exists()


# The part of the Citation File Format 1.2.0 that our file uses, written from its specification:
# what is required, which fields there are, and of which form. The rest of the format is left out,
# so that a field that is not checked here is refused.
TEXT = {"type": "string", "minLength": 1}
ENTITY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {"name": TEXT},
}
AUTHORS = {"type": "array", "minItems": 1, "uniqueItems": True, "items": ENTITY}
WORK = {
    "type": "object",
    "additionalProperties": False,
    "required": ["authors", "title", "type"],
    "properties": {
        "type": {"enum": ["data", "report", "legal-rule"]},
        "title": TEXT,
        "authors": AUTHORS,
        "year": {"type": "integer"},
        "version": TEXT,
        "notes": TEXT,
        "languages": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        },
    },
}
CITATION_FILE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["authors", "cff-version", "message", "title"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": TEXT,
        "title": TEXT,
        "abstract": TEXT,
        "type": {"enum": ["software", "dataset"]},
        "version": TEXT,
        "license": {"enum": ["MIT"]},
        "authors": AUTHORS,
        "keywords": {"type": "array", "minItems": 1, "uniqueItems": True, "items": TEXT},
        "preferred-citation": WORK,
        "references": {"type": "array", "minItems": 1, "uniqueItems": True, "items": WORK},
    },
}


def citation_file() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


def test_citation_file_has_the_form_of_the_format() -> None:
    jsonschema.validate(citation_file(), CITATION_FILE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"authors": []}, "authors"),
        ({"version": 0.1}, "version"),
        ({"doi": "10.5281/zenodo.1"}, "doi"),
        ({"references": [{"title": "x", "type": "report"}]}, "authors"),
    ],
)
def test_citation_file_of_bad_form_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(jsonschema.ValidationError, match=said):
        jsonschema.validate(citation_file() | change, CITATION_FILE)


def test_citation_file_says_what_the_release_says() -> None:
    stated, reference = citation_file(), release_reference("en")
    preferred = stated["preferred-citation"]
    assert stated["title"] == preferred["title"] == reference.title
    assert stated["version"] == preferred["version"] == spbe_research.__version__
    assert [author["name"] for author in preferred["authors"]] == list(reference.authors)
    assert preferred["notes"] == f"Data: {reference.data}"
    assert preferred["year"] == reference.year == int(release_date(newest_release())[:4])
    named = {(work["title"], work["year"]) for work in stated["references"]}
    documents = [source_reference(name, "en") for name in source_ids()]
    assert named == {
        (each.title, each.year)
        for each in documents
        if each.authors == ("Kementerian PANRB",) and not each.described
    }
