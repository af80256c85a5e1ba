"""Benchmarks: ratios against peers, never timed tests."""
