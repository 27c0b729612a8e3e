"""The demo's CV: reading `cv.pdf` gives back what `cv.json` says."""

import runpy

from jobagent_desktop.config import resource
from jobagent_desktop.documents.intake import read_cv
from jobagent_desktop.documents.pdf_text import plain_text
from jobagent_desktop.documents.rendering import Renderer
from jobagent_desktop.domain.resume import Resume


def demo_files() -> tuple[Resume, Resume]:
    written, imported = (read_cv(str(resource("demo", name))) for name in ("cv.json", "cv.pdf"))
    assert written.missing == imported.missing == ()
    assert imported.unread == ()
    return written.resume, imported.resume


def test_the_pdf_tells_what_the_json_says() -> None:
    written, imported = demo_files()
    assert imported.work == written.work
    assert imported.education == written.education
    assert imported.skills == written.skills
    assert imported.languages == written.languages
    assert imported.certificates == written.certificates
    assert imported.basics.summary == written.basics.summary
    for name in ("name", "label", "email", "phone", "url"):
        assert getattr(imported.basics, name) == getattr(written.basics, name)
    assert imported.basics.location.city == written.basics.location.city
    assert [p.network for p in imported.basics.profiles] == [p.network for p in written.basics.profiles]
    assert [project.name for project in imported.projects] == [project.name for project in written.projects]


def test_the_pdf_was_made_from_the_json_as_it_is_now() -> None:
    """If this fails: `python resources/demo/make_cv.py`."""
    script = runpy.run_path(str(resource("demo", "make_cv.py")))
    written = Resume.model_validate_json(resource("demo", "cv.json").read_bytes())
    made = Renderer(resource("templates"), resource("fonts")).cv(script["whole_cv"](written))
    assert made.text == plain_text(resource("demo", "cv.pdf").read_bytes())
