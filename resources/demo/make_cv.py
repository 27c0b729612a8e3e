"""Makes `cv.pdf`, the demo's CV, from `cv.json`: `python resources/demo/make_cv.py` in the repository's environment."""

from __future__ import annotations

import calendar

from jobagent_desktop.config import resource
from jobagent_desktop.documents.rendering import Renderer
from jobagent_desktop.domain.draft import CvSection, Sentence, TailoredCv
from jobagent_desktop.domain.resume import Resume


def whole_cv(resume: Resume) -> TailoredCv:
    """Everything in the resume, in its own order."""
    basics = resume.basics
    links = [basics.url, *(profile.url for profile in basics.profiles)]
    return TailoredCv(
        name=basics.name,
        label=basics.label,
        contact=(
            f"{basics.location.city}, Poland",
            basics.phone,
            basics.email,
            *(link.removeprefix("https://").removeprefix("www.") for link in links),
        ),
        summary=(Sentence(basics.summary, "basics.summary"),),
        work=tuple(
            CvSection(
                f"work.{i}",
                work.position,
                f"{work.name}, {work.location}",
                period(work.start_date, work.end_date),
                tuple(Sentence(text, f"work.{i}.highlights.{j}") for j, text in enumerate(work.highlights)),
            )
            for i, work in enumerate(resume.work)
        ),
        projects=tuple(
            CvSection(
                f"projects.{i}",
                project.name,
                project.url.removeprefix("https://"),
                period(project.start_date, project.end_date),
                (
                    Sentence(project.description, f"projects.{i}.description"),
                    *(Sentence(text, f"projects.{i}.highlights.{j}") for j, text in enumerate(project.highlights)),
                ),
            )
            for i, project in enumerate(resume.projects)
        ),
        education=tuple(
            CvSection(
                f"education.{i}",
                f"{education.study_type} in {education.area}",
                education.institution,
                period(education.start_date, education.end_date),
                (),
            )
            for i, education in enumerate(resume.education)
        ),
        skills=tuple(f"{skill.name}: {', '.join(skill.keywords)}" for skill in resume.skills),
        certificates=tuple(f"{item.name}, {item.issuer}, {month(item.date)}" for item in resume.certificates),
        languages=tuple(f"{item.language} ({item.fluency})" for item in resume.languages),
    )


def period(start: str, end: str) -> str:
    return f"{month(start)} – {month(end) if end else 'Present'}"


def month(date: str) -> str:
    year, _, number = date.partition("-")
    return f"{calendar.month_abbr[int(number[:2])]} {year}" if number else year


def main() -> None:
    resume = Resume.model_validate_json(resource("demo", "cv.json").read_bytes())
    pdf = Renderer(resource("templates"), resource("fonts")).cv(whole_cv(resume))
    resource("demo", "cv.pdf").write_bytes(pdf.data)


if __name__ == "__main__":
    main()
