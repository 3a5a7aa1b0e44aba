"""Files of users, broken by a seeded generator: the same seed gives the same files."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter

from spbe_research import load_instrument
from spbe_research.press.workbook import workbook_bytes

STATED = "fig-gini data sha256 " + "0" * 64
TOKENS = [
    b"", b",", b";", b"\t", b'"', b'""', b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xfe\xff",
    b"\xef\xbb\xbf", b"\xff\xfe", b"sep=;\n", b"=1+1", b"\x1b[2J", b"1e999", b"nan", b"inf", b"-0",
    b"3,5", b"3.5", b" 3 ", b"6", "٣".encode(), "\u202e".encode(), b"9" * 400, b"A" * 140_000,
    b"1/0", b"1e20000000", b"I01", b"index", b"<!ENTITY a 'b'>", b"<", b">", b"&a;", b"<svg>",
    b"obj", b"endobj", b"stream", b"/Length 999999999", b"%%EOF", b"IHDR", b"IEND", b"PK\x03\x04",
]  # fmt: skip


@dataclass(frozen=True)
class Fuzzed:
    """A broken file: its kind is the one of the good file it was made from."""

    name: str
    kind: str
    content: bytes


def good_files() -> dict[str, bytes]:
    """One sound file of every kind that is read."""
    codes = load_instrument("permen-59-2020").indicators
    header = ["agency", "year", *codes]
    rows = [
        [f"Body {row}", "2024", *(str(1 + (row + at) % 5) for at in range(47))] for row in range(8)
    ]
    levels = "\n".join(",".join(row) for row in [header, *rows]) + "\n"
    german = levels.replace(",", ";").replace(";3", ";3,0")
    quoted = levels.replace("Body 3", '"Body 3, east"').replace("Body 5", '"Body ""5"" \n west"')
    claims = (
        "claim_id,agency,year,quantity,value\na,Kota Cilegon,2018,index,3.23\n"
        'b,"Kabupaten Bandung",2024,predicate,Baik\nc,Nasional,2023,,2.79\nd,BKPM,2024,D1,3\n'
    )
    own = (
        "code,parent,scale,weight_pct,name\nindex,,index,100,x\nA1,index,aspect,40,a\n"
        "A2,index,aspect,60,b\nI01,A1,indicator,40/3,a\nI02,A1,indicator,80/3,b\n"
        "I03,A2,indicator,60,c\n"
    )
    return {
        "levels": levels.encode(),
        "levels-semicolons": german.encode("utf-8-sig"),
        "levels-quoted": quoted.encode(),
        "levels-utf16": levels.encode("utf-16"),
        "claims": claims.encode(),
        "instrument": own.encode(),
        "bands": b"predicate;lower;upper\nlow;1;2,5\nhigh;2,5;5\n",
        "png": _png(),
        "svg": _svg(),
        "pdf": _pdf(),
        "xlsx": _xlsx(),
    }


def fuzzed_files(count: int, *, seed: int = 59) -> Iterator[Fuzzed]:
    """Break the good files in turn."""
    generator = random.Random(seed)  # noqa: S311 (files to be broken are no secret)
    good = list(good_files().items())
    for number in range(count):
        kind, content = good[number % len(good)]
        for _ in range(generator.choice([1, 1, 2, 3, 8])):
            content = generator.choice(MUTATIONS)(content, generator)
        yield Fuzzed(f"{number:04}-{kind}", kind.partition("-")[0], content)


def _flip(content: bytes, generator: random.Random) -> bytes:
    if not content:
        return content
    at = generator.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << generator.randrange(8)]) + content[at + 1 :]


def _insert(content: bytes, generator: random.Random) -> bytes:
    at = generator.randrange(len(content) + 1)
    return content[:at] + generator.choice(TOKENS) + content[at:]


def _cut(content: bytes, generator: random.Random) -> bytes:
    return content[: generator.randrange(len(content) + 1)]


def _drop(content: bytes, generator: random.Random) -> bytes:
    at = generator.randrange(len(content) + 1)
    return content[:at] + content[at + generator.randrange(1, 60) :]


def _repeat(content: bytes, generator: random.Random) -> bytes:
    at = generator.randrange(len(content) + 1)
    return content[:at] + content[at : at + generator.randrange(1, 300)] * 3 + content[at:]


def _replace_cell(content: bytes, generator: random.Random) -> bytes:
    parts = content.split(b",")
    parts[generator.randrange(len(parts))] = generator.choice(TOKENS)
    return b",".join(parts)


def _shuffle_lines(content: bytes, generator: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    generator.shuffle(lines)
    return b"".join(lines)


def _encode(content: bytes, generator: random.Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(generator.choice(["utf-16-le", "utf-32", "utf-16", "utf-8-sig", "utf-7"]))


def _overwrite(content: bytes, generator: random.Random) -> bytes:
    at = generator.randrange(len(content) + 1)
    noise = generator.randbytes(generator.randrange(1, 40))
    return content[:at] + noise + content[at + len(noise) :]


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    _flip, _insert, _insert, _cut, _drop, _repeat, _replace_cell, _shuffle_lines, _encode,
    _overwrite,
]  # fmt: skip


def _png() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Description", STATED)
    texts.add_itxt("Title", "x" * 50, zip=True)
    target = io.BytesIO()
    Image.new("RGB", (30, 20)).save(target, "png", pnginfo=texts)
    return target.getvalue()


def _svg() -> bytes:
    return (
        "<?xml version='1.0'?><!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'><metadata "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>a</dc:title><dc:description>"
        f"{STATED}</dc:description></metadata><path d='M 0 0'/></svg>"
    ).encode()


def _pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_metadata({"/Keywords": STATED, "/Title": "a"})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _xlsx() -> bytes:
    facts = {"Title": "a", "Identifier": "x", "Description": STATED, "Source": "s", "Rights": "r"}
    columns = pd.DataFrame({"column": ["a"], "meaning": ["m"], "unit": ["u"]})
    return workbook_bytes(pd.DataFrame({"a": [1]}), columns, facts=facts, about={"b": "c"})


def bomb() -> bytes:
    """A workbook of two hundred kilobytes that unpacks to two hundred megabytes."""
    target = io.BytesIO(_xlsx())
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/zeros.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(200):
            part.write(b"\0" * 1_000_000)
    return target.getvalue()


def read_any(path: Path, kind: str) -> object:
    """Read a file the way its kind is read by the package."""
    from spbe_research.ingest import check_claim_file, read_levels, score_file
    from spbe_research.press.identify import identify

    if kind == "levels":
        instrument = load_instrument("permen-59-2020")
        table = read_levels(path, instrument, missing="renormalise")
        written: list[str] = []
        score_file(path, instrument, written.append, missing="renormalise")
        return table, "".join(written)
    if kind == "claims":
        return check_claim_file(path)
    if kind == "instrument":
        return load_instrument(path)
    if kind == "bands":
        own = path.with_name("own.csv")
        own.write_bytes(good_files()["instrument"])
        return load_instrument(own, bands=path)
    return identify(path)
