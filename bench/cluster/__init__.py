"""What a second and a third process bring, and what the way between them costs."""
