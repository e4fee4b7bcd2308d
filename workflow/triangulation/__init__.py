"""Experiments, media-mix model and attribution held against each other, from tables and records alone.

`statements` is what one source says of a channel, and the table; `sources` reads it from the tables of a run; `booking` is what
finance may book, and why, `fiscal_quarters` what of it in which quarter; `plan_score` is what came of a plan that was decided,
against what was promised of it.
"""
