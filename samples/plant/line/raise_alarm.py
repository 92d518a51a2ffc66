# A filler alarm that concerns the operator at PANEL-1 and maintenance, but nobody at PANEL-2.
alarm = {'area': "Filler", 'tag': "Pressure", 'value': 6.3, 'limit': 6.0, 'priority': 3}

for line in system.util.sendMessage("Bottling", "AlarmRaised", alarm, scope="G"):
	print line
