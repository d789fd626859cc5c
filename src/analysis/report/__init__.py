"""What a notebook found, and the pages, workbooks and files that carry it to a reader."""
