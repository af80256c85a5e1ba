"""HTTP/1.1, as the simulator speaks it."""
