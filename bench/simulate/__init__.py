"""A practice whose true effects are known: what the program's numbers say of them, and what they miss."""
