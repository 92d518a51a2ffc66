"""Our trees as the host's own parser would give them, where both read the same language."""

import ast

from sandbox.dialect.nodes import ExceptHandlerPy2, Exec, Print, RaisePy2, Repr, TupleParameter


class NotShared(Exception):
    """The text says something in Python 2 only."""


class ToHost(ast.NodeTransformer):
    """Turns the Python 2 nodes that Python 3 can say as well into Python 3's."""

    def visit_ExceptHandlerPy2(self, node: ExceptHandlerPy2) -> ast.AST:
        self.generic_visit(node)
        target = node.target
        if target is not None and (node.form != "as" or not isinstance(target, ast.Name)):
            raise NotShared
        name = target.id if isinstance(target, ast.Name) else None
        return ast.copy_location(ast.ExceptHandler(node.type, name, node.body), node)

    def visit_RaisePy2(self, node: RaisePy2) -> ast.AST:
        self.generic_visit(node)
        if node.inst is not None:
            raise NotShared
        return ast.copy_location(ast.Raise(node.type, None), node)

    def visit_Print(self, node: Print) -> ast.AST:
        raise NotShared

    def visit_Exec(self, node: Exec) -> ast.AST:
        raise NotShared

    def visit_Repr(self, node: Repr) -> ast.AST:
        raise NotShared

    def visit_TupleParameter(self, node: TupleParameter) -> ast.AST:
        raise NotShared

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if node.kind in ("L", "b"):
            raise NotShared
        if isinstance(node.value, str) and node.kind is None:
            if "\\" in node.value:
                # Perhaps an escape that only Python 3 reads here.
                raise NotShared
            try:
                node.value = node.value.encode("latin-1").decode("utf-8")
            except UnicodeDecodeError:
                # Bytes by escapes, which to Python 3 are characters.
                raise NotShared from None
        node.kind = None
        return node


def dump_ours(tree: ast.Module) -> str:
    """The dump, with positions, of our tree in the host's shape.

    Raises:
        NotShared: the host has no such thing.
    """
    return ast.dump(ToHost().visit(tree), include_attributes=True)


def dump_host(source: str) -> str:
    """The dump, with positions, of the host's own tree.

    Raises:
        SyntaxError: the host does not accept the text.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            # unicode_literals and mixed strings are Python 2's affair.
            node.kind = None
    return ast.dump(tree, include_attributes=True)
