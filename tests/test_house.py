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


# Why each may: a list is compared with none but another list, by its own order.
ORDERED_BY_THE_INTERPRETER = {
    "dialect/meaning/builtins.py:names_of": "exact texts",
    "dialect/meaning/builtins.py:python2_dir": "exact texts, and the names of a frame",
    "dialect/meaning/classes.py:names_in": "exact texts",
    "dialect/meaning/containers.py:python2_map": "lengths",
    "dialect/meaning/containers.py:translated": "lengths",
    "dialect/meaning/error_words.py:_missing": "numbers of a text",
    "dialect/meaning/errors.py:_decode_error": "places in bytes",
    "dialect/meaning/fields.py:format_fields": "characters of a text",
    "dialect/meaning/numbers.py:coerce_numbers": "ranks of number classes",
    "dialect/meaning/ordering.py:_by_keys": "places by keys that are plain or held",
    "dialect/meaning/ordering.py:compare": "numbers and texts of one class",
    "dialect/meaning/ordering.py:compare_any": "plain ones",
    "dialect/meaning/ordering.py:greater": "plain ones",
    "dialect/meaning/ordering.py:greater_equal": "plain ones",
    "dialect/meaning/ordering.py:less": "plain ones",
    "dialect/meaning/ordering.py:less_equal": "plain ones",
    "dialect/meaning/ordering.py:python2_sorted": "plain ones of a list of its own",
    "dialect/meaning/ordering.py:sort_list": "keys that are plain or held",
    "dialect/meaning/representation.py:java_order": "whole numbers and exact texts",
    "dialect/meaning/representation.py:string_repr": "characters of a text",
    "guards.py:guarded_dir": "exact texts",
    "library/__init__.py:preload": "names of modules",
    "library/file_module.py:_take": "places in a text",
    "library/file_module.py:readline": "places in a text",
    "library/heapq_module.py:merge": "held ones",
    "library/hooks.py:time_left": "seconds",
    "library/inspect_module.py:getdoc": "lengths",
    "library/inspect_module.py:getmembers": "exact texts",
    "library/itertools_module.py:_over": "depths",
    "library/java/calendars.py:_settle": "places in a list",
    "library/java/calendars.py:add": "days",
    "library/java/calendars.py:roll": "days",
    "library/java/characters.py:digit": "a digit on one side",
    "library/java/lang_math.py:max": "exact numbers",
    "library/java/lang_math.py:min": "exact numbers",
    "library/java/lists.py:sort": "keys of a comparing function",
    "library/java/number_formats.py:setMaximumFractionDigits": "exact numbers",
    "library/java/number_formats.py:setMinimumFractionDigits": "exact numbers",
    "library/java/packages.py:__all__": "names of classes",
    "library/java/queues.py:__init__": "keys of a comparing function",
    "library/java/queues.py:add": "keys of a comparing function",
    "library/java/sets.py:_values": "keys of a comparing function",
    "library/java/time_amounts.py:shifted_months": "days",
    "library/java/time_zones.py:_saving": "spans of time",
    "library/java/tree_map.py:_pairs": "keys of a comparing function",
    "library/java/util_arrays.py:sort": "keys of a comparing function",
    "library/java/util_collections.py:binarySearch": "keys of a comparing function",
    "library/java/util_collections.py:max": "keys of a comparing function",
    "library/java/util_collections.py:min": "keys of a comparing function",
    "library/java/util_collections.py:sort": "keys of a comparing function",
    "library/java/whole_numbers.py:max": "exact numbers",
    "library/java/whole_numbers.py:min": "exact numbers",
    "library/java/zones.py:zone_names": "names of zones",
    "library/json_encoding.py:_copied": "exact texts",
    "library/json_module.py:dumps": "names of arguments",
    "library/language_modules.py:__dir__": "names of builtins",
    "library/module.py:__all__": "names of a host's module",
    "library/pretty.py:_sequence": "texts of values",
    "library/re_cost.py:_branch": "sizes",
    "library/re_cost.py:_plus": "sizes",
    "library/re_cost.py:_times": "sizes",
    "library/re_expanding.py:_expanded": "sizes",
    "library/re_expanding.py:too_large": "sizes",
    "library/re_pattern.py:subn": "a number of matches on one side",
    "library/string_io.py:read": "places in a text",
    "library/string_io.py:readline": "places in a text",
    "library/string_io.py:truncate": "places in a text",
    "library/text_modules.py:_wrapper": "names of arguments",
}


ORDERING_CODE = sorted(
    [
        *(ROOT / "sandbox" / "library").rglob("*.py"),
        *(ROOT / "sandbox" / "dialect" / "meaning").glob("*.py"),
        *(ROOT / "sandbox").glob("guards*.py"),
    ]
)
NUMBERS = frozenset(
    {"abs", "double_argument", "float", "id", "int", "int_argument", "integer", "length", "len"}
    | {"long_argument", "number", "ord", "sum"}
)


def is_number(node: ast.expr) -> bool:
    """Whether an expression says by itself that it is a number: no list is compared with one."""
    if isinstance(node, ast.Constant | ast.UnaryOp):
        return True
    if isinstance(node, ast.BinOp):
        return is_number(node.left) or is_number(node.right)
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr).strip("_").isupper()
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in NUMBERS


def orders_natively(node: ast.AST, given: set[str]) -> bool:
    """Whether a node has the interpreter itself order values that may be a script's.

    Args:
        given: the parameters of the function it is in that may be anything.
    """
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return any(
            isinstance(op, ast.Lt | ast.Gt | ast.LtE | ast.GtE)
            and not any(map(is_number, pair))
            and any(isinstance(one, ast.Name) and one.id in given for one in pair)
            for op, *pair in zip(node.ops, sides, sides[1:], strict=False)
        )
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute):
        module = called.value.id if isinstance(called.value, ast.Name) else ""
        return called.attr == "sort" or module in ("bisect", "heapq")
    if not isinstance(called, ast.Name) or called.id not in ("sorted", "min", "max", "dir"):
        return False
    return called.id in ("sorted", "dir") or not any(map(is_number, node.args))


def native_orders(path: Path) -> Iterator[str]:
    """``file:function`` for each place of a file where the interpreter itself orders values."""

    def visit(node: ast.AST, where: str, given: set[str]) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef):
            where = node.name
            given = {
                one.arg
                for one in [*node.args.args, *node.args.kwonlyargs]
                if one.annotation is None or ast.unparse(one.annotation) in ("Any", "object")
            } - {"self", "cls"}
        if orders_natively(node, given):
            yield f"{path.relative_to(ROOT / 'sandbox')}:{where}"
        for child in ast.iter_child_nodes(node):
            yield from visit(child, where, given)

    return visit(ast.parse(path.read_text(encoding="utf-8")), "", set())


def test_the_interpreter_orders_nothing_of_a_scripts() -> None:
    """It does not hold the items of lists that it orders: ``ordering`` has what does."""
    found = {place for path in ORDERING_CODE for place in native_orders(path)}

    assert found == set(ORDERED_BY_THE_INTERPRETER)
