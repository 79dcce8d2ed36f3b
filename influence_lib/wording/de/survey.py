"""What is said of what buyers say."""
