"""Workbooks seen through one small protocol, with an adapter per host."""
