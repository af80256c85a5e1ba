"""The output folder: read as it is, compared, and written."""
