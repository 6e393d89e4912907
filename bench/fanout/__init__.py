"""How fast one message reaches everybody who follows a diagnosis, beside what others reach on the same machine."""
