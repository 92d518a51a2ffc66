# What a panel's button does.
seen = {'area': "Filler", 'tag': "Pressure", 'user': "alice"}
system.util.sendMessage("Bottling", "AlarmAcknowledged", seen, scope="G")
