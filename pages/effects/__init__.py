"""The ways to look at what works: each a table of the Effectiveness page, with what its rows tell and the file of it."""
