"""A desktop program that finds jobs, prepares honest applications and lets the user decide."""

__version__ = "0.1.0"
