"""The scripts of one project alive in one scope: its libraries' state and its handlers' functions.

There is one instance for the Gateway's side of a project and one for each client session. It
follows the project's current generation when it next starts something: handlers that did not
change keep their functions, libraries are made anew only when any of them changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from runtime.generation import CompiledModule, Generation, HandlerKey
from sandbox import Environment, Policy, Script

Handler = Callable[..., Any]


class Libraries:
    """The script libraries an instance sees: its own, and those it gets from elsewhere.

    Args:
        own: the project's generation, or None for a scope without a project.
        shared: the generation of the project ``global``, whose libraries are ``shared.*`` (our
            choice of name), or None.
        parents: generations of the projects it inherits from, nearest first.
    """

    __slots__ = ("own", "parents", "shared")

    def __init__(
        self,
        own: Generation | None,
        shared: Generation | None = None,
        parents: tuple[Generation, ...] = (),
    ) -> None:
        self.own = own
        self.shared = shared
        self.parents = parents

    @property
    def version(self) -> tuple[object, ...]:
        """Equal for two of them exactly when no library differs."""
        return tuple(
            (g.project.name, g.libraries) if g is not None else None
            for g in (self.own, self.shared, *self.parents)
        )

    def modules(self) -> dict[str, CompiledModule]:
        """The project's libraries, with what it inherits and does not override."""
        found: dict[str, CompiledModule] = {}
        for generation in (*reversed(self.parents), *((self.own,) if self.own else ())):
            found.update(generation.modules)
        return found


class Instance:
    """Scripts of one project in one scope; see the module.

    Args:
        libraries: gives the libraries as they are now.
        names: gives what every namespace holds beside the libraries: ``system``.
        policy: what the scripts may do.
        profile: whose rules apply.
    """

    __slots__ = (
        "_functions",
        "_generation",
        "_libraries",
        "_lock",
        "_names",
        "_policy",
        "_profile",
        "_roots",
        "_version",
        "environment",
        "globals",
    )

    def __init__(
        self,
        libraries: Callable[[], Libraries],
        names: Mapping[str, object],
        policy: Policy,
        profile: str,
    ) -> None:
        self._libraries = libraries
        self._names = names
        self._policy = policy
        self._profile = profile
        self._lock = threading.RLock()
        self._generation: Generation | None = None
        self._version: tuple[object, ...] | None = None
        self._functions: dict[HandlerKey, tuple[Script, Handler]] = {}
        self._roots: dict[str, object] = {}
        self.environment: Environment = self._new_environment()
        self.globals: dict[Any, Any] = {}

    def handler(self, generation: Generation, key: HandlerKey) -> Handler | None:
        """The function of a handler in this generation, None when it has no such handler.

        Raises:
            BaseException: what the handler's own top level raises when it is first run.
        """
        if generation is not self._generation:
            self._follow(generation)
        found = self._functions.get(key)
        if found is None:
            return self._define(generation, key)
        return found[1]

    def namespace(self, script: Script, name: str = "__main__") -> dict[str, Any]:
        """Fresh globals for a user script that sees this project's libraries as they are now."""
        with self._lock:
            self._refresh_libraries()
            return self.environment.namespace(name, script, {**self._names, **self._roots})

    def _follow(self, generation: Generation) -> None:
        with self._lock:
            if self._refresh_libraries():
                self._functions = {}
            else:
                self._functions = {
                    key: entry
                    for key, entry in self._functions.items()
                    if (now := generation.handlers.get(key)) is not None
                    and now.script is entry[0]
                    and now.handler.enabled
                }
            self._generation = generation

    def _define(self, generation: Generation, key: HandlerKey) -> Handler | None:
        compiled = generation.handler(*key)
        if compiled is None:
            return None
        with self._lock:
            environment = self.environment
            script = compiled.script
            namespace = environment.namespace(
                key[1], script, {**self._names, **self._roots}
            )
            environment.execute(script, namespace)
            function: Handler = namespace["handleMessage"]
            if generation is self._generation:
                self._functions[key] = (script, function)
            return function

    def _refresh_libraries(self) -> bool:
        libraries = self._libraries()
        version = libraries.version
        if version == self._version:
            return False
        self.environment = self._new_environment()
        self.globals = {}
        self._version = version
        own = _tree("project", libraries.modules(), self._load)
        self._roots = {**own.members(), "project": own}
        if libraries.shared is not None:
            self._roots["shared"] = _tree("shared", dict(libraries.shared.modules), self._load)
        return True

    def _new_environment(self) -> Environment:
        return Environment(self._policy, importer=self._find, profile=self._profile)

    def _find(self, name: str) -> object | None:
        found = self._roots.get(name)
        return self._names.get(name) if found is None else found

    def _load(self, name: str, script: Script) -> dict[str, Any]:
        return self.environment.namespace(name, script, {**self._names, **self._roots})
