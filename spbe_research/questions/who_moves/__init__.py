"""The question who moves: its tables, figures and words."""
