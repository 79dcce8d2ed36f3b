"""What is said of costs, orders and what is missing of them."""
