"""``sys.exc_info()`` after a handler has ended: the last error a function handled stays its own.

Python 3 forgets an error when its handler ends. Only a scope that asks (``exc_info()``, or a bare
``raise`` outside any handler) notes the errors it handles in a local name of the host's.
"""

from __future__ import annotations

import ast

from sandbox.dialect.lowering.base import Base
from sandbox.dialect.lowering.facts import Scope

LAST = "$last"


class LastError(Base):
    """Lowering of what reads the last error."""

    def asks_last(self, call: ast.expr) -> ast.expr:
        """``sys.exc_info()``, told what this scope handled last."""
        if self.scope.kind not in ("function", "module"):
            return call
        last = self.host(self.kept_as(LAST, self.scope), call)
        asking = self.call("$exc_info", [call, last], call)
        self.scope.asks_last.append(asking)
        return asking

    def raise_last(self, node: ast.stmt) -> ast.expr | None:
        """What a bare ``raise`` raises, None where the interpreter knows it."""
        if self.in_handler or self.scope.kind not in ("function", "module"):
            return None
        asking = self.call("$last_error", [self.host(self.kept_as(LAST, self.scope), node)], node)
        self.scope.asks_last.append(asking)
        return asking

    def finish_last(self, scope: Scope, body: list[ast.stmt], at: int) -> None:
        """Make the handlers of a scope that asks note what they handle.

        Args:
            body: the lowered statements of the scope, changed in place.
            at: where its first statement stands, behind a docstring.
        """
        if not scope.asks_last:
            return
        if not scope.handlers:
            for asking in scope.asks_last:
                asking.args[-1] = self.constant(None, asking)
            return
        last = self.kept_as(LAST, scope)
        for handler in scope.handlers:
            first = handler.body[0]
            if handler.name is None:
                handler.name = self.temporary()
                handler.host_name = True
            value = self.host(handler.name, handler)
            handler.body.insert(0, self.assign(self.host_store(last, first), value, first))
        first = body[at]
        nothing = self.constant(None, first)
        body.insert(at, self.assign(self.host_store(last, first), nothing, first))


def is_clear(node: ast.expr) -> bool:
    """Whether an expression statement is ``sys.exc_clear()``."""
    return (
        type(node) is ast.Call
        and type(node.func) is ast.Attribute
        and node.func.attr == "exc_clear"
        and not node.args
    )


__all__ = ["LAST", "LastError", "is_clear"]
