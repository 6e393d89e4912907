"""What the rows of the knowledge base say of harm in their own words, by the kind of row."""
