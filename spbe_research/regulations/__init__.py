"""How regulations relate to scores: what the association is made of, design by design."""
