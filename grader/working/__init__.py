"""Checks a student's working line by line and names the first line that does not follow."""

from grader.working.base import WorkedLine, first_fault

__all__ = ["WorkedLine", "first_fault"]
