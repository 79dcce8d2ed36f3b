"""What could prove a claim about engagement or saturation wrong, and what came out, in words."""
