"""The documentation's commands, files and examples work as written."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from runtime.cli import main
from runtime.config import HostConfig
from sandbox.isolation.probe import probe

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/**/*.md")])
SECONDS = 30


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the file that the line above names, its kind."""

    language: str
    text: str
    file: str
    kind: str = ""


def blocks(page: Path) -> Iterator[Block]:
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    above = ""
    for token in tokens:
        if token.type == "inline":
            above = token.content
        elif token.type == "fence":
            named = re.search(r"`([^`\s]+)`(?: becomes)?:$", above)
            language, _, kind = token.info.partition(" ")
            yield Block(language, token.content, named[1] if named else "", kind)
            above = ""


class Reader:
    """Somebody who follows a page from top to bottom: writes its files, types its commands."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.last = 0
        self.terminals: list[subprocess.Popen[str]] = []
        programs.mkdir()
        for name, arguments in (("pilotlight", " -m runtime.cli"), ("python", "")):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
        }

    def follow(self, page: Path) -> None:
        for block in blocks(page):
            if block.file:
                path = self.folder / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
            elif block.language == "console":
                for command, expected in commands(block.text):
                    if block.kind == "background":
                        self.leave_running(command, expected)
                    else:
                        self.type(command, expected)

    def leave_running(self, command: str, expected: list[str]) -> None:
        """Type it in a terminal of its own, and wait until that shows the last line."""
        terminal = subprocess.Popen(
            f"exec {command}",
            shell=True,
            cwd=self.folder,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.terminals.append(terminal)
        assert terminal.stdout is not None
        said = list[str]()
        for line in terminal.stdout:
            said.append(steady(line))
            if said[-1] == steady(expected[-1]):
                break
        missing = [line for line in map(steady, expected) if line not in said]
        assert not missing, f"$ {command}\nsaid\n" + "\n".join(said)

    def close(self) -> None:
        """Ctrl-C in every terminal, the last one first; each ends well."""
        codes = []
        for terminal in reversed(self.terminals):
            terminal.send_signal(signal.SIGINT)
            terminal.communicate(timeout=SECONDS)
            codes.append(terminal.returncode)
        assert set(codes) <= {0}

    def type(self, command: str, expected: list[str]) -> None:
        if command == "echo $?":
            assert [str(self.last)] == expected
            return
        done = subprocess.run(
            f'{command}\ncode=$?; pwd > "$HERE"; exit $code',
            shell=True,
            cwd=self.folder,
            env={**self.environment, "HERE": str(self.folder / ".here")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        here = self.folder / ".here"
        self.folder = Path(here.read_text().strip())
        here.unlink()
        self.last = done.returncode
        said = [steady(line) for line in done.stdout.splitlines()]
        missing = [line for line in map(steady, expected) if line and line not in said]
        assert not missing, f"$ {command}\nsaid\n{done.stdout}\nand not\n" + "\n".join(missing)
        assert expected or done.returncode == 0, f"$ {command}\nsaid\n{done.stdout}"


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each `$ ` line (continued after a backslash) with the lines that it printed."""
    lines = iter(text.replace("\\\n", " ").splitlines())
    command, expected = "", list[str]()
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line[2:], []
        else:
            expected.append(line)
    if command:
        yield command, expected


def steady(line: str) -> str:
    """A line without what differs from run to run: session ids and times."""
    line = re.sub(r"\b[0-9A-F]{8}\b", "65F7A472", line)
    line = re.sub(r"#\d+$", "#1", line.rstrip())
    return re.sub(r"\b\d+\.\d ms", "0.0 ms", line).rstrip()


@pytest.mark.timeout(240)
def test_the_readme_works_from_top_to_bottom_and_then_the_clients_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows the README in an empty folder, then goes on with panels, sees what they show."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "reader").mkdir()
    reader = Reader(tmp_path / "reader", tmp_path / "bin")
    reader.follow(ROOT / "README.md")
    if not probe().available:
        pytest.skip("the README works; this machine cannot lock a process for the clients page")
    try:
        reader.follow(ROOT / "docs/clients.md")
    finally:
        reader.close()


@pytest.mark.parametrize(
    ("page", "start"),
    [("docs/cli.md", "samples"), ("samples/README.md", ""), ("samples/plant/README.md", "")],
)
def test_commands_of_a_page_work(page: str, start: str, tmp_path: Path) -> None:
    """The commands of a page work in the folder that the page is about."""
    folder = tmp_path / "reader"
    shutil.copytree(ROOT / "samples", folder / "samples")
    Reader(folder / start, tmp_path / "bin").follow(ROOT / page)


@pytest.mark.parametrize("number", range(4))
def test_embedding_examples_run(number: int) -> None:
    """The Python blocks of the embedding page run as they stand, from the repository's root."""
    examples = [b.text for b in blocks(ROOT / "docs/embedding.md") if b.language == "python"]
    assert len(examples) == 4
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", examples[number]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_configuration_example_is_taken(tmp_path: Path) -> None:
    """The toml block of the configuration page is a valid file."""
    (example,) = [b.text for b in blocks(ROOT / "docs/configuration.md") if b.language == "toml"]
    (tmp_path / "pilotlight.toml").write_text(example, encoding="utf-8")
    assert HostConfig.load(tmp_path).name == "line-1"


def test_the_configuration_page_lists_every_setting() -> None:
    """One row a setting, in the file's order, with the words that `pilotlight config` prints."""
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| .* \| ([^|]*) \|$", page, re.MULTILINE)
    settings = list(HostConfig.load(None).settings())
    assert [key for key, _ in rows] == [key for key, *_ in settings]
    for (_, words), (key, _, _, about) in zip(rows, settings, strict=True):
        assert words.replace("`", "").replace('"', "").startswith(about.split(";")[0]), key


def test_the_command_page_lists_every_command() -> None:
    """Every command of `pilotlight` has a row."""
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    table = page.partition("## ")[0]
    assert {name for name in main.commands if f"`{name}" not in table} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Relative links of a page lead to files that exist."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)[^)]*\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_line_of_the_contract_names_tests_that_exist() -> None:
    """The messages page says for each behaviour which test holds it; all of them are there."""
    page = (ROOT / "docs/messages.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert named
    missing = []
    for file, test in named:
        path = ROOT / file
        if not path.is_file() or f"def {test}(" not in path.read_text(encoding="utf-8"):
            missing.append(f"{file}::{test}")
    assert missing == []
