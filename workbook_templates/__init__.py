"""The workbooks handed to users: the .xlsx templates, and the code that builds them."""
