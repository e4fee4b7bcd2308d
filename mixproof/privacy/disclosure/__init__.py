"""Disclosure control: which numbers of linked tables may be published, so that sums and differences tell of no small group.

A number of few people is hidden (primary suppression); as totals would give it back, others are hidden with it
(complementary suppression), as few as an optimiser finds. An attacker's linear program over all tables together verifies
the result. Sources: Fischetti and Salazar-Gonzalez, Management Science 47 (2001), 1008-1027; Hundepool et al., Statistical
Disclosure Control (2012), chapter 4.
"""

from mixproof.privacy.disclosure.cells import Cells, build_cells
from mixproof.privacy.disclosure.protect import Protected, protect
from mixproof.privacy.disclosure.rules import Rules

__all__ = ["Cells", "Protected", "Rules", "build_cells", "protect"]
