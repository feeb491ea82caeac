"""MathML that is pasted is read as the formula that it shows, and nothing of it is left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from test_readings import expressions

from grader.answer import Scalar, Shape, read, read_any
from grader.answer_text import write
from grader.errors import StudentError
from grader.expr.mathml import to_mathml
from grader.expr.parse import Names

NAMES = Names(("x", "y"))

CASES = {
    "<math><mi>x</mi></math>": "x",
    "<math><mfrac><mn>1</mn><mn>2</mn></mfrac><mi>x</mi></math>": "(1/2)*x",
    "<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mn>1</mn></math>": "x^2 + 1",
    "<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>": "sqrt(x + 1)",
    "<mroot><mi>x</mi><mn>3</mn></mroot>": "root(3, x)",
    "<math><mi>sin</mi><mo>&#x2061;</mo><mo>(</mo><mi>x</mi><mo>)</mo></math>": "sin(x)",
    "<math><msup><mi>sin</mi><mn>2</mn></msup><mi>x</mi></math>": "sin(x)^2",
    "<math><mi>&pi;</mi><mo>/</mo><mn>2</mn></math>": "pi/2",
    "<math><mn>2</mn><mo>&InvisibleTimes;</mo><mi>x</mi></math>": "2x",
    "<math><mfenced><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></mfenced><mi>y</mi></math>": "(x + 1)*y",
    "<math><mfenced open='|' close='|'><mi>x</mi></mfenced></math>": "abs(x)",
    "<math><mo>{</mo><mn>1</mn><mo>,</mo><mn>2</mn><mo>}</mo></math>": "{1, 2}",
    "<math><mo>(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
    "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable><mo>)</mo></math>": "[[1, 2], [3, 4]]",
    "<math><msub><mi>log</mi><mn>2</mn></msub><mi>x</mi></math>": "log_2(x)",
    "<math><msup><mi>e</mi><mrow><mo>-</mo><msup><mi>x</mi><mn>2</mn></msup></mrow></msup></math>": "e^(-x^2)",
    "<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>": "(-oo, 1)",
    "<math><mi>x</mi><mo>=</mo><mo>&#177;</mo><mn>1</mn></math>": "{1, -1}",
    "<mml:math><mml:mi>x</mml:mi></mml:math>": "x",
    "<math><mtext>DNE</mtext></math>": "dne",
    "<math><mover><mi>i</mi><mo>^</mo></mover><mo>+</mo><mn>2</mn><mover><mi>j</mi><mo>^</mo></mover></math>": "(1, 2)",
    "<math><msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo><mo>+</mo><mo>(</mo><mi>y</mi><mo>)</mo></mrow><mn>2</mn></msup>"
    "</math>": "(x + y)^2",
    "<math><semantics><mi>x</mi><annotation>y</annotation></semantics></math>": "x",
    "<math><mo>(</mo><mfrac linethickness='0'><mn>5</mn><mn>2</mn></mfrac><mo>)</mo></math>": "binomial(5, 2)",
    "<math><mi>f</mi><mo>&#x2032;</mo><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mn>2</mn><mi>x</mi></math>": "2x",
}

REFUSED = {
    "<math><mi>x</mi>": "do not close each other",
    "<math><foo/></math>": "<foo> cannot be read",
    "<math>x</math>": "'x' stands in no element",
    "<math><mi>x</mi>+1</math>": "'.1' stands in no element",
    "2<mi>x</mi>": "'2' stands in no element",
    "<mi>x</mi>!": "'!' stands in no element",
    "<math><apply><plus/><ci>x</ci></apply></math>": "cannot be read here",
    "<!DOCTYPE x [<!ENTITY a 'b'>]><math><mi>&a;</mi></math>": "a document, not a formula",
    "<math><mn>3</mn><mfrac><mn>1</mn><mn>2</mn></mfrac></math>": "could be a mixed number",
    "<math><mn>1</mn><mo>,</mo><mn>5</mn></math>": "comma inside a number",
    "<math><mo>&#8747;</mo><mi>x</mi><mi>d</mi><mi>x</mi></math>": "an integral",
    "<math><mi>q</mi></math>": "unknown name 'q'",
    "<math>" + "<mrow>" * 200 + "<mi>x</mi>" + "</mrow>" * 200 + "</math>": "nested more than",
    "<math><menclose><mi>x</mi></menclose></math>": "<menclose> cannot be read",
}


@pytest.mark.parametrize("text", CASES)
def test_a_formula_is_read(text: str) -> None:
    assert write(read_any(text, NAMES).answer) == CASES[text]


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(StudentError, match=REFUSED[text]):
        read_any(text, NAMES)


@given(expressions())
@settings(max_examples=300, deadline=None)
def test_what_is_written_in_mathml_reads_back(e) -> None:
    read_back = read(f"<math>{to_mathml(e)}</math>", Shape("scalar"), NAMES).answer
    assert isinstance(read_back, Scalar)
    assert to_mathml(read_back.value) == to_mathml(e)
