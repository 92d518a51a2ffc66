"""Source text in, checked code or diagnostics out."""

from __future__ import annotations

import ast
import hashlib
import re
import threading
import types
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.diagnostic import Diagnostic
from sandbox.dialect import lower, parse
from sandbox.dialect.errors import DialectError
from sandbox.dialect.single import show_values
from sandbox.limits_finally import written_out
from sandbox.policy import Policy
from sandbox.policy_rules import PolicyTransformer, TooMuch
from sandbox.script import CompileResult, Script

if TYPE_CHECKING:
    from sandbox.cache import CodeCache

# catch_warnings changes the state of the whole process.
_QUIET = threading.Lock()


MOST_SOURCE = 4_000_000
"""Characters of one source: reading more takes longer than a run has."""


class Refused(Exception):
    """A script did not compile; carries the diagnostics."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics[0].message if diagnostics else "")
        self.diagnostics = diagnostics


class Sandbox:
    """Compiles scripts under one policy.

    Args:
        policy: what scripts may do.
        profile: the generation whose dialect warnings apply (``"7.9"``).
        cache: where compiled code is kept between starts, or None.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        profile: str = "7.9",
        cache: CodeCache | None = None,
    ) -> None:
        self.policy = policy or Policy()
        self.profile = profile
        self.cache = cache
        self.on_parsed: Callable[[ast.Module], object] | None = None
        """Called with each tree as parsed, before it is lowered; cached code is not parsed."""

    @property
    def dialect(self) -> str:
        """What of this sandbox changes compiled code, as text for cache keys."""
        return f"{self.profile}\0{self.policy.key()}"

    def compile(
        self,
        source: str,
        filename: str = "<script>",
        *,
        entry: str | None = None,
        parameters: tuple[str, ...] = (),
    ) -> CompileResult:
        """Compile a script; a fault of the script is a diagnostic, never an exception.

        Args:
            source: Jython text.
            filename: the name for diagnostics and tracebacks.
            entry: the function the text stands for. A text whose top level defines it is taken as
                it is; any other text is the body of that function and is wrapped into it.
            parameters: the parameters of the function that a body is wrapped into.
        """
        found: list[Diagnostic] = []
        try:
            code = self._code(source, filename, entry, parameters, found)
        except Refused as refused:
            return CompileResult(None, refused.diagnostics)
        return CompileResult(Script(filename, source, code, entry), tuple(found))

    def _code(
        self,
        source: str,
        filename: str,
        entry: str | None,
        parameters: tuple[str, ...],
        found: list[Diagnostic],
    ) -> types.CodeType:
        cache = self.cache
        if cache is None:
            return self.build(source, filename, entry, parameters, "exec", found)
        key = cache.key(self.dialect, source, filename, entry, parameters)
        kept = cache.load(key)
        if kept is not None:
            code, warned = kept
            found.extend(warned)
            return code
        code = self.build(source, filename, entry, parameters, "exec", found)
        cache.store(key, code, tuple(found))
        return code

    def build(
        self,
        source: str,
        filename: str,
        entry: str | None = None,
        parameters: tuple[str, ...] = (),
        mode: str = "exec",
        found: list[Diagnostic] | None = None,
    ) -> types.CodeType:
        """Parse, check and compile, without the cache.

        Args:
            mode: ``exec``, ``eval`` for one expression, ``single`` for a line whose values show.
            found: collects warnings.

        Errors: ``Refused`` with the diagnostics.
        """
        if type(source) is not str:
            raise TypeError("the source of a script is a str")
        if len(source) > MOST_SOURCE:
            raise _too_large(filename, f"the script has more than {MOST_SOURCE} characters")
        try:
            unit = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:32]
            tree = self._tree(source, filename, entry, parameters, mode, unit)
            return self._checked(tree, source, filename, mode, found, unit)
        except DialectError as error:
            raise Refused((_syntax(filename, error),)) from None
        except (RecursionError, MemoryError):
            diagnostic = Diagnostic(
                filename,
                1,
                1,
                "too-deep",
                "error",
                "the script nests too deeply to be compiled",
                "use intermediate variables or functions",
            )
            raise Refused((diagnostic,)) from None

    def _tree(
        self,
        source: str,
        filename: str,
        entry: str | None,
        parameters: tuple[str, ...],
        mode: str,
        unit: str,
    ) -> Any:
        if mode == "eval":
            source = source.strip(" \t\r\n")
        if entry is None:
            parsed = parse(source, filename)
        else:
            parsed = _entry_tree(source, filename, entry, parameters)
        if self.on_parsed is not None:
            self.on_parsed(parsed)
        if mode == "eval":
            body = parsed.body
            if len(body) != 1 or type(body[0]) is not ast.Expr:
                line = getattr(body[0], "lineno", 1) if body else 1
                raise DialectError("invalid syntax", line, 1, 0, source, filename)
            return ast.Expression(body=lower(parsed, filename, unit).body[-1].value)  # type: ignore[attr-defined]
        if mode == "single":
            show_values(parsed, source, filename)
        return lower(parsed, filename, unit)

    def _checked(
        self,
        tree: Any,
        source: str,
        filename: str,
        mode: str,
        found: list[Diagnostic] | None,
        unit: str,
    ) -> types.CodeType:
        policy = self.policy
        limits = policy.limits
        # A node takes at least one character of source, so short sources need no count.
        if len(source) > limits.nodes and sum(1 for _ in ast.walk(tree)) > limits.nodes:
            raise _too_large(filename, f"the script has more than {limits.nodes} syntax nodes")
        if "finally" in source and written_out(tree) > limits.nodes:
            raise _too_large(
                filename,
                f"the script has more than {limits.nodes} syntax nodes, its finally blocks counted "
                "once for each way out of them",
            )
        rules = PolicyTransformer(
            filename,
            sizes=policy.tier == "thread",
            generators="yield" in source,
            max_depth=limits.depth,
            counts=policy.counts,
            unit=unit,
        )
        try:
            tree = rules.visit(tree)
        except TooMuch as error:
            rules.report(error.node, error.rule, str(limits.depth))
        diagnostics = rules.diagnostics
        if any(d.severity == "error" for d in diagnostics):
            raise Refused(tuple(sorted(diagnostics, key=lambda d: (d.line, d.column))))
        if found is not None:
            found.extend(diagnostics)
        try:
            with _QUIET, warnings.catch_warnings():
                # Python 3's hints about a script's literals mean nothing to its author.
                warnings.simplefilter("ignore")
                code: types.CodeType = compile(
                    tree,
                    filename,
                    "eval" if mode == "eval" else "exec",
                    flags=0,
                    dont_inherit=True,
                    optimize=0,
                )
        except SyntaxError as error:
            raise Refused((_syntax(filename, error),)) from None
        except ValueError as error:
            message = str(error)
            raise Refused((Diagnostic(filename, 1, 1, "syntax", "error", message),)) from None
        return code


def _too_large(filename: str, message: str) -> Refused:
    remedy = "divide it into several scripts"
    return Refused((Diagnostic(filename, 1, 1, "too-large", "error", message, remedy),))


# What CPython's compile() refuses after parsing, in the words of Python 2.
_WORDS = {
    "'return' outside function": "'return' outside function",
    "'yield' outside function": "'yield' outside function",
    "'break' outside loop": "'break' outside loop",
    "'continue' not properly in loop": "'continue' not properly in loop",
    "default 'except:' must be last": "default 'except:' must be last",
}


def _syntax(filename: str, error: SyntaxError) -> Diagnostic:
    message = error.msg or "invalid syntax"
    for start, words in _WORDS.items():
        if message.startswith(start):
            message = words
    return Diagnostic(
        filename,
        error.lineno or 1,
        max(error.offset or 1, 1),
        "syntax",
        "error",
        message,
    )


def _entry_tree(source: str, filename: str, entry: str, parameters: tuple[str, ...]) -> Any:
    """The text as a module that defines ``entry``: as it stands, or as the function's body."""
    if re.search(rf"^[ \t]*def[ \t]+{re.escape(entry)}\b", source, re.MULTILINE):
        tree = parse(source, filename, indented=True)
        if any(type(s) is ast.FunctionDef and s.name == entry for s in tree.body):
            return tree
    tree = parse(source, filename, indented=True, body_of=entry)
    _wrap(tree, entry, parameters)
    return tree


def _wrap(tree: Any, entry: str, parameters: tuple[str, ...]) -> None:
    """Make a body the body of ``def entry(parameters):``."""
    body = tree.body
    first = body[0] if body else None
    line = first.lineno if first is not None else 1
    column = first.col_offset if first is not None else 0
    place: dict[str, Any] = {
        "lineno": line,
        "col_offset": column,
        "end_lineno": line,
        "end_col_offset": column,
    }
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(arg=name, annotation=None, **place) for name in parameters],
        vararg=None,
        kwonlyargs=[],
        kw_defaults=[],
        kwarg=None,
        defaults=[],
    )
    function = ast.FunctionDef(
        name=entry,
        args=arguments,
        body=body or [ast.Pass(**place)],
        decorator_list=[],
        returns=None,
        type_comment=None,
        **place,
    )
    if hasattr(ast, "TypeAlias"):
        function.type_params = []  # type: ignore[attr-defined]
    tree.body = [function]
