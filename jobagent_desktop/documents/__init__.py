"""CV in (PDF, DOCX, text, JSON Resume), CV and letter out (PDF)."""

from jobagent_desktop.documents.worker import DocumentWorker

__all__ = ["DocumentWorker"]
