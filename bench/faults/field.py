"""Where one run happens: the servers and processes to break, the neighbourhood, the ledger."""

from dataclasses import dataclass, field
from types import ModuleType

from bench.faults.checks import Ledger, Text
from bench.faults.crew import Crew
from bench.faults.history import History
from bench.faults.servers import Breakable


@dataclass(slots=True)
class Field:
    """What the nemesis may break, and what the clients need."""

    crew: Crew
    database: Breakable
    broker: Breakable
    scene: ModuleType
    """bench.scene, which can be imported only after Django is set up for this database."""
    ledger: Ledger
    people: set[str]
    """The numbers (E.164) of the whole audience."""
    pace: float
    """Segments a second."""
    inbound_url: str
    """Where the carrier delivers texts to us."""
    history: History = field(default_factory=History)

    def texts(self) -> list[Text]:
        """Return what the carrier took so far."""
        return self.ledger.texts()

    def note(self, what: str) -> None:
        self.history.note(what)
