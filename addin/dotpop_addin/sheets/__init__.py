"""Sheets written from nothing by exports: cells with their roles, their look, and files written whole."""
