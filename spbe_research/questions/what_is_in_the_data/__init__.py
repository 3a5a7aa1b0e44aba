"""The question what is in the data: its tables, figures and words."""
