"""What the words mean: frozen types and pure functions. No I/O, no asyncio, no Qt."""
