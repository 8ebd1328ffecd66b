"""The Calc extension (.oxt): the cell functions of the registry under the same names, in LibreOffice."""
