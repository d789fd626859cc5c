"""Making reports, one or many: what to run, running it, and keeping account of it."""
