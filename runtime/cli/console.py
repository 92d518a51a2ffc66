"""Where text goes: results to standard output, the story and logs to standard error."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as metadata_version

from rich.console import Console

_WIDE = 240


def _console(to_error: bool) -> Console:
    """A console on the stream of this moment; output that no person watches is not wrapped."""
    console = Console(stderr=to_error, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDE
    return console


def stdout() -> Console:
    """Results only. Colours appear on a terminal, unless NO_COLOR is set."""
    return _console(False)


def stderr() -> Console:
    """Everything that is said about the results."""
    return _console(True)


def visible(text: str) -> str:
    """Text of a script with control characters spelled out: a terminal must not obey them."""
    return text.translate(_SPELLED) if not text.isprintable() else text


_SPELLED = {
    code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"
}


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
