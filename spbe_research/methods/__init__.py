"""Statistics that take tables and return tables; they come with the extra ``[study]``."""

from spbe_research.extras import require

require("scipy", "statsmodels", "pyfixest")
