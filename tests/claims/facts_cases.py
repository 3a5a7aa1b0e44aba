"""Writes the corpus of pasted texts that the browser and the package must answer alike.

Run it as a program after a change of rules: the texts stay as they are made, their answers are
those of ``spbe_research.claims`` (which ``test_fact_check`` holds to hand-made expectations).
"""

import csv
import json
import random
import sys
from pathlib import Path
from typing import Any

from resolver_cases import hashed
from spbe_research.claims.fact_check import FactCheck, check_text
from spbe_research.claims.names import name_table
from spbe_research.claims.record import DOMAINS, Record

CORPUS = Path(__file__).with_name("facts_cases.jsonl")
SEED = 20261127
MADE, NEWS, SAMPLED = 700, 200, 100
LANGUAGES = ("en", "id")

_PRESS_FORMS = (
    "Pada tahun {year}, {agency} memperoleh {what} {value}.",
    "{agency} pada {year} meraih {what} {value}, kata Kementerian PANRB.",
)
_WHAT = {
    "index": "indeks SPBE",
    "predicate": "predikat SPBE",
    "D1": "nilai domain Kebijakan",
    "D2": "nilai domain Tata Kelola",
    "D3": "nilai domain Manajemen",
    "D4": "nilai domain Layanan",
}
# What a sentence is made of: {a}, {b} bodies, {x}, {y} numbers, {p} a predicate, {d} a number of a
# domain, {n} a small and {m} a larger number, {s} a percentage, {t} and {u} years, {r} a place in
# words, {g} a group, {v} a province, {c} a difference, {w} another index.
_FORMS = (
    "Indeks SPBE {a} tahun {t} sebesar {x} dengan predikat {p}.",
    "{a} meraih indeks SPBE {x} pada {t}, naik dari {y} pada tahun sebelumnya.",
    "Indeks SPBE {a} naik dari {y} pada {u} menjadi {x} pada {t}.",
    "Pada {t} {a} memperoleh {x} ({p}), sedangkan {b} {y} ({p}).",
    "{a} {x}, {b} {y} pada evaluasi SPBE {t}.",
    "{a} dan {b} pada {t} meraih indeks SPBE {x} dan {y}.",
    "{a} peringkat {n} dari {m} {g} pada {t}.",
    "{a} berada di peringkat ke-{n} nasional tahun {t} dengan indeks SPBE {x}.",
    "SPBE {a} terbaik {r} se-{v} pada {t}.",
    "{a} {r} tertinggi di {v} tahun {t}.",
    "{a} tertinggi se-{v} pada {t} dengan indeks SPBE {x}.",
    "{a} peringkat {n} terendah tingkat {g} pada {t}.",
    "{a} terendah di {v} pada {t}.",
    "Sebanyak {n} dari {m} {g} di {v} berpredikat {p} pada {t}.",
    "Pada {t} sebanyak {m} {g} meraih predikat {p} ke atas.",
    "Pada {t}, {s} persen {g} berpredikat {p}.",
    "Sebanyak {s}% {g} berkategori {p} atau lebih tinggi pada {t}.",
    "Indeks SPBE {a} naik {c} poin dari {u} ke {t}.",
    "Indeks SPBE {a} turun sebesar {c} poin pada {t}.",
    "Rata-rata nasional {t} adalah {x} dengan predikat {p}.",
    "Indeks SPBE nasional naik {c} poin dari {u} ke {t}.",
    "Nilai domain kebijakan SPBE {a} tahun {t} {d}, tata kelola {y}, manajemen {x}, layanan {d}.",
    "Rata-rata domain layanan SPBE nasional {t} sebesar {d}, kata Kementerian PANRB.",
    "Wali Kota {a}: indeks SPBE tahun {t} mencapai {x}.",
    "Kepala Diskominfo {a} mengatakan indeks SPBE {a} {t} sebesar {x}.",
    "Diskominfo {a} pada {t} meraih indeks SPBE {x}.",
    "Target indeks SPBE {a} {t} adalah {y}, terealisasi {x}.",
    "{w} {a} {t} sebesar {y}, sedangkan indeks SPBE {x}.",
    "Indeks SPBE {a} mencapai {x} dengan predikat {p}.",
    "Sesuai RPJMD 2021 sampai 2026 indeks SPBE {a} {x} pada {t}.",
    "{t}: {x}, {u}: {y} untuk {a}.",
    "Kab. {v} dan Prov. {v} meraih indeks SPBE {x} pada {t}!",
    "Nilainya {x}.",
    "Predikatnya {p}, sebelumnya {y}.",
    "{a} tiga besar; {b} dua daerah terbaik di {v} pada {t}.",
    "{a} tertinggi di {v} dan peringkat {n} nasional pada {t}.",
    "{a} {r} terbaik se-{v}, peringkat {n} dari {m} {g} tahun {t}.",
    "Sebanyak {n} daerah di {v} berpredikat {p} dan {s} persen {g} berpredikat {p} pada {t}.",
    "Kota Cilegn pada {t} meraih indeks SPBE {x}.",
)
# What a page of news says around them: the country, bodies of a kind, the years of a change.
_NEWS_FORMS = (
    "Secara nasional indeks SPBE {t} mencapai {x}.",
    "Secara nasional, {a} meraih indeks SPBE {x} pada {t}.",
    "Di tingkat nasional, indeks SPBE {t} sebesar {x} ({p}).",
    "Indonesia pada {t} meraih indeks SPBE {x}.",
    "Pada {t} {a} memperoleh {x}, sedangkan secara nasional {y}.",
    "Pada {t} {a} meraih {x}, di atas rata-rata nasional.",
    "{a} peringkat {n} secara nasional pada {t}, rata-rata nasional {y}.",
    "Nationally, the SPBE index of {t} was {x}; the national index of {u} was {y}.",
    "Rata-rata {g} di {v} {x} pada {t}.",
    "Pada {t} {g} mencapai {x}.",
    "Rata-rata {a} pada {t} sebesar {x}.",
    "Pada tahun {t} {a} meraih {x}, naik {c} poin dari tahun sebelumnya.",
    "Nilai itu turun {c} poin dari tahun lalu.",
    "{a} meraih {y} pada {u} dan {x} pada {t}, naik {c} poin dari tahun sebelumnya.",
    "Sejak {u} indeks SPBE {a} naik {c} poin.",
    "Sejak {u} indeks SPBE {a} naik menjadi {x} pada {t}.",
    "Since {u} the SPBE index of {a} rose by {c}.",
    "Indeks SPBE {a} naik {c} poin dibandingkan tahun {u}.",
    "Indeks SPBE nasional turun {c} poin dibanding {u}, kini {x}.",
    "Nilainya {x}.",
)
_WRITINGS = ("{name}", "Pemerintah {name}", "Pemkab {bare}", "Pemkot {bare}", "Pemprov {bare}",
             "{bare}", "{short}", "{upper}")  # fmt: skip
_GROUPS = (
    "kabupaten/kota", "kabupaten dan kota", "kabupaten", "kota", "provinsi", "instansi", "daerah",
    "kementerian/lembaga", "kementerian", "lembaga", "pemerintah daerah", "instansi pusat",
)  # fmt: skip
_PREDICATES = ("Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan", "Sedang", "BAIK", "“Baik”")
_ORDINALS = ("pertama", "kedua", "ketiga", "II", "IV", "5", "kesepuluh", "dua")
_OTHERS = ("IPM", "Indeks Reformasi Birokrasi", "SAKIP", "Indeks Inovasi")
_BLANKS = (" ", " ", " ", "\u00a0", "\n", "  ")
_TAILS = (
    "",
    "",
    "",
    " \U0001f44d Selamat!",
    " Rabu (7/1/2026).",
    "\n\nPeraturan Nomor 95 Tahun 2018.",
)


def _cases() -> list[list[Any]]:
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


CASES = _cases() if CORPUS.is_file() else []


def sample() -> list[list[Any]]:
    """The texts of a daily run: a hundred, always the same."""
    return random.Random(SEED).sample(CASES, SAMPLED)  # noqa: S311


def answer(found: FactCheck) -> list[Any]:
    """Each finding: what is stated, its verdict, its source, the hash of its sentences; a tally."""
    findings: list[Any] = []
    for each in found:
        made, verdict = each.statement, each.verdict
        words = [each.sentences(language=language) for language in LANGUAGES]
        findings.append(
            [
                made.quantity,
                made.value,
                made.year,
                made.start,
                made.end,
                sorted(made.inferred),
                each.word,
                [verdict.agency_id, verdict.verdict, verdict.published, verdict.source_id]
                if verdict
                else None,
                hashed(words),
            ]
        )
    return [*findings, *(found.summary(language=language) for language in LANGUAGES)]


def _body(generator: random.Random, *, only: tuple[str, ...] = ()) -> str:
    table = name_table()
    bodies = [body for body in table.bodies if not only or body.agency_type in only]
    body = generator.choice(bodies)
    shorts = [key.spelled for key in table.keys if key.body == table.place(body.agency_id)]
    bare = body.name.split(" ", 1)[-1]
    form = generator.choice(_WRITINGS if generator.random() < 0.4 else _WRITINGS[:2])
    return form.format(
        name=body.name, bare=bare, short=generator.choice(shorts), upper=body.name.upper()
    )


def _number(generator: random.Random, record: Record, text: str, year: int) -> str:
    """A number of the body that is meant, mostly; else another one."""
    from spbe_research.claims.reading import read_name

    ids = read_name(text).ids
    known = record.index_text(ids[0], year) if ids and generator.random() < 0.7 else ""
    value = float(known) if known else generator.uniform(0.9, 5.1)
    form = generator.randrange(5)
    if form == 0:
        value += generator.choice([-0.01, 0.01, 0.1])
    said = f"{value:.1f}" if form == 1 else f"{value:.2f}"
    return said.replace(".", ",") if generator.random() < 0.8 else said


def _sentence(generator: random.Random, record: Record, forms: tuple[str, ...] = _FORMS) -> str:
    form = generator.choice(forms)
    year = generator.choice([2018, 2019, 2020, 2021, 2022, 2023, 2024, 2024, 2025])
    names = [body.name for body in name_table().bodies if body.agency_type == "provinsi"]
    province = generator.choice(names).removeprefix("Provinsi ")
    regional = ("provinsi", "kabupaten", "kota")
    is_place = "{r}" in form or "{g}" in form or "{v}" in form
    first = _body(generator, only=regional if is_place and generator.random() < 0.8 else ())
    second = _body(generator)
    domains = [key for key in record.domains if key[1] == year]
    domain = f"{record.domains[generator.choice(domains)]['value']:.2f}" if domains else "2,50"
    return form.format(
        a=first,
        b=second,
        x=_number(generator, record, first, year),
        y=_number(generator, record, second, year),
        p=generator.choice(_PREDICATES),
        d=domain.replace(".", ","),
        n=generator.randrange(1, 16),
        m=generator.choice([8, 14, 15, 23, 27, 34, 38, 93, 415, 508, 615]),
        s=generator.choice(["12", "42", "56,42", "72", "33,33", "0"]),
        t=year,
        u=year - generator.choice([1, 1, 2, 3]),
        r=generator.choice(_ORDINALS),
        g=generator.choice(_GROUPS),
        v=province,
        c=generator.choice(["0,05", "0,22", "0.3", "1,1", "0,12"]),
        w=generator.choice(_OTHERS),
    )


def _texts(generator: random.Random, record: Record) -> list[tuple[str, dict[int, int]]]:
    with Path(__file__).with_name("press_claims.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts: list[tuple[str, dict[int, int]]] = [
        (
            form.format(
                year=row["year"],
                agency=row["agency_as_written"],
                what=_WHAT[row["quantity"]],
                value=row["value"],
            ),
            {},
        )
        for row in rows
        for form in _PRESS_FORMS
    ]
    for _ in range(MADE):
        parts = [_sentence(generator, record) for _ in range(generator.choice([1, 1, 2, 3]))]
        text = generator.choice(_BLANKS).join(parts) + generator.choice(_TAILS)
        chosen = {}
        if generator.random() < 0.25:
            chosen[generator.randrange(3)] = generator.choice([2018, 2021, 2023, 2024, 2025])
        texts.append((text, chosen))
    for _ in range(NEWS):
        first = _sentence(generator, record)
        parts = [first, *(_sentence(generator, record, _NEWS_FORMS) for _ in range(2))]
        chosen = {1: 2022} if generator.random() < 0.2 else {}
        texts.append((generator.choice(_BLANKS).join(parts), chosen))
    return texts


def main() -> None:
    """Write the corpus."""
    record = Record.load()
    assert set(DOMAINS) <= set(_WHAT)
    lines = []
    for text, years in _texts(random.Random(SEED), record):  # noqa: S311
        found = answer(check_text(text, years=years, record=record))
        lines.append(json.dumps([text, years, found], ensure_ascii=False, separators=(",", ":")))
    CORPUS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(lines)} texts\n")


if __name__ == "__main__":
    main()
