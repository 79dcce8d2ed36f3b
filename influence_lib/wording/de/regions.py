"""What is said of sales where the campaign ran against sales elsewhere."""
