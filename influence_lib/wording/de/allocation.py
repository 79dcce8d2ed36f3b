"""What is said of the next budget."""
