"""Small modules: ``ast``, ``logging``, ``warnings``, ``weakref``, ``inspect``, ``contextlib``..."""

from __future__ import annotations

import ast
import types
from typing import Any

from sandbox.library.arguments import text
from sandbox.library.module import Held, HostType, Module, RefusingModule, from_host, host_class
from sandbox.library.values import is_unicode, script_repr, script_str

MAX_LITERAL = 1_000_000


class AstModule(Module):
    """``ast``: ``literal_eval`` only."""

    __slots__ = ()
    NAME = "ast"

    def literal_eval(self, node_or_string: Any) -> Any:
        """The value of a literal of Python 2."""
        words = text(node_or_string)
        if len(words) > MAX_LITERAL:
            raise MemoryError("the literal is too long")
        from sandbox.dialect import lower, parse
        from sandbox.dialect.errors import DialectError

        try:
            tree = parse(words.strip() + "\n", "<literal>")
        except DialectError as error:
            raise SyntaxError(str(error)) from None
        body = tree.body
        if len(body) != 1 or not isinstance(body[0], ast.Expr):
            raise ValueError("malformed string")
        assert lower is not None
        return _literal(body[0].value, is_unicode(node_or_string))

    def __getattr__(self, name: str) -> Any:
        if name in ("parse", "dump", "walk", "NodeVisitor", "NodeTransformer"):
            raise AttributeError(f"ast.{name} is not available here: only literal_eval is")
        return super().__getattr__(name)


def _literal(node: Any, as_text: bool) -> Any:
    if isinstance(node, ast.Constant):
        return _constant(node)
    if isinstance(node, ast.Name) and node.id in ("None", "True", "False"):
        return {"None": None, "True": True, "False": False}[node.id]
    if isinstance(node, ast.Tuple):
        return tuple([_literal(one, as_text) for one in node.elts])
    if isinstance(node, ast.List):
        return [_literal(one, as_text) for one in node.elts]
    if isinstance(node, ast.Set):
        return {_literal(one, as_text) for one in node.elts}
    if isinstance(node, ast.Dict):
        return {
            _literal(key, as_text): _literal(value, as_text)
            for key, value in zip(node.keys, node.values, strict=True)
        }
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _literal(node.operand, as_text)
        if isinstance(value, (int, float, complex)):
            return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        left, right = _literal(node.left, as_text), _literal(node.right, as_text)
        if isinstance(left, (int, float)) and isinstance(right, complex):
            return left + right if isinstance(node.op, ast.Add) else left - right
    raise ValueError("malformed string")


def _constant(node: ast.Constant) -> Any:
    from sandbox.dialect.meaning.kinds import bytestr, long, unicode

    value = node.value
    if node.kind == "u":
        return unicode(value)
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if node.kind == "L":
        return long(value)  # type: ignore[arg-type]
    if isinstance(value, str):
        return value if value.isascii() else bytestr(value)
    return value


LEVELS = {"CRITICAL": 50, "ERROR": 40, "WARNING": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0}


class Logger(Held):
    """``logging.getLogger(name)``: goes to the host's log."""

    __slots__ = ("_module", "name")

    def __init__(self, module: LoggingModule, name: str) -> None:
        object.__setattr__(self, "_module", module)
        object.__setattr__(self, "name", name)

    @property
    def level(self) -> int:
        """The level set for this logger, 0 if none was."""
        return int(self._module._levels.get(self.name, 0))

    handlers: tuple[Any, ...] = ()
    propagate = 1
    disabled = 0

    def setLevel(self, level: Any) -> None:
        """Drop what is below this level, for this environment."""
        self._module._levels[self.name] = level_number(level)

    def getEffectiveLevel(self) -> int:
        """The level in force."""
        name = self.name
        while name:
            found = self._module._levels.get(name)
            if found:
                return int(found)
            name = name.rpartition(".")[0]
        return int(self._module._levels.get("root", 30))

    def isEnabledFor(self, level: Any) -> bool:
        """Whether a level is logged."""
        return level_number(level) >= self.getEffectiveLevel()

    def log(self, level: Any, msg: Any, *args: Any, **options: Any) -> None:
        """Log at a level."""
        number = level_number(level)
        if number >= self.getEffectiveLevel():
            self._module.emit(self.name, number, msg, args, bool(options.get("exc_info")))

    def debug(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at DEBUG."""
        self.log(10, msg, *args, **options)

    def info(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at INFO."""
        self.log(20, msg, *args, **options)

    def warning(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at WARNING."""
        self.log(30, msg, *args, **options)

    warn = warning

    def error(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at ERROR."""
        self.log(40, msg, *args, **options)

    def critical(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at CRITICAL."""
        self.log(50, msg, *args, **options)

    fatal = critical

    def exception(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at ERROR with the error being handled."""
        self.log(40, msg, *args, exc_info=True)

    def addHandler(self, handler: Any) -> None:
        """Ignored: the log is the host's."""

    removeHandler = addFilter = removeFilter = addHandler

    def getChild(self, suffix: Any) -> Logger:
        """The logger below this one."""
        return self._module.getLogger(f"{self.name}.{text(suffix)}")  # type: ignore[no-any-return]


def level_number(level: Any) -> int:
    """A level by number or name."""
    if isinstance(level, str):
        found = LEVELS.get(text(level))
        if found is None:
            raise ValueError(f"Unknown level: {script_repr(level)}")
        return found
    if isinstance(level, int):
        return int(level)
    raise TypeError(f"Level not an integer or a valid string: {script_repr(level)}")


class Sink(Held):
    """``logging.StreamHandler`` and ``Formatter``: accepted and ignored."""

    __slots__ = ()

    def setLevel(self, level: Any) -> None:
        """Ignored."""

    setFormatter = addFilter = setLevel

    def flush(self) -> None:
        """Nothing to do."""

    close = flush


class LoggingModule(Module):
    """``logging``: a door to the host's log."""

    __slots__ = ("_levels",)
    NAME = "logging"

    CRITICAL = FATAL = 50
    ERROR = 40
    WARNING = WARN = 30
    INFO = 20
    DEBUG = 10
    NOTSET = 0

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_levels", {"root": 30})

    def getLogger(self, name: Any = None) -> Logger:
        """The logger of a name."""
        return Logger(self, text(name) if name else "root")

    def getLevelName(self, level: Any) -> Any:
        """The name of a level."""
        if isinstance(level, str):
            return LEVELS.get(text(level), f"Level {text(level)}")
        for name, number in LEVELS.items():
            if number == level:
                return name
        return f"Level {script_str(level)}"

    def basicConfig(self, **options: Any) -> None:
        """Set the level of the root logger; the rest is the host's."""
        if "level" in options:
            self._levels["root"] = level_number(options["level"])

    def emit(self, name: str, level: int, msg: Any, args: Any, failure: bool) -> None:
        """Hand one message to the host."""
        words = script_str(msg)
        if args:
            from sandbox.library.meaning import helper

            values: Any = args
            if len(args) == 1 and isinstance(args[0], dict):
                values = args[0]
            words = helper("$mod", _percent)(words, values)
        if failure:
            from sandbox.library.traceback_module import format_all, handled_error  # type: ignore[attr-defined]

            error = handled_error()
            if error is not None:
                lines = format_all(type(error), error, error.__traceback__)
                words = str(words) + "\n" + "".join(lines).rstrip("\n")
        shown = self.getLevelName(level)
        if self._library.log is not None:
            self._library.log(name, str(shown), str.__str__(words))
        else:
            self._library.write_output(f"{shown}:{name}:{words}\n")

    def log(self, level: Any, msg: Any, *args: Any, **options: Any) -> None:
        """Log at a level."""
        self.getLogger().log(level, msg, *args, **options)

    def debug(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at DEBUG."""
        self.log(10, msg, *args, **options)

    def info(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at INFO."""
        self.log(20, msg, *args, **options)

    def warning(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at WARNING."""
        self.log(30, msg, *args, **options)

    warn = warning

    def error(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at ERROR."""
        self.log(40, msg, *args, **options)

    def critical(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at CRITICAL."""
        self.log(50, msg, *args, **options)

    fatal = critical

    def exception(self, msg: Any, *args: Any, **options: Any) -> None:
        """Log at ERROR with the error being handled."""
        self.log(40, msg, *args, exc_info=True)

    def StreamHandler(self, *_stream: Any) -> Sink:
        """Accepted and ignored."""
        return Sink()

    NullHandler = Formatter = Handler = StreamHandler

    def FileHandler(self, *_args: Any, **_options: Any) -> Any:
        """Refused: the log is the host's."""
        raise NotImplementedError("logging.FileHandler is not available here: log to the host")

    def shutdown(self) -> None:
        """Nothing to do."""


def _percent(words: Any, values: Any) -> Any:
    return words % values


class WarningsModule(Module):
    """``warnings``: one line in the output a warning."""

    __slots__ = ("_ignored",)
    NAME = "warnings"

    def __init__(self, library: Any) -> None:
        super().__init__(library)
        object.__setattr__(self, "_ignored", [False])

    def warn(self, message: Any, category: Any = UserWarning, stacklevel: Any = 1) -> None:
        """Print a warning."""
        if isinstance(message, Warning):
            category = type(message)
        if not self._ignored[0]:
            name = getattr(category, "__name__", "UserWarning")
            self._library.write_output(f"{name}: {script_str(message)}\n")

    def filterwarnings(self, action: Any, *_args: Any, **_options: Any) -> None:
        """``ignore`` silences them, anything else lets them through."""
        self._ignored[0] = action == "ignore"

    simplefilter = filterwarnings

    def resetwarnings(self) -> None:
        """Let them through."""
        self._ignored[0] = False


class Reference(Held):
    """``weakref.ref(x)``: keeps the object (our choice: Java's collector gave no promise)."""

    __slots__ = ("_target",)

    def __init__(self, target: Any) -> None:
        object.__setattr__(self, "_target", target)

    def __call__(self) -> Any:
        return self._target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and bool(self._target == other._target)

    def __hash__(self) -> int:
        return hash(self._target)


class WeakrefModule(Module):
    """``weakref``: references that keep their objects; no callback is ever called."""

    __slots__ = ()
    NAME = "weakref"

    ReferenceError = ReferenceError
    WeakKeyDictionary = WeakValueDictionary = dict
    WeakSet = set

    def ref(self, object: Any, callback: Any = None) -> Reference:
        """A reference."""
        return Reference(object)

    def proxy(self, object: Any, callback: Any = None) -> Any:
        """The object itself."""
        return object


class InspectModule(Module):
    """``inspect``: questions about what an object is; no source, no frames."""

    __slots__ = ()
    NAME = "inspect"

    def isfunction(self, object: Any) -> bool:
        """Whether it is a function of a script."""
        return type(object) is types.FunctionType

    def ismethod(self, object: Any) -> bool:
        """Whether it is a method."""
        return type(object) is types.MethodType

    def isclass(self, object: Any) -> bool:
        """Whether it is a class."""
        return isinstance(object, type)

    def ismodule(self, object: Any) -> bool:
        """Whether it is a module."""
        return isinstance(object, Module) or type(object).__name__ in (
            "ScriptModule",
            "ScriptPackage",
        )

    def isbuiltin(self, object: Any) -> bool:
        """Whether it is a builtin."""
        return isinstance(object, types.BuiltinFunctionType)

    def isroutine(self, object: Any) -> bool:
        """Whether it is a function or a method."""
        return self.isfunction(object) or self.ismethod(object) or self.isbuiltin(object)

    def isgenerator(self, object: Any) -> bool:
        """Whether it is a generator."""
        return isinstance(object, types.GeneratorType)

    def isgeneratorfunction(self, object: Any) -> bool:
        """Whether it makes generators."""
        return type(object) is types.FunctionType and bool(object.__code__.co_flags & 0x20)

    def getargspec(self, func: Any) -> Any:
        """Arguments, ``*``, ``**`` and defaults of a function of a script."""
        function = func.__func__ if type(func) is types.MethodType else func
        if type(function) is not types.FunctionType or from_host(function):
            raise TypeError(f"{script_repr(func)} is not a Python function")
        code = function.__code__
        names = list(code.co_varnames[: code.co_argcount])
        at = code.co_argcount + code.co_kwonlyargcount
        star = keywords = None
        if code.co_flags & 4:
            star = code.co_varnames[at]
            at += 1
        if code.co_flags & 8:
            keywords = code.co_varnames[at]
        return _spec()(names, star, keywords, function.__defaults__)

    def getdoc(self, object: Any) -> Any:
        """The text of an object, cleaned."""
        words = self._library.getattr_hook(object, "__doc__", None)
        if not isinstance(words, str):
            return None
        lines = text(words).expandtabs().split("\n")
        margins = [len(one) - len(one.lstrip()) for one in lines[1:] if one.strip()]
        margin = min(margins, default=0)
        return "\n".join([lines[0].lstrip(), *[one[margin:] for one in lines[1:]]]).strip("\n")

    def getmembers(self, object: Any, predicate: Any = None) -> list[tuple[str, Any]]:
        """Names and values of an object, what a script may read of them."""
        made = []
        for name in sorted(dir(object)):
            try:
                value = self._library.getattr_hook(object, name)
            except Exception:
                continue
            if predicate is None or predicate(value):
                made.append((name, value))
        return made

    def getmro(self, cls: Any) -> tuple[Any, ...]:
        """The classes of a class."""
        found = self._library.getattr_hook(cls, "__mro__")
        return tuple(found)

    def __getattr__(self, name: str) -> Any:
        if name in ("stack", "currentframe", "trace", "getframeinfo", "getouterframes"):
            raise AttributeError(f"inspect.{name} is not available here: frames are not shown")
        if name in ("getsource", "getsourcelines", "getfile", "getsourcefile", "getmodule"):
            raise AttributeError(f"inspect.{name} is not available here: sources are not shown")
        return super().__getattr__(name)


_SPEC: list[Any] = []


def _spec() -> Any:
    if not _SPEC:
        from sandbox.library.collections_module import namedtuple_class

        _SPEC.append(
            host_class("inspect")(namedtuple_class("ArgSpec", "args varargs keywords defaults"))
        )
    return _SPEC[0]


class Managed(Held):
    """What a function made by ``contextlib.contextmanager`` gives."""

    __slots__ = ("_generator",)

    def __init__(self, generator: Any) -> None:
        object.__setattr__(self, "_generator", generator)

    def __enter__(self) -> Any:
        try:
            return next(self._generator)
        except StopIteration:
            raise RuntimeError("generator didn't yield") from None

    def __exit__(self, kind: Any, value: Any, trace: Any) -> bool:
        if kind is None:
            try:
                next(self._generator)
            except StopIteration:
                return False
            raise RuntimeError("generator didn't stop")
        try:
            self._generator.throw(value if value is not None else kind())
        except StopIteration as stop:
            return stop is not value
        except BaseException as error:
            if error is value:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")


class ManagerMaker(Held):
    """A function decorated with ``contextlib.contextmanager``."""

    __slots__ = ("_function",)

    def __init__(self, function: Any) -> None:
        object.__setattr__(self, "_function", function)

    def __call__(self, *args: Any, **keywords: Any) -> Managed:
        return Managed(self._function(*args, **keywords))

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class ClosingManager(Held):
    """``contextlib.closing(x)``."""

    __slots__ = ("_thing",)

    def __init__(self, thing: Any) -> None:
        object.__setattr__(self, "_thing", thing)

    def __enter__(self) -> Any:
        return self._thing

    def __exit__(self, *error: Any) -> None:
        self._thing.close()


class ContextlibModule(Module):
    """``contextlib``."""

    __slots__ = ()
    NAME = "contextlib"

    def contextmanager(self, func: Any) -> ManagerMaker:
        """A generator function as one that makes context managers."""
        if not callable(func):
            raise TypeError("a function is required")
        return ManagerMaker(func)

    def closing(self, thing: Any) -> ClosingManager:
        """A context manager that closes a thing."""
        return ClosingManager(thing)


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


class GcModule(Module):
    """``gc``: nothing to do."""

    __slots__ = ()
    NAME = "gc"

    def collect(self, *_generation: Any) -> int:
        """0."""
        return 0

    def enable(self) -> None:
        """Nothing to do."""

    disable = enable

    def isenabled(self) -> bool:
        """True."""
        return True


class LocaleModule(Module):
    """``locale``: the C locale; it cannot be changed."""

    __slots__ = ()
    NAME = "locale"

    LC_ALL, LC_CTYPE, LC_NUMERIC, LC_TIME, LC_COLLATE, LC_MONETARY = 6, 0, 1, 2, 3, 4
    Error = ValueError

    def setlocale(self, category: Any, value: Any = None) -> str:
        """``C``."""
        return "C"

    def getdefaultlocale(self) -> tuple[str, str]:
        """en_US in UTF-8."""
        return "en_US", "UTF-8"

    getlocale = getdefaultlocale

    def format(self, percent: Any, value: Any, grouping: Any = False) -> str:
        """A number, with commas if asked for."""
        made = text(percent) % value
        if not grouping:
            return made  # type: ignore[no-any-return]
        whole, dot, rest = made.partition(".")
        digits = whole.lstrip("-+ ")
        return whole[: len(whole) - len(digits)] + f"{int(digits):,}" + dot + rest  # type: ignore[no-any-return]

    def atof(self, words: Any) -> float:
        """The float a text names."""
        return float(text(words))

    def atoi(self, words: Any) -> int:
        """The integer a text names."""
        return int(text(words))

    def strcoll(self, a: Any, b: Any) -> int:
        """-1, 0 or 1."""
        return (a > b) - (a < b)  # type: ignore[no-any-return]


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
    """``abc``: marks that check nothing."""

    __slots__ = ()
    NAME = "abc"

    abstractproperty = property

    @property
    def ABCMeta(self) -> Any:
        """The ordinary metaclass: abstract methods are not checked (our choice)."""
        from sandbox.library.meaning import builtin

        return builtin("type", type)

    def abstractmethod(self, function: Any) -> Any:
        """The function."""
        return function


class DoctestModule(RefusingModule):
    """``doctest``: refused member by member."""

    __slots__ = ()
    NAME = "doctest"
    REMEDY = "use the unittest module, or the tests of the command line"
