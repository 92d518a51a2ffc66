"""What the scripts of one project share: builtins, modules, and how their code is run."""

from __future__ import annotations

import builtins as _python
from collections.abc import Callable, Mapping
from typing import Any

from sandbox import errors
from sandbox.builtins_table import builtins_for
from sandbox.folders import Files, folders_for
from sandbox.limits import Run, current_run
from sandbox.policy import Policy
from sandbox.script import Script
from sandbox.unraisable import keep_quiet

Importer = Callable[[str], "object | None"]


class Environment:
    """One project and scope (and client session): its modules, and namespaces for its scripts.

    Args:
        policy: what its scripts may do.
        importer: asked first for every imported name (``system``, ``project``, ...); gives the
            object to bind, or None when the name is not the host's.
        profile: the generation whose dialect warnings apply.
        log: ``(logger, level, text) -> None`` for the ``logging`` module of scripts.
        files: what reads and writes granted folders; those of the policy, here, when None.
    """

    __slots__ = (
        "__weakref__",
        "_builtins",
        "_library",
        "_log",
        "files",
        "importer",
        "policy",
        "profile",
    )

    def __init__(
        self,
        policy: Policy | None = None,
        importer: Importer | None = None,
        profile: str = "7.9",
        log: Callable[[str, str, str], Any] | None = None,
        files: Files | None = None,
    ) -> None:
        self.policy = policy or Policy()
        self.files = files or folders_for(self.policy.readable, self.policy.writable)
        self.importer = importer
        self.profile = profile
        self._log = log
        self._library: Any = None
        self._builtins: dict[str, Any] | None = None

    @property
    def builtins(self) -> dict[str, Any]:
        """The builtins dict of every namespace here; one a policy and profile in the process."""
        found = self._builtins
        if found is None:
            keep_quiet()
            found = self._builtins = builtins_for(self.policy, self.profile)
        return found

    @property
    def library(self) -> Any:
        """The importable modules of this environment; what they remember is its own."""
        found = self._library
        if found is None:
            from sandbox.guards import guarded_getattr
            from sandbox.importing import ScriptBuiltins
            from sandbox.library import Library

            found = self._library = Library(
                getattr_hook=guarded_getattr.__call__,  # type: ignore[operator]
                current_run=current_run,
                log=self._log,
                files=self.files,
            )
            # The builtins as this policy guards them, never the plain ones.
            found._cache["__builtin__"] = ScriptBuiltins(found, self.builtins)
        return found

    def namespace(
        self,
        name: str = "__main__",
        script: Script | None = None,
        names: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Fresh globals for a script.

        Args:
            name: its ``__name__``.
            script: whose file name becomes ``__file__`` and whose source tracebacks quote.
            names: what the script finds defined, such as ``system``.
        """
        space: dict[str, Any] = {
            "__builtins__": self.builtins,
            "__name__": name,
            "__doc__": None,
            "$environment": self,
        }
        if script is not None:
            space["__file__"] = script.filename
            space["$source"] = script.source
        if names:
            space.update(names)
        return space

    def execute(self, script: Script, namespace: dict[str, Any]) -> None:
        """Run the body of a script in a namespace of this environment.

        Errors: whatever the script raises, ``ScriptStopped`` included.
        """
        if namespace.get("__builtins__") is not self.builtins:
            raise ValueError("the namespace belongs to another environment")
        namespace.setdefault("$source", script.source)
        run = current_run()
        if run is not None and run.environment is None:
            run.environment = self
        try:
            _python.exec(script.code, namespace)
        except GeneratorExit as leaving:
            raise _of_script(leaving) from None

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function of a script, under a run of its own if the thread has none."""
        try:
            if current_run() is not None:
                return function(*args)
            with Run(environment=self):
                return function(*args)
        except GeneratorExit as leaving:
            raise _of_script(leaving) from None


def _of_script(leaving: GeneratorExit) -> errors.GeneratorExit:
    """What leaves a script in the place of the interpreter's own, which closed a generator of it.

    Between the script's own functions it may pass: the interpreter wants to see it there.
    """
    return errors.GeneratorExit(*leaving.args).with_traceback(leaving.__traceback__)


def is_namespace(names: Any) -> bool:
    """Whether it is the globals that an environment made, and no dictionary of a script's.

    A script cannot hold an environment, but it can use any text for a key.
    """
    if type(names) is not dict:
        return False
    found = names.get("$environment")
    return type(found) is Environment and names.get("__builtins__") is found.builtins


def environment_of(namespace: Mapping[str, Any]) -> Environment:
    """The environment a namespace was made by; RuntimeError for one that is not a script's."""
    found = namespace.get("$environment")
    if not isinstance(found, Environment):
        raise RuntimeError("not called from a script")
    return found


__all__ = ["Environment", "Importer", "environment_of", "is_namespace"]
