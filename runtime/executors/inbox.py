"""What a user script's worker has said and nobody has looked at: its output is one piece."""

from __future__ import annotations

import threading
from collections import deque
from io import StringIO
from typing import Any


class Inbox:
    """Keeps order; texts that follow each other are joined, for whoever takes them may be slow."""

    def __init__(self) -> None:
        self._more = threading.Condition()
        self._came: deque[Any] = deque()

    def put(self, message: Any) -> None:
        """Something came: a text, or anything else."""
        with self._more:
            if type(message) is not str:
                self._came.append(message)
            elif self._came and type(self._came[-1]) is StringIO:
                # Many small texts would take many times the room of one.
                self._came[-1].write(message)
            else:
                text = StringIO(newline="")
                text.write(message)
                self._came.append(text)
            self._more.notify()

    def get(self, timeout: float) -> Any:
        """What came first, texts as one; None when nothing comes in that many seconds."""
        with self._more:
            if not self._came:
                self._more.wait(max(0.0, timeout))
            if not self._came:
                return None
            message = self._came.popleft()
        return message.getvalue() if type(message) is StringIO else message
