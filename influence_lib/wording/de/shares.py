"""Sentences about who shows too many sponsored posts, who pays for them, and when somebody last looked."""
