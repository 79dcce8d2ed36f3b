"""What is said of published claims about money, and of earned media value."""
