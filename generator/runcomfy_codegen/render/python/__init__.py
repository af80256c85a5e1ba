"""The typed modules, laid out."""
