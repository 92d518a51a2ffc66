"""Modules of the language: ``__builtin__ exceptions __future__ keyword abc doctest``."""

from __future__ import annotations

from typing import Any

from sandbox.guards_abstract import AbstractProperty, ScriptAbstract, mark_abstract
from sandbox.library.module import HostType, Module, RefusingModule, host_class


class BuiltinModule(Module):
    """``__builtin__``: the builtins of scripts."""

    __slots__ = ()
    NAME = "__builtin__"

    def _table(self) -> dict[str, Any]:
        run = self._library.current_run()
        environment = getattr(run, "environment", None)
        found = getattr(environment, "builtins", None)
        # Never the plain builtins: those have no guards.
        return found if found is not None else {}

    def __getattr__(self, name: str) -> Any:
        if not name.startswith(("_", "$")):
            table = self._table()
            if name in table:
                return table[name]
        return super().__getattr__(name)

    def __dir__(self) -> list[str]:
        return sorted(one for one in self._table() if not one.startswith(("_", "$")))

    @property
    def __all__(self) -> list[str]:
        return self.__dir__()


class ExceptionsModule(Module):
    """``exceptions``: the builtin exceptions."""

    __slots__ = ()
    NAME = "exceptions"

    def __getattr__(self, name: str) -> Any:
        builtins = self._library.find_module("__builtin__")
        if name[:1].isupper():
            found = getattr(builtins, name, None)
            if isinstance(found, type) and issubclass(found, BaseException):
                return found
        return super().__getattr__(name)


@host_class("__future__")
class Feature(metaclass=HostType):
    """A feature of ``__future__``."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"_Feature({self._name!r})"


class FutureModule(Module):
    """``__future__``."""

    __slots__ = ()
    NAME = "__future__"

    nested_scopes = Feature("nested_scopes")
    generators = Feature("generators")
    division = Feature("division")
    absolute_import = Feature("absolute_import")
    with_statement = Feature("with_statement")
    print_function = Feature("print_function")
    unicode_literals = Feature("unicode_literals")


class KeywordModule(Module):
    """``keyword``."""

    __slots__ = ()
    NAME = "keyword"

    _WORDS = (
        "and as assert break class continue def del elif else except exec finally for from global "
        "if import in is lambda not or pass print raise return try while with yield"
    )

    @property
    def kwlist(self) -> list[str]:
        """The keywords, a fresh list."""
        return self._WORDS.split()

    def iskeyword(self, word: Any) -> bool:
        """Whether a text is a keyword."""
        return word in self._WORDS.split()


class AbcModule(Module):
    """``abc``."""

    __slots__ = ()
    NAME = "abc"

    ABCMeta = ScriptAbstract
    abstractproperty = AbstractProperty

    def abstractmethod(self, function: Any) -> Any:
        """The function, marked."""
        return mark_abstract(function)


class DoctestModule(RefusingModule):
    """``doctest``: refused member by member."""

    __slots__ = ()
    NAME = "doctest"
    REMEDY = "use the unittest module, or the tests of the command line"
