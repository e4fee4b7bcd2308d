"""Colours: stable, distinct, and readable under text."""

import pytest

from reports.charts.palette import INK, colours, ink_on, luminance


def _contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("colour", "expected"), [("#000000", 0.0), ("#ffffff", 1.0), ("#ff0000", 0.2126), ("#808080", 0.2159)]
)
def test_luminance_against_the_published_formula(colour, expected):
    assert luminance(colour) == pytest.approx(expected, abs=1e-4)


def test_each_channel_keeps_one_colour_of_its_own():
    names = [f"c{i}" for i in range(12)]
    chosen = colours([*names, "c3"])
    assert list(chosen) == names
    assert len(set(chosen.values())) == 12


def test_text_on_every_colour_stands_out():
    for colour in colours(map(str, range(12))).values():
        assert _contrast(ink_on(colour), colour) >= 3.9  # WCAG asks 3 for marks and large text
        assert _contrast(ink_on(colour), colour) == max(_contrast("#ffffff", colour), _contrast(INK, colour))
