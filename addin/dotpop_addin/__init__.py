"""All that touches a workbook: reading, checking, writing, macros, command line."""
