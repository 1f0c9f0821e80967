"""What a build's programs send: selected from what happens, made into records, packaged, posted.

A reconstruction from published reports, not evidence about any product.
"""
