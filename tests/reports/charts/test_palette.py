"""Colours: stable, distinct, and readable under text."""

import pytest

from reports.charts.palette import DARK, INK, PAPER, colours, dark_rules, ink_on, luminance


def _contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("#000000", 0.0), ("#ffffff", 1.0), ("#ff0000", 0.2126), ("#808080", 0.2159), ("#fff", 1.0)],
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
        assert _contrast(ink_on(colour), colour) == max(
            _contrast("#fff", colour), _contrast("#111820", colour)
        )


def test_on_a_dark_page_every_colour_stands_out_from_the_paper():
    marks = [*colours(map(str, range(12))).values(), INK]
    assert all(_contrast(DARK.get(colour, colour), DARK[PAPER]) >= 3 for colour in marks)


def test_words_inside_marks_stand_out_on_a_dark_page_too():
    for colour in colours(map(str, range(12))).values():
        assert ink_on(colour) not in DARK  # the page leaves them as they are
        assert _contrast(ink_on(colour), DARK.get(colour, colour)) >= 3


def test_a_rule_for_each_colour_exchanges_it_in_lines_and_areas():
    rules = dark_rules().splitlines()
    assert len(rules) == 2 * len(DARK)
    assert f'.chart [stroke="{INK}"] {{ stroke: {DARK[INK]}; }}' in rules
