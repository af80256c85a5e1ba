"""The only package that imports the HTTP library."""
