"""Benchmarks: each one command that prints a table with its conditions. Never part of the tests."""
