"""The study: one folder a question, the same stem as its notebook."""
