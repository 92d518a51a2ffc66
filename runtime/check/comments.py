"""Comments that silence rules: ``# pilotlight: ignore[rule, rule]``, or ``ignore`` for all."""

from collections.abc import Iterable, Iterator
from typing import Any

from project_store.names import nearest
from runtime.check.outline import Ignore
from runtime.check.rules import FIRM, RULES
from sandbox import Diagnostic


def silence(
    file: str, found: Iterable[Any], ignores: Iterable[Ignore], unused: bool
) -> Iterator[Any]:
    """The diagnostics of a script that no comment on their line silences, and those of comments.

    Args:
        file: the script's name in diagnostics.
        found: what there is to say of it.
        ignores: its comments.
        unused: tell of comments that silence nothing.
    """
    by_line: dict[int, list[Ignore]] = {}
    for ignore in ignores:
        by_line.setdefault(ignore.line, []).append(ignore)
    used: set[tuple[Ignore, str]] = set()
    for diagnosis in found:
        hit = None
        if diagnosis.rule not in FIRM:
            here = by_line.get(diagnosis.line, ())
            hit = next((ignore for ignore in here if _names(ignore, diagnosis.rule)), None)
        if hit is None:
            yield diagnosis
        else:
            used.add((hit, diagnosis.rule if hit.rules else ""))
    for ignore in (each for group in by_line.values() for each in group):
        for rule in ignore.rules or ("",):
            if rule and rule not in RULES:
                near = nearest(rule, RULES)
                hint = f"did you mean {near}?" if near else "pilotlight check --rules lists them"
                yield _complaint(file, ignore, "unknown-rule", f"there is no rule {rule}", hint)
            elif unused and (ignore, rule) not in used:
                what = f"nothing of {rule}" if rule else "nothing"
                yield _complaint(
                    file, ignore, "unused-ignore", f"{what} is reported on this line", "remove it"
                )


def _names(ignore: Ignore, rule: str) -> bool:
    return not ignore.rules or rule in ignore.rules


def _complaint(file: str, ignore: Ignore, rule: str, message: str, remedy: str) -> Diagnostic:
    return Diagnostic(file, ignore.line, ignore.column, rule, "warning", message, remedy)
