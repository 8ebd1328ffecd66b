"""Returned files: opened safely, and their cells read as people fill them in."""
