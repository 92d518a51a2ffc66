"""The rules for expressions: where a guard stands, and what stays native."""

from __future__ import annotations

import ast
from typing import Any

from sandbox.dialect.meaning.attributes import PY2_METHOD_NAMES
from sandbox.dialect.nodes import HostName
from sandbox.limits_items import UNSAFE, is_plain_index
from sandbox.policy_checks import CONSTANTS, LOAD, Receiver
from sandbox.policy_names import (
    GUARDED_ATTRIBUTES,
    REFUSED_ATTRIBUTES,
    SIZED_METHODS,
)
from sandbox.policy_plain import ORDERINGS
from sandbox.policy_searches import OFTEN, SearchRules, yields
from sandbox.policy_sizes import INLINE, is_wide


def _gives_a_zone(node: ast.Call) -> bool:
    """Whether a call may set the time zone of a moment, which may be a script's."""
    func = node.func
    return (
        type(func) is ast.Attribute
        and func.attr == "replace"
        and (len(node.args) > 3 or any(k.arg in ("tzinfo", None) for k in node.keywords))
    )


def _called(func: Any) -> str:
    """How a message begins about the arguments of a call; the interpreter asks what is called."""
    kind = type(func)
    name = func.attr if kind is ast.Attribute else getattr(func, "id", "")
    return f"{name.rstrip('$')}() " if name and name[0] != "$" else ""


# Names that values of scripts often have: read natively, and what was read decides.
FILTERED = frozenset({"index"})


class ExpressionRules(SearchRules):
    """Rules for every expression of the dialect."""

    def visit_Constant(self, node: ast.Constant) -> Any:
        """Allow constants of plain types."""
        if type(node.value) not in CONSTANTS:
            self.report(node, "constant", type(node.value).__name__)
        return node

    def _verdict(self, name: str) -> int:
        """0: native; 1: guarded; 2: guarded when read; 3 and 4: refused."""
        try:
            return self._attributes[name]
        except KeyError:
            if name in FILTERED:
                verdict = 0
            elif name in REFUSED_ATTRIBUTES:
                verdict = 3
            elif "$" in name or not name.isascii() or not name.isidentifier():
                verdict = 4
            elif name[:1] == "_" or name[:5] == "func_":
                verdict = 1
            elif (
                name in GUARDED_ATTRIBUTES
                or name in PY2_METHOD_NAMES
                or (self.sizes and name in SIZED_METHODS)
            ):
                verdict = 2
            else:
                verdict = 0
            self._attributes[name] = verdict
            return verdict

    def _written(self, name: str) -> str:
        """The name of a private attribute of a class, as the interpreter stores it."""
        if self._class_name and name[:2] == "__" and name[-2:] != "__":
            return f"_{self._class_name}{name}"
        return name

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Native where the name decides, else through the guard of its context."""
        value = node.value
        kind = type(value)
        if kind is ast.Name:
            # Most values are names; one frame less for each.
            if self._names.get(value.id, "") is not None:  # type: ignore[attr-defined]
                node.value = self.visit_Name(value)  # type: ignore[arg-type]
        else:
            self._enter(node)
            node.value = self._dispatch[kind](value)
            self._depth -= 1
        return self._guarded_attribute(node)

    def _guarded_attribute(self, node: ast.Attribute) -> Any:
        """The attribute, or what stands for it; its owner has been visited."""
        verdict = self._verdict(node.attr)
        if verdict == 0 or (verdict == 2 and not self._augmented):
            if type(node.ctx) is not ast.Load:
                node.value = self._opened(node)
                return node
            if verdict == 0:
                return self._filtered(node) if node.attr in FILTERED else node
        if verdict > 2:
            if verdict == 3:
                self.report(node, "inspection", node.attr, REFUSED_ATTRIBUTES[node.attr])
            else:
                self.report(node, "host-name", node.attr)
            return node
        if type(node.ctx) is ast.Load:
            name = self._written(node.attr)
            if self._is_receiver(node):
                return self._own_read(node)
            guard = "$field" if name[:1] == "_" and name[:2] != "__" else "$getattr"
            return self._call(guard, [node.value, self._constant(name, node)], node)
        # A subscript of a host object can stand wherever a target may.
        return self._at(
            ast.Subscript(
                value=self._call("$private", [node.value], node),
                slice=self._constant(self._written(node.attr), node),
                ctx=node.ctx,
            ),
            node,
        )

    def _filtered(self, node: ast.Attribute) -> ast.expr:
        """A native read of what may be a method of a list that is ours here."""
        if not self._has_variables():
            return self._call("$ours", [node], node)
        first, again = self._put_by("$method", node)
        method = self._call("$ours", [again], node)
        made: ast.expr = self._unless("$native", [first], method, again)
        return made

    def _opened(self, node: ast.Attribute) -> ast.expr:
        """The owner of a plain attribute that is stored or deleted, once it was looked at."""
        owner = node.value
        guarded = self._call("$open", [owner, self._constant(node.attr, node)], node)
        if type(owner) is not ast.Name or owner.id != self._self.name or node.attr == "args":
            # The arguments of an error are in C, whose class it may be.
            return guarded
        self._self.used = True
        own = self._at(ast.Name(id=owner.id, ctx=LOAD), owner)
        made: ast.expr = self._at(
            ast.IfExp(test=self._own_unasked(node), body=own, orelse=guarded), node
        )
        return made

    def _own_unasked(self, node: Any) -> ast.expr:
        """``$own``, where nobody may be searching the dictionary of an instance."""
        unasked = self._at(ast.UnaryOp(op=ast.Not(), operand=self._host("$asking", node)), node)
        made: ast.expr = self._at(
            ast.BoolOp(op=ast.And(), values=[self._host("$own", node), unasked]), node
        )
        return made

    def _is_receiver(self, node: ast.Attribute) -> bool:
        """Whether it is a private attribute of the method's own instance."""
        owner = node.value
        if type(owner) is not ast.Name or owner.id != self._self.name:
            return False
        name = self._written(node.attr)
        if name[:1] != "_" or name[:2] == "__" or self._verdict(node.attr) != 1:
            return False
        self._self.used = True
        return True

    def _own_read(self, node: ast.Attribute) -> ast.expr:
        """``self._name``: native where ``$own`` allows it."""
        name = self._constant(self._written(node.attr), node)
        guarded = self._call("$field", [node.value, name], node)
        made: ast.expr = self._at(
            ast.IfExp(test=self._host("$own", node), body=node, orelse=guarded), node
        )
        return made

    def visit_Call(self, node: ast.Call) -> Any:
        """Check callee, arguments and the names of keywords."""
        self._enter(node)
        dispatch = self._dispatch
        func = node.func
        kind = type(func)
        args = node.args
        kind_of_call = kind
        if kind is ast.Attribute and func.attr in OFTEN:  # type: ignore[attr-defined]
            self._changer(node)
        elif kind is not HostName:
            node.func = dispatch[kind](func)
            if node.func is func and _gives_a_zone(node):
                replace = self._constant("replace", func)
                node.func = self._call("$getattr", [func.value, replace], func)  # type: ignore[attr-defined]
        elif func.id[:5] == "$exec":  # type: ignore[attr-defined]
            # It may bind any name of the function.
            self._watched.rebound = True
        elif (
            self.sizes
            and func.id[:8] == "$percent"  # type: ignore[attr-defined]
            and args
            and type(args[0]) is ast.Constant
            and is_wide(str(args[0].value))
        ):
            node.func = self._host("$format_percent", func)
            del args[2:]
        for index, argument in enumerate(args):
            kind = type(argument)
            if kind is not HostName:
                args[index] = dispatch[kind](argument)
            if kind is ast.Starred:
                starred: Any = args[index]
                starred.value = self._starred(starred.value, _called(func))
        if self.sizes and len(args) == 1:
            if type(func) is HostName and func.id == "tuple$" and type(args[0]) is not ast.Starred:
                args[0] = self._starred(args[0])
            self._sized_argument(func, args)
        for keyword in node.keywords:
            name = keyword.arg
            if name is not None and (name[:2] == "__" or "$" in name):
                self.report(keyword.value, "keyword-name", name)
            value = keyword.value
            keyword.value = dispatch[type(value)](value)
            if name is None:
                named = tuple([each.arg for each in node.keywords if each.arg is not None])
                told = [self._constant(each, value) for each in (_called(func), *named)]
                keyword.value = self._call("$keywords", [keyword.value, *told], value)
        if kind_of_call is ast.Attribute and func.attr in OFTEN:  # type: ignore[attr-defined]
            self._last_of(node)
        self._depth -= 1
        if kind_of_call is HostName and func.id in ORDERINGS and len(args) == 2:  # type: ignore[attr-defined]
            return self._ordered(node)
        if kind_of_call is ast.Attribute and func.attr in FILTERED and args:  # type: ignore[attr-defined]
            return self._index_of(node, func)
        return node

    def _index_of(self, call: ast.Call, func: Any) -> ast.expr:
        """``x.index(value)``: native for a plain value, whose text is no script's.

        Args:
            func: the plain read of the method, its owner visited.
        """
        value = call.args[0]
        if type(value) is ast.Constant:
            call.func = func
        names = type(value) is ast.Name and type(func.value) is ast.Name
        if not names or not self._has_variables():
            return call
        # What was looked at is what is looked for, whatever reading the method does.
        first, again = self._put_by("$other", value)
        args = [again, *call.args[1:]]
        native = self._at(ast.Call(func=func, args=args, keywords=call.keywords), call)
        made: ast.expr = self._unless("$plain", [first], native, call)
        return made

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """Allow: items have no names to check. Stores may need a look at what the index is."""
        self._enter(node)
        dispatch = self._dispatch
        value = node.value
        node.value = dispatch[type(value)](value)
        index = node.slice
        node.slice = dispatch[type(index)](index)
        self._depth -= 1
        if type(node.ctx) is ast.Store and type(index) is not ast.Slice:
            owner = node.value
            if self._suspended or yields(index):
                node.value = self._call("$stores", [owner], node)
                return node
            node.value = self._in_search("$storing", owner)
            if UNSAFE and not is_plain_index(index):
                named = isinstance(value, ast.Name) or isinstance(index, ast.Name)
                self._store_of_item(node, owner, named)
            else:
                node.slice = self._late(node.slice)
        elif type(node.ctx) is ast.Store and UNSAFE and not is_plain_index(index):
            self._store_of_item(node, node.value, True)
        return node

    def visit_Slice(self, node: ast.Slice) -> Any:
        """Allow."""
        if node.lower is not None:
            node.lower = self.visit(node.lower)
        if node.upper is not None:
            node.upper = self.visit(node.upper)
        if node.step is not None:
            node.step = self.visit(node.step)
        return node

    def visit_Starred(self, node: ast.Starred) -> Any:
        """Allow."""
        node.value = self.visit(node.value)
        return node

    def visit_List(self, node: ast.List) -> Any:
        """Allow."""
        self._enter(node)
        self._expressions(node.elts)
        self._depth -= 1
        return self._parts_once(node) if self.sizes else node

    def visit_Tuple(self, node: ast.Tuple) -> Any:
        """Allow."""
        self._enter(node)
        self._expressions(node.elts)
        self._depth -= 1
        return self._parts_once(node) if self.sizes else node

    def visit_Set(self, node: ast.Set) -> Any:
        """Allow."""
        self._enter(node)
        self._expressions(node.elts)
        self._depth -= 1
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        """Allow for what the lowering made of ``format``: parts that are text already."""
        for part in node.values:
            if type(part) is ast.FormattedValue:
                call = part.value
                if not (type(call) is ast.Call and type(call.func) is HostName):
                    self.report(node, "unknown-syntax", "JoinedStr")
                    return node
                part.value = self.visit(call)
            elif type(part) is not ast.Constant:
                self.report(node, "unknown-syntax", "JoinedStr")
        return node

    def visit_Dict(self, node: ast.Dict) -> Any:
        """Allow."""
        self._enter(node)
        if None in node.keys:
            self.report(node, "unknown-syntax", "dict unpacking")
        else:
            self._expressions(node.keys)
        self._expressions(node.values)
        self._depth -= 1
        return self._parts_once(node) if self.sizes else node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """Allow; a chain is walked, not nested. Sizes are guarded in the thread tier."""
        chain = [node]
        left = node.left
        while type(left) is ast.BinOp:
            chain.append(left)
            left = left.left
        dispatch = self._dispatch
        self._enter(node)
        done: Any = dispatch[type(left)](left)
        sizes = self.sizes
        for link in reversed(chain):
            link.left = done
            right = link.right
            link.right = dispatch[type(right)](right)
            done = link
            if sizes:
                if type(link.op) is ast.Add:
                    if type(link.left) is not ast.Constant:
                        link.right = self._addend(link.right)
                    continue
                constant = type(link.right) is ast.Constant
                if constant and getattr(link, "is_number", False):
                    # Not text, whose length would have to be looked at, and soon done.
                    continue
                guard = self._size_guard(link.op, link.right, link.left)
                if guard is not None:
                    done = self._call(guard, [link.left, link.right], link)
                    names = [one for one in (link.left, link.right) if type(one) is ast.Name]
                    constants = type(link.left) is ast.Constant or type(link.right) is ast.Constant
                    # Two large numbers take long to divide.
                    quick = guard in INLINE and (constant or guard != "$modulo")
                    if guard == "$times" and len(names) == 2:
                        done = self._product(link, done)
                    elif quick and names and len(names) + constants == 2:
                        done = self._unless("$numbers", names, link, done)
        self._depth -= 1
        return done

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        """Allow."""
        self._enter(node)
        node.operand = self.visit(node.operand)
        self._depth -= 1
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        """Allow."""
        self._enter(node)
        self._expressions(node.values)
        self._depth -= 1
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        """Allow."""
        self._enter(node)
        dispatch = self._dispatch
        left = node.left
        node.left = dispatch[type(left)](left)
        self._expressions(node.comparators)
        if self.sizes and type(left) is not ast.Constant:
            for index, op in enumerate(node.ops):
                # One operand that is soon walked through ends the comparison.
                if type(op) in _WALKING:
                    node.comparators[index] = self._flat(node.comparators[index])
                elif type(op) in _SEARCHING and not index:
                    node.left = self._flat(node.left)
        self._depth -= 1
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        """Allow."""
        self._enter(node)
        node.test = self.visit(node.test)
        node.body = self.visit(node.body)
        node.orelse = self.visit(node.orelse)
        self._depth -= 1
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        """Check the parameters; put the entry check before the value."""
        self._enter(node)
        self.check_arguments(node.args)
        former = self._in_class, self._in_function
        receiver, self._self = self._self, Receiver("")
        self._in_class = False
        self._in_function = True
        node.body = self._at(
            ast.BoolOp(op=ast.And(), values=[self._entry_value(node), self.visit(node.body)]), node
        )
        self._in_class, self._in_function = former
        self._self = receiver
        self._depth -= 1
        return node

    def _comprehension(self, node: Any) -> Any:
        self._enter(node)
        # Names bound by a comprehension are its own, whatever scope surrounds it.
        former = self._in_class
        self._comprehensions += 1
        receiver, self._self = self._self, Receiver("")
        self._in_class = False
        for generator in node.generators:
            generator.iter = self.visit(generator.iter)
            # What a target needs to remember would be a variable of another function.
            outside, self._in_function = self._in_function, False
            generator.target = self.visit(generator.target)
            self._in_function = outside
            self._expressions(generator.ifs)
            generator.ifs.insert(0, self._go_on(node))
            if generator.is_async:
                self.report(node, "unknown-syntax", "async comprehension")
        if type(node) is ast.DictComp:
            node.key = self.visit(node.key)
            node.value = self.visit(node.value)
        else:
            node.elt = self.visit(node.elt)
        self._comprehensions -= 1
        self._in_class = former
        self._self = receiver
        self._depth -= 1
        return node

    visit_ListComp = _comprehension
    visit_SetComp = _comprehension
    visit_DictComp = _comprehension
    visit_GeneratorExp = _comprehension

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        """Allow for what the lowering made: the dialect has no such operator."""
        node.value = self.visit(node.value)
        node.target = self.visit(node.target)
        return node

    def visit_Yield(self, node: ast.Yield) -> Any:
        """Allow."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        """Allow for what the lowering made."""
        node.value = self.visit(node.value)
        return node


_WALKING = (ast.Eq, ast.NotEq)
_SEARCHING = (ast.In, ast.NotIn)
