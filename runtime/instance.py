"""The scripts of one project alive in one scope: its libraries' state and its handlers' functions.

There is one instance for the Gateway's side of a project and one for each client session. It
follows the project's current generation when it next starts something: handlers that did not
change keep their functions, libraries are made anew only when any of them changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import ref

from runtime.generation import EventKey, Generation, HandlerKey, no_generation
from runtime.libraries import Libraries
from sandbox import Environment, Policy, Script
from sandbox.folders import Files
from sandbox.library.hooks import checkpoint, wait_until

Handler = Callable[..., Any]


class Instance:
    """Scripts of one project in one scope; see the module.

    Args:
        libraries: gives the libraries as they are now.
        names: gives what every namespace holds beside the libraries: ``system``.
        policy: what the scripts may do.
        profile: whose rules apply.
        files: the folders granted to the project, or None.
    """

    __slots__ = (
        "_defining",
        "_files",
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
        files: Files | None = None,
    ) -> None:
        self._files = files
        self._libraries = libraries
        self._names = names
        self._policy = policy
        self._profile = profile
        self._lock = threading.RLock()
        self._defining: dict[HandlerKey | EventKey, threading.RLock] = {}
        # No reference that would keep a version for a session that hears nothing more.
        self._generation: Callable[[], Generation | None] = no_generation
        self._version: tuple[object, ...] | None = None
        self._functions: dict[HandlerKey | EventKey, tuple[Script, Handler]] = {}
        self._roots: dict[str, object] = {}
        self.environment: Environment = self._new_environment()
        self.globals: dict[Any, Any] = {}

    def handler(self, generation: Generation, key: HandlerKey | EventKey) -> Handler | None:
        """The function of a handler or event script in this generation, None without such a one.

        Raises:
            BaseException: what the handler's own top level raises when it is first run.
        """
        if generation is not self._generation():
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
                    if (now := generation.runnable(key)) is not None and now[0] is entry[0]
                }
            self._generation = ref(generation)

    def function(self, script: Script, name: str, entry: str) -> Handler:
        """The function that a script defines, in globals of its own.

        Raises:
            BaseException: what the script's own top level raises.
        """
        return self._run_top(script, name, entry)[1]

    def _run_top(self, script: Script, name: str, entry: str) -> tuple[Environment, Handler]:
        with self._lock:
            if self._refresh_libraries():
                self._functions = {}
            environment = self.environment
            namespace = environment.namespace(name, script, {**self._names, **self._roots})
        # Not under the lock: it may wait for another script of this project.
        environment.execute(script, namespace)
        return environment, namespace[entry]

    def _define(self, generation: Generation, key: HandlerKey | EventKey) -> Handler | None:
        runnable = generation.runnable(key)
        if runnable is None:
            return None
        script, entry = runnable
        with _holding(self._defining.setdefault(key, threading.RLock())):
            found = self._functions.get(key)
            if found is not None and found[0] is script:
                return found[1]
            environment, function = self._run_top(script, key[-1] or entry, entry)
            with self._lock:
                # Neither handlers nor libraries were replaced meanwhile.
                if generation is self._generation() and environment is self.environment:
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
        self._roots = libraries.roots(self._library_namespace)
        return True

    def _new_environment(self) -> Environment:
        return Environment(
            self._policy, importer=self._find, profile=self._profile, files=self._files
        )

    def _find(self, name: str) -> object | None:
        found = self._roots.get(name)
        return self._names.get(name) if found is None else found

    def _library_namespace(self, name: str, script: Script) -> dict[str, Any]:
        return self.environment.namespace(name, script, {**self._names, **self._roots})


@contextmanager
def _holding(lock: threading.RLock) -> Iterator[None]:
    """A lock that is held while a script's top level runs: who waits can be stopped."""
    if not lock.acquire(blocking=False):
        wait_until(lambda seconds: lock.acquire(timeout=seconds), None)
        # A stop may have come while it was given.
        try:
            checkpoint()
        except BaseException:
            lock.release()
            raise
    try:
        yield
    finally:
        lock.release()
