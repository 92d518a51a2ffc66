"""A plant: a projects folder that tests fill as they need it."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from project_store.model import Project
from project_store.store import ProjectStore

AREA = {
    "G": "ignition",
    "C": "com.inductiveautomation.vision",
    "S": "com.inductiveautomation.perspective",
}
SOURCE = "def handleMessage(payload):\n\tprint payload\n"


class Plant:
    """A projects folder under construction."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def project(self, name: str = "X", **settings: object) -> Path:
        self.write(f"{name}/project.json", json.dumps({"title": name, **settings}))
        return self.root / name

    def handler(
        self,
        name: str = "testHandler",
        scope: str = "G",
        source: str | bytes | None = SOURCE,
        attributes: Mapping[str, object] | None = None,
        *,
        description: str | bytes | None = "",
        project: str = "X",
    ) -> Path:
        """``description`` None leaves ``resource.json`` out, a text replaces it."""
        folder = f"{project}/{AREA[scope]}/message/{name}"
        if description == "":
            description = json.dumps(
                {"scope": "G", "files": ["handleMessage.py"], "attributes": attributes or {}}
            )
        if description is not None:
            self.write(f"{folder}/resource.json", description)
        if source is not None:
            self.write(f"{folder}/handleMessage.py", source)
        return self.root / folder / "handleMessage.py"

    def library(
        self, path: str = "pkg.mod", source: str | bytes = "x = 1\n", *, project: str = "X"
    ) -> Path:
        folder = f"{project}/ignition/script-python/{path.replace('.', '/')}"
        self.write(f"{folder}/resource.json", '{"files": ["code.py"]}')
        return self.write(f"{folder}/code.py", source)

    def store(self) -> ProjectStore:
        store = ProjectStore(self.root)
        store.load()
        return store

    def load(self, project: str = "X") -> Project:
        return self.store().snapshot.projects[project]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path / "projects")


def replace_file(file: Path, content: str) -> None:
    """Saves as most editors do: a temporary file, renamed over the old one."""
    temporary = file.with_name(file.name + ".tmp~")
    temporary.write_text(content)
    os.replace(temporary, file)
