"""Holdouts: people in arms, given as sums."""
