def handleMessage(payload):
	print "Gateway: %s, %s!" % (payload['first'], payload['second'])
