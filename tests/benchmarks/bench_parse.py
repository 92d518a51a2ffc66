"""Lines a second of our parser, beside the host's own ``ast.parse`` on the same text.

``python tests/benchmarks/bench_parse.py [folder]``: with a folder, its ``.py`` files; else made-up
handlers of an ordinary kind and the speed set.
"""

import ast
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sandbox.dialect import DialectError, parse

HANDLER = '''\
def handleMessage(payload):
	"""Write one batch record and tell the line."""
	logger = system.util.getLogger("Batch")
	line = payload.get("line", "L1")
	rows = payload["rows"]
	total = 0
	for index, row in enumerate(rows):
		# skip what the scale rejected
		if row["status"] != 0 or row["weight"] is None:
			logger.warn("row %d of %s rejected" % (index, line))
			continue
		total += row["weight"] * 1.02
		path = "[default]%s/Batch/%d/Weight" % (line, index)
		system.tag.write(path, round(row["weight"], 2))
	if total > 0 and line in ("L1", "L2"):
		query = "INSERT INTO batch (line, total, stamp) VALUES (?, ?, ?)"
		system.db.runPrepUpdate(query, [line, total, system.date.now()], "plant")
	system.util.sendMessage("Plant", "batchDone", {"line": line, "total": total}, scope="C")
	return {"ok": True, "total": total}
'''


def rate(read: Callable[[str], object], texts: list[str], rounds: int = 5) -> float:
    """The best of ``rounds`` in lines a second."""
    lines = sum(text.count("\n") for text in texts)
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for text in texts:
            read(text)
        best = min(best, time.perf_counter() - start)
    return lines / best


def shared(texts: list[str]) -> list[str]:
    """The texts that both parsers take."""
    taken = []
    for text in texts:
        try:
            parse(text)
            ast.parse(text)
        except (DialectError, SyntaxError, ValueError):
            continue
        taken.append(text)
    return taken


def report(name: str, texts: list[str]) -> None:
    """Print one line of the table."""
    texts = shared(texts)
    if texts:
        ours, host = rate(parse, texts), rate(ast.parse, texts)
        print(f"{name:24} {ours:10,.0f} lines/s   host {host:10,.0f}   {ours / host:.2f} of host")


def main() -> None:
    """Print the table."""
    if len(sys.argv) > 1:
        files = sorted(Path(sys.argv[1]).rglob("*.py"))
        report(sys.argv[1], [path.read_text("utf-8", "replace") for path in files])
        return
    report("handlers of 20 lines", [HANDLER.replace("Batch", f"Batch{i}") for i in range(200)])
    speed = Path(__file__).parents[1] / "conformance" / "speed"
    report("speed set", [path.read_text("utf-8") for path in sorted(speed.glob("*.py2.py"))])


if __name__ == "__main__":
    main()
