"""Each guard is needed: with one of them gone, an attack of the corpus gets through."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import (
    builtins_table,
    guards,
    guards_classes,
    guards_metaclass,
    guards_shown,
    guards_stores,
    policy_checks,
    policy_expressions,
)
from sandbox.policy_rules import PolicyTransformer
from tests.sandbox.attack_host import attack

ROOT = Path(__file__).parents[1] / "fixtures" / "attacks"


@pytest.fixture(autouse=True)
def _fresh_builtins() -> Iterator[None]:
    """Every mutation works on builtins of its own."""
    kept = dict(builtins_table._TABLES)
    builtins_table._TABLES.clear()
    yield
    builtins_table._TABLES.clear()
    builtins_table._TABLES.update(kept)


def run(case: str) -> str:
    """The verdict on one case of the corpus."""
    return attack((ROOT / f"{case}.py2").read_text())[0]


def plain_read(owner: Any, name: str) -> Any:
    """A guard that guards nothing."""
    return getattr(owner, name)


def no_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "field", plain_read)


def no_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "read", plain_read)
    monkeypatch.setattr(policy_expressions, "REFUSED_ATTRIBUTES", {})


def no_getattr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "guarded_getattr", getattr)
    monkeypatch.setattr(builtins_table, "named_attribute", getattr)


def no_hasattr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "guarded_hasattr", hasattr)


def no_setattr(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(owner: Any, name: str, value: Any) -> None:
        object.__setattr__(owner, name, value)

    monkeypatch.setattr(builtins_table, "guarded_setattr", bare)


def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_checks, "REFUSED_NAMES", {})


def no_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_checks, "REFUSED_METHODS", {})
    monkeypatch.setattr(guards_metaclass, "REFUSED_METHODS", {})
    monkeypatch.setattr(guards_metaclass, "REFUSED_NAMES", {})


def no_cleaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_metaclass, "cleaned", dict)
    monkeypatch.setattr(guards_classes, "cleaned", dict)


def no_class_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(guards.SPECIAL, "__class__", lambda owner, name: type(owner))


def no_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_shown, "safe_answer", lambda answer: answer)


def no_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "format_call", lambda text, *a, **k: text.format(*a, **k))


def no_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import errors

    monkeypatch.setattr(errors, "SystemExit", SystemExit)


def no_require(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "require_run", lambda origin: True)


def no_managed(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import dynamic

    monkeypatch.setattr(dynamic, "Managed", lambda manager, origin=None: manager)


def no_rebinding_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    never = property(lambda receiver: False, lambda receiver, value: None)
    monkeypatch.setattr(policy_checks.Receiver, "rebound", never)


def no_owner_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "owns", lambda owner: True)


def no_dotted_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        PolicyTransformer, "_dotted_import", lambda self, alias, node: ast.Import(names=[alias])
    )
    monkeypatch.setattr(PolicyTransformer, "visit_Import", lambda self, node: node)


def no_metaclass_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_metaclass, "_check_metaclass", lambda bases, inside: None)


def no_protection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_metaclass, "_protect", lambda made: None)


def no_class_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    no_sealed_metaclasses(monkeypatch)
    monkeypatch.setattr(guards_metaclass.ScriptType, "__setattr__", type.__setattr__)


def no_sealed_metaclasses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_metaclass.SealedMeta, "__setattr__", type.__setattr__)
    monkeypatch.setattr(guards_metaclass.SealedMeta, "__delattr__", type.__delattr__)



def no_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import dynamic

    monkeypatch.setattr(dynamic, "hidden", lambda name: False)


def no_import_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import importing, modules

    monkeypatch.setattr(importing, "_HIDDEN", frozenset())
    monkeypatch.setattr(modules, "_RESERVED", frozenset())
    monkeypatch.setattr(guards, "REFUSED_ATTRIBUTES", {})
    monkeypatch.setattr(guards, "_DYNAMIC", guards._DYNAMIC - {"__builtins__"})


def no_default_deny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PolicyTransformer, "report", lambda *a, **k: None)


def no_sealed_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import errors

    class Open(BaseException):
        code = 1

    monkeypatch.setattr(errors, "SystemExit", Open)


def no_namespace_check(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import environment

    monkeypatch.setattr(environment, "is_namespace", lambda names: "$environment" in names)


def no_unbound_check(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import unbound

    monkeypatch.setattr(unbound, "Unbound", lambda function, owner: function)
    monkeypatch.setattr(unbound, "call_unbound", unbound.call_static)


def no_truthful_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_metaclass, "_truthful", lambda hook: hook)


def no_exact_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_metaclass, "_TEXTS", frozenset())


def no_shown_error_class(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.library import errors, module

    monkeypatch.setattr(errors, "safe_answer", lambda answer: answer)
    monkeypatch.setattr(module.ModuleRefused, "java_name", "", raising=False)


def no_keyword_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "plain_keywords", lambda names, *told: dict(names))


def no_shown_mro(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import guards_owners

    monkeypatch.setattr(guards_owners, "mro_list", type.mro)


def no_class_reads_of_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "field", plain_read)


def no_own_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.dialect.meaning import classes

    monkeypatch.setattr(classes, "_own", lambda function: function)


def no_cell_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(maker: Any, name: str, bases: Any, body: dict[str, Any]) -> Any:
        return body["__metaclass__"](name, bases, body)

    monkeypatch.setattr(guards_classes._Maker, "__call__", bare)


def no_border(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import environment

    monkeypatch.setattr(environment, "_of_script", lambda leaving: leaving)


def no_exact_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.dialect.meaning import errors

    monkeypatch.setattr(errors, "_with_traceback", lambda error, trace: error.with_traceback(trace))


def no_bound_super(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "UnboundSuper", super)


def no_giving_back_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import Facade, dynamic

    monkeypatch.setattr(dynamic, "_gives_back", lambda kind: issubclass(kind, Facade))


def no_withholding(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import guards_kept

    monkeypatch.setattr(guards_kept, "_answer", lambda asked, name: asked.hook(name))


def no_field_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "FIELDS", frozenset())


def no_stand_in_for_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox import guards_owners

    monkeypatch.setattr(guards_owners, "FIELDS", frozenset())
    monkeypatch.setattr(guards, "FIELDS", frozenset())
    monkeypatch.setattr(guards_metaclass, "FIELDS", frozenset())


def no_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_NEVER", frozenset())
    monkeypatch.setattr(guards, "_RAW", frozenset())
    monkeypatch.setattr(guards, "_WRAPPERS", frozenset())
    monkeypatch.setattr(guards, "_METHODS", frozenset())
    monkeypatch.setattr(guards, "is_script_function", lambda value: True)


def no_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins_table, "settable", lambda owner, name: owner)
    monkeypatch.setattr(guards_stores, "settable", lambda owner, name: owner)


MUTATIONS: list[tuple[Callable[[pytest.MonkeyPatch], None], str]] = [
    (no_field, "attribute_walk/host_private"),
    (no_read, "attribute_walk/host_reduce"),
    (no_getattr, "getattr_and_types/getattr_concat"),
    (no_hasattr, "getattr_and_types/hasattr_leak"),
    (no_setattr, "getattr_and_types/setattr_private"),
    (no_names, "guard_shadowing/for_builtins"),
    (no_methods, "late_execution/set_name"),
    (no_cleaning, "late_execution/del_method"),
    (no_class_of, "attribute_walk/host_class_call"),
    (no_type, "getattr_and_types/type_call"),
    (no_format, "format/format_attr"),
    (no_exit, "exceptions/raise_system_exit"),
    (no_require, "late_execution/generator_finally"),
    (no_managed, "late_execution/generator_with"),
    (no_rebinding_watch, "attribute_walk/private_after_rebinding"),
    (no_rebinding_watch, "attribute_walk/private_after_exec"),
    (no_rebinding_watch, "attribute_walk/private_after_leaking_comprehension"),
    (no_owner_check, "attribute_walk/private_unbound_on_host"),
    (no_dotted_import, "source_tricks/import_as_falls_back_to_host"),
    (no_metaclass_check, "getattr_and_types/metaclass_equal_to_all"),
    (no_protection, "modules/thread_property_sees_host"),
    (no_class_stores, "late_execution/finaliser_under_metaclass"),
    (no_hidden, "guard_shadowing/globals_builtins"),
    (no_import_filter, "guard_shadowing/star_import_builtins"),
    (no_default_deny, "guard_shadowing/param_builtins"),
    (no_sealed_exceptions, "poisoning/exit_attr"),
    (no_namespace_check, "source_tricks/exec_forged_environment_names"),
    (no_unbound_check, "poisoning/unbound_java_method"),
    (no_truthful_class, "getattr_and_types/forged_class_by_hook"),
    (no_truthful_class, "getattr_and_types/forged_class_set_later"),
    (no_exact_names, "exceptions/class_name_is_not_text"),
    (no_shown_error_class, "exceptions/exc_info_real_class"),
    (no_keyword_check, "guard_shadowing/keyword_own_text"),
    (no_shown_mro, "poisoning/super_mro_of_numbers"),
    (no_class_reads_of_classes, "getattr_and_types/private_through_metaclass"),
    (no_own_methods, "poisoning/adapted_methods"),
    (no_cell_check, "frames/class_cell"),
    (no_border, "late_execution/closed_generator_goes_on_in_finally"),
    (no_border, "exceptions/rebound_name_raises_what_closed_a_generator"),
    (no_exact_traceback, "frames/own_with_traceback"),
    (no_bound_super, "poisoning/unbound_super_in_a_metaclass"),
    (no_giving_back_alone, "late_execution/closing_in_generator"),
    (no_withholding, "getattr_and_types/getattr_for_a_slot"),
    (no_withholding, "poisoning/getattr_for_a_context"),
    (no_field_check, "exceptions/error_object_by_another_name"),
    (no_stand_in_for_fields, "late_execution/name_of_a_class"),
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("mutation", "case"), MUTATIONS, ids=[f"{m.__name__}-{case}" for m, case in MUTATIONS]
)
def test_removing_one_guard_lets_an_attack_through(
    monkeypatch: pytest.MonkeyPatch, mutation: Callable[[pytest.MonkeyPatch], None], case: str
) -> None:
    """The case is held by the guard and wins without it."""
    assert run(case) != "won"

    builtins_table._TABLES.clear()
    no_open(monkeypatch)
    no_last_line(monkeypatch)
    mutation(monkeypatch)

    assert run(case) == "won"


STORES = (
    "exceptions/exc_info_real_class",
    "frames/own_with_traceback",
    "poisoning/adapted_methods",
    "poisoning/exit_attr",
    "poisoning/super_mro_of_numbers",
    "poisoning/unbound_super_in_a_metaclass",
)


@pytest.mark.parametrize(
    ("mutation", "case"),
    [one for one in MUTATIONS if one[1] in STORES],
    ids=[case for _, case in MUTATIONS if case in STORES],
)
def test_what_lets_an_object_of_the_host_out_does_not_let_it_be_changed(
    monkeypatch: pytest.MonkeyPatch, mutation: Callable[[pytest.MonkeyPatch], None], case: str
) -> None:
    """The guard of plain stores holds these cases where their own guard is gone."""
    builtins_table._TABLES.clear()
    no_last_line(monkeypatch)
    mutation(monkeypatch)

    assert run(case) != "won"


def test_no_guarded_read_gives_what_no_script_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the rule of its owner lets through."""
    import types

    def plain() -> None:
        """Stands for a function of the host's."""

    cell = (lambda: plain).__closure__
    assert cell is not None
    ways = (object.__getattribute__, object().__setattr__, "".format, str.format, int.mro)
    for found in (types, type, BaseException, guards_metaclass.ScriptType, plain, cell[0], *ways):
        monkeypatch.setattr(guards, "_found", lambda owner, name, found=found: found)
        with pytest.raises(AttributeError):
            guards.read(object(), "__it__")


def test_unknown_nodes_are_refused_by_default() -> None:
    """A node class without a rule is refused, not passed through."""
    for text in ("async def f(): pass", "x: int = 1", "match 1:\n    case 1: pass", "f'{1}'"):
        rules = PolicyTransformer("t.py")
        rules.visit(ast.parse(text))
        assert [d.rule for d in rules.diagnostics], text
