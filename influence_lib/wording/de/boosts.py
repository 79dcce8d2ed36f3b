"""What is said of boosted posts."""
