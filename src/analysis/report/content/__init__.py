"""What each notebook shows: sentences, tables and charts made from the measures."""
