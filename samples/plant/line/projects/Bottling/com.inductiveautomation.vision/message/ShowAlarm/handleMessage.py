def handleMessage(payload):
	"""On the event dispatch thread, because it touches the screen: be brief here."""
	print "*** %s ***" % payload['text']

	shown = {'area': payload['area'], 'tag': payload['tag'], 'client': system.util.getClientId()}
	system.util.sendMessage("Bottling", "AlarmShown", shown, scope="G")
