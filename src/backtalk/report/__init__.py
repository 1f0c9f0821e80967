"""What people read: the terminal's table and the one-file page, both from one frozen result."""
