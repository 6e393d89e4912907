"""What a change costs where many pages of a practice are open, and how soon it is on them."""
