"""The population-based allocation model: arrays and tables in, arrays and tables out.

The chain, one word per stage: envelope, weighting, flows, index, trajectory.
Nothing here reads a file, knows a workbook or prints.
"""

__version__ = "0.4.0"
