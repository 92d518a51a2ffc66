"""Every rule that ``pilotlight check`` may name: what it says, what to do, and an example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Group = Literal["script", "names", "messages", "jython", "files", "comments"]

GROUPS: Final[Mapping[Group, str]] = MappingProxyType(
    {
        "script": "What keeps a script from running",
        "names": "Names that nothing here, or nothing in that Ignition, answers to",
        "messages": "Messages that no handler would take",
        "jython": "What the Jython 2.5 of Ignition 7.9 does not know (profile 7.9 alone)",
        "files": "Projects and their files",
        "comments": "Comments that silence rules",
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        name: stable; what comments and reports call it.
        group: where it stands in the list.
        severity: of what it reports; a rule that can be either has the graver one.
        what: what it found, one sentence.
        remedy: what to do about it.
        example: text of a Gateway handler's body that it reports, or words on the files.
    """

    name: str
    group: Group
    severity: Literal["error", "warning"]
    what: str
    remedy: str
    example: str


def _rules() -> Iterator[Rule]:
    def script(name: str, what: str, remedy: str, example: str, severity: str = "error") -> Rule:
        return Rule(name, "script", severity, what, remedy, example)  # type: ignore[arg-type]

    yield script("syntax", "Jython would not read it.", "Mend the line.", "if payload\n\tpass")
    yield script(
        "reserved-name",
        "A name that belongs to the interpreter is read or bound.",
        "Take another name.",
        "__build_class__ = 1",
    )
    yield script(
        "host-name",
        "A name with a sign that only the host's own names have.",
        "Use letters, digits and underscores.",
        'getattr(payload, "$x")  # as an attribute or keyword of generated code',
    )
    yield script(
        "inspection",
        "An attribute that opens frames or code to scripts.",
        "Use traceback.format_exc() or bookkeeping of your own.",
        "return payload.f_lasti",
    )
    yield script(
        "special-method",
        "A class defines a method that the sandbox answers for.",
        "Do without it.",
        "class A:\n\tdef __instancecheck__(self, x):\n\t\treturn 1",
    )
    yield script(
        "never-called",
        "A method that no one will ever call here, such as __del__.",
        "Release what you hold in a finally block.",
        "class A:\n\tdef __del__(self):\n\t\tpass",
        "warning",
    )
    yield script(
        "keyword-name",
        "A keyword argument with double underscores.",
        "Take another name.",
        "return dict(__class__=1)",
    )
    yield script(
        "class-keyword",
        "Keywords in a class statement.",
        "Set __metaclass__ in the class body.",
        "class A(metaclass=type): pass  # in generated code; as text it is a syntax error",
    )
    yield script(
        "unknown-syntax",
        "Syntax that is no part of Python 2.",
        "Write it as Python 2 would.",
        "in generated code; as text it is a syntax error",
    )
    yield script(
        "import-star",
        "import * inside of a function: Jython finds its names there only beside an exec.",
        "Import the names you use.",
        "from math import *",
        "warning",
    )
    yield script(
        "module-name",
        "A module whose name no script may import by.",
        "Import it by its ordinary name.",
        "in generated code; as text it is a syntax error",
    )
    yield script(
        "constant",
        "A constant that Python 2 does not have.",
        "Write a number or a string.",
        "in generated code; as text it is a syntax error",
    )
    yield script(
        "too-large",
        "The script has more syntax than one script may have.",
        "Divide it into several scripts.",
        "a script of some megabytes",
    )
    yield script(
        "too-deep",
        "The script nests deeper than it may.",
        "Use intermediate variables or functions.",
        "an expression of some hundred levels that the parser still follows",
    )

    def names(name: str, what: str, remedy: str, example: str) -> Rule:
        return Rule(name, "names", "warning", what, remedy, example)

    yield names(
        "library-name",
        "The library resolves here, and would not in the Ignition of the profile.",
        "7.9: write project.name; 8.x: write the bare name.",
        "return alarms.text(payload)",
    )
    yield names(
        "unknown-library",
        "There is no library of that name in the project, or below that package.",
        "Mend the name; the nearest one is told.",
        "return project.alarm.text(payload)",
    )
    yield names(
        "undefined-name",
        "A name is read that the script does not bind, and that is no builtin or library. Left out "
        "where import * or exec may bind it.",
        "Mend the name, or bind it.",
        "return pyload",
    )
    yield names(
        "unknown-function",
        "A function of system that Ignition is not known to have.",
        "Mend the name; the nearest one is told. Silence it for functions of other vendors.",
        "system.util.sendMesage('X', 'h')",
    )
    yield names(
        "function-profile",
        "A function of system that came with, or went with, another generation than the profile's.",
        "Use what that Ignition has, or check with another --profile.",
        "return system.tag.readBlocking(['a'])",
    )
    yield names(
        "function-scope",
        "A function of system that does not exist in the scope the script runs in.",
        "Send a message to a handler in the right scope.",
        "system.gui.messageBox('hello')",
    )

    def messages(name: str, what: str, remedy: str, example: str) -> Rule:
        return Rule(name, "messages", "warning", what, remedy, example)

    yield messages(
        "one-scope",
        "A literal send reaches a scope that has no such handler: the field's commonest error.",
        "Add the scope that has it, or make the handler in the other scope too.",
        'system.util.sendMessage("Line1", "ShowAlarm", {})',
    )
    yield messages(
        "unknown-handler",
        "A literal send or request to a handler that no scope has.",
        "Mend the name, or make the handler.",
        'system.util.sendMessage("Line1", "ShowAlarms", {}, "C")',
    )
    yield messages(
        "unknown-project",
        "A literal send or request to a project that is not here.",
        "Mend the name; the nearest one is told.",
        'system.util.sendMessage("Lime1", "ShowAlarm", {}, "C")',
    )

    def jython(name: str, what: str, remedy: str, example: str) -> Rule:
        return Rule(name, "jython", "warning", what, remedy, example)

    yield jython(
        "except-as",
        "except E as e.",
        "Write except E, e.",
        "try:\n\tpass\nexcept ValueError as e:\n\tpass",
    )
    yield jython(
        "with-without-future",
        "with, without its future import.",
        "Put from __future__ import with_statement at the top.",
        "with payload:\n\tpass",
    )
    yield jython(
        "with-several",
        "Several context managers in one with.",
        "Nest them.",
        "with payload, payload:\n\tpass",
    )
    yield jython("set-literal", "A set literal.", "Write set([...]).", "return {1, 2}")
    yield jython(
        "set-comprehension",
        "A set comprehension.",
        "Write set(... for ... in ...).",
        "return {x for x in payload}",
    )
    yield jython(
        "dict-comprehension",
        "A dict comprehension.",
        "Write dict((key, value) for ... in ...).",
        "return {x: x for x in payload}",
    )
    yield jython("bytes-literal", "A b'' literal.", "Leave out the b.", "return b'x'")
    yield jython(
        "number-prefix", "A 0o or 0b number.", "Write it the old way.", "return 0o17"
    )
    yield jython(
        "property-setter",
        "A property's .setter or .deleter.",
        "Write x = property(get_x, set_x).",
        "class A(object):\n\t@property\n\tdef x(self):\n\t\treturn 1\n"
        "\t@x.setter\n\tdef x(self, value):\n\t\tpass",
    )
    yield jython(
        "class-decorator",
        "A decorated class.",
        "Call the decorator after the class.",
        "def same(c):\n\treturn c\n@same\nclass A:\n\tpass",
    )
    yield jython(
        "keyword-after-star",
        "A keyword argument after *arguments.",
        "Put it before the star.",
        "return max(*payload, key=len)",
    )
    yield jython(
        "str-format", "str.format.", "Format with the % operator.", "return '{0}'.format(1)"
    )
    yield jython(
        "future-import",
        "print_function or unicode_literals.",
        "Leave it out.",
        "a library that starts with: from __future__ import unicode_literals",
    )
    yield jython(
        "new-library",
        "A module, or a member of one, that came with Python 2.6 or 2.7.",
        "Do without it; for json use system.util.jsonEncode and jsonDecode.",
        "import json",
    )
    yield jython(
        "new-builtin",
        "A builtin that came with Python 2.6.",
        "Do without it.",
        "return next(iter(payload))",
    )

    def files(
        name: str, what: str, remedy: str, example: str, severity: str = "error"
    ) -> Rule:
        return Rule(name, "files", severity, what, remedy, example)  # type: ignore[arg-type]

    yield files(
        "parent-missing",
        "The project's parent is not in this folder: nothing is inherited from it.",
        "Mend the name in project.json, or put that project here.",
        '{"parent": "Bass"} where there is a project Base',
        "warning",
    )
    yield files(
        "parent-not-inheritable",
        "The project's parent is not inheritable.",
        'Set "inheritable": true in the parent\'s project.json.',
        "a parent whose project.json does not say so",
        "warning",
    )
    yield files(
        "parent-loop",
        "Projects inherit from each other in a loop.",
        "Take the parent out of one of them.",
        "A has the parent B, and B the parent A",
    )
    yield files(
        "not-overridable",
        "A project has a resource of its own that its parent does not let it override.",
        "Remove it, or make the parent's overridable.",
        'the parent\'s resource.json says "overridable": false',
        "warning",
    )
    yield files(
        "schedule",
        "The cron expression of a scheduled script cannot be read.",
        "Write five fields as in Unix.",
        'resource.json says "cronExpression": "every day"',
        "warning",
    )
    yield files(
        "project-json",
        "There is no project.json, so a real gateway ignores the folder.",
        "Add one.",
        "a project's folder without it",
        "warning",
    )
    yield files(
        "resource-json",
        "There is no resource.json, so a real gateway ignores the resource.",
        "Add one.",
        "a handler's folder with handleMessage.py alone",
        "warning",
    )
    yield files(
        "files",
        "resource.json does not list the file, so a real gateway ignores it.",
        "Add it to files.",
        '"files": [] beside code.py',
        "warning",
    )
    yield files("json", "Broken JSON, or JSON of another kind.", "Mend it.", "{")
    yield files("type", "A setting has the wrong JSON type.", "Write the right.", '"delay": "1"')
    yield files(
        "setting",
        "A setting has a value that is not known.",
        "Take one that is; the nearest is told.",
        '"changeTypes": ["Value"]',
    )
    yield files(
        "thread-type",
        "The threading is not known, or is EDT where there is no event dispatch thread.",
        "Shared, Dedicated, or in Client scope EDT.",
        '"threadType": "EDT" on a Gateway handler',
    )
    yield files(
        "name",
        "A name that cannot be a resource's, or that no script can write.",
        "Rename the folder.",
        "script-python/my-library",
    )
    yield files(
        "case",
        "Two names differ in case only.",
        "Rename one: not every system can hold both.",
        "message/Alarm and message/alarm",
    )
    yield files(
        "twice",
        "A resource is there twice.",
        "Remove one.",
        "a handler in data.bin and in a folder",
    )
    yield files("missing", "A file of the resource is missing.", "Write it.", "no code.py")
    yield files(
        "empty",
        "A script without text (in a data.bin a warning).",
        "Write it, or remove it.",
        "an empty file",
    )
    yield files(
        "encoding", "The text is not UTF-8.", "Save it as UTF-8.", "Latin-1 letters in a comment"
    )
    yield files(
        "bom",
        "The text starts with a byte order mark, which is left out.",
        "Save it as UTF-8 without BOM.",
        "text saved by an editor of Windows",
        "warning",
    )
    yield files("size", "A file is too large.", "Split it.", "a text of some megabytes")
    yield files(
        "kind",
        "A folder, a pipe or a device where a file should be.",
        "Replace it.",
        "mkfifo code.py",
    )
    yield files(
        "link",
        "A link that leads nowhere, in a circle, out of the projects folder or into another "
        "project.",
        "Copy what it points to, or inherit from that project.",
        "a link to /etc",
    )
    yield files("unreadable", "It cannot be read.", "Grant read permission.", "chmod 000")
    yield files("depth", "Folders nest too deeply.", "Move them up.", "a thousand folders")
    yield files(
        "format",
        "A bundle of 8.0 or 8.1 cannot be read; the offset is told.",
        "Export the project again.",
        "a data.bin that was cut off",
    )
    yield files(
        "left",
        "Something in a bundle is no event script that is known, and was left.",
        "None is needed.",
        "a setting of a later Ignition",
        "warning",
    )

    def comments(name: str, what: str, remedy: str, example: str) -> Rule:
        return Rule(name, "comments", "warning", what, remedy, example)

    yield comments(
        "unknown-rule",
        "A comment names a rule that does not exist.",
        "Mend the name; the nearest is told.",
        "return 1  # pilotlight: ignore[one-scop]",
    )
    yield comments(
        "unused-ignore",
        "A comment silences what is not reported on its line. Told with --unused-ignores alone.",
        "Remove the comment.",
        "return 1  # pilotlight: ignore[one-scope]",
    )


RULES: Final[Mapping[str, Rule]] = MappingProxyType({rule.name: rule for rule in _rules()})
"""Every rule by name."""

FIRM: Final = frozenset(["syntax", "unknown-rule", "unused-ignore"])
"""What no comment silences: a script with a syntax error runs nowhere."""


def page() -> str:
    """The list of rules as ``docs/check.md`` has it."""
    lines: list[str] = []
    for group, title in GROUPS.items():
        lines += [f"### {title}", ""]
        for rule in RULES.values():
            if rule.group == group:
                lines += [f"#### `{rule.name}` ({rule.severity})", ""]
                lines += [f"{rule.what} {rule.remedy}", ""]
                example = rule.example if len(rule.example) < 400 else rule.example[:30] + "..."
                lines += ["```text", *example.split("\n"), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
