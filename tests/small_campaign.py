"""The YAML of the small campaign of the tests."""

YAML = """campaign_id: {name}
brand: Examplia
start: 2026-05-18
end: 2026-06-16
timezone: Europe/Berlin
currency: EUR
margin: 0.6
as_of: 2026-06-30
synthetic: true
creator_names: shown
files:
  - path: {folder}/tracker.csv
  - path: {folder}/instagram_content.csv
  - path: {folder}/roster.csv
  - path: {folder}/orders.csv
  - path: {folder}/payments.csv
  - path: {folder}/daily_series.csv
"""
