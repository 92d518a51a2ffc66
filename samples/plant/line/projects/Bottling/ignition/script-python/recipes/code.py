"""The filler's recipes."""

class UnknownProduct(Exception):
	pass


_RECIPES = {
	'COLA-330': {'volume_ml': 330, 'fill_ms': 1450, 'torque_ncm': 160},
	'COLA-500': {'volume_ml': 500, 'fill_ms': 2100, 'torque_ncm': 160},
	'WATER-500': {'volume_ml': 500, 'fill_ms': 1900, 'torque_ncm': 140},
}


def find(product):
	if not _RECIPES.has_key(product):
		known = _RECIPES.keys()
		known.sort()
		raise UnknownProduct("no recipe for %s; there are %s" % (product, ", ".join(known)))
	return dict(_RECIPES[product], product=product)
