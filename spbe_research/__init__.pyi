# The front door: every public name, and where it lives. `__init__.py` loads a name when it is first
# used. The two comments above a group of analyses are its question, in English and Indonesian. The
# index of analyses in README.md, README.id.md and help(spbe_research) is written from them and from
# the docstrings: `spbe-research readme`.
# isort: skip_file

from spbe_research.panel.loaders import load_published as load_published
from spbe_research.panel.loaders import load_scores as load_scores
from spbe_research.panel.loaders import load_exact_scores as load_exact_scores
from spbe_research.panel.loaders import load_agencies as load_agencies
from spbe_research.panel.loaders import load_policies as load_policies
from spbe_research.panel.loaders import load_covariates as load_covariates
from spbe_research.panel.loaders import load_aggregates as load_aggregates
from spbe_research.panel.loaders import load_worked_examples as load_worked_examples
from spbe_research.panel.loaders import load_reference as load_reference
from spbe_research.panel.frames import select_results as select_results
from spbe_research.panel.frames import add_places as add_places
from spbe_research.panel.verification import verify as verify
from spbe_research.instruments import Instrument as Instrument
from spbe_research.instruments import load_instrument as load_instrument
from spbe_research.scoring import compute_index as compute_index
from spbe_research.scoring import assign_predicate as assign_predicate
from spbe_research.scoring import predicate_rule as predicate_rule
from spbe_research.scoring import reconcile as reconcile
from spbe_research.records import draw_figure as draw_figure
from spbe_research.methods.ordinal_factors import Structure as Structure
from spbe_research.auditing import audit as audit
from spbe_research.claims import find_agencies as find_agencies
from spbe_research.claims import resolve_agency as resolve_agency
from spbe_research.claims import check_claim as check_claim
from spbe_research.claims import check_claim_table as check_claim_table

# How are scores distributed?
# Bagaimana sebaran nilai?
from spbe_research.methods.shape import predicate_shares as predicate_shares
from spbe_research.methods.shape import describe_distribution as describe_distribution
from spbe_research.methods.shape import class_counts as class_counts

# By how much do two groups differ?
# Seberapa jauh dua kelompok berbeda?
from spbe_research.methods.comparison import probability_above as probability_above
from spbe_research.methods.comparison import mean_difference as mean_difference
from spbe_research.methods.comparison import compare_groups as compare_groups
from spbe_research.methods.comparison import dominance_test as dominance_test
from spbe_research.methods.quantiles import quantile_differences as quantile_differences
from spbe_research.methods.quantiles import compare_quantiles as compare_quantiles

# How unequal are scores, and between whom?
# Seberapa timpang nilai, dan di antara siapa?
from spbe_research.methods.inequality import inequality_table as inequality_table
from spbe_research.methods.inequality import inequality_change as inequality_change
from spbe_research.methods.inequality import mean_distance as mean_distance
from spbe_research.methods.inequality import gini as gini
from spbe_research.methods.inequality import theil_index as theil_index
from spbe_research.methods.inequality_split import decompose_inequality as decompose_inequality
from spbe_research.methods.inequality_split import change_of_split as change_of_split

# Do scores pile up at a cut-off?
# Apakah nilai menumpuk di sebuah batas?
from spbe_research.methods.excess_mass import count_steps as count_steps
from spbe_research.methods.excess_mass import excess_mass as excess_mass
from spbe_research.methods.bunching import window_test as window_test
from spbe_research.methods.bunching import density_jump as density_jump

# Who moves, and who keeps the rank?
# Siapa yang bergerak, dan siapa yang tetap di peringkatnya?
from spbe_research.methods.mobility import pair_moves as pair_moves
from spbe_research.methods.mobility import count_moves as count_moves
from spbe_research.methods.mobility import transitions as transitions
from spbe_research.methods.floors import impose_floor as impose_floor
from spbe_research.methods.floors import give_back_falls as give_back_falls

# Do the low ones catch up?
# Apakah yang tertinggal mengejar?
from spbe_research.methods.convergence import reliability_bounds as reliability_bounds
from spbe_research.methods.convergence import catch_up_slope as catch_up_slope
from spbe_research.methods.convergence import corrected_slopes as corrected_slopes

# What do ordered items have in common, and how sure is a score?
# Apa persamaan indikator yang berjenjang, dan seberapa pasti sebuah nilai?
from spbe_research.methods.ordinal_factors import fit_ordinal_factors as fit_ordinal_factors
from spbe_research.methods.ordinal_scores import composite_scores as composite_scores
from spbe_research.methods.ordinal_linking import drift_interval as drift_interval

# Where are scores high, and are near places alike?
# Di mana nilai tinggi, dan miripkah tempat yang berdekatan?
from spbe_research.methods.geography import province_means as province_means
from spbe_research.methods.geography import morans_i as morans_i
from spbe_research.methods.geography import moran_correlogram as moran_correlogram
from spbe_research.methods.neighbours import compare_neighbours as compare_neighbours

# How does a score go with a regulation, and what does misreading do to it?
# Bagaimana nilai berkaitan dengan regulasi, dan apa akibat salah baca?
from spbe_research.methods.policy_and_practice import policy_and_rest as policy_and_rest
from spbe_research.methods.policy_and_practice import pair_topics as pair_topics
from spbe_research.methods.regression import fit as fit
from spbe_research.methods.misclassification import bound_reliability as bound_reliability

# What is left after many tests?
# Apa yang tersisa setelah banyak uji?
from spbe_research.methods.multiplicity import holm as holm
from spbe_research.methods.multiplicity import benjamini_hochberg as benjamini_hochberg

__version__: str
