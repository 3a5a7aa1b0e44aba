"""The question how an index is made: its tables, figures and words."""
