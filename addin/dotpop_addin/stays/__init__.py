"""Exports of one line per stay, millions of them (CSV or Parquet), counted by hospital, territory, age and form.

`mapping` says what each column is; `counting` has DuckDB count, in bounded memory; `faults` tells what cannot be counted.
"""
