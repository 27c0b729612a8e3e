"""CV files in: a file of any known format becomes a resume."""

from jobagent_desktop.documents.intake.cv_file import read_cv

__all__ = ["read_cv"]
