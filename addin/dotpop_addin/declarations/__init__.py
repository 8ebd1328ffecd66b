"""What a workbook is made of: its sheets, its tables and their columns, declared once.

From here come the templates' headers, validations, tooltips and formats, the reading, the checks, the writing and the
table of columns in the user guide.
"""
