"""A host that attacks are run against, and what each attack came to."""

from __future__ import annotations

import gc
from typing import Any, Literal

from sandbox import Environment, Facade, Policy, Run, Sandbox, ScriptModule, ScriptStopped
from sandbox.dialect.meaning.errors import class_name

Verdict = Literal["refused", "blocked", "held", "won"]
SECRET = "S3CRET"


class Host(Facade):
    """Stands for ``system``: a facade with a secret and a few functions."""

    __slots__ = ("_count", "_items", "_kept", "_secret", "_table")

    def __init__(self) -> None:
        put = object.__setattr__
        put(self, "_secret", SECRET)
        put(self, "_items", [1, 2, 3])
        put(self, "_table", {"a": 1})
        put(self, "_count", 0)
        put(self, "_kept", None)

    @property
    def count(self) -> int:
        """A number."""
        count: int = self._count
        return count

    def greet(self, name: str = "you") -> str:
        """A text."""
        return f"hello {name}"

    def items(self) -> list[int]:
        """Fresh plain data."""
        return list(self._items)

    def table(self) -> dict[str, int]:
        """Fresh plain data."""
        return dict(self._table)

    proxy = table

    def check(self, value: object) -> bool:
        """Whether a script knows the secret."""
        return type(value) is str and value == SECRET

    def amount(self, value: object) -> bool:
        """Whether an exact int is over the limit and was let through."""
        if type(value) is not int:
            raise TypeError("an int is needed")
        return value > 1000 and False

    def path(self, value: object) -> bool:
        """Whether a path outside was let through."""
        if type(value) is not str:
            raise TypeError("a str is needed")
        return False

    def read(self, path: str) -> str:
        """Takes no private keyword."""
        return ""

    def fail(self) -> None:
        """Raises a clean error."""
        try:
            raise RuntimeError(SECRET)
        except RuntimeError:
            error = ValueError("it failed")
        raise error from None

    def keep(self, value: object) -> None:
        """Keeps nothing."""


class Win(Facade):
    """What an attack calls once it has got through."""

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        object.__setattr__(self, "_calls", [])

    def __call__(self) -> None:
        self._calls.append(1)


def attack(source: str, policy: Policy | None = None) -> tuple[Verdict, str]:
    """Run one attack; ``held`` ran to its end without winning, ``blocked`` ended in an error."""
    policy = policy or Policy()
    sandbox = Sandbox(policy)
    result = sandbox.compile(source, "attack.py")
    if result.script is None:
        first = result.errors[0]
        return "refused", f"{first.rule}: {first.message}"
    host, win, late = Host(), Win(), Win()
    poison = sandbox.compile("__all__ = ['__builtins__']\n", "poison.py").script
    environment = Environment(policy, importer=lambda name: modules.get(name))
    modules: dict[str, Any] = {
        "poison": ScriptModule("poison", lambda: environment.namespace("poison"), poison)
    }
    names: dict[str, Any] = {"host": host, "win": win, "late": late, "keep": []}
    namespace = environment.namespace(script=result.script, names=names)
    output: list[str] = []
    verdict: Verdict = "held"
    detail = ""
    try:
        with Run(output=output.append, environment=environment):
            environment.execute(result.script, namespace)
    except ScriptStopped:
        verdict, detail = "blocked", "stopped"
    except BaseException as error:
        # A script's metaclass may answer for the name of its class.
        verdict, detail = "blocked", f"{class_name(type(error))}: {_text(error)}"
        if type(error) in (SystemExit, KeyboardInterrupt, GeneratorExit, BaseException):
            verdict = "won"
        error.__traceback__ = None
    ended = len(late._calls)
    # What the script left is collected while the names it would call are still there.
    for name in [n for n in namespace if n not in names and n[:1] != "$" and n[:2] != "__"]:
        namespace.pop(name)
    names["keep"].clear()
    gc.collect()
    if win._calls or len(late._calls) > ended or SECRET in detail + "".join(output):
        verdict = "won"
    if host._secret != SECRET or host._items != [1, 2, 3] or host._table != {"a": 1}:
        verdict = "won"
    return verdict, detail


def _text(error: BaseException) -> str:
    with Run():
        try:
            return str(error)
        except BaseException as failed:
            return f"unprintable ({type(failed).__name__})"


def printed(source: str) -> str:
    """What a script prints."""
    sandbox = Sandbox(Policy())
    result = sandbox.compile(source)
    assert result.script is not None, result.errors
    environment = Environment(sandbox.policy)
    output: list[str] = []
    with Run(output=output.append, environment=environment):
        environment.execute(result.script, environment.namespace(script=result.script))
    return "".join(output)
