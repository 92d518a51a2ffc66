"""The shifts of today, by name."""

_shifts = {}


def add(report):
	_shifts[report['shift']] = report


def best():
	"""The shift that made most bottles, or None."""
	if not _shifts:
		return None
	return max(_shifts.values(), key=lambda report: report['bottles'])
