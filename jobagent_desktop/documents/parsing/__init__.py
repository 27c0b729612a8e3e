"""From the lines of a CV to a resume."""

from jobagent_desktop.documents.parsing.line import Line, joined, without_bullet
from jobagent_desktop.documents.parsing.resume_parser import parse_resume

__all__ = ["Line", "joined", "parse_resume", "without_bullet"]
