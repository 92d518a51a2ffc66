"""Zygotes for the tests of locked workers, and a skip where nothing can be locked."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.isolation.probe import ATTACKS_MODULE, probe
from sandbox.isolation.worker import Worker, WorkerExit
from sandbox.isolation.zygote import Zygote, search_path

SUPPORT = str(Path(__file__).parent / "support")
ENTRIES = "isolation_entries"
DEADLINE = 20.0


@pytest.fixture(scope="session")
def support_path() -> tuple[str, ...]:
    return (*search_path(), SUPPORT)


@pytest.fixture(scope="session")
def lockable() -> None:
    report = probe()
    if not report.available:
        pytest.skip(f"this machine cannot lock a process: {'; '.join(report.missing)}")


@pytest.fixture(scope="session")
def zygote(lockable: None, support_path: tuple[str, ...]) -> Iterator[Zygote]:
    with Zygote((ENTRIES, ATTACKS_MODULE), path=support_path) as one:
        one.start()
        yield one


class Session:
    """A worker under test with what it said."""

    def __init__(self, zygote: Zygote, entry: str, config: bytes = b"", **options: Any) -> None:
        import isolation_entries

        self.messages: list[Any] = []
        self.arrived = threading.Condition()
        self.ends: list[WorkerExit] = []
        self.worker: Worker = zygote.spawn(
            f"{ENTRIES}:{entry}",
            config,
            messages=options.pop("messages", isolation_entries.FROM_WORKER),
            on_messages=self._collect,
            on_exit=self.ends.append,
            name=entry,
            **options,
        )

    def _collect(self, batch: list[Any]) -> None:
        with self.arrived:
            self.messages += batch
            self.arrived.notify_all()

    def await_messages(self, count: int) -> list[Any]:
        with self.arrived:
            came = self.arrived.wait_for(lambda: len(self.messages) >= count, DEADLINE)
        assert came, f"{len(self.messages)} of {count} messages: {self.worker.exit}"
        return self.messages

    def end(self) -> WorkerExit:
        end = self.worker.wait(DEADLINE)
        assert end is not None, "the worker did not end"
        return end


@pytest.fixture
def start(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Session]]:
    monkeypatch.syspath_prepend(SUPPORT)
    sessions: list[Session] = []

    def begin(entry: str, config: bytes = b"", **options: Any) -> Session:
        session = Session(zygote, entry, config, **options)
        sessions.append(session)
        return session

    yield begin
    for session in sessions:
        session.worker.kill("the test is over")
        session.end()
