"""A class: who is in it, what it is asked, and which variant everybody gets."""
