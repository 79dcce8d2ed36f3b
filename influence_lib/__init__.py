"""Influence Workbook: judge a micro-influencer programme from the files people really have."""

__version__ = "0.1.0"
