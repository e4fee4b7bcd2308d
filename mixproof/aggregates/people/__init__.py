"""Tables of people that are to leave the house: read, made safe by disclosure control, and written with what is hidden."""

from mixproof.aggregates.people.config import PeopleTable, PrivacyConfig
from mixproof.aggregates.people.protection import Released, protected_tables

__all__ = ["PeopleTable", "PrivacyConfig", "Released", "protected_tables"]
