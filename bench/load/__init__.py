"""How many phones one process bears, and what gives way first."""
