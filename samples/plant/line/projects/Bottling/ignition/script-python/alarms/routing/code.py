"""Who gets to see which alarm."""

# The panel that stands beside each machine.
PANELS = {'Filler': "PANEL-1", 'Capper': "PANEL-2"}

HIGH = 3
CRITICAL = 4


def receivers(alarm):
	"""The filters to send with, one dictionary a message.

	Everybody at the machine's own panel who is an operator; from HIGH on every maintenance
	client too, wherever it runs; CRITICAL reaches the supervisors as well.
	"""
	found = []
	panel = PANELS.get(alarm['area'])
	if panel is not None:
		found.append({'hasRole': "Operator", 'hostName': panel})
	if alarm['priority'] >= HIGH:
		found.append({'hasRole': "Maintenance"})
	if alarm['priority'] >= CRITICAL:
		found.append({'hasRole': "Supervisor"})
	return found
