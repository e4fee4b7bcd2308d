"""Tests that might be run.

1. `config`: the section of the YAML.
2. `holdout`: how many people, what split, what it costs and what it is expected to bring.
3. `geo`: which geos, how many, how long, scored on windows that the choice has not seen.
4. `analyse`, `tables`: every plan in rows, with its design file.
"""
