"""Every sentence about numbers that a page can say, in one place, each with the number it states."""
