"""The house's plan holds: arrows only run down, no cycles, nothing of one machine in the tree."""

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {"sandbox": 0, "project_store": 0, "runtime": 1}
SOURCES = sorted(path for package in FLOORS for path in (ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, run_time_only: bool) -> Iterator[str]:
    """The modules of this house that a file imports.

    With ``run_time_only``, those under ``if TYPE_CHECKING`` and inside functions are left out:
    they run no import while the file is being imported.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    queue: list[ast.AST] = list(tree.body)
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{name}.{alias.name}"
                yield full if full in MODULES else name
        elif run_time_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        elif run_time_only and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            queue.extend(node.orelse)
        else:
            queue.extend(ast.iter_child_nodes(node))


MODULES = {module_of(path): path for path in SOURCES}


@pytest.mark.parametrize("package", FLOORS)
def test_no_import_runs_up_or_across(package: str) -> None:
    """A package imports itself and the floors below it, and nothing beside or above it."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] == package
        for name in imports(path, run_time_only=False)
        if (other := name.partition(".")[0]) in FLOORS
        and other != package
        and FLOORS[other] >= FLOORS[package]
    ]
    assert wrong == []


def test_no_module_imports_itself_in_a_ring() -> None:
    """Importing one module never needs another that is still being imported."""
    graph = {
        name: sorted({n for n in imports(path, run_time_only=True) if n in MODULES and n != name})
        for name, path in MODULES.items()
    }
    done: set[str] = set()
    trail: list[str] = []

    def visit(name: str) -> list[str] | None:
        if name in done:
            return None
        if name in trail:
            return [*trail[trail.index(name) :], name]
        trail.append(name)
        for needed in graph[name]:
            if (ring := visit(needed)) is not None:
                return ring
        trail.pop()
        done.add(name)
        return None

    rings = [ring for name in graph if (ring := visit(name)) is not None]
    assert rings == []


def test_nothing_in_the_tree_names_a_machine() -> None:
    """Tracked text holds no path of the machine it was written on."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.split(b"\0")
    if tracked == [b""]:
        pytest.skip("not a git checkout")
    machine = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|/tmp/\w+/")
    found = []
    for name in filter(None, tracked):
        path = ROOT / name.decode()
        if path == Path(__file__) or not path.is_file() or "conformance" in path.parts:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if machine.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_every_package_says_it_is_typed() -> None:
    """mypy takes the types of an installed package from py.typed."""
    assert all((ROOT / package / "py.typed").is_file() for package in FLOORS)


def test_every_library_that_is_imported_is_a_declared_dependency() -> None:
    """A fresh environment has all that the packages import, and nothing by luck."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    declared = {
        re.split(r"[<>=!~\[; ]", line)[0].lower()
        for line in settings["options"]["install_requires"].splitlines()
        if line
    }
    distributions = packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)} imports {root}"
        for path in SOURCES
        for name in imports(path, run_time_only=False)
        if (root := name.partition(".")[0]) not in sys.stdlib_module_names
        and root not in FLOORS
        and not {name.lower() for name in distributions.get(root, [root])} & declared
    }
    assert undeclared == set()


# What calls these asked for the class before, or made the object itself.
ASKED_BEFORE = frozenset({"_deep", "_interrupted_within", "_group_number", "run_as_current"})


def _own_names(function: ast.FunctionDef) -> set[str]:
    every = [*function.args.args, *function.args.kwonlyargs]
    if function.args.vararg is not None:
        every.append(function.args.vararg)
    classes = {"Memo", "TimeZone"}
    return {
        one.arg
        for one in every
        if one.arg not in ("self", "cls")
        and not (isinstance(one.annotation, ast.Name) and one.annotation.id in classes)
    }


def test_the_library_asks_for_the_class_before_it_reads_what_is_its_own() -> None:
    """A script's object has whatever it likes under a private name: such reads need a look."""
    wrong = []
    for path in sorted((ROOT / "sandbox" / "library").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name in ASKED_BEFORE:
                continue
            text, names = ast.unparse(function), _own_names(function)
            for node in ast.walk(function):
                if not isinstance(node, ast.Attribute) or not re.match("_[^_]", node.attr):
                    continue
                base = node.value.value if isinstance(node.value, ast.Subscript) else node.value
                if not isinstance(base, ast.Name) or base.id not in names:
                    continue
                if not re.search(rf"(isinstance|type|expected)\({base.id}\b", text):
                    wrong.append(f"{path.name}:{node.lineno}: {function.name} reads {node.attr}")
    assert wrong == []
