"""Predictors that are fitted to the practice's own outcomes, and those that another server keeps."""
