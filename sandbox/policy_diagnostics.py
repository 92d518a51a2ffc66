"""The words of the policy's refusals, by rule."""

from __future__ import annotations

from typing import Final

# rule -> (message, remedy); both are formatted with ``name`` and ``why``.
RULES: Final[dict[str, tuple[str, str]]] = {
    "reserved-name": (
        "the name '{name}' belongs to the interpreter",
        "{why}",
    ),
    "host-name": (
        "the name '{name}' is reserved for the host",
        "use a name of letters, digits and underscores",
    ),
    "inspection": (
        "the attribute '{name}' is not available to scripts: {why}",
        "use sys.exc_info(), traceback.format_exc() or your own bookkeeping",
    ),
    "special-method": (
        "a class here cannot define '{name}'",
        "{why}",
    ),
    "keyword-name": (
        "the keyword argument '{name}' is not available to scripts",
        "use a name without double underscores",
    ),
    "class-keyword": (
        "keywords in a class statement are not part of this dialect",
        "set __metaclass__ in the class body",
    ),
    "unknown-syntax": (
        "{name} is not part of this dialect",
        "write it as Python 2 would",
    ),
    "import-star": (
        "import * only allowed at module level: names of it are not found in a function",
        "import the names you use",
    ),
    "module-name": (
        "the module name '{name}' is not available to scripts",
        "import the module by its ordinary name",
    ),
    "constant": (
        "a constant of type {name} is not part of this dialect",
        "write a number or a string",
    ),
    "too-large": (
        "the script has more than {name} syntax nodes",
        "divide it into several scripts",
    ),
    "too-deep": (
        "the script nests deeper than {name} levels",
        "use intermediate variables or functions",
    ),
    "never-called": (
        "'{name}' is never called here",
        "release what you hold in a finally block",
    ),
}
