"""What is said of visits, landing pages, followers, mentions and search beside sales."""
