def handleMessage(payload):
	"""Request with a reply: the best shift of today, or None."""
	return archive.best()
