collect_ignore = ["cases"]
"""Holds generated tests, which are read and not run."""
