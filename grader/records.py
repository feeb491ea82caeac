"""Frozen, slotted classes that cost almost nothing to define.

The standard library's ``dataclass`` compiles six methods for each class and builds the class
twice; with the sixty small classes of the grading path that was half of the time it took
``grader compare`` to start.  `record` compiles one method, ``__init__``, and shares the others.
To type checkers a record is a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, TypeVar, cast, dataclass_transform

T = TypeVar("T")

_MISSING: Any = object()


class _Field:
    __slots__ = ("default", "default_factory", "compare")

    def __init__(self, default: Any, default_factory: Callable[[], Any] | None, compare: bool) -> None:
        self.default, self.default_factory, self.compare = default, default_factory, compare


def field(*, default: Any = _MISSING, default_factory: Callable[[], Any] | None = None, compare: bool = True) -> Any:
    """A field with a default, or one that takes no part in equality, as in ``dataclasses``."""
    return _Field(default, default_factory, compare)


class _Record:
    """What all records share.  ``_names``: the fields; ``_key``: what equality compares."""

    __slots__ = ()
    _names: tuple[str, ...] = ()
    _key: Callable[[Any], Any]

    def __eq__(self, other: object) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._key(self) == other._key(other)

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._key(self)))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self._names)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name!r} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name!r} cannot be deleted")


@dataclass_transform(frozen_default=True, eq_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A frozen class with slots from a class body of annotated fields, like ``@dataclass(frozen=True, slots=True)``.

    Defaults must be immutable or come from a ``default_factory``.  There is no inheritance of fields.
    """
    names = tuple(cls.__dict__.get("__annotations__", ()))
    body = {k: v for k, v in cls.__dict__.items() if k not in ("__dict__", "__weakref__")}
    # What the compiled method finds as globals: factories, and the setters of the slots.
    scope: dict[str, Any] = {"_missing": _MISSING}
    defaults: list[Any] = []
    lines, compared = [], []
    for i, name in enumerate(names):
        value = body.pop(name, _MISSING)
        given = value if isinstance(value, _Field) else _Field(value, None, True)
        if given.compare:
            compared.append(name)
        if given.default_factory is not None:
            scope[f"_f{i}"] = given.default_factory
            lines.append(f"_s{i}(self, _f{i}() if {name} is _missing else {name})")
        else:
            lines.append(f"_s{i}(self, {name})")
        if given.default_factory is not None or given.default is not _MISSING:
            defaults.append(given.default)
        elif defaults:
            raise TypeError(f"{cls.__name__}: {name} has no default but follows a field that has one")
    if "__post_init__" in body:
        lines.append("self.__post_init__()")
    body.update(
        __slots__=names,
        __match_args__=names,
        _names=names,
        _key=attrgetter(*compared) if compared else attrgetter("__class__"),
    )
    metaclass: Any = type(cls)
    new = metaclass(cls.__name__, (_Record, *(b for b in cls.__bases__ if b is not object)), body)
    for i, name in enumerate(names):
        # The slot's own setter: faster than object.__setattr__, and not stopped by ours.
        scope[f"_s{i}"] = new.__dict__[name].__set__
    new.__init__ = _method(f"def __init__({', '.join(('self', *names))}):\n " + ("\n ".join(lines) or "pass"), scope)
    new.__init__.__defaults__ = tuple(defaults)
    new.__init__.__qualname__ = f"{cls.__qualname__}.__init__"
    new.__qualname__ = cls.__qualname__
    return cast("type[T]", new)


def _method(source: str, scope: dict[str, Any]) -> FunctionType:
    """The function of a source made of field names: compiled, and not run."""
    module = compile(source, "<record>", "exec")
    (code,) = (constant for constant in module.co_consts if isinstance(constant, CodeType))
    return FunctionType(code, scope)


def replace(instance: T, **changes: Any) -> T:
    """The same record with some fields changed."""
    values = {name: getattr(instance, name) for name in instance._names}  # type: ignore[attr-defined]  # a record
    return type(instance)(**(values | changes))
