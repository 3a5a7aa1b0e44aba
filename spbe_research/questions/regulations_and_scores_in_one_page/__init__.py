"""The question regulations and scores in one page: its tables, figures and words."""
