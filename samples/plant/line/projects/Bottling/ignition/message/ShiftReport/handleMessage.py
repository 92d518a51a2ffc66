def handleMessage(payload):
	"""Work through a shift's raw rows; a thread of its own, so that alarms do not wait for it.

	Arguments:
		payload: shift (its name), minutes (how many rows), client (the session that asked)
	"""
	rows = []
	for minute in xrange(payload['minutes']):
		rows.append((minute, 400 + minute % 7, minute % 3))
	report = shift.totals(rows)
	report['shift'] = payload['shift']

	system.util.sendMessage("Reports", "ShiftTotals", report, scope="G", remoteServers=["office"])
	system.util.sendMessage("Bottling", "ReportReady", report, scope="C", clientSessionId=payload['client'])
