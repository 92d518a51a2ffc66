# Simple message to both Client and Gateway handlers
myDict = {'first': "Hello", 'second': "World"}
results = system.util.sendMessage(project="X", messageHandler="testHandler", payload=myDict)

for result in results:
	print result
