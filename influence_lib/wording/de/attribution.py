"""What is said of attributed money."""
