"""How an alarm reads on a panel."""

PRIORITIES = {1: "LOW", 2: "MEDIUM", 3: "HIGH", 4: "CRITICAL"}


def priorityName(priority):
	return PRIORITIES.get(priority, "UNKNOWN (%s)" % priority)


def describe(alarm):
	"""One line for the banner: what, where, by how much."""
	return "%s %s/%s: %.1f is over its limit of %.1f" % (
		priorityName(alarm['priority']), alarm['area'], alarm['tag'], alarm['value'], alarm['limit'])
