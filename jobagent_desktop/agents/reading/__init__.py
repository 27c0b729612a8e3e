"""Reads a profile and a posting: words, skills, titles, places, languages, dates. No judgement yet."""
