"""From users' tables to a `Panel`, the one data type of the house."""

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.finance.config import FinanceConfig
from mixproof.aggregates.people.config import PrivacyConfig

__all__ = ["DataConfig", "EventsConfig", "FinanceConfig", "PrivacyConfig"]
