"""The views of the generated tests, and their cases."""
