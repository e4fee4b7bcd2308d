"""From users' tables to a `Panel`, the one data type of the house."""
