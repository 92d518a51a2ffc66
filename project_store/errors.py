"""Errors that the store raises; faults inside a project are diagnostics, never these."""


class ProjectStoreError(Exception):
    """Base of every error that this package raises on purpose."""


class ProjectsFolderError(ProjectStoreError):
    """The folder given is no projects folder: missing, a file, or one project's own folder."""


class NameRefusedError(ProjectStoreError, ValueError):
    """A name that cannot stand for a project, a handler or a library."""


class WriteRefusedError(ProjectStoreError):
    """A writer was asked to replace something that exists, or to write outside its folder."""


class FormatError(ProjectStoreError, ValueError):
    """Bytes that do not hold what their format promises.

    Args:
        message: what is wrong.
        offset: 0-based byte offset in the (decompressed) input where it was noticed.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(f"{message} (at byte {offset})")
        self.message = message
        self.offset = offset
