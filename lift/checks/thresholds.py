"""The numbers that findings about experiments are held against, in one place."""

SAMPLE_RATIO_P = 0.0005
"""Below: people did not end up in arms as intended (Fabijan et al. 2019, KDD)."""
SAMPLE_RATIO_EVIDENCE = 1000.0
"""At or above, at any time: the same, however often it was looked at (Lindon & Malek 2022)."""
SAMPLE_RATIO_CONCENTRATION = 100.0
"""Weight of the intended shares in the alternative of that evidence, in people."""
BALANCE_P = 0.001
"""Below: the arms differed before the test."""
ORDER_VARIATION = 2.0
"""Above: a few large orders decide revenue."""
CONTROL_CONVERTERS = 400.0
"""Below: the control has too few buyers for the textbook interval of revenue."""
REGULAR_DISPERSION = 0.1
"""Below: daily counts vary so little, against independent arrivals, that the same people must be in all of them."""
MISSING_PEOPLE = 0.01
"""Above: too large a share of the assigned people is missing from the table."""
