"""What all tests share: no test sees the hosts that the user of this machine serves."""

import pytest

from sandbox.unraisable import keep_quiet


@pytest.fixture(autouse=True, scope="session")
def _stopped_generators_are_no_news() -> None:
    """As in every host: a generator that outlived its run is closed, and that is all."""
    keep_quiet()


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    for name in ("PILOTLIGHT_TOKEN", "PILOTLIGHT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
