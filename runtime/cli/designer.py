"""`pilotlight designer`: a script console on a running gateway; it sends, and never receives."""

import getpass
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, cast, get_args

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout.processors import TabsProcessor
from prompt_toolkit.patch_stdout import patch_stdout
from rich.text import Text

from runtime import LogRecord
from runtime.cli.attached import Attached
from runtime.cli.console import cut, stderr, visible, visible_text
from runtime.cli.diagnostics import print_diagnostics
from runtime.cli.hosting import print_log_of_run, print_record
from runtime.cli.links import finder_of, link_options, reached, says_who
from runtime.cli.problems import UNREACHABLE, Unreachable
from runtime.cli.run import Runs
from runtime.cli.story import traceback_lines
from runtime.errors import PilotlightError
from runtime.links import LinkedHost, attach_designer
from runtime.links.console import Console
from runtime.links.places import places_folder
from runtime.scopes import Comm

_MODES: Final = get_args(Comm)
_COLOURS: Final = {"off": "ansired", "read-only": "ansiyellow", "read-write": "ansigreen"}

_WAIT: Final = 2.0
"""Seconds that a piece waits for what it sent, before the prompt comes back."""

_WAIT_SCRIPT: Final = 60.0
"""Seconds that a script from standard input waits for what it caused, as `run` does."""

_USES: Final = {
    "comm": ":comm off, :comm read-only or :comm read-write",
    "logs": ":logs on or :logs off",
    "run": ":run FILE",
    "help": ":help",
    "quit": ":quit",
}

_HELP: Final = """\
Statements run when they are whole; an expression shows its value, which is then `_`.
Esc Enter runs what is there, Tab completes, Up and Down go through the history.
  :comm [off|read-only|read-write]   show or change the communication mode
  :logs on|off                       show what is logged
  :run FILE                          run a script file
  :help   :quit (or Ctrl-D)"""


class ScriptCompleter(Completer):
    """Completes dotted names of ``system``, the project's libraries and the console's own."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
        """What may be typed next."""
        text = document.text_before_cursor
        if text.startswith(":"):
            words = [":comm off", ":comm read-only", ":comm read-write", ":logs on", ":logs off"]
            for word in (*words, ":run ", ":help", ":quit"):
                if word.startswith(text):
                    yield Completion(word, start_position=-len(text))
            return
        typed = _dotted_end(text)
        last = typed.rpartition(".")[2]
        for name in self._console.names(typed):
            yield Completion(name, start_position=-len(last))


class DesignerConsole:
    """One conversation on the terminal.

    Args:
        host: attached as a designer.
        history: where lines are kept.
        terminal: keywords for the prompt, such as its input and output.
    """

    def __init__(self, host: LinkedHost, history: History, **terminal: Any) -> None:
        self._host = host
        self._session = host.session
        self._console = Console(host.session)
        self._logs = True
        self._errors = stderr()
        self._attached = Attached(host)
        self._prompt: PromptSession[str] = PromptSession(
            history=history,
            completer=ScriptCompleter(self._console),
            complete_while_typing=False,
            multiline=True,
            key_bindings=self._keys(),
            # A tab as it looks in a file, and not as ^I.
            input_processors=[TabsProcessor(tabstop=4, char1=" ", char2=" ")],
            prompt_continuation=lambda width, line, wrapped: "." * (width - 1) + " ",
            **terminal,
        )
        host.logbook.listen(self._log)

    def run(self) -> None:
        """Go on until the user, or the gateway, ends it."""
        while not self._host.ended.is_set():
            try:
                text = self._prompt.prompt(self._message)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if text.startswith(":"):
                if not self.command(text[1:].split()):
                    return
            elif text.strip():
                self.execute(text)

    def execute(self, text: str) -> bool:
        """Run one piece and show what it printed, and how it failed; gives whether it went well."""
        try:
            result = self._console.run(text, _print)
        except KeyboardInterrupt:
            self._errors.print(Text("interrupted; what was sent goes on in the gateway", "red"))
            return False
        except PilotlightError as error:
            self._errors.print(Text(visible_text(str(error)), "bold red"))
            return False
        sources = {d.file: text for d in result.diagnostics}
        print_diagnostics(self._errors, result.diagnostics, sources=sources)
        if result.traceback:
            for line in traceback_lines(result.traceback):
                self._errors.print(Text(line, "bold red"))
        self._tell_story()
        return result.ok

    def _tell_story(self) -> None:
        """What came of the messages that were sent since the last time."""
        try:
            ended = self._attached.settle(_WAIT)
            caused = self._attached.caused()
            self._attached.begin()
        except (Unreachable, KeyboardInterrupt):
            # A link that is cut tells of itself; the trace has what is not told here.
            return
        caused.tell(self._errors)
        if not ended:
            caused.tell_rest(self._errors, _WAIT)

    def command(self, words: list[str]) -> bool:
        """Do a command of the console itself; False to end."""
        match words:
            case ["quit" | "q" | "exit"]:
                return False
            case ["comm"]:
                self._note(f"communication mode {self._session.comm}")
            case ["comm", mode] if mode in _MODES:
                self._session.comm = cast(Comm, mode)
            case ["logs", ("on" | "off") as wanted]:
                self._logs = wanted == "on"
            case ["run", path]:
                self._run_file(path)
            case ["help"]:
                self._note(_HELP)
            case [name, *_] if name in _USES:
                self._wrong(f"it is {_USES[name]}")
            case [name, *_]:
                self._wrong(f"there is no command :{name}; :help lists them")
            case _:
                self._note(_HELP)
        return True

    def _run_file(self, path: str) -> None:
        try:
            self.execute(Path(path).read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            self._wrong(f"{path} is not UTF-8")
        except OSError as error:
            self._wrong(f"{path}: {error.strerror or error}".replace("No such", "there is no such"))

    def _message(self) -> StyleAndTextTuples:
        mode = self._session.comm
        link = "" if self._host.link.attached else " (link cut)"
        return [
            ("bold", self._session.project),
            ("", " "),
            (_COLOURS[mode], f"[{mode}]{link}"),
            ("", " >>> "),
        ]

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("enter")
        def _(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            text = buffer.text
            at_end = not buffer.document.text_after_cursor.strip()
            if text.startswith(":") or (at_end and self._console.complete(text)):
                buffer.validate_and_handle()
                return
            line = buffer.document.current_line_before_cursor
            indent = line[: len(line) - len(line.lstrip())]
            buffer.insert_text("\n" + indent + ("\t" if line.rstrip().endswith(":") else ""))

        return keys

    def _log(self, record: LogRecord) -> None:
        if self._logs:
            print_record(self._errors, record)

    def _wrong(self, text: str) -> None:
        self._errors.print(Text(cut(visible(text), 500), "red"))

    def _note(self, text: str) -> None:
        self._errors.print(Text(text, "dim"))


@click.command()
@click.option("--project", required=True, help="The project that is open in the Designer.")
@click.option("--user", default=None, help="Who is logged in; for the owner of the gateway.")
@click.option(
    "--comm",
    type=click.Choice(_MODES),
    default="read-only",
    show_default=True,
    help="The communication mode; it sends in read-write only.",
)
@link_options
def designer(project: str, user: str | None, comm: str, **options: Any) -> None:
    """Open a Designer session of a running gateway: a console for scripts (Ctrl-D ends).

    It never receives messages. Where standard input is no terminal it is one script, as with
    `run - --scope designer`: with the story on standard error, and the same exit codes.
    """
    terminal = sys.stdin.isatty()
    with reached():
        name = user
        if name is None:
            name = "" if says_who(options) else getpass.getuser()
        find = finder_of(options, stdin_taken=not terminal)
        host = attach_designer(project, user=name, comm=cast(Comm, comm), find=find)
    code = 0
    try:
        if not terminal:
            code = _run_once(host, sys.stdin.read())
        else:
            welcome = host.link.welcome
            errors = stderr()
            errors.print(
                Text(
                    visible(
                        f"designer session {welcome.session} of {project} on gateway "
                        f"{welcome.gateway}, profile {welcome.profile}; :help, Ctrl-D ends"
                    ),
                    "dim",
                )
            )
            with patch_stdout(raw=True):
                DesignerConsole(host, _history()).run()
    finally:
        host.close(timeout=1.0)
    if host.ended_reason:
        stderr().print(Text(f"the session is over: {visible(host.ended_reason)}", "red"))
        code = UNREACHABLE
    raise SystemExit(code)


def _run_once(host: LinkedHost, text: str) -> int:
    errors = stderr()
    attached = Attached(host)
    attached.listen(lambda record: print_log_of_run(errors, record))
    return Runs(attached, attached.place, None, None, _WAIT_SCRIPT, as_json=False).run(
        text, "<stdin>"
    )


def _history() -> History:
    folder = places_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "designer_history"
        path.touch(mode=0o600)
        return FileHistory(str(path))
    except OSError:
        return InMemoryHistory()


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _dotted_end(text: str) -> str:
    start = len(text)
    while start and (text[start - 1].isalnum() or text[start - 1] in "._"):
        start -= 1
    return text[start:]
