# Run in a client: the long job runs on the gateway, and only this client is told of its end.
job = {'shift': "early", 'minutes': 8 * 60, 'client': system.util.getClientId()}
system.util.sendMessage("Bottling", "ShiftReport", job, scope="G")
print "the report is being made"
