def handleMessage(payload):
	"""A tag crossed its limit: tell the people it concerns, once.

	Arguments:
		payload: area, tag, value, limit, priority (1 to 4)
	"""
	logger = system.util.getLogger("Alarms")
	if not alarms.journal.raised(payload):
		logger.debugf("%s is still open", payload['tag'])
		return

	text = alarms.text.describe(payload)
	logger.warn(text)
	shown = {'text': text, 'area': payload['area'], 'tag': payload['tag']}
	reached = 0
	for filters in alarms.routing.receivers(payload):
		reached += len(system.util.sendMessage("Bottling", "ShowAlarm", shown, scope="C", **filters))
	if not reached:
		logger.errorf("nobody is there to see: %s", text)
