"""The question who was looked at: its tables, figures and words."""
