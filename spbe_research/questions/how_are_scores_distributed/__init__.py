"""The question how are scores distributed: its tables, figures and words."""
