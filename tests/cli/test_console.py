"""What others wrote, as it comes to a terminal."""

import io

import pytest
from rich.console import Console

from runtime.cli.console import visible, visible_text
from runtime.cli.hosting import print_record
from runtime.cli.tools import _table
from runtime.logbook import LogRecord


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("a\tb", "a\tb", "a\tb"),
        ("a\x1b]0;x\x07", "a\\x1b]0;x\\x07", "a\\x1b]0;x\\x07"),
        ("a\r\nb", "a\\r\\nb", "a\\r\nb"),
        ("a\u202eb\u2066\u200f", "a\\u202eb\\u2066\\u200f", "a\\u202eb\\u2066\\u200f"),
        ("\ud800", "\\ud800", "\\ud800"),
        ("Grün äöü", "Grün äöü", "Grün äöü"),
    ],
)
def test_nothing_that_a_terminal_obeys_is_passed_on(text: str, line: str, lines: str) -> None:
    """Control characters and marks of direction are spelled out; only whole texts have lines."""
    assert visible(text) == line
    assert visible_text(text) == lines


def test_a_line_of_log_is_bounded_and_harmless() -> None:
    """The logger's name is somebody's text too; a line of a megabyte is cut and says so."""
    text = io.StringIO()
    record = LogRecord(0.0, "INFO", "log\x1b[2J", "x" * 1_000_000, "y\n" * 100_000)
    print_record(Console(file=text, width=200, highlight=False, soft_wrap=True), record)
    assert "log\\x1b[2J" in text.getvalue()
    assert "998000 characters more" in text.getvalue()
    assert len(text.getvalue()) < 10_000


def test_ids_of_a_table_stay_in_one_piece() -> None:
    """At any width a session id is a word that can be copied."""
    table = _table("session", "kind", "project", "user", "roles", "host", "address", "since")
    table.add_row("EF1AE61F", *(["a long piece of text"] * 7))
    text = io.StringIO()
    Console(file=text, width=60).print(table)
    assert "EF1AE61F" in text.getvalue()
