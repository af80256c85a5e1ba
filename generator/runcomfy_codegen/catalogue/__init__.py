"""The live catalogue, listed page by page."""
