"""Sensitivity: how sure the indices and trajectories of a region are, when its hypotheses, weights and counts may vary.

`factors` says what may vary, and makes a region where one of them has another value; `served` and `scenarios` compute many
scenarios at once, as the chain would one by one; `study` asks the questions: one at a time, all together, near the bounds.
"""
