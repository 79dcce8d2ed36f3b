"""One module a question: canonical tables in, findings out."""
