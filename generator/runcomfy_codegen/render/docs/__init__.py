"""The views of the documentation."""
