"""The question how unequal and where: its tables, figures and words."""
