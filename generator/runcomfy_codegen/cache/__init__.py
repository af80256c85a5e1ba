"""What tells that nothing changed: the hashes of inputs, and the stamp of an idle run."""
