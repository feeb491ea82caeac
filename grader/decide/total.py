"""Expressions that have a value at every real point, by their shape alone."""

from __future__ import annotations

from grader.expr.tree import Apply, Constant, Div, Expr, Number, Pow, Variable, children, rational_value

_TOTAL = frozenset(
    "sin cos exp arctan arccot arsinh sinh cosh tanh sech abs sign max min cbrt sigmoid softplus relu erf".split()
)


def has_value_everywhere(e: Expr) -> bool:
    """Proved: the expression has a real value for all values of its variables.  False proves nothing."""
    stack = [e]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is Number or kind is Variable:
            continue
        match node:
            case Apply(function, arguments):
                if function not in _TOTAL:
                    return False
                stack += arguments
            case Div(numerator, denominator):
                if not rational_value(denominator):
                    return False
                stack.append(numerator)
            case Pow(base, exponent):
                q = rational_value(exponent)
                if q is None:
                    if not (base == _E or (type(base) is Number and base.value > 0)):
                        return False
                    stack.append(exponent)
                elif q <= 0 or q.denominator % 2 == 0:
                    return False
                else:
                    stack.append(base)
            case Constant(name):
                if name == "oo":
                    return False
            case _:
                stack += children(node)
    return True


_E = Constant("e")
