def handleMessage(payload):
	"""Somebody at a panel has seen an alarm.

	Arguments:
		payload: area, tag, user
	"""
	alarm = alarms.journal.acknowledged(payload['area'], payload['tag'])
	if alarm is None:
		print "%(area)s/%(tag)s was not open" % payload
	else:
		print "%(area)s/%(tag)s acknowledged by %(user)s" % payload,
		print "after %d events, on %d screens" % (alarm['events'], len(alarm['screens']))
