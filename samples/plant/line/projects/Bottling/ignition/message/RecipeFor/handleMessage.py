def handleMessage(payload):
	"""Request with a reply: the recipe of payload['product']."""
	return recipes.find(payload['product'])
