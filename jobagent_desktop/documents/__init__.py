"""CV in (PDF, DOCX, text, JSON Resume), CV and letter out (PDF)."""
