"""What a policy topic is called in every picture: one name, spelled the same everywhere.

The Indonesian stands in ``questions/words.toml``.
"""

__all__ = ["TOPIC_NAMES"]

# PermenPANRB 59/2020, indicators 1 to 10, without the words SPBE, services and system.
TOPIC_NAMES = {
    "architecture": "architecture",
    "road_map": "road map",
    "data_management": "data management",
    "application_development": "application development",
    "data_centre": "data centre",
    "intra_network": "intra-government network",
    "service_bus": "service interconnection",
    "information_security": "information security",
    "ict_audit": "ICT audit",
    "coordination_team": "coordination team",
}
