"""What pages say around their findings: tiles, tables, downloads, the portfolio."""
