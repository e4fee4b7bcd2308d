"""Simulated worlds with known truth: for the demo, recovery studies, design by simulation and benchmarks.

Independent of the models that are fitted to them: mechanisms are written here in their own words, and nothing
of `mmm` or `lift` is used.
"""

from mixproof.aggregates.simulate.scene import Medium, Scene, World
from mixproof.aggregates.simulate.simulation import simulate_world, write_world
from mixproof.aggregates.simulate.worlds import WORLDS

__all__ = ["WORLDS", "Medium", "Scene", "World", "simulate_world", "write_world"]
