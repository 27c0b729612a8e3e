"""The parts of a match score, one module each. Every part gives points of its maximum, a sentence, and quotes."""
