"""How many rows and columns a derivative has in a stated layout, by the names of the sizes.

The size follows from what the function and the variable are; the entries are not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Label, Shape
from grader.claims import SameLabel, Weighted
from grader.errors import StudentError
from grader.expr.domain import Domain
from grader.expr.matrices.parse import parse
from grader.expr.matrices.read import symbols_of
from grader.expr.matrices.shapes import infer
from grader.expr.matrices.symbols import Size
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, names, text
from grader.matrix.slopes import question

MOST_SIDES = 6
_SPELLINGS = ("{} x {}", "({}, {})", "({},{})", "{} by {}", "{} × {}", "{} \\times {}")
"""How a size may be typed; the first is its name.  Few, because an answer file
lists them all for every pair of sides."""


def _name(size: Size) -> str:
    return _SPELLINGS[0].format(*size)


def _sizes(given: Givens) -> tuple[Size, Size, Size]:
    """Of the function, of the variable, and of the derivative in denominator layout."""
    try:
        symbols = symbols_of(names(given, "symbols"))
        tree = parse(text(given, "function"), symbols.names, "function", symbols.sides)
        function, own = infer(tree, symbols.sizes, "function")
        wrt = names(given, "wrt")
        if not 1 <= len(wrt) <= 2 or not symbols.names.issuperset(wrt):
            raise Unsolvable("wrt names one or two of the declared symbols")
        return own, symbols.sizes[wrt[0]], question(function, own, wrt, symbols.sizes, False).size
    except StudentError as fault:
        raise Unsolvable(str(fault)) from None


def _asked(given: Givens, policy: Mapping[str, str]) -> Size:
    size = _sizes(given)[2]
    return size[::-1] if policy.get("layout") == "numerator" else size


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    size = _asked(given, policy)
    if len(_sides(given)) > MOST_SIDES:
        raise Unsolvable(f"at most {MOST_SIDES - 1} names of sizes")
    return Label(_name(size))


def _sides(given: Givens) -> tuple[str, ...]:
    sizes = symbols_of(names(given, "symbols")).sizes.values()
    return tuple(dict.fromkeys((*(side for size in sizes for side in size), "1")))


def _shape(given: Givens, policy: Mapping[str, str]) -> Shape:
    """A label for every pair of sides, in every spelling."""
    try:
        sides = _sides(given)
    except StudentError:
        return Shape("label")  # `_solve` says what is wrong
    pairs = [(rows, columns) for rows in sides for columns in sides]
    return Shape(
        "label",
        labels=tuple(_name(pair) for pair in pairs for _ in _SPELLINGS),
        choices=tuple(spelling.format(*pair) for pair in pairs for spelling in _SPELLINGS),
    )


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Label) and isinstance(answer, Label)
    return (Weighted("the size", SameLabel(task.reference.name, answer.name)),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Size, Size, Size], Iterable[Size]]
"""Of the sizes of the function, of the variable and of what is asked: wrong sizes."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        function, variable, _ = _sizes(task.given)
        right = _asked(task.given, task.policy)
        return tuple(Label(_name(size)) for size in dict.fromkeys(wrong(function, variable, right)) if size != right)

    return Mistake(name, answers, feedback, rule)


KIND = Kind(
    name="derivative_size",
    title="Size of a derivative",
    example={
        "function": '"{{ k }}*A*x"',
        "wrt": "x",
        "symbols": '["A: m x n", "x: n"]',
    },
    givens={
        "function": Given("text", "the function, typed as a student would: A*x"),
        "wrt": Given("texts", "the symbol to differentiate by, or two for a second derivative"),
        "symbols": Given("texts", "each symbol with its size: A: m x n"),
    },
    shape=_shape,
    solve=_solve,
    claims=_claims,
    variables=lambda given: (),
    policies={"layout": Policy(("denominator", "numerator"), "whether the variable or the function has the rows")},
    mistakes=(
        _mistake(
            "other-layout",
            lambda function, variable, right: (right[::-1],),
            "These are the right numbers; which of them counts the rows in this layout?",
            "X01",
        ),
        _mistake(
            "function-alone",
            lambda function, variable, right: (function,),
            "That is the size of what is differentiated; every entry of it has a derivative by every entry below.",
        ),
        _mistake(
            "variable-alone",
            lambda function, variable, right: (variable, variable[::-1]),
            "That is the size of what one differentiates by; how many entries has the function?",
        ),
        _mistake(
            "one-number-twice",
            lambda function, variable, right: ((right[0], right[0]), (right[1], right[1])),
            "How many entries has the function, and how many has the variable?",
        ),
        _mistake(
            "single-number",
            lambda function, variable, right: (("1", "1"),),
            "There is a derivative for every entry of the variable.",
        ),
    ),
)
