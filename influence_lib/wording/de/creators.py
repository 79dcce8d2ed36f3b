"""What a page says of single creators: their ranking, the formats and times that suit them, their followers' jumps."""
