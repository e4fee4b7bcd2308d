"""What others wrote, as a terminal, a file and a table may show it."""

import json

import pytest

from mixproof.text import hidden, look, look_alikes, unwritable, visible, visible_json, writable

SHOWN = {
    "a\x1b[31mb": "a\\x1b[31mb",
    "\x07\r\n\t": "\\x07\\x0d\\x0a\\x09",
    "\x9b1m": "\\x9b1m",
    "gnp.\u202eexe": "gnp.\\u202eexe",
    "a\u200bb": "a\\u200bb",
    "\ufffe\ud800": "\\ufffe\\ud800",
    "\U000e0041": "\\U000e0041",
    "München 📺 東京": "München 📺 東京",
}
HIDDEN = {"a\tb": "U+0009", "a\u2028b": "U+2028", "x\U0001ffffy": "U+1FFFF", "می\u200cخواهم": "", "TV 1": ""}
ALIKE = [("TV", "tv"), ("Zu\u0308rich", "Zürich"), ("tv\u200b", "tv"), ("раid", "paid"), ("ＴＶ", "tv")]


@pytest.mark.parametrize("text", SHOWN)
def test_what_acts_on_a_terminal_is_written_out(text: str) -> None:
    assert visible(text) == SHOWN[text]
    assert visible("a\n" + text, lines=True).startswith("a\n")
    assert json.loads(visible_json(json.dumps(text, ensure_ascii=False))) == text
    assert visible(visible_json(json.dumps(text, ensure_ascii=False))) == visible_json(
        json.dumps(text, ensure_ascii=False)
    )


@pytest.mark.parametrize("text", HIDDEN)
def test_what_no_name_may_hold(text: str) -> None:
    assert hidden(text) == HIDDEN[text]


@pytest.mark.parametrize("pair", ALIKE)
def test_names_that_look_alike(pair: tuple[str, str]) -> None:
    assert look(pair[0]) == look(pair[1])
    assert look("tv 1") != look("tv 2")
    assert look_alikes(["a", pair[0], "b", pair[1]]) == [pair]
    assert look_alikes(["tv 1", "tv 2"]) == []


def test_what_a_file_can_hold() -> None:
    assert (unwritable("a\tb\n"), unwritable("\ufffe"), unwritable("\x1b")) == ("", "U+FFFE", "U+001B")
    assert writable("ü\x1b\uffff\n") == "ü\\x1b\\uffff\n"
