"""The arithmetic of the two regulations in plain loops, from their text and not from our tables.

PermenPANRB 59/2020: the index of an aspect is the weighted mean of its indicators, of a domain that
of its aspects, and the SPBE index that of the domains, with the weights of the tables of the annex.
"""

# aspect: (domain, aspect weight, indicator numbers, weight of each indicator), percent of the index
ASPECTS_2020 = {
    "A1": ("D1", 13.0, range(1, 11), 1.3),
    "A2": ("D2", 10.0, range(11, 15), 2.5),
    "A3": ("D2", 10.0, range(15, 19), 2.5),
    "A4": ("D2", 5.0, range(19, 21), 2.5),
    "A5": ("D3", 12.0, range(21, 29), 1.5),
    "A6": ("D3", 4.5, range(29, 32), 1.5),
    "A7": ("D4", 27.5, range(32, 42), 2.75),
    "A8": ("D4", 18.0, range(42, 48), 3.0),
}
DOMAINS_2020 = {"D1": 13.0, "D2": 25.0, "D3": 16.5, "D4": 45.5}

_SERVICES = ["I32", "I33", "I34", "I35-1", "I35-2", "I35-3"]
ASPECTS_2018 = {
    "A1": ("D1", 7.0, range(1, 8), 1.0),
    "A2": ("D1", 10.0, range(8, 18), 1.0),
    "A3": ("D2", 8.0, range(18, 20), 4.0),
    "A4": ("D2", 8.0, range(20, 22), 4.0),
    "A5": ("D2", 12.0, range(22, 25), 4.0),
    "A6": ("D3", 35.0, range(25, 32), 5.0),
    "A7": ("D3", 20.0, _SERVICES, 20.0 / 6),
}
DOMAINS_2018 = {"D1": 17.0, "D2": 28.0, "D3": 55.0}


def naive_index(
    levels: dict[str, float],
    aspects: dict[str, tuple],
    domains: dict[str, float],
) -> dict[str, float]:
    """Aspects, domains and index of one agency, stage by stage."""
    result = {}
    for aspect, (_, weight, items, item_weight) in aspects.items():
        total = 0.0
        for item in items:
            code = item if isinstance(item, str) else f"I{item:02d}"
            total += item_weight / weight * levels[code]
        result[aspect] = total
    for domain, domain_weight in domains.items():
        total = 0.0
        for aspect, (parent, weight, _, _) in aspects.items():
            if parent == domain:
                total += weight / domain_weight * result[aspect]
        result[domain] = total
    result["index"] = sum(weight / 100 * result[domain] for domain, weight in domains.items())
    return result
