"""Script libraries as scripts see them: whose they are, and the tree of packages they form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from runtime.generation import CompiledModule, Generation
from sandbox import Script, ScriptModule, ScriptPackage, package_members

GLOBAL_PROJECT: Final = "global"
"""The project whose libraries are ``shared.*`` (our choice of name)."""

NewNamespace = Callable[[str, Script], dict[str, Any]]


class Libraries:
    """The script libraries that one scope sees: its project's own, and those from elsewhere.

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

    @property
    def others(self) -> tuple[Generation, ...]:
        """The generations of other projects among them."""
        return (*self.parents, *((self.shared,) if self.shared is not None else ()))

    def modules(self) -> dict[str, CompiledModule]:
        """The project's libraries, with what it inherits and does not override."""
        found: dict[str, CompiledModule] = {}
        for generation in (*reversed(self.parents), *((self.own,) if self.own else ())):
            found.update(generation.modules)
        return found

    def roots(self, new_namespace: NewNamespace) -> dict[str, object]:
        """The names that namespaces get: ``project``, ``shared``, and the bare ones of 8.x.

        A package named ``shared`` that the project has or inherits, as upgrades to 8 make it, is
        ``shared``; else it is the project ``global``, or its package ``shared`` if it has one.

        Args:
            new_namespace: makes the globals that a module of that name and script is run in.
        """
        own = package("project", self.modules(), new_namespace)
        roots: dict[str, object] = {**package_members(own), "project": own}
        if "shared" not in roots and self.shared is not None:
            # In the project itself they are one set of modules, not two.
            same = self.shared is self.own
            tree = own if same else package("shared", self.shared.modules, new_namespace)
            roots["shared"] = package_members(tree).get("shared", tree)
        return roots


def package(
    name: str, modules: Mapping[str, CompiledModule], new_namespace: NewNamespace
) -> ScriptPackage:
    """The modules as a tree of packages; none is run before it is used.

    Args:
        name: of the package at the root, such as ``project``.
        modules: by dotted path below it.
        new_namespace: see ``Libraries.roots``.
    """
    below: dict[str, dict[str, CompiledModule]] = {}
    here: dict[str, CompiledModule] = {}
    for path, module in modules.items():
        head, _, rest = path.partition(".")
        if rest:
            below.setdefault(head, {})[rest] = module
        else:
            here[head] = module
    members: dict[str, object] = {}
    for head in {**here, **below}:
        own = _module(here[head], new_namespace) if head in here else None
        if head in below:
            inner = package(f"{name}.{head}", below[head], new_namespace)
            members[head] = ScriptPackage(_bare(f"{name}.{head}"), package_members(inner), own)
        else:
            members[head] = own
    return ScriptPackage(_bare(name), members)


def _module(compiled: CompiledModule, new_namespace: NewNamespace) -> ScriptModule:
    path = compiled.module.path
    script = compiled.script
    if script is None:
        return ScriptModule(path, lambda: _never_compiled(compiled))
    return ScriptModule(path, lambda: new_namespace(path, script), script)


def _never_compiled(compiled: CompiledModule) -> dict[str, Any]:
    raise ImportError(
        f"the library {compiled.module.path} has not compiled yet: see the diagnostics of "
        f"{compiled.module.file}"
    )


def _bare(name: str) -> str:
    return name.partition(".")[2] or name
