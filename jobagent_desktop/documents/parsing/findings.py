"""What an imported CV lacks, in sentences for the user."""

from __future__ import annotations

from jobagent_desktop.domain.resume import Resume


def missing_parts(resume: Resume) -> tuple[str, ...]:
    """What applications usually need and this resume does not have."""
    basics = resume.basics
    needed = (
        (basics.name, "No name was found."),
        (basics.email, "No e-mail address was found."),
        (basics.phone, "No phone number was found."),
        (basics.location.city, "No place of residence was found."),
        (resume.work, "No work experience was found."),
        (resume.education, "No education was found."),
        (resume.skills, "No skills were found."),
    )
    return tuple(sentence for present, sentence in needed if not present)
