"""A small stand-in for Excel's object model, over openpyxl. It is not Excel: it proves that the adapter does what the
documentation of Excel asks, and that a failure anywhere leaves the workbook as it was, never that Excel itself obeys.

Only what the adapter uses is there. Where Excel is known to surprise, the stand-in does the worst: it takes texts for
numbers and formulas, numbers for texts in the format Text, skips the rows that a filter hides, refuses long texts in arrays,
changes of a part of an array and of protected sheets, lets a table swallow what is written under it, and gives links a look
of their own.
"""

from cases.excel_fake.application import XlwingsApp
from cases.excel_fake.looks import look
from cases.excel_fake.members import REJECTED, Collection, ComError
from cases.excel_fake.sheets import Workbook

__all__ = ["REJECTED", "Collection", "ComError", "Workbook", "XlwingsApp", "look"]
