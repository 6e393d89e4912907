"""How fast matching is, what its scores mean on simulated cases, and what the next question is good for."""
