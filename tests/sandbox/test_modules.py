"""Library modules: run when first used, once, with Python's import cycles."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sandbox import Environment, Run, Sandbox, ScriptModule, ScriptPackage
from tests.sandbox.attack_host import attack


class Project:
    """Modules of a small project, by dotted name."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.loads: list[str] = []
        self.modules: dict[str, Any] = {}
        self.names: dict[str, Any] = {}
        self.environment = Environment(importer=self.names.get)
        sandbox = Sandbox()
        for name, source in sources.items():
            script = sandbox.compile(source, f"{name}.py").script
            assert script is not None

            def load(name: str = name) -> dict[str, Any]:
                self.loads.append(name)
                return self.environment.namespace(name, names=self.names)

            self.modules[name] = ScriptModule(name, load, script)
        tree: dict[str, Any] = {}
        for name, module in self.modules.items():
            package, _, last = name.rpartition(".")
            (tree.setdefault(package, {}) if package else tree)[last] = module
        for name, value in tree.items():
            self.names[name] = ScriptPackage(name, value) if isinstance(value, dict) else value

    def run(self, source: str) -> str:
        """What a script prints that sees the modules."""
        script = Sandbox().compile(source, "main.py").script
        assert script is not None
        output: list[str] = []
        with Run(output.append):
            self.environment.execute(
                script, self.environment.namespace(script=script, names=self.names)
            )
        return "".join(output)


def test_a_module_runs_once_when_first_used() -> None:
    """Naming it does nothing; the first attribute runs it."""
    project = Project({"a": "x = 1\ndef f(): return x\n"})
    assert project.run("m = a\nprint 'named'") == "named\n"
    assert project.loads == []
    assert project.run("print a.x, a.f()") == "1 1\n"
    assert project.run("a.x = 5\nprint a.f()\ndel a.x\nprint hasattr(a, 'x')") == "5\nFalse\n"
    assert project.loads == ["a"]


def test_every_form_of_import_works() -> None:
    """Dotted, aliased, from, star, and names that start with an underscore."""
    project = Project({"p.a": "x = 1\n_y = 2\n__all__ = ['x', '_y']\n", "p.b": "z = 3\n_h = 4\n"})
    assert project.run("import p.a\nprint p.a.x") == "1\n"
    assert project.run("import p.a as q\nprint q._y") == "2\n"
    assert project.run("from p import a, b\nprint a.x, b._h") == "1 4\n"
    assert project.run("from p.a import x as w, _y\nprint w, _y") == "1 2\n"
    assert project.run("from p.a import *\nprint x, _y") == "1 2\n"
    assert project.run("from p.b import *\nprint z, '_h' in dir()") == "3 False\n"
    with pytest.raises(ImportError, match="No module named zz"):
        project.run("import p.zz")


SHADOWED = ("dict", "eval", "execfile", "float", "frozenset", "int", "list", "repr", "round", "set")
SHADOWED += ("sorted", "str", "tuple", "len", "range", "abs")


def test_a_star_brings_names_of_builtins_as_well() -> None:
    """Called at the top level, in a function and in a class body, as in Jython."""
    library = "def own(*given): return 'own'\n" + "".join(f"{name} = own\n" for name in SHADOWED)
    asked = f"found = unique([{', '.join(f'{name}(5)' for name in SHADOWED)}])\n"
    source = (
        f"unique = set\nfrom p import *\n{asked}print found\n"
        f"def f():\n    {asked}    return found\nprint f()\n"
        f"class C:\n    {asked}print C.found\n"
    )
    assert Project({"p": library}).run(source) == "set(['own'])\n" * 3


def test_a_cycle_sees_what_was_bound_so_far() -> None:
    """As Python does with partially initialised modules."""
    project = Project(
        {
            "a": "x = 1\nimport b\ny = b.got\n",
            "b": "import a\ngot = a.x\nhas = hasattr(a, 'y')\n",
        }
    )
    assert project.run("print a.y, b.has, a.y") == "1 False 1\n"


def test_a_failure_is_raised_where_it_was_used_and_tried_again() -> None:
    """The next use runs the body again."""
    project = Project(
        {"a": "import flag\nif flag.bad: raise ValueError('no')\nx = 1\n", "flag": ""}
    )
    project.modules["flag"]._write("bad", True)
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            project.run("a.x")
    project.modules["flag"]._write("bad", False)
    assert project.run("print a.x") == "1\n"
    assert project.loads.count("a") == 3


def test_threads_wait_for_the_one_that_runs_the_module() -> None:
    """One runs the body, the others get the finished module."""
    started, go = threading.Event(), threading.Event()
    loads = []

    def load() -> dict[str, Any]:
        loads.append(1)
        started.set()
        assert go.wait(5)
        return {"x": 1}

    module = ScriptModule("m", load)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(module.x)) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert started.wait(5)
    go.set()
    for thread in threads:
        thread.join(5)
    assert found == [1, 1, 1, 1]
    assert loads == [1]


def test_a_cycle_across_threads_does_not_lock() -> None:
    """Two threads that start a cycle at both ends finish."""
    first, second = threading.Event(), threading.Event()
    modules: dict[str, ScriptModule] = {}

    def load_a() -> dict[str, Any]:
        first.set()
        assert second.wait(5)
        return {"x": 1, "seen": "x" in modules["b"]._contents()}

    def load_b() -> dict[str, Any]:
        second.set()
        assert first.wait(5)
        return {"x": 2, "seen": "x" in modules["a"]._contents()}

    modules["a"], modules["b"] = ScriptModule("a", load_a), ScriptModule("b", load_b)
    threads = [
        threading.Thread(target=lambda n=name: modules[n].x, daemon=True)  # type: ignore[misc]
        for name in ("a", "b")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert modules["a"]._loaded
    assert modules["b"]._loaded


def test_the_host_of_a_module_is_out_of_reach() -> None:
    """Neither the builtins nor the environment can be read or set through a module."""
    project = Project({"a": "x = 1\n"})
    for name in ("__builtins__", "$environment", "$source"):
        module = project.modules["a"]
        with pytest.raises(AttributeError):
            module._read(name)
        with pytest.raises(AttributeError):
            module._write(name, 1)
        assert name not in module._contents()


def test_no_method_of_the_host_hides_a_name_of_a_library() -> None:
    """A library may define any public name at all."""
    names = ("read", "write", "remove", "contents", "names", "members", "loaded", "begin", "load")
    project = Project({"a": "".join(f"def {name}(): return '{name}'\n" for name in names)})
    for name in names:
        assert project.run(f"print a.{name}()") == f"{name}\n"


def test_dictionaries_of_names_have_their_methods() -> None:
    """``globals()`` and its kin take what a dictionary takes, by every method that changes one."""
    source = (
        "import threading\n"
        "globals().update({'x': 1}); vars().update(y=2); locals().update(z=3)\n"
        "assert (x, y, z, globals().setdefault('x', 5), globals().setdefault('w', 6)) "
        "== (1, 2, 3, 1, 6)\n"
        "class T(threading.Thread):\n"
        "    def __init__(self):\n"
        "        threading.Thread.__init__(self)\n"
        "        self.__dict__.update(a=1)\n"
        "        self.__dict__.setdefault('b', 2)\n"
        "assert T().a + T().b == 3\n"
    )
    assert attack(source) == ("held", "")
