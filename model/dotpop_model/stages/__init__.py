"""The stages of the chain over tables, one module per stage: envelope, weighting, flows, index, trajectory.

Each takes the input tables, the hypotheses and the frames of the stages before it, and calls the formulas of the
module of the same name one level up.
"""
