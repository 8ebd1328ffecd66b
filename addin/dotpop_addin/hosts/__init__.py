"""Programs in which the macros run, seen through one small protocol, with an adapter per program."""
