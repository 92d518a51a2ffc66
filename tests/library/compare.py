"""Expressions asked of the sandbox, and of a real Jython where there is one."""

import json
import sys
from pathlib import Path

from sandbox import Environment, Run, Sandbox, format_script_traceback
from sandbox.policy import Policy

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"

MODULES_HEAD = """\
import json, re, math, time, datetime, string, copy, random, sys, os, base64, binascii, struct
import urllib, urlparse, textwrap, collections, itertools, operator, functools, heapq, bisect
import decimal, uuid, hashlib, zlib, StringIO, csv, pprint, fnmatch, calendar, types
"""
JAVA_HEAD = """\
import sys
from java.lang import Integer, Long, Short, Byte, Double, Float, Boolean, String, Character
from java.lang import Math, System, Object, StringBuilder, StringBuffer, Thread, Class
import java
import java.lang.Exception as JEx
from java.util import Date, Calendar, GregorianCalendar, TimeZone, Locale, ArrayList, LinkedList
from java.util import Arrays, Collections, HashMap, TreeMap, HashSet, TreeSet, LinkedHashMap, UUID
from java.util import Vector, Hashtable, Stack, Optional, Objects, Currency, StringTokenizer
from java.util import PriorityQueue
from java.text import SimpleDateFormat, DecimalFormat, NumberFormat, MessageFormat
from java.math import BigDecimal, BigInteger, RoundingMode
from java.io import StringReader, StringWriter, BufferedReader
from java.io import ByteArrayInputStream, ByteArrayOutputStream
from java.time import Instant, LocalDate, LocalDateTime, Duration, ZoneId, ZonedDateTime, Period
from java.time.format import DateTimeFormatter
from java.time.temporal import ChronoUnit
from java.util.concurrent import TimeUnit
"""
BODY = """
def _ask(text):
    try:
        return repr(eval(text))
    except:
        error = sys.exc_info()[1]
        return type(error).__name__ + ': ' + str(error)
for _text in %r:
    print _ask(_text).replace(chr(10), '\\\\n')
"""


def parts(line: str) -> list[str]:
    """The expressions of a line: its commas outside of brackets and quotes divide them."""
    found: list[str] = []
    depth, quote, text = 0, "", ""
    for letter in line:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if letter == "," and not depth and not quote and "lambda" not in text:
            found.append(text.strip())
            text = ""
        else:
            text += letter
    return [one for one in [*found, text.strip()] if one]


def expressions(name: str) -> list[str]:
    """The expressions of one of the files beside this one."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(one for line in lines for one in parts(line)))


def program(head: str, asked: list[str]) -> str:
    """A script that prints the repr of each expression on a line of its own."""
    return head + BODY % (asked,)


def ask_sandbox(head: str, asked: list[str]) -> list[str]:
    """What the sandbox answers."""
    result = Sandbox(Policy()).compile(program(head, asked), "<ask>")
    assert result.script is not None, result.diagnostics
    output: list[str] = []
    environment = Environment(Policy())
    with Run(output=output.append, environment=environment):
        try:
            environment.execute(result.script, environment.namespace(script=result.script))
        except BaseException as error:
            raise AssertionError(format_script_traceback(error)) from error
    return "".join(output).splitlines()


def ask_jython(head: str, asked: list[str]) -> list[str]:
    """What a real Jython answers."""
    sys.path.insert(0, str(HERE.parent / "oracle"))
    from jython import JythonOracle

    with JythonOracle() as oracle:
        answer = oracle.run(program(head, asked))
    assert answer.error_type is None, answer
    return answer.output.splitlines()


def recorded() -> dict[str, str]:
    """Jython 2.7.3's answers by expression."""
    found: dict[str, str] = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return found
