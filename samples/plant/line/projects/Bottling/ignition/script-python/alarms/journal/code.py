"""What is open and on whose screen; lives as long as the project's scripts do."""

_open = {}


def raised(alarm):
	"""Count one more; True the first time an alarm is seen since it was acknowledged."""
	entry = _open.setdefault((alarm['area'], alarm['tag']), {'events': 0, 'screens': []})
	entry['events'] += 1
	return entry['events'] == 1


def shown(area, tag, client):
	entry = _open.get((area, tag))
	if entry is not None and client not in entry['screens']:
		entry['screens'].append(client)


def acknowledged(area, tag):
	"""What was open, as a dictionary of events and screens; None if it was not."""
	return _open.pop((area, tag), None)
