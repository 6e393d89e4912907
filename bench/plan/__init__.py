"""How many machines ten thousand practices and a million phones need: arithmetic, and simulations that check it."""
