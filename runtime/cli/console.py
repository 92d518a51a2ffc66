"""Where text goes: results to standard output, the story and logs to standard error."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as metadata_version
from typing import Any

from rich.console import Console

_WIDE = 240


class _Lasting(Console):
    """Goes silent when whoever reads it is gone."""

    def print(self, *objects: Any, **options: Any) -> None:
        try:
            super().print(*objects, **options)
        except OSError:
            self.on_broken_pipe()

    def on_broken_pipe(self) -> None:
        self.quiet = True


def _console(to_error: bool, kind: type[Console] = Console) -> Console:
    """A console on the stream of this moment; output that no person watches is not wrapped."""
    console = kind(stderr=to_error, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDE
    return console


def stdout() -> Console:
    """Results only. Colours appear on a terminal, unless NO_COLOR is set."""
    return _console(False)


def stderr() -> Console:
    """Everything that is said about the results."""
    return _console(True)


def lasting_stderr() -> Console:
    """The same for commands that go on when their terminal, or `| head`, has gone."""
    return _console(True, _Lasting)


def visible(text: str) -> str:
    """Text of somebody else in one line, with all that a terminal would obey spelled out."""
    return text if text.isprintable() else text.translate(_SPELLED | _BREAKS)


def visible_text(text: str) -> str:
    """The same for text of several lines: line breaks stay, and nothing else that moves about."""
    return text if text.isprintable() else text.translate(_SPELLED)


def cut(text: str, most: int) -> str:
    """At most so many characters of a text, and how many are left out."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text) - most} characters more)"


# Marks of direction would have a line read otherwise than it is; half a surrogate pair cannot be
# encoded at all.
_DIRECTION = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_SPELLED = {
    **{code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code not in (9, 10)},
    **{code: f"\\u{code:04x}" for code in (*_DIRECTION, *range(0xD800, 0xE000))},
    ord("\r"): "\\r",
}
_BREAKS = {ord("\n"): "\\n"}


def counted(number: int, noun: str) -> str:
    """`1 project`, `2 projects`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else plural}"


def version() -> str:
    """The version of the installed package."""
    try:
        return metadata_version("pilotlight")
    except PackageNotFoundError:
        return "(not installed)"
