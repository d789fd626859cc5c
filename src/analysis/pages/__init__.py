"""What the pages say: one module a question, sentences in no language."""
