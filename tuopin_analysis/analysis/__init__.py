"""What it means: one question per module, pure functions on frames."""
