"""Python 2 meaning at run time.

``HELPERS`` are the host names that lowered code calls; ``BUILTINS`` are the names scripts find.
Both are plain meaning: the policy wraps what needs a guard before a script gets it.
"""

from __future__ import annotations

import builtins as _host
from typing import Any

from sandbox.dialect.meaning import (
    attributes,
    classes,
    codecs,
    containers,
    dynamic,
    errors,
    families,
    fields,
    formatting,
    kinds,
    numbers,
    ordering,
    output,
    sequences,
    text,
    typenames,
)
from sandbox.dialect.meaning import builtins as _builtins
from sandbox.dialect.meaning.attributes import PY2_METHOD_NAMES, python2_attribute
from sandbox.dialect.meaning.builtins import BUILTINS
from sandbox.dialect.meaning.errors import (
    exception_args,
    exception_name,
    python2_message,
)
from sandbox.dialect.meaning.hooks import hooks, set_current_run
from sandbox.dialect.meaning.kinds import bytestr, human_text, long, unicode
from sandbox.dialect.meaning.text import python2_repr, python2_str, python2_unicode
from sandbox.dialect.meaning.typenames import VISIBLE_TYPES, class_of, type_of, type_text

_CONTAINERS: tuple[type, ...] = (dict, list, tuple, set, frozenset)

HELPERS: dict[str, Any] = {
    # operators and literals
    "$div": numbers.divide,
    "$idiv": numbers.divide_in_place,
    "$pow": numbers.power,
    "$lshift": numbers.shift_left,
    "$mod": formatting.modulo,
    "$imod": formatting.modulo_in_place,
    "$or": _builtins.either,
    "$ior": _builtins.either_in_place,
    "$lt": ordering.less,
    "$le": ordering.less_equal,
    "$gt": ordering.greater,
    "$ge": ordering.greater_equal,
    "$u": kinds.Literals(kinds.unicode),
    "$b": kinds.Literals(kinds.bytestr),
    "$l": kinds.Literals(kinds.long),
    # text
    "$str": text.python2_str,
    "$text": fields.format_value,
    "$repr": text.python2_repr,
    "$percent_texts": formatting.percent,
    "$percent1": formatting.percent1,
    "$percent_one": formatting.percent_one,
    "$format_percent": formatting.format_percent,
    "$format_method": fields.format_method,
    "$encode": codecs.encode,
    "$decode": codecs.decode,
    # output
    "$print": output.print_values,
    "$print1": output.print_one,
    "$print_to": output.print_to,
    # builtins called directly
    "$int": numbers.python2_int,
    "$float": numbers.python2_float,
    "$is_float": _builtins.is_float,
    "$item": containers.item,
    "$round": numbers.python2_round,
    "$sorted": ordering.python2_sorted,
    "$cmp": ordering.compare,
    "$zip": containers.zip_pair,
    "$pairs": zip,
    "$map": containers.map_one,
    "$named": getattr,
    "$range": range,
    "$xrange": containers.checked_range,
    "$is_int": _builtins.is_int,
    "$is_long": _builtins.is_long,
    "$is_str": _builtins.is_str,
    "$is_unicode": _builtins.is_unicode,
    "$is_text": _builtins.is_text,
    # What is called or asked about by its builtin name; any other use may be of a stand-in.
    **{f"{kind.__name__}$": kind for kind in _CONTAINERS},
    # methods
    "$keys": containers.keys,
    "$values": containers.values,
    "$items": containers.items,
    "$iterkeys": containers.iterkeys,
    "$itervalues": containers.itervalues,
    "$iteritems": containers.iteritems,
    "$viewkeys": containers.viewkeys,
    "$viewvalues": containers.viewvalues,
    "$viewitems": containers.viewitems,
    "$has_key": containers.has_key,
    "$next_method": containers.next_method,
    "$join": containers.join,
    "$translate": containers.translate,
    "$with_unicode": containers.call_with_unicode,
    "$sort": containers.sort_method,
    "$ours": attributes.ours,
    "$native": attributes.NATIVE_METHODS,
    "$plain": sequences.PLAIN,
    # classes, exceptions
    "$class": classes.make_class,
    "$raised": errors.raised,
    "$family": families.caught_by,
    "$exc_info": errors.exc_info,
    "$last_error": errors.last_error,
    "$exception_items": errors.exception_items,
    "$StopIteration": StopIteration,
    # frames
    "$globals": _host.globals,
    "$locals": _host.locals,
    "$script_globals": lambda names: names,
    "$script_locals": lambda names: names,
    "$dir_names": _builtins.names_of,
    "$exec": dynamic.exec_here,
    "$exec_class": dynamic.exec_in_class,
    "$exec_in": dynamic.exec_in,
    "$eval": dynamic.evaluate,
    "$execfile": dynamic.execute_file,
}

__all__ = [
    "BUILTINS",
    "HELPERS",
    "PY2_METHOD_NAMES",
    "VISIBLE_TYPES",
    "attributes",
    "bytestr",
    "class_of",
    "exception_args",
    "exception_name",
    "hooks",
    "human_text",
    "long",
    "python2_attribute",
    "python2_message",
    "python2_repr",
    "python2_str",
    "python2_unicode",
    "set_current_run",
    "type_of",
    "type_text",
    "typenames",
    "unicode",
]
