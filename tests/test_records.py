"""Records: what a frozen dataclass with slots does, for less."""

from __future__ import annotations

import copy
import pickle

import pytest

from grader.records import field, record, replace


@record
class Spot:
    """A spot."""

    name: str
    tags: list[str] = field(default_factory=list)
    at: int = field(default=0, compare=False)

    @property
    def loud(self) -> str:
        return self.name.upper()


@record
class Checked:
    low: int
    high: int = 5

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("empty")


@record
class Empty:
    pass


def test_fields_defaults_and_methods():
    spot = Spot("a", at=3)
    assert (spot.name, spot.tags, spot.at, spot.loud) == ("a", [], 3, "A")
    assert Spot("b").tags is not Spot("b").tags
    assert repr(spot) == "Spot(name='a', tags=[], at=3)"
    assert Spot.__doc__ == "A spot."


def test_equality_leaves_out_what_it_is_told_to():
    assert Checked(1, 2) == Checked(1, 2) and hash(Checked(1, 2)) == hash(Checked(1, 2))
    assert Spot("a", [], 1) == Spot("a", [], 2)
    assert Checked(1, 2) != Checked(1, 3) and Checked(1, 2) != (1, 2) and Empty() == Empty()
    assert Empty() != Checked(1)


def test_frozen():
    spot = Spot("a")
    with pytest.raises(AttributeError, match="frozen"):
        spot.name = "b"
    with pytest.raises(AttributeError, match="frozen"):
        del spot.name
    with pytest.raises(AttributeError):
        spot.other = 1


def test_matching_pickling_copying_replacing():
    match Checked(1, 2):
        case Checked(low, high):
            assert (low, high) == (1, 2)
    for other in (pickle.loads(pickle.dumps(Checked(1, 2))), copy.deepcopy(Checked(1, 2))):
        assert other == Checked(1, 2)
    assert replace(Checked(1, 2), high=7) == Checked(1, 7)


def test_the_check_after_setting_runs():
    with pytest.raises(ValueError, match="empty"):
        Checked(9)


def test_a_field_without_a_default_may_not_follow_one_with():
    with pytest.raises(TypeError, match="follows"):

        @record
        class Wrong:
            a: int = 1
            b: int
