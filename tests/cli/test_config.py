"""`HostConfig` and `pilotlight config`: what is in force, from where, and what is refused."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from runtime.cli import main
from runtime.cli.config import plain
from runtime.config import ClientConfig, Grant, HostConfig
from runtime.errors import ConfigError

FULL = """\
[gateway]
name = "line-1"
profile = "8.1"

[limits]
deadline = 5
queue = 10

[threads]
shared = 3

[sandbox]
tier = "process"

[sandbox.grants.Line1]
read = ["/data/recipes"]

[reload]
mode = "project"
client_updates = "manual"

[[clients]]
project = "X"
user = "alice"
roles = ["Operator", "Supervisor"]
host = "PANEL-1"
address = "10.0.0.5"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "projects").mkdir()
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "pilotlight.toml").write_text(text, encoding="utf-8")


def test_every_setting_has_a_default() -> None:
    """A host needs no file."""
    config = HostConfig.load(None)
    assert (config.name, config.profile, config.deadline, config.tier) == (
        "Gateway",
        "7.9",
        None,
        None,
    )
    assert {origin for _, _, origin, _ in config.settings()} == {"default"}


@pytest.mark.parametrize(
    ("settings", "threads"),
    [
        ({}, 1),
        ({"gateway.profile": "8.1"}, 4),
        ({"gateway.profile": "8.3", "threads.shared": 1}, 1),
        ({"threads.shared": 2}, 2),
    ],
)
def test_shared_handlers_run_on_a_pool_from_8_0_on(
    settings: dict[str, object], threads: int
) -> None:
    """One thread in 7.9, a few in 8.x, and what is set wins."""
    assert HostConfig.load(None, settings).shared_threads == threads


@pytest.mark.parametrize("given", [".", "projects"])
def test_the_file_stands_beside_the_projects_folder(folder: Path, given: str) -> None:
    """The projects folder and the folder that holds it lead to the same file."""
    write(folder, FULL)
    config = HostConfig.load(folder / given)
    assert config.name == "line-1"
    assert config.deadline == 5.0
    assert config.shared == 3
    assert config.reload == "project"
    assert config.grants == {"Line1": Grant(read=("/data/recipes",))}
    assert config.clients == (
        ClientConfig("X", "alice", ("Operator", "Supervisor"), "PANEL-1", "10.0.0.5"),
    )


def test_a_file_above_a_folder_of_another_name_is_not_taken(tmp_path: Path) -> None:
    """A foreign pilotlight.toml one level up, which may grant folders, is left alone."""
    (tmp_path / "handlers").mkdir()
    write(tmp_path, '[gateway]\nname = "foreign"\n')
    assert HostConfig.load(tmp_path / "handlers").name == "Gateway"


def test_overrides_win_and_none_leaves_the_file_alone(folder: Path) -> None:
    """Flags override the file; a flag that was not given does not."""
    write(folder, FULL)
    config = HostConfig.load(folder, {"gateway.profile": "8.3", "gateway.name": None})
    assert (config.profile, config.name) == ("8.3", "line-1")
    assert config.origin("gateway.profile") == "override"
    assert config.origin("gateway.name").endswith("pilotlight.toml:2")
    assert config.origin("limits.queue").endswith("pilotlight.toml:7")
    assert config.origin("limits.trace") == "default"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[limits]\nqueu = 3", 2, "did you mean 'limits.queue'?"),
        ("deadline = 4", 1, "did you mean 'limits.deadline'?"),
        ("[limits]\n\nqueue = '3'", 3, "limits.queue: Expected `int`, got `str`"),
        ("[limits]\nqueue = true", 2, "got `bool`"),
        ("[limits]\ndeadline = 0", 2, "limits.deadline"),
        ("[gateway]\nprofile = '9'", 2, "one of '7.9', '8.1', '8.3'"),
        ("[[clients]]\nuser = 'alice'", 1, "project"),
        ("[[clients]]\nproject = 'X'\nrole = ['a']", 1, "did you mean 'roles'?"),
        ("[sandbox.grants.X]\nreed = []", 1, "did you mean 'read'?"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_place(
    folder: Path, text: str, line: int, words: str
) -> None:
    """Unknown keys name the nearest known one, wrong types the key; both name the line."""
    write(folder, text)
    with pytest.raises(ConfigError) as caught:
        HostConfig.load(folder)
    assert f"pilotlight.toml:{line}:" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("content", [b"[gateway", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(folder: Path, content: bytes) -> None:
    """Broken TOML and broken UTF-8 are configuration errors that name the file."""
    (folder / "pilotlight.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"pilotlight\.toml"):
        HostConfig.load(folder)


def test_config_prints_the_value_and_its_origin(folder: Path) -> None:
    """`pilotlight config` shows what is in force and from where, flags included."""
    write(folder, FULL)
    result = CliRunner().invoke(
        main, ["config", "--projects", str(folder), "--profile", "8.3", "--json"]
    )
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["gateway.profile"] == {"value": "8.3", "origin": "override"}
    assert document["threads.shared"]["origin"].endswith("pilotlight.toml:10")
    assert document["clients"]["value"][0]["user"] == "alice"

    shown = CliRunner().invoke(main, ["config", "--projects", str(folder), "--profile", "8.3"])
    row = next(line for line in shown.stdout.splitlines() if line.startswith("gateway.profile"))
    assert "8.3" in row
    assert "command line" in row


def test_a_broken_file_is_a_usage_error(folder: Path) -> None:
    """Exit code 2, with the file and line."""
    write(folder, "[limits]\nqueu = 3")
    result = CliRunner().invoke(main, ["config", "--projects", str(folder)])
    assert result.exit_code == 2
    assert "limits.queue" in result.stderr


def test_what_guards_an_account_is_not_shown() -> None:
    """A password's hash is set or not; `pilotlight config` prints no more of it."""

    @dataclass(frozen=True)
    class Account:
        password: str
        roles: tuple[str, ...] = ()

    assert plain({"alice": Account("$argon2id$v=19$...", ("Operator",))}) == {
        "alice": {"password": "(set)", "roles": ("Operator",)}
    }
