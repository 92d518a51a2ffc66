"""The tree of Java packages: which classes there are, and what is said of the others."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sandbox.dialect.meaning.identity import identity
from sandbox.library.java.base import is_host_class
from sandbox.library.java.throwables import known_exceptions
from sandbox.library.module import Held, ModuleRefused

if TYPE_CHECKING:
    from sandbox.library import Library

# Where the classes of a package are: "file: Class Class=nameInFile ...".
_TABLE = {
    "java.lang": (
        "base: Object",
        "whole_numbers: Integer Long Short Byte Number",
        "floating_numbers: Double Float",
        "booleans: Boolean",
        "lang_math: Math StrictMath=Math",
        "system: System Runtime",
        "threads: Thread",
        "interfaces: Runnable Comparable AutoCloseable CharSequence Cloneable Void",
        "classes: Class",
        "collection: Iterable",
        "strings: String StringBuilder StringBuffer",
        "characters: Character",
    ),
    "java.util": (
        "dates: Date",
        "calendars: Calendar GregorianCalendar",
        "time_zones: TimeZone SimpleTimeZone",
        "locales: Locale",
        "collection: Collection Iterator=JavaIterator Enumeration=JavaIterator "
        "AbstractCollection=Collection",
        "lists: List AbstractList ArrayList Vector Stack",
        "queues: LinkedList ArrayDeque PriorityQueue Queue=LinkedList Deque=LinkedList",
        "sets: Set AbstractSet HashSet LinkedHashSet TreeSet SortedSet=TreeSet "
        "NavigableSet=TreeSet",
        "comparators: Comparator",
        "util_collections: Collections",
        "maps: Map AbstractMap HashMap LinkedHashMap Hashtable Properties WeakHashMap "
        "IdentityHashMap=HashMap Dictionary=Hashtable",
        "tree_map: TreeMap SortedMap=TreeMap NavigableMap=TreeMap",
        "util_arrays: Arrays",
        "uuids: UUID",
        "randoms: Random",
        "base64_codec: Base64",
        "objects: Optional Objects",
        "string_tokenizer: StringTokenizer",
        "currencies: Currency",
    ),
    "java.util.concurrent": (
        "maps: ConcurrentHashMap ConcurrentMap=ConcurrentHashMap",
        "concurrent: TimeUnit CountDownLatch CopyOnWriteArrayList ConcurrentLinkedQueue "
        "Callable LinkedBlockingQueue=ConcurrentLinkedQueue",
    ),
    "java.util.concurrent.atomic": (
        "concurrent: AtomicInteger AtomicLong AtomicBoolean AtomicReference",
    ),
    "java.util.concurrent.locks": ("concurrent: ReentrantLock Lock=ReentrantLock",),
    "java.util.regex": ("patterns: Pattern Matcher",),
    "java.util.zip": ("digests: CRC32 Adler32",),
    "java.security": (
        "digests: MessageDigest",
        "randoms: SecureRandom",
    ),
    "java.nio": ("byte_buffers: ByteBuffer ByteOrder",),
    "java.nio.charset": ("charsets: StandardCharsets",),
    "java.text": (
        "formats: Format",
        "date_formats: DateFormat SimpleDateFormat",
        "number_formats: NumberFormat DecimalFormat DecimalFormatSymbols",
        "message_format: MessageFormat",
    ),
    "java.time": (
        "times: Instant LocalDate LocalTime LocalDateTime ZonedDateTime",
        "time_amounts: Duration Period",
        "zone_ids: ZoneId ZoneOffset",
        "time_names: DayOfWeek Month",
    ),
    "java.time.format": ("time_formatter: DateTimeFormatter",),
    "java.time.temporal": ("time_amounts: ChronoUnit",),
    "java.math": ("bigs: BigDecimal BigInteger RoundingMode MathContext",),
    "java.io": (
        "streams: Closeable Serializable InputStream ByteArrayInputStream OutputStream "
        "ByteArrayOutputStream Reader StringReader InputStreamReader BufferedReader Writer "
        "StringWriter PrintWriter BufferedWriter BufferedInputStream=ByteArrayInputStream",
        "system: PrintStream",
    ),
}

_GUI = "scripts here have no windows or images; use system.gui / system.nav where the host has them"
_FILES = (
    "scripts have no files of their own; use system.file.* or system.db.*, "
    "or let the operator grant a folder"
)
_NETWORK = "scripts have no sockets; use system.net.httpGet/httpPost, or system.opc/system.tag"
_REFLECTION = "it reaches into the Java machine, and there is none here"
_DATABASE = "use system.db.* for data bases"
_REMEDIES = {
    "javax.swing": _GUI,
    "javax.imageio": _GUI,
    "java.awt": _GUI,
    "java.applet": _GUI,
    "java.io": _FILES,
    "java.nio.file": _FILES,
    "java.util.zip": "use the zlib module",
    "java.util.jar": _FILES,
    "java.net": _NETWORK,
    "javax.net": _NETWORK,
    "java.rmi": _NETWORK,
    "java.nio.channels": _NETWORK,
    "java.sql": _DATABASE,
    "javax.sql": _DATABASE,
    "java.lang.reflect": _REFLECTION,
    "java.lang.invoke": _REFLECTION,
    "java.lang.ref": _REFLECTION,
    "java.lang.management": _REFLECTION,
    "java.lang.ProcessBuilder": "scripts cannot start processes",
    "java.lang.Process": "scripts cannot start processes",
    "java.lang.ClassLoader": _REFLECTION,
    "java.beans": "property changes of components are not part of this host",
    "javax.xml": "use xml.etree.ElementTree or xml.dom.minidom",
    "org.w3c": "use xml.etree.ElementTree or xml.dom.minidom",
    "org.apache.poi": "use system.dataset.* and CSV instead of workbooks",
    "org.apache": "third-party Java libraries are not part of this host",
    "org.json": "use the json module or system.util.jsonEncode/jsonDecode",
    "com.inductiveautomation": (
        "the classes inside a gateway are not part of this host; use the system.* functions"
    ),
    "org": "third-party Java libraries are not part of this host",
    "com": "third-party Java libraries are not part of this host",
    "net": "third-party Java libraries are not part of this host",
    "io": "third-party Java libraries are not part of this host",
}
ROOTS = ("java", "javax", "org", "com")
_PACKAGES = {
    "javax",
    "java.awt",
    "java.io",
    "java.net",
    "java.nio",
    "java.sql",
    "java.security",
    "java.lang.reflect",
    "javax.swing",
}


def _index() -> dict[str, tuple[str, str]]:
    made: dict[str, tuple[str, str]] = {}
    for package, lines in _TABLE.items():
        for line in lines:
            where, _, names = line.partition(": ")
            for name in names.split():
                shown, _, inside = name.partition("=")
                made[f"{package}.{shown}"] = (where, inside or shown)
    return made


_INDEX = _index()


def _all_packages() -> set[str]:
    found = set(_PACKAGES)
    for name in (*_INDEX, *known_exceptions()):
        package = name.rpartition(".")[0]
        while package:
            found.add(package)
            package = package.rpartition(".")[0]
    return found


_KNOWN = _all_packages()


def find_class(name: str) -> Any:
    """The class of a qualified name, or None."""
    entry = _INDEX.get(name)
    if entry is not None:
        where, inside = entry
        return getattr(importlib.import_module(f"sandbox.library.java.{where}"), inside)
    found = known_exceptions().get(name)
    if found is not None:
        return found
    outer, _, inner = name.rpartition(".")
    if outer in _INDEX and inner[:1] != "_":
        # What the class itself holds: its metaclass has classes that no script may have.
        made = type.__dict__["__dict__"].__get__(find_class(outer)).get(inner)
        return made if isinstance(made, type) and is_host_class(made) else None
    return None


def remedy(name: str) -> str | None:
    """What to use instead of a Java class or package; None when nothing is known of it."""
    while name:
        if name in _REMEDIES:
            return _REMEDIES[name]
        name = name.rpartition(".")[0]
    return None


class JavaPackage(Held):
    """A Java package: its classes and packages are its attributes."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    @property
    def __name__(self) -> str:
        return str(self._name)

    @property
    def __all__(self) -> list[str]:
        prefix = self._name + "."
        names = {*_INDEX, *known_exceptions()}
        return sorted(
            name[len(prefix) :]
            for name in names
            if name.startswith(prefix) and "." not in name[len(prefix) :]
        )

    def __dir__(self) -> list[str]:
        return [*self.__all__, "__name__"]

    def __getattr__(self, name: str) -> Any:
        full = f"{self._name}.{name}"
        found = None if name.startswith("_") else find_class(full)
        if found is not None:
            return found
        if full in _KNOWN:
            return JavaPackage(full)
        instead = None if name.startswith("_") else remedy(full)
        if instead is not None and name[:1].isupper():
            raise ModuleRefused(f"cannot import {full} here: {instead}")
        raise AttributeError(f"'javapackage' object has no attribute '{name}'")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JavaPackage) and other._name == self._name

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f"<java package {self._name} {identity(self) & 0xFFFF:#x}>"


def find_java(library: Library, name: str) -> Any:
    """The package or class of a dotted Java name, None when there is none.

    Errors: ModuleRefused for classes of which the remedy is known.
    """
    if name in _KNOWN:
        return JavaPackage(name)
    found = find_class(name)
    if found is not None:
        return found
    instead = remedy(name)
    if instead is not None:
        raise ModuleRefused(f"cannot import {name} here: {instead}")
    return None


def preload_java() -> None:
    """Import every file with Java classes."""
    for where, _ in _INDEX.values():
        importlib.import_module(f"sandbox.library.java.{where}")
    from sandbox.library.java.zones import preload

    preload()
