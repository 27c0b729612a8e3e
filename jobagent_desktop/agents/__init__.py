"""What reads and writes text: matching, tailoring, letters."""

from jobagent_desktop.agents.offline import OfflineThinker
from jobagent_desktop.agents.writing.provenance import check_provenance

__all__ = ["OfflineThinker", "check_provenance"]
