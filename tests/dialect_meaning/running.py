"""Runs a script through the whole pipeline and says what a reader would see of it."""

import re
from dataclasses import dataclass

from sandbox.compiler import Sandbox
from sandbox.dialect.meaning import exception_name, python2_message, python2_str
from sandbox.dialect.meaning.errors import PLAIN_STR
from sandbox.environment import Environment
from sandbox.limits import Run

ADDRESS = re.compile(r"at 0x[0-9a-f]+")


@dataclass(frozen=True)
class Outcome:
    """What a script did.

    Args:
        output: what it printed, object addresses made equal.
        error: the name of the exception that ended it, or None.
        message: the exception's text, or "".
    """

    output: str
    error: str | None = None
    message: str = ""


def run(source: str) -> Outcome:
    """The outcome of a script run as ``__main__``."""
    result = Sandbox().compile(source)
    if result.script is None:
        first = result.diagnostics[0]
        return Outcome("", "SyntaxError" if first.rule == "syntax" else first.rule, first.message)
    environment = Environment()
    names = environment.namespace(script=result.script)
    written: list[str] = []
    error: BaseException | None = None
    with Run(output=written.append, environment=environment):
        try:
            environment.execute(result.script, names)
        except BaseException as caught:
            error = caught
    output = ADDRESS.sub("at 0x", "".join(written))
    if error is None:
        return Outcome(output)
    own = getattr(type(error), "__str__", None) not in PLAIN_STR
    message = python2_str(error) if own else python2_message(error)
    return Outcome(output, exception_name(type(error)), str(message))


def shown(expression: str) -> str:
    """``repr`` of an expression as a script sees it, or the error it raises."""
    outcome = run(f"print repr({expression})\n")
    if outcome.error is not None:
        return f"{outcome.error}: {outcome.message}"
    return outcome.output.rstrip("\n")
