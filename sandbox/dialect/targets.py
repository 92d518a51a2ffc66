"""What can be assigned to and deleted, and in what words everything else cannot."""

import ast

from sandbox.dialect.expressions import Expressions
from sandbox.dialect.nodes import Repr
from sandbox.dialect.operators import STORE, new

DELETE = ast.Del()

_REFUSED: dict[type[ast.AST], str] = {
    ast.GeneratorExp: "generator expression",
    ast.Yield: "yield expression",
    ast.BinOp: "operator",
    ast.BoolOp: "operator",
    ast.UnaryOp: "operator",
    ast.Compare: "comparison",
    ast.Lambda: "lambda",
    ast.Call: "function call",
    Repr: "repr",
    ast.IfExp: "conditional expression",
    ast.ListComp: "list comprehension",
    ast.SetComp: "set comprehension",
    ast.DictComp: "dict comprehension",
    ast.Dict: "literal",
    ast.Set: "literal",
    ast.Constant: "literal",
}


class Targets(Expressions):
    """The room of assignment and deletion targets."""

    __slots__ = ()

    def target_list(self) -> ast.expr:
        """What a ``for`` or a comprehension assigns to."""
        return self.store(self.expression_list(), True)

    def store(self, node: ast.expr, lenient: bool = False) -> ast.expr:
        """Make an expression the target of an assignment.

        Args:
            node: what the parser read in Load context.
            lenient: allow ``()`` and None, as Jython does in ``for`` and ``except``.

        Returns:
            The same node in Store context; a Name where the parser read True, False or None.
        """
        kind = type(node)
        if kind is ast.Name or kind is ast.Attribute or kind is ast.Subscript:
            node.ctx = STORE  # type: ignore[attr-defined]
            if kind is ast.Name and node.id == "__debug__":  # type: ignore[attr-defined]
                self.fail_node("can not assign to __debug__", node)
            return node
        if isinstance(node, ast.Tuple | ast.List):
            if kind is ast.Tuple and not node.elts and not lenient:
                self.fail_node("can't assign to ()", node)
            node.ctx = STORE
            node.elts = [self.store(element, lenient) for element in node.elts]
            return node
        return self.store_constant(node, "assign to", STORE, lenient)

    def store_constant(
        self, node: ast.expr, verb: str, context: ast.expr_context, lenient: bool = True
    ) -> ast.expr:
        """A Name for True, False and None where Jython lets a script bind them."""
        if isinstance(node, ast.Constant):
            if node.value is None and not lenient:
                self.fail_node("assignment to None", node)
            if node.value is True or node.value is False or node.value is None:
                name = new(ast.Name)
                name.__dict__ = {**node.__dict__, "id": str(node.value), "ctx": context}
                return name
        self.fail_node(f"can't {verb} {_REFUSED[type(node)]}", node)

    def delete(self, node: ast.expr) -> ast.expr:
        """Make an expression what ``del`` deletes."""
        kind = type(node)
        if kind is ast.Name or kind is ast.Attribute or kind is ast.Subscript:
            node.ctx = DELETE  # type: ignore[attr-defined]
            return node
        if isinstance(node, ast.Tuple | ast.List):
            if kind is ast.Tuple and not node.elts:
                self.fail_node("can't delete ()", node)
            node.ctx = DELETE
            node.elts = [self.delete(element) for element in node.elts]
            return node
        return self.store_constant(node, "delete", DELETE)

    def augmented(self, node: ast.expr) -> ast.expr:
        """Make an expression the target of ``+=`` and its like."""
        if isinstance(node, ast.Tuple | ast.List):
            word = "tuple" if isinstance(node, ast.Tuple) else "list"
            self.fail_node(f"assignment to {word} illegal for augmented assignment", node)
        return self.store(node)

