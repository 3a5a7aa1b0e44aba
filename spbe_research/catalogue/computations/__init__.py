"""The functions behind the records, one module a part of the register."""
