def handleMessage(payload):
	"""A line has closed a shift."""
	archive.add(payload)
	print "shift %(shift)s: %(bottles)d bottles" % payload
