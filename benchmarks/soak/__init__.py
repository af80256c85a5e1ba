"""A soak: many jobs through the client while everything that can go wrong does."""
