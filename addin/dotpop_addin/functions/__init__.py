"""The cell functions: one registry, from which come the Excel wrappers, the Calc extension and the function reference."""
