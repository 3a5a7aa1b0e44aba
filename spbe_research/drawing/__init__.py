"""How every picture looks; it comes with the extra ``[study]``."""

from spbe_research.extras import require

require("matplotlib", "PIL")
