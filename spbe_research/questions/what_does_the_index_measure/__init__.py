"""What the index measures, and how sure a score is."""
