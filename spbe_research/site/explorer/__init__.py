"""The explorer: its data file, its scripts and its page."""

from spbe_research.site.explorer.page import explorer_page, write_scripts

__all__ = ["explorer_page", "write_scripts"]
