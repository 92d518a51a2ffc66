def handleMessage(payload):
	"""A client has put an alarm on its screen.

	Arguments:
		payload: area, tag, client (its session)
	"""
	alarms.journal.shown(payload['area'], payload['tag'], payload['client'])
