"""What is said of codes that leak and of buyers whom codes miss."""
