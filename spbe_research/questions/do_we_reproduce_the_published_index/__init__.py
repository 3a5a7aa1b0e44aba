"""The question do we reproduce the published index: its tables, figures and words."""
