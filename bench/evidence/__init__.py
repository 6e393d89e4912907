"""Measures what an answer costs, and what the Effectiveness page asks, when much is stored."""
