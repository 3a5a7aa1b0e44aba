"""May a score fall? How the printed number and the predicate moved from one year to the next."""
