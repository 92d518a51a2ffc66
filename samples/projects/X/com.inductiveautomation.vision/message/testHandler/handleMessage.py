def handleMessage(payload):
	print "Client: %s, %s!" % (payload['first'], payload['second'])
