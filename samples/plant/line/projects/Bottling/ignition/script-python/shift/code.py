"""Figures of one shift."""

def hours(rows):
	"""Group (minute, bottles, rejects) rows by the hour."""
	grouped = {}
	for minute, bottles, rejects in rows:
		# Integer division, as Python 2 has it.
		hour = grouped.setdefault(minute / 60, [0, 0])
		hour[0] += bottles
		hour[1] += rejects
	return grouped


def totals(rows):
	grouped = hours(rows)
	bottles = sum([hour[0] for hour in grouped.values()])
	rejects = sum([hour[1] for hour in grouped.values()])
	return {
		'hours': len(grouped),
		'bottles': bottles,
		'rejects': rejects,
		'quality': bottles and 100.0 * (bottles - rejects) / bottles,
		'best_hour': max(grouped, key=lambda hour: grouped[hour][0]) if grouped else None,
	}
