"""The handset's shell: the language as mksh reads it, and a table of commands."""
