# A request waits for its reply; an exception in the handler is raised here.
recipe = system.util.sendRequest("Bottling", "RecipeFor", {'product': "COLA-500"})
print "%(product)s: fill %(volume_ml)d ml in %(fill_ms)d ms" % recipe
