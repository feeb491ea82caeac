"""Runs exported STACK questions in a real Maxima: its own arithmetic, and answer tests like STACK's.

Equality is numerical at points of the domain, which is enough to tell named mistakes apart and to
see that what was written for Maxima is what was meant.
"""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

needs_maxima = pytest.mark.skipif(shutil.which("maxima") is None, reason="Maxima is not installed")

_RULES = r"""
display2d:false$ linel:100000$ ratprint:false$ numer_pbranch:true$
num(e,p) := float(rectform(float(subst(p,e))))$
close(a,b) := is(lmax(map(lambda([p], block([u:num(a,p),v:num(b,p)], cabs(u-v)/(1+cabs(v)))), pts)) < 1e-8)$
ratio(a,b) := block([r:map(lambda([p], num(a,p)/num(b,p)), pts)],
  is(lmax(map(lambda([t], cabs(t-first(r))/(1+cabs(first(r)))), r)) < 1e-8))$
equationp(e) := is(not atom(e) and op(e)="=")$
allsame(a,b) := is(length(a)=length(b)) and every(same,a,b)$
same(a,b) :=
  if matrixp(a) or matrixp(b) then matrixp(a) and matrixp(b) and allsame(args(a),args(b))
  elseif listp(a) or listp(b) then listp(a) and listp(b) and allsame(a,b)
  elseif setp(a) or setp(b) then setp(a) and setp(b) and allsame(listify(a),listify(b))
  elseif equationp(a) or equationp(b) then equationp(a) and equationp(b) and ratio(lhs(a)-rhs(a),lhs(b)-rhs(b))
  else close(a,b)$
"""


def run(statements: list[str]) -> list[str]:
    """The lines that the statements print, which begin with ``>``."""
    script = _RULES + "\n".join(statements)
    done = subprocess.run(
        ["maxima", "--very-quiet"], input=script, capture_output=True, text=True, timeout=300, check=True
    )
    told = re.sub(r"(?m)^\(%i\d+\) ?", "", done.stdout)
    assert "error" not in told and "incorrect syntax" not in told, re.findall(
        r"(?s).{0,400}(?:error|incorrect syntax).{0,300}", told
    )[:1]
    return [line[1:].strip() for line in told.splitlines() if line.startswith(">")]


def reached(variables: str, names: list[str], points: list[dict[str, str]], tree, tests) -> list[str]:
    """Statements that print for each test which node of the tree says true, -1 for none.

    ``tree`` are (answer test, sans, tans, options); ``tests`` map inputs to what is typed.
    """
    given = "[" + ",".join("[" + ",".join(f"{n}={v}" for n, v in p.items()) + "]" for p in points) + "]"
    lines = [f"kill({','.join(names)})$" if names else "", f"pts:{given}$", variables.replace(";", "$")]
    for typed in tests:
        branches = []
        for index, (test, sans, tans, options) in enumerate(tree):
            for name, value in typed.items():
                sans = re.sub(rf"\b{name}\b", f"({value})", sans)
            if test == "Int":
                x = options.strip("[]").split(",")[0]
                sans, tans = f"diff({sans},{x})", f"diff({tans},{x})"
            branches.append(f"same({sans},{tans}) then {index}")
        lines.append(f'print(">", if {" elseif ".join(branches)} else -1)$')
    return [line for line in lines if line]
