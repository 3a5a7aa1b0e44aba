"""The question is the news right: its tables, figures and words."""
