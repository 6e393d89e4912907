"""Elements of our own: each takes small changes instead of being built anew."""
