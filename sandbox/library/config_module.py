"""``ConfigParser``: settings from text (there are no files to read)."""

from __future__ import annotations

import re
from typing import Any

from sandbox.dialect.meaning.sequences import PLAIN
from sandbox.facade import Facade
from sandbox.library import hooks
from sandbox.library.module import Held, HostType, Module, host_class
from sandbox.library.values import is_unicode, script_str, type_name, unicode_text
from sandbox.limits_sizes import Room

_HOLE = re.compile(r"%(?:%|\(([^()]{1,200})\)s)")
_BOOLEANS = {"1": True, "yes": True, "true": True, "on": True}
_BOOLEANS |= {"0": False, "no": False, "false": False, "off": False}
MAX_DEPTH = 10


@host_class("ConfigParser")
class Error(Exception, metaclass=HostType):
    """``ConfigParser.Error``."""


@host_class("ConfigParser")
class NoSectionError(Error, metaclass=HostType):
    """There is no such section."""


@host_class("ConfigParser")
class DuplicateSectionError(Error, metaclass=HostType):
    """There is such a section."""


@host_class("ConfigParser")
class NoOptionError(Error, metaclass=HostType):
    """There is no such option."""


@host_class("ConfigParser")
class InterpolationError(Error, metaclass=HostType):
    """A value names another that is not there, or itself."""


@host_class("ConfigParser")
class ParsingError(Error, metaclass=HostType):
    """A line that is no setting."""


@host_class("ConfigParser")
class MissingSectionHeaderError(ParsingError, metaclass=HostType):
    """A setting before the first section."""


class _Lowered(Facade):
    """What names of options are compared by, unless a script sets something else."""

    __slots__ = ()

    def __call__(self, *given: Any) -> Any:
        # Read through the class it gets the instance as well.
        if not 1 <= len(given) <= 2:
            raise TypeError("optionxform() takes exactly 2 arguments")
        return given[-1].lower()


_lowered = _Lowered()


def _name(value: Any) -> Any:
    """What a section or an option is called: a text or a number, which asks no script.

    Errors: TypeError for anything else.
    """
    if type(value) in PLAIN:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"names of sections and options are texts, not {type_name(value)}")


class _Transform(Held):
    """``optionxform``: a method that scripts replace for one parser."""

    __slots__ = ()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return _lowered if instance is None else _transform_of(instance)

    def __set__(self, instance: Any, transform: Any) -> None:
        _set_transform(instance, transform)


@host_class("ConfigParser")
class RawConfigParser(metaclass=HostType):
    """``ConfigParser.RawConfigParser``."""

    __slots__ = ("_defaults", "_empty", "_sections", "_transform")

    def __init__(
        self, defaults: Any = None, dict_type: Any = None, allow_no_value: Any = False
    ) -> None:
        self._transform: Any = _lowered
        self._defaults: dict[str, Any] = {}
        self._sections: dict[str, dict[str, Any]] = {}
        self._empty = bool(allow_no_value)
        for key, value in (defaults or {}).items():
            self._defaults[self._key(key)] = value

    optionxform: Any = _Transform()
    """How names of options are compared; scripts often set ``str``, to tell their cases apart."""

    def _key(self, option: Any) -> Any:
        return _name(self.optionxform(option))

    def defaults(self) -> dict[str, Any]:
        """A copy of the defaults."""
        return dict(self._defaults)

    def sections(self) -> list[str]:
        """The names of the sections."""
        return list(self._sections)

    def has_section(self, section: Any) -> bool:
        """Whether there is such a section."""
        return _name(section) in self._sections

    def add_section(self, section: Any) -> None:
        """Add a section."""
        section = _name(section)
        if section in self._sections:
            raise DuplicateSectionError(f"Section {section!r} already exists")
        self._sections[section] = {}

    def remove_section(self, section: Any) -> bool:
        """Take a section out."""
        return self._sections.pop(_name(section), None) is not None

    def _section(self, section: Any) -> dict[str, Any]:
        section = _name(section)
        if section == "DEFAULT":
            return self._defaults
        found = self._sections.get(section)
        if found is None:
            raise NoSectionError(f"No section: {section!r}")
        return found

    def options(self, section: Any) -> list[str]:
        """The names of the options of a section."""
        return list(dict.fromkeys([*self._section(section), *self._defaults]))

    def has_option(self, section: Any, option: Any) -> bool:
        """Whether there is such an option."""
        name = self._key(option)
        return name in self._sections.get(_name(section), {}) or name in self._defaults

    def remove_option(self, section: Any, option: Any) -> bool:
        """Take an option out."""
        return self._section(section).pop(self._key(option), None) is not None

    def set(self, section: Any, option: Any, value: Any = None) -> None:
        """Set an option."""
        self._section(section)[self._key(option)] = value

    def _raw(self, section: Any, option: Any, more: Any = None) -> Any:
        name = self._key(option)
        for source in (more or {}, self._section(section), self._defaults):
            if name in source:
                return source[name]
        raise NoOptionError(f"No option {option!r} in section: {section!r}")

    def get(self, section: Any, option: Any, raw: Any = False, vars: Any = None) -> Any:
        """The value of an option."""
        return self._raw(section, option, vars)

    def getint(self, section: Any, option: Any) -> int:
        """The value as int."""
        return int(self.get(section, option))

    def getfloat(self, section: Any, option: Any) -> float:
        """The value as float."""
        return float(self.get(section, option))

    def getboolean(self, section: Any, option: Any) -> bool:
        """The value as bool."""
        words = self.get(section, option)
        found = _BOOLEANS.get(script_str(words).lower())
        if found is None:
            raise ValueError(f"Not a boolean: {words}")
        return found

    def items(self, section: Any, raw: Any = False, vars: Any = None) -> list[tuple[str, Any]]:
        """The options of a section with their values."""
        return [(name, self.get(section, name, raw, vars)) for name in self.options(section)]

    def readfp(self, fp: Any, filename: Any = None) -> None:
        """Read settings from an object with ``readline``."""
        current: dict[str, Any] | None = None
        last: str | None = None
        number = 0
        for line in iter(fp.readline, ""):
            number += 1
            hooks.checkpoint()
            words = str.__str__(line)
            stripped = words.strip()
            if not stripped or words[0] in "#;" or words.lower().startswith("rem "):
                continue
            if words[0].isspace() and current is not None and last is not None:
                current[last] = f"{current[last]}\n{stripped}"
                continue
            if stripped.startswith("[") and "]" in stripped:
                name = stripped[1 : stripped.index("]")]
                last = None
                if name == "DEFAULT":
                    current = self._defaults
                else:
                    current = self._sections.setdefault(name, {})
                continue
            if current is None:
                raise MissingSectionHeaderError(
                    f"File contains no section headers.\nfile: {filename or '<???>'}, "
                    f"line: {number}\n{words!r}"
                )
            found = re.match(r"([^:=\s][^:=]*?)\s*[:=]\s*(.*)\Z", stripped, re.S)
            if found is None:
                if not self._empty:
                    raise ParsingError(
                        f"File contains parsing errors: {filename or '<???>'}\n"
                        f"\t[line {number:2d}]: {words!r}"
                    )
                last = self._key(stripped)
                current[last] = None
                continue
            value = found.group(2)
            comment = re.search(r"\s;", value)
            if comment:
                value = value[: comment.start()].rstrip()
            last = self._key(found.group(1).rstrip())
            value = "" if value == '""' else value
            current[last] = unicode_text(value) if is_unicode(line) else value

    def read(self, filenames: Any) -> list[Any]:
        """No files: nothing is read. Use ``readfp`` on a StringIO."""
        return []

    def write(self, fp: Any) -> None:
        """Write the settings to an object with ``write``."""
        if self._defaults:
            self._write(fp, "DEFAULT", self._defaults)
        for name, options in self._sections.items():
            self._write(fp, name, options)

    def _write(self, fp: Any, name: str, options: dict[str, Any]) -> None:
        fp.write(f"[{name}]\n")
        for key, value in options.items():
            shown = key if value is None else f"{key} = {script_str(value)}"
            fp.write(shown.replace("\n", "\n\t") + "\n")
        fp.write("\n")


_SLOT: Any = vars(RawConfigParser)["_transform"]
_transform_of, _set_transform = _SLOT.__get__, _SLOT.__set__


@host_class("ConfigParser")
class ConfigParser(RawConfigParser, metaclass=HostType):
    """``ConfigParser.ConfigParser``: ``%(name)s`` in values is filled in."""

    __slots__ = ()

    def get(self, section: Any, option: Any, raw: Any = False, vars: Any = None) -> Any:
        """The value of an option, filled in."""
        value = self._raw(section, option, vars)
        if raw or not isinstance(value, str):
            return value
        return self._fill(section, option, value, vars, 0, Room())

    def _fill(
        self, section: Any, option: Any, value: Any, more: Any, depth: int, room: Room
    ) -> Any:
        if "%" not in value:
            return value
        if depth > MAX_DEPTH or len(value) > 100_000:
            raise InterpolationError(f"Value interpolation too deeply recursive: {option!r}")

        def one(match: re.Match[str]) -> str:
            hooks.checkpoint()
            name = match.group(1)
            if name is None:
                return "%"
            try:
                inner = self._raw(section, name, more)
            except NoOptionError:
                raise InterpolationError(
                    f"Bad value substitution:\n\tsection: [{section}]\n\toption : {option}\n"
                    f"\tkey    : {name}\n\trawval : {value}\n"
                ) from None
            made = self._fill(section, option, script_str(inner), more, depth + 1, room)
            # What stands in it counts for each level that it is copied to.
            room.take(str.__len__(made))
            return str.__str__(made)

        made = _HOLE.sub(one, str.__str__(value))
        return unicode_text(made) if is_unicode(value) else made


@host_class("ConfigParser")
class SafeConfigParser(ConfigParser, metaclass=HostType):
    """``ConfigParser.SafeConfigParser``: values are texts."""

    __slots__ = ()

    def set(self, section: Any, option: Any, value: Any = None) -> None:
        """Set an option to a text."""
        if not isinstance(value, str) and not (value is None and self._empty):
            raise TypeError("option values must be strings")
        RawConfigParser.set(self, section, option, value)


class ConfigParserModule(Module):
    """``ConfigParser``."""

    __slots__ = ()
    NAME = "ConfigParser"

    RawConfigParser = RawConfigParser
    ConfigParser = ConfigParser
    SafeConfigParser = SafeConfigParser
    Error = Error
    NoSectionError = NoSectionError
    DuplicateSectionError = DuplicateSectionError
    NoOptionError = NoOptionError
    InterpolationError = InterpolationError
    ParsingError = ParsingError
    MissingSectionHeaderError = MissingSectionHeaderError
    DEFAULTSECT = "DEFAULT"
