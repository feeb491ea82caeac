"""Expressions made of matrices, vectors and numbers whose sizes are symbols: as trees, as read, as written."""
