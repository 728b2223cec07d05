"""Freeway exits computed from OpenStreetMap: link roads that join a freeway and a street."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from alerts.places.geo import Point, middle
from alerts.places.importing.tables import stable_key
from alerts.places.names import split_street
from alerts.places.rows import PlaceRow

PRECISION_M = 150


class RampFinder:
    """Joins link roads that touch each other, and what freeway and streets they reach."""

    def __init__(self, source: str) -> None:
        """`source` is the attribution of every row."""
        self.source = source
        self._links: list[list[int]] = []
        self._freeways: dict[int, set[str]] = defaultdict(set)
        self._ends: dict[int, tuple[str, Point]] = {}

    def add_freeway(self, tags: Mapping[str, str], nodes: Sequence[int]) -> None:
        """Take a motorway or one of its links."""
        if tags["highway"] == "motorway_link":
            self._links.append(list(nodes))
        else:
            for ref in filter(None, tags.get("ref", "").split(";")):
                for node in nodes:
                    self._freeways[node].add(ref.strip())

    def add_street(self, name: str, corners: Sequence[tuple[int, Point]]) -> None:
        """Take a street; link roads may end on any of its nodes."""
        for node, point in corners:
            self._ends[node] = name, point

    def rows(self) -> Iterator[PlaceRow]:
        """Yield one exit for each freeway and street that link roads join."""
        found: dict[tuple[str, str], list[Point]] = defaultdict(list)
        for nodes in self._joined():
            refs = {ref for node in nodes for ref in self._freeways.get(node, ())}
            for node in nodes:
                if node in self._ends:
                    street, point = self._ends[node]
                    for ref in refs:
                        found[ref, street].append(point)
        for (ref, street), points in sorted(found.items()):
            yield self._row(ref, street, middle(points))

    def _joined(self) -> list[set[int]]:
        """Return the nodes of link roads, those that share a node together."""
        parent: dict[int, int] = {}

        def root(node: int) -> int:
            while parent.setdefault(node, node) != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        # Freeway nodes join nothing: one freeway has many exits.
        inner = [[node for node in nodes if node not in self._freeways] for nodes in self._links]
        for nodes in inner:
            for node in nodes[1:]:
                parent[root(node)] = root(nodes[0])
        groups: dict[int, set[int]] = defaultdict(set)
        for nodes, own in zip(self._links, inner, strict=True):
            if own:
                groups[root(own[0])].update(nodes)
        return list(groups.values())

    def _row(self, ref: str, street: str, point: Point) -> PlaceRow:
        number = ref.split()[-1]
        short = split_street(street)
        road = ref.replace("I ", "I-").replace("US ", "US-").replace("CA ", "CA-")
        return PlaceRow(
            key=stable_key("ramp-", ref, street),
            kind="ramp",
            name=f"{road} at {short.full}",
            names=(f"{number} {short.base}", f"{short.base} exit {number}"),
            lat=point[0],
            lon=point[1],
            precision_m=PRECISION_M,
            source=self.source,
            details={"category": "ramp"},
        )
