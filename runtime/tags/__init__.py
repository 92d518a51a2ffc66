"""Tags: the seam where a tag provider stands, and a small one in memory."""

from runtime.tags.memory import MemoryTags
from runtime.tags.provider import TagProvider
from runtime.tags.values import QualifiedValue

__all__ = ["MemoryTags", "QualifiedValue", "TagProvider"]
