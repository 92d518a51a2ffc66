"""What the names that a script reads mean: libraries, ``system``, or nothing at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from project_store.model import Project, Scope, ScriptModule
from project_store.names import nearest
from runtime.check.functions import (
    CLIENT_ONLY,
    FUNCTIONS,
    MODULES,
    NOT_IN_CLIENT,
    OPEN_MODULES,
    SINCE_8,
    UNTIL_7_9,
    listed,
)
from runtime.check.outline import Outline, Use
from runtime.check.sends import SCOPE_NAMES
from runtime.libraries import GLOBAL_PROJECT

_LEGACY = frozenset(["app", "fpmi", "self"])
"""Roots of Ignition 7's older days; and what bodies that are pasted about often still name."""

Problem = tuple[str, str, str]


@dataclass(slots=True)
class Tree:
    """The libraries below one name: a node is a module, a package, or both."""

    module: bool = False
    below: dict[str, "Tree"] = field(default_factory=dict)

    @classmethod
    def of(cls, modules: Iterable[ScriptModule]) -> "Tree":
        """The tree of a project's libraries."""
        root = cls()
        for module in modules:
            node = root
            for part in module.path.split("."):
                node = node.below.setdefault(part, cls())
            node.module = True
        return root

    def fault_of(self, parts: list[str]) -> tuple[str, str, "Tree"] | None:
        """Where a path leaves the tree: the name, what it was looked for in, and that place."""
        node = self
        for index, part in enumerate(parts):
            found = node.below.get(part)
            if found is None:
                return None if node.module else (part, ".".join(parts[:index]), node)
            node = found
        return None


@dataclass(frozen=True, slots=True)
class Names:
    """What the scripts of one project see beside their own names.

    Args:
        profile: whose rules apply.
        own: the project's libraries, inherited ones included.
        shared: those of the project ``global``, None where there is none.
        broken: some library could not be read, so that nothing is certain.
    """

    profile: str
    own: Tree
    shared: Tree | None
    broken: bool

    @classmethod
    def of(cls, project: Project, projects: dict[str, Project], profile: str) -> "Names":
        """Those of a project."""
        own = Tree.of(project.modules.values())
        everywhere = projects.get(GLOBAL_PROJECT)
        shared = Tree.of(everywhere.modules.values()) if everywhere is not None else None
        if shared is not None:
            shared = shared.below.get("shared", shared)
        shared = own.below.get("shared", shared)
        # What a missing parent would bring is not known.
        broken = any(key[0] == "library" for key in project.broken) or any(
            d.rule.startswith("parent-") for d in project.diagnostics
        )
        return cls(profile, own, shared, broken)

    def problem_of(self, use: Use, outline: Outline, scope: Scope | None) -> Problem | None:
        """What is wrong with one use of a name, None where nothing is.

        Args:
            use: the name, with the attributes read from it.
            outline: the script it stands in.
            scope: where that runs, None for a library, which runs in any.
        """
        first, *rest = use.path.split(".")
        if first == "system":
            return self._system(rest, scope)
        if first == "project" and first not in self.own.below:
            return self._project(rest)
        if first == "shared":
            return None if self.shared is None else self._library(self.shared, rest, "shared")
        if first in self.own.below:
            if self.profile == "7.9":
                return (
                    "library-name",
                    f"Ignition 7.9 does not know a library as {first}",
                    f"write project.{first}",
                ) if not use.imported else None
            return self._library(self.own.below[first], rest, first)
        if use.imported or outline.open or self.broken or first in _LEGACY:
            return None
        near = nearest(first, [*self.own.below, "system", "project", "shared"])
        hint = f"did you mean {near}?" if near else "bind it, or import it, before it is read"
        return "undefined-name", f"{first} is not defined in this script", hint

    def _project(self, rest: list[str]) -> Problem | None:
        if self.profile != "7.9":
            if rest and rest[0] in self.own.below:
                return (
                    "library-name",
                    f"Ignition {self.profile} does not know a library as project.{rest[0]}",
                    f"write {rest[0]}",
                )
            return None
        return self._library(self.own, rest, "project")

    def _library(self, tree: Tree, rest: list[str], root: str) -> Problem | None:
        fault = None if self.broken else tree.fault_of(rest)
        if fault is None:
            return None
        name, below, place = fault
        where = f"{root}.{below}" if below else root
        near = nearest(name, place.below)
        hint = f"did you mean {where}.{near}?" if near else "make it, or mend the name"
        return "unknown-library", f"{where} has no library {name}", hint

    def _system(self, rest: list[str], scope: Scope | None) -> Problem | None:
        if not rest or rest[0] in OPEN_MODULES:
            return None
        module = rest[0]
        if module not in MODULES:
            near = nearest(module, MODULES)
            if not near or len(near) < 3:
                return None
            return _unknown(f"system.{module}", f"system.{near}") if _close(module, near) else None
        if len(rest) == 1:
            return None
        function = rest[1]
        whole = f"system.{module}.{function}"
        if function not in FUNCTIONS[module]:
            if function.startswith("_") or function[:1].isupper():
                return None
            near = nearest(function, FUNCTIONS[module])
            return _unknown(whole, f"system.{module}.{near}" if near else "")
        if self.profile == "7.9" and listed(module, function, SINCE_8):
            return (
                "function-profile",
                f"{whole} came with Ignition 8",
                "use what 7.9 has, or check with --profile 8.1 or 8.3",
            )
        if self.profile != "7.9" and listed(module, function, UNTIL_7_9):
            return (
                "function-profile",
                f"{whole} went with Ignition 8",
                "use system.tag.configure, deleteTags, browse or getConfiguration",
            )
        if scope in ("G", "S") and listed(module, function, CLIENT_ONLY):
            return _elsewhere(whole, "Client", scope)
        if scope == "C" and listed(module, function, NOT_IN_CLIENT):
            return _elsewhere(whole, "Gateway", scope)
        return None


def problems_of(
    outline: Outline, names: Names, scope: Scope | None
) -> Iterator[tuple[Use, Problem]]:
    """Everything that is wrong with the names of a script, in no order."""
    for use in outline.uses:
        problem = names.problem_of(use, outline, scope)
        if problem is not None:
            yield use, problem


def _unknown(name: str, near: str) -> Problem:
    hint = f"did you mean {near}?" if near else "it is no function of Ignition's that we know"
    return "unknown-function", f"{name} is not known", hint


def _elsewhere(name: str, where: str, scope: Scope) -> Problem:
    return (
        "function-scope",
        f"{name} is a {where} function, and this script runs in {SCOPE_NAMES[scope]} scope",
        f"send a message to a {where} handler that calls it",
    )


def _close(name: str, near: str) -> bool:
    """Whether it is a slip of the pen, and not some other module of a third party."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name, near).ratio() >= 0.75
