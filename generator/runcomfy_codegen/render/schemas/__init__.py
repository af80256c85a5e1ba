"""The schema files of the package and of the docs."""
