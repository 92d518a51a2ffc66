"""What all tests share: no test sees the hosts that the user of this machine serves."""

import pytest


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    for name in ("PILOTLIGHT_TOKEN", "PILOTLIGHT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
