"""Which module name is served by which facade, and why the others are refused."""

from __future__ import annotations

MODULES: dict[str, str] = {
    "json": "json_module:JsonModule",
    "simplejson": "json_module:JsonModule",
    "re": "re_module:ReModule",
    "sre": "re_module:ReModule",
    "time": "time_module:TimeModule",
    "datetime": "datetime_module:DatetimeModule",
    "calendar": "calendar_module:CalendarModule",
    "math": "math_module:MathModule",
    "cmath": "math_module:CmathModule",
    "errno": "errno_module:ErrnoModule",
    "string": "string_module:StringModule",
    "strop": "string_module:StringModule",
    "sys": "sys_module:SysModule",
    "traceback": "traceback_module:TracebackModule",
    "copy": "copy_module:CopyModule",
    "random": "random_module:RandomModule",
    "os": "os_module:OsModule",
    "os.path": "os_module:PathModule",
    "posixpath": "os_module:PathModule",
    "ntpath": "os_module:PathModule",
    "itertools": "itertools_module:ItertoolsModule",
    "functools": "functools_module:FunctoolsModule",
    "collections": "collections_module:CollectionsModule",
    "operator": "operator_module:OperatorModule",
    "types": "types_module:TypesModule",
    "threading": "threading_module:ThreadingModule",
    "thread": "threading_module:ThreadModule",
    "dummy_threading": "threading_module:ThreadingModule",
    "Queue": "queue_module:QueueModule",
}

FILES = (
    "scripts have no files of their own; use system.file.* or system.db.*, "
    "or let the operator grant a folder"
)
PROCESSES = (
    "scripts cannot start or control processes; use system.util.execute where the host has it"
)
PICKLES = "nothing is pickled here; use json, or system.util.jsonEncode and jsonDecode"
NETWORK = "scripts have no sockets; use system.net.httpGet/httpPost, or system.opc/system.tag"
INTERPRETER = "it reaches into the interpreter; call the function or class you need directly"

REFUSED: dict[str, str] = {}


def nearest_refusal(name: str) -> str | None:
    """Why a module is refused, looked up by its full name and then by its packages."""
    while name:
        if name in REFUSED:
            return REFUSED[name]
        name = name.rpartition(".")[0]
    return None


def _refuse(reason: str, names: str) -> None:
    for name in names.split():
        REFUSED[name] = reason


_refuse(
    FILES,
    "shutil tempfile glob zipfile tarfile gzip bz2 fileinput filecmp dircache stat statvfs mmap "
    "fcntl posixfile anydbm dbm dumbdbm gdbm bsddb sqlite3 linecache mailbox pkgutil "
    "pathlib posix nt macpath netrc",
)
_refuse(
    PROCESSES,
    "subprocess popen2 commands multiprocessing signal pty tty termios resource atexit "
    "readline cmd curses getpass pwd grp crypt nis syslog platform ctypes",
)
_refuse(PICKLES, "pickle cPickle marshal shelve")
_refuse("use a timer script, or system.util.invokeLater", "sched")
_refuse("take texts apart with split, or with re", "shlex")
_refuse(
    NETWORK,
    "socket ssl select asyncore asynchat urllib2 httplib ftplib smtplib poplib imaplib nntplib "
    "telnetlib xmlrpclib SimpleXMLRPCServer SocketServer BaseHTTPServer SimpleHTTPServer "
    "CGIHTTPServer cgitb wsgiref cookielib webbrowser requests httplib2 paramiko urllib3",
)
_refuse(
    INTERPRETER,
    "imp importlib runpy code codeop pdb bdb trace profile cProfile pstats timeit dis gc "
    "compiler parser symtable tokenize token keyword py_compile compileall new site ihooks "
    "imputil modulefinder zipimport pydoc doctest test rexec user sandbox runtime project_store "
    "gettext optparse argparse getopt abc faulthandler builtins",
)

MODULES.update(
    {
        "base64": "base64_module:Base64Module",
        "binascii": "base64_module:BinasciiModule",
        "zlib": "zlib_module:ZlibModule",
        "hashlib": "hashlib_module:HashlibModule",
        "md5": "hashlib_module:Md5Module",
        "sha": "hashlib_module:ShaModule",
        "hmac": "hashlib_module:HmacModule",
        "struct": "struct_module:StructModule",
        "codecs": "codecs_module:CodecsModule",
        "urllib": "url_modules:UrllibModule",
        "urlparse": "url_modules:UrlparseModule",
        "uuid": "url_modules:UuidModule",
        "cgi": "url_modules:CgiModule",
        "textwrap": "text_modules:TextwrapModule",
        "fnmatch": "text_modules:FnmatchModule",
        "difflib": "text_modules:DifflibModule",
        "unicodedata": "text_modules:UnicodedataModule",
        "pprint": "text_modules:PprintModule",
        "StringIO": "string_io:StringIOModule",
        "cStringIO": "string_io:CStringIOModule",
        "io": "string_io:IoModule",
        "csv": "csv_module:CsvModule",
        "jarray": "java.arrays:JarrayModule",
    }
)

MODULES.update(
    {
        "heapq": "heapq_module:HeapqModule",
        "bisect": "heapq_module:BisectModule",
        "decimal": "decimal_module:DecimalModule",
        "fractions": "fractions_module:FractionsModule",
        "array": "array_module:ArrayModule",
        "ast": "ast_module:AstModule",
        "logging": "logging_module:LoggingModule",
        "warnings": "warnings_module:WarningsModule",
        "weakref": "memory_modules:WeakrefModule",
        "inspect": "inspect_module:InspectModule",
        "contextlib": "contextlib_module:ContextlibModule",
        "__builtin__": "language_modules:BuiltinModule",
        "exceptions": "language_modules:ExceptionsModule",
        "__future__": "language_modules:FutureModule",
        "gc": "memory_modules:GcModule",
        "locale": "locale_module:LocaleModule",
        "keyword": "language_modules:KeywordModule",
        "abc": "language_modules:AbcModule",
        "doctest": "language_modules:DoctestModule",
        "ConfigParser": "config_module:ConfigParserModule",
    }
)
for _name in MODULES:
    REFUSED.pop(_name, None)

MODULES.update(
    {
        "xml": "xml_module:XmlModule",
        "xml.etree": "xml_module:EtreeModule",
        "xml.etree.ElementTree": "xml_module:ElementTreeModule",
        "xml.etree.cElementTree": "xml_module:ElementTreeModule",
        "xml.sax": "xml_module:SaxModule",
        "xml.sax.saxutils": "xml_module:SaxutilsModule",
    }
)
_XML = "use xml.etree.ElementTree, which reads and writes documents without entities"
REFUSED["xml.dom"] = _XML
REFUSED["xml.parsers"] = _XML
REFUSED["unittest"] = "write tests for the test kit of this host, outside of the script"
REFUSED["HTMLParser"] = REFUSED["sgmllib"] = REFUSED["htmllib"] = (
    "there is no HTML parser here; take texts apart with re, or use xml.etree.ElementTree"
)
