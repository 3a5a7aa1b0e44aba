"""Which of several names or years a number of a sentence belongs to, by their order alone."""

from collections.abc import Sequence

from spbe_research.claims.mentions import Mention

__all__ = ["pair"]

_Pairs = list[tuple[Mention | None, bool]]


def pair(values: Sequence[Mention], labels: Sequence[Mention]) -> _Pairs:
    """Return the label of each value, and whether the order of the sentence leaves a doubt.

    One label is that of every value. Of several, each value has the one before it, where the
    sentence begins with a label and none is without a value; else the one after it, likewise at the
    end; else the one that alone stands beside it. What fits none of these is guessed: the nearest
    before, else the nearest after.

    Examples
    --------
    >>> a, b = Mention("year", 0, 4, "2023"), Mention("year", 20, 24, "2024")
    >>> x, y = Mention("number", 6, 10, "2,89"), Mention("number", 12, 16, "3,70")
    >>> [(label.value, guessed) for label, guessed in pair([x, y], [a, b])]
    [('2023', False), ('2024', False)]
    """
    if not labels:
        return [(None, False)] * len(values)
    if len({(label.kind, label.value) for label in labels}) == 1:
        return [(labels[0], False)] * len(values)
    order = sorted([*values, *labels], key=lambda each: each.start)
    is_label = [each in labels for each in order]
    before = _sticky(order, is_label)
    after = _sticky(order[::-1], is_label[::-1])
    if before is not None:
        return [(before[value.start], False) for value in values]
    if after is not None:
        return [(after[value.start], False) for value in values]
    return _beside(order, is_label, values)


def _sticky(order: Sequence[Mention], is_label: Sequence[bool]) -> dict[int, Mention] | None:
    """Each value by the last label before it; nothing where a label would be without a value."""
    if not is_label[0] or is_label[-1]:
        return None
    found: dict[int, Mention] = {}
    label = order[0]
    for place, each in enumerate(order):
        if not is_label[place]:
            found[each.start] = label
            continue
        if place and is_label[place - 1] and order[place - 1].value != each.value:
            return None
        label = each
    return found


def _beside(
    order: Sequence[Mention], is_label: Sequence[bool], values: Sequence[Mention]
) -> _Pairs:
    """Each value by the label that alone stands beside it; the others are guessed."""
    places = {each.start: place for place, each in enumerate(order) if not is_label[place]}
    chosen: list[tuple[Mention | None, bool]] = []
    for value in values:
        place = places[value.start]
        left = order[place - 1] if place and is_label[place - 1] else None
        has_right = place + 1 < len(order) and is_label[place + 1]
        right = order[place + 1] if has_right else None
        if (left is None) != (right is None):
            crowded = left is not None and _is_crowded(order, is_label, place - 1)
            chosen.append((left or right, crowded))
            continue
        earlier = [each for i, each in enumerate(order[:place]) if is_label[i]]
        later = [each for i, each in enumerate(order) if i > place and is_label[i]]
        chosen.append(((earlier or later[:1])[-1], True))
    taken = [label.start for label, guessed in chosen if label is not None and not guessed]
    return [
        (label, guessed or (label is not None and taken.count(label.start) > 1))
        for label, guessed in chosen
    ]


def _is_crowded(order: Sequence[Mention], is_label: Sequence[bool], place: int) -> bool:
    """Whether another label stands right before one: of two bodies together either may be meant."""
    return (
        place > 0
        and is_label[place - 1]
        and order[place - 1].kind != "part"  # the office that speaks
        and order[place - 1].value != order[place].value
    )
