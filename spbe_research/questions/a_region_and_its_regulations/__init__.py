"""How one region's regulations and scores went together, with one page for any body."""
