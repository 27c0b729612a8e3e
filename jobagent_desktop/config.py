"""Typed settings; strict loading. Never a secret."""
