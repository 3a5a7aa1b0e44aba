"""What a notebook displays of a record: its captions with the numbers filled in."""

from spbe_research.press.exports import current_sha256
from spbe_research.press.printed import printed
from spbe_research.press.records import load_records
from spbe_research.press.show import printed_caption


def test_no_caption_that_is_displayed_holds_a_brace() -> None:
    shown = [record for record in load_records().values() if record.has_table]
    displayed = "\n".join(printed_caption(each, current_sha256(each.id)) for each in shown)
    assert displayed.count("data sha256: ") == len(shown) > 50
    assert [line for line in displayed.splitlines() if "{" in line or "}" in line] == []


def test_caption_is_displayed_with_the_recorded_number_in_both_languages() -> None:
    record = load_records()["tab-like-for-like"]
    assert "{num-rule-cut}" in record.caption_en
    assert "{num-rule-cut}" in record.caption_id
    english, indonesian = printed_caption(record, current_sha256(record.id)).splitlines()[:2]
    assert f"at the target, {printed('num-rule-cut')}, or above" in english
    assert f"pada target, {printed('num-rule-cut', language='id')}, atau" in indonesian
