"""What the clients know, without I/O and without a client."""
