"""Synthetic data of known truth, to test estimators with; none of it is ever a result."""
