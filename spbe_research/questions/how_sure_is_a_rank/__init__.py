"""How sure a rank is: what other weights, other means and misread levels do to it."""
