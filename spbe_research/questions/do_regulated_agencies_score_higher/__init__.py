"""Regulation and scores, bodies compared with bodies."""
