"""Expressions that have a value at every real point, by their shape alone."""

from __future__ import annotations

from typing import Any

from grader.expr.tree import Apply, Constant, Div, Expr, Number, Pow, Variable, children, rational_value

_TOTAL = frozenset(
    "sin cos exp arctan arccot arsinh sinh cosh tanh sech abs sign max min cbrt sigmoid softplus relu erf".split()
)


def has_value_everywhere(e: Expr) -> bool:
    """Proved: the expression has a real value for all values of its variables.  False proves nothing."""
    stack: list[Any] = [e]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is Number or kind is Variable:
            continue
        if kind is Apply:
            if node.function not in _TOTAL:
                return False
        elif kind is Div:
            if not rational_value(node.denominator):
                return False
        elif kind is Pow:
            exponent = node.exponent
            q = exponent.value if type(exponent) is Number else rational_value(exponent)
            if q is None:
                if not (node.base == _E or (type(node.base) is Number and node.base.value > 0)):
                    return False
            elif q <= 0 or q.denominator % 2 == 0:
                return False
        elif kind is Constant and node.name == "oo":
            return False
        stack += children(node)
    return True


_E = Constant("e")
