"""The Excel package: the add-in dotpop.xlam, its installation, and the way in from its buttons."""
