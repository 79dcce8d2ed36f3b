"""What is said of extra sales."""
