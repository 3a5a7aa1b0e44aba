"""What of a text is a numeral that may be a result, and what a number's sentence must say."""

import pytest

from bench import FACTS
from spbe_research.nbguard.agreement import disagreements
from spbe_research.nbguard.facts import Facts, Number
from spbe_research.nbguard.markup import markup
from spbe_research.nbguard.prose import numerals


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Of 640 bodies", ["640"]),
        ("99 of 100", ["99", "100"]),
        ("Forty per cent", ["Forty"]),
        ("eleven claims, a third of them", ["eleven", "third"]),
        ("within 800 km", ["800"]),
        ("0,72 in the wrong notation", ["0,72"]),
        ("a 5% share and 12.5 % more", ["5%", "12.5 %"]),
        ("from `2.5` on", ["2.5"]),
        ("```\n12 rows\n```", ["12"]),
        ("the 7th of them", ["7th"]),
        ("a 30-year span", ["30-year"]),
        ("n=640", ["640"]),
        ("6**40**0", ["6**40**0"]),
        ("tw*elve* places", ["twelve"]),
        ("| a | 17 |", ["17"]),
        ("since 2017", ["2017"]),
        ("from 2017-2024", ["2017"]),
        ("level 4", ["4"]),
        ("three decimals", ["three"]),
        ("1. 14 places", ["14"]),
        ("notebook 4 of 31", ["31"]),
        ("Table 640 bodies", ["640"]),
        ("Table 64 bodies", ["64"]),
        ("section 12 claims", ["12"]),
        ("[Fallers](97)", ["97"]),
        ("[Fallers](x.md '97 of them')", ["97"]),
        ("(Kolesar 1986)", []),  # the literature's rule names it
    ],
)
def test_numeral_without_an_id_is_found(text: str, found: list[str]) -> None:
    named = [each for each in numerals(text, FACTS) if "carries no" in each]
    assert named == [f"{each!r} carries no <!--num-id-->" for each in found]


@pytest.mark.parametrize(
    "text",
    [
        "In 2018 and 2021-2024, 2019 to 2020, in the 2022/2023 round.",
        "Perpres 95/2018 and Perwal 106/2016.",
        "Notebooks 04, 05 and 11 to 13; p. 7-13, pp. 3, Table 4, section 2, Tabel 20 no 6.",
        "On 12 October 2019 and in June 2022.",
        "1. **First**: so.\n2. **Then**: so.",
        "`fig-gini`, `permen-59-2020`, `tests/questions/04`, kota-36.72, D1, HC3, covid19.",
        "Rounded to two\ndecimals, a 95 % interval.",
        "One of both, first, second, once.",
        "As found before (Dee 2009), Dee et al. (2009), Dee and Jacob 2009.",
        "See [the report](https://example.org/2031/17.pdf), https://a.org/99, doi:10.1257/app.1.",
        "The next question ([13](13-does-it-follow.ipynb)).",
        "46<!--num-north-2022--> places [@dee2019, p. 4].",
        "$x_1^2 + \\frac{1}{2} y = f(x)$, $(k - 1)/\\rho - 1$",
        "bonehead, weighty, tension, halfway, freighter",
    ],
)
def test_what_is_no_result_is_let_through(text: str) -> None:
    assert numerals(text, FACTS) == []


@pytest.mark.parametrize(
    "formula", ["n = 640", "x > 5", "p \\approx 0.03", "12\\,\\%", "\\frac{17}{x}", "a = 3, b"]
)
def test_result_in_a_formula_is_found(formula: str) -> None:
    assert numerals(f"It is ${formula}$ here.", FACTS) != []


@pytest.mark.parametrize("letter", ["\u00bd", "\u00b2", "\u0664", "\u2163", "\u200b", "\u202e"])
def test_numeral_in_disguise_is_found(letter: str) -> None:
    assert "plain digit" in "".join(numerals(f"a{letter}b", FACTS)) or "not seen" in "".join(
        numerals(f"a{letter}b", FACTS)
    )


@pytest.mark.parametrize("before", ["\u2013", "\u2014", "\u2011", "\u2212 ", "minus ", "\u2014**"])
def test_sign_that_no_record_holds_is_found(before: str) -> None:
    (found,) = numerals(f"It changed by {before}3<!--num-north-2022--> places.", FACTS)
    assert "is no part of its record" in found


def test_dash_of_a_sentence_is_no_sign() -> None:
    assert numerals("North \u2013 3<!--num-north-2022--> places.", FACTS) == []


@pytest.mark.parametrize("word", ["f\u0430ll", "\u0415ight", "t\u03bfp"])
def test_word_of_two_scripts_is_found(word: str) -> None:
    (found,) = numerals(f"They {word} here.", FACTS)
    assert "mixes letters of" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Perwal 105/2016", "no regulation of the registers"),
        ("Perpres 96/2018", "no regulation of the registers"),
        ("Perda 106/2016", "registered as another kind"),
        ("As Galton 1886 found", "not in the literature"),
    ],
)
def test_what_no_register_holds_is_named(text: str, said: str) -> None:
    assert said in "".join(numerals(text, FACTS))


def test_indonesian_numerals_are_found() -> None:
    found = numerals("Sebelas klaim dari 640 instansi, separuh di antaranya.", FACTS, language="id")
    assert [each.split("'")[1] for each in found] == ["640", "Sebelas", "separuh"]


def test_volumes_and_pages_of_references_stand_for_themselves() -> None:
    assert numerals("Holm (2019), *Journal* 6, 65-70.", FACTS, is_list=True) == []


def test_without_registers_only_numerals_are_asked() -> None:
    assert numerals("In 1999 (Galton 1886), Perwal 1/2016.", Facts(numbers={})) == []


NUMBERS = FACTS.numbers | {"num-one": Number("num-one", "1")}


def told(text: str, numbers: dict[str, Number] = NUMBERS, language: str = "en") -> list[str]:
    facts = Facts(numbers=numbers)
    return [f"{each.rule}: {each.text}" for each in disagreements(text, facts, language=language)]


@pytest.mark.parametrize(
    "text",
    [
        "In 2022 the north had 3<!--num-north-2022--> places.",
        "The north grew in 2022. It has 3<!--num-north-2022--> now.",
        "- **North, 2022.** It grew. It fell. It has 3<!--num-north-2022-->.",
        "In the north, 2021 to 2023: 3<!--num-north-2022-->.",
        "North: 3<!--num-north-2022--> in 2022, one: 1<!--num-one--> of 3<!--num-north-2022-->.",
        "North 2022: 2<!--num-north-2022:low--> to 4<!--num-north-2022:high-->.",
        "North 2022: of 1,200<!--num-north-2022:n--> places.",
        "It is contradicted by 2<!--num-wrong-->.",
    ],
)
def test_number_and_sentence_agree(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("North 2022: 4<!--num-north-2022-->.", "label: '4' must be '3' (num-north-2022)"),
        ("North 2022: 3<!--num-norht-2022-->.", "label: '3': there is no number num-norht-2022"),
        ("North 2022: 5<!--num-north-2022:low-->.", "must be '2' (num-north-2022:low)"),
        ("North 2022: 5<!--num-north-2022:mid-->.", "the part must be one of low, high, n"),
        ("A line: 5 %<!--num-above:low--> above.", "num-above has no low"),
        ("North 2022: three<!--num-north-2022-->.", "marks no number"),
        ("In 2022: 3<!--num-north-2022-->.", "keyword: the sentence of num-north-2022 must say"),
        (
            "North: 3<!--num-north-2022-->.",
            "year: the sentence of num-north-2022 must name the year",
        ),
        ("North 2021: 3<!--num-north-2022-->.", "year: the sentence"),
        ("North: 3<!--num-north-2022--> in 2021, in 2022 more.", "is said to be of 2021"),
        ("North: 3<!--num-north-2022--> (2023), (2022) more.", "is said to be of 2023"),
        ("12.5 %<!--num-above--> of places are below.", "opposite: num-above is of 'above'"),
        ("It is told: contradicted. Confirmed: 2<!--num-wrong-->.", "must say 'contradicted'"),
    ],
)
def test_number_that_its_sentence_contradicts_is_named(text: str, said: str) -> None:
    assert any(said in each for each in told(text)), told(text)


def test_bound_is_compared_to_the_decimals_of_its_number() -> None:
    numbers = {"num-gap": Number("num-gap", "0.42", "0.268", "0.5704", "100")}
    assert told("The gap is 0.27<!--num-gap:low--> to 0.57<!--num-gap:high-->.", numbers) == []
    assert "must be '0.57'" in told("The gap is 0.58<!--num-gap:high-->.", numbers)[0]
    percent = {"num-gap": Number("num-gap", "42.0 %", "26.8", "57.04", "100")}
    assert (
        told("The gap is 26.8 %<!--num-gap:low-->, at most 57.0 %<!--num-gap:high-->.", percent)
        == []
    )


def test_indonesian_number_has_a_decimal_comma() -> None:
    numbers = {"num-gap": Number("num-gap", "0.42", words={"id": "selisih median"})}
    assert told("Selisih 0,42<!--num-gap--> poin.", numbers, "id") == []
    assert "must be '0,42'" in told("Selisih 0.42<!--num-gap--> poin.", numbers, "id")[0]
    assert "must say one of" in told("Yaitu 0,42<!--num-gap--> poin.", numbers, "id")[0]


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "a <b>c</b>",
        "&#54;40",
        "![x](y.png)",
        "[x]( javascript:y )",
        "[x](data:text/html,y)",
        "[x](//elsewhere.org)",
        "[x]: vbscript:y",
        "<!-- seen by nobody -->",
        "<!--num-a--",
        "\\`<b>\\`",
        "$\\text{<script>x</script>}$",
        "$\\href{javascript:x}{y}$",
    ],
)
def test_markup_that_does_more_than_words_is_named(text: str) -> None:
    assert [each.rule for each in markup(text, FACTS)] != []


@pytest.mark.parametrize(
    "text",
    [
        "3<!--num-x--> and *so*, `a < b`, `<script>`, $a < b$, $\\{j: f_j > d_i\\}$",
        "[x](04-is-it.ipynb), [y](https://a.org), <https://a.org>, [@dee2019; @dee2019, p. 3]",
        "a < b and c > d, at 5 & more",
    ],
)
def test_markup_of_words_is_let_through(text: str) -> None:
    assert list(markup(text, FACTS)) == []


@pytest.mark.parametrize(
    "text", ["[@dee2018]", "doi:10.1257/app.2", "https://doi.org/10.1257/app.11."]
)
def test_work_that_the_literature_lacks_is_named(text: str) -> None:
    assert [each.rule for each in markup(text, FACTS)] == ["citation"]
