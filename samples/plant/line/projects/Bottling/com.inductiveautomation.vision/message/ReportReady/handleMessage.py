def handleMessage(payload):
	print "Shift %(shift)s: %(bottles)d bottles in %(hours)d hours, %(quality).2f %% good" % payload
