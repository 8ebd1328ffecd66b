"""Many regional workbooks, one after another or side by side: done whole, taken up again where they stopped, told."""
