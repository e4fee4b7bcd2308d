"""Whether the answer may be believed.

1. `certificate`: how the very interval that is printed fared on pseudo-tests before the test, and how far to widen it.
2. `checks`: every finding about a cell, in plain words.
3. `time_series`: what regression and structural models say, for comparison.
"""
