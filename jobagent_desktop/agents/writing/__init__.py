"""Writes for one application from the person's own sentences: the CV, the letter, and the checks on both."""
