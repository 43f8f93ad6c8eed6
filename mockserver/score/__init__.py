"""Measure the laws: by bugs that they should find, and by servers at which they should be silent.

trial.py runs one of either; bench.py all of them; variations.py and moving.py are the servers that
do nothing wrong.
"""
