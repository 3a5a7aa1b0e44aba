"""The static site for policy writers and journalists: figures, agencies, in two languages."""

from spbe_research.site.build import SiteReport, write_site

__all__ = ["SiteReport", "write_site"]
