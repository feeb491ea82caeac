"""Figures: what is drawn is what is given, every picture is told in words, and no text acts."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from grader import figures
from grader.bank.instance import from_record as instance_from_record
from grader.bank.instance import to_record as instance_to_record
from grader.bank.lint import lint
from grader.bank.read import load_bank, read_problems
from grader.bank.sample import sample, sample_parts
from grader.bank.schema import problem_schema
from grader.cli.commands import group
from grader.errors import AuthorError, AuthorErrors
from grader.figures import Figure, Unfit, describe, draw, draw_file
from grader.figures.axes import axes, fitting, steps, written
from grader.figures.graph import sampled
from grader.figures.marching import contours
from grader.figures.network import _RADIUS, _label_at, _layout
from grader.figures.words import said
from grader.resources import bank_directory, template_directory

SVG = "{http://www.w3.org/2000/svg}"


def figure(sort: str, first: Any, **fields: Any) -> Figure:
    """``over=[0, 1]`` is one row; a list of lists several."""

    def rows(value: Any) -> list[list[str]]:
        value = value if isinstance(value, list) else [value]
        listed = value if isinstance(value[0], list) else [value]
        return [[str(cell) for cell in row] for row in listed]

    return figures.from_record(
        {"sort": sort, sort: rows(first), **{name: rows(value) for name, value in fields.items()}}
    )


EXAMPLES = {
    "graph": figure("graph", "x^3/4 - 2x + 1/2", over=[-3, 3], shade=[-2, 2]),
    "pi": figure("graph", "3 sin(t)", over=[0, "2 pi"], wrt="t", name="g"),
    "gap": figure("graph", "1/x", over=[-2, 2], y=[-4, 4]),
    "tangents": figure("graph", "x^3 - 3x", over=[-2, 2], tangent=[[-1], ["1/2"]], beside=[["x^2", "g"]]),
    "taylor": figure("graph", "sin(x)", over=[-6, 6], y=[-3, 3], taylor=[[0, 1], [0, 3], [0, 5]]),
    "stationary": figure(
        "contours",
        "x^3 - 3x + y^2",
        over=[["-5/2", "5/2"], [-2, 2]],
        stationary=[["minimum", 1, 0], ["saddle", -1, 0]],
    ),
    "map": figure("map", ["x^2 - y^2", "2 x y"], over=[[0, 2], [0, 2]], step="1/4", point=["P", 1, 1], side="1/2"),
    "polyline": figure("polyline", [[0, 0], [2, 3], [4, 3], [6, -2], [7, 0]], shade=[1, 7]),
    "slope_graph": figure("slope_graph", "(x + 2)(x - 1)", over=[-3, 3]),
    "contours": figure(
        "contours", "x^2 + y^2", over=[[-3, 3], [-3, 3]], levels=[[1], [4]], point=["P", 1, 1],
        arrows=[["2", 1, 1], ["1", -1, 1]],
    ),
    "network": figure(
        "network", [["x"], ["u"], ["v"], ["y"]],
        edges=[["x", "u", 2], ["x", "v", -3], ["u", "v", 4], ["u", "y", "2a"], ["v", "y"]],
    ),
}  # fmt: skip
BANKED = {problem.id: problem for problem in load_bank([bank_directory()]) if problem.figure}
KEYED = {problem.id: problem for problem in load_bank([bank_directory()]) if problem.solution_figure}


def drawn(of: Figure, key: str = "k") -> etree._Element:
    return etree.fromstring(draw(of, key).encode())


def texts(svg: etree._Element) -> list[str]:
    return [node.text or "" for node in svg.iter(f"{SVG}text")]


def test_there_is_an_example_of_every_sort() -> None:
    assert {example.sort for example in EXAMPLES.values()} == set(figures.names())
    for name in figures.names():
        sort = figures.load(name)
        assert sort.name == name == next(iter(sort.fields))
        assert sort.fields[name].required and (Path(figures.__file__).parent / f"{name}.py").exists()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_picture_is_one_closed_element_with_a_name_and_words(name: str) -> None:
    for text in (draw(EXAMPLES[name], "k"), draw_file(EXAMPLES[name])):
        svg = etree.fromstring(text.encode())
        assert svg.tag == f"{SVG}svg" and svg.get("role") == "img" and svg.get("viewBox").startswith("0 0 320 ")
        title, description = svg[0], svg[1]
        assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
        assert svg.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
        assert describe(EXAMPLES[name]) == f"{title.text}. {description.text}"
        # Nothing is fetched and nothing runs.
        assert not re.search(r"<script|href|@import|onload|data:|url\((?!#)", text)
        used = set(re.findall(r"url\(#([^)]+)\)", text))
        assert used <= {node.get("id") for node in svg.iter() if node.get("id")}
        assert all(re.fullmatch(r"-?\d+(\.\d{1,2})?", n) for d in re.findall(r' d="M([^"Z]*)', text) for n in d.split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_drawn_outside(name: str) -> None:
    svg = drawn(EXAMPLES[name])
    _, _, width, height = map(float, svg.get("viewBox").split())
    for node in svg.iter(f"{SVG}text"):
        assert 0 <= float(node.get("x")) <= width and 4 <= float(node.get("y")) <= height
    for node in svg.iter(f"{SVG}line"):
        if node.getparent().tag != f"{SVG}pattern":
            assert all(-1 <= float(node.get(x)) <= width + 1 for x in ("x1", "x2"))


def test_the_bytes_are_the_same_in_every_process() -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "import hashlib, test_figures as t\n"
        "print(hashlib.sha256(''.join(map(t.draw_file, t.EXAMPLES.values())).encode()).hexdigest())"
    )
    root = Path(__file__).parent.parent
    found = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


def test_a_figure_survives_its_record() -> None:
    for example in EXAMPLES.values():
        assert figures.from_record(figures.to_record(example)) == example
    with pytest.raises(ValueError, match="has no field"):
        figures.from_record({"sort": "graph", "graph": [["x"]], "colour": [["red"]]})
    with pytest.raises(KeyError):
        figures.from_record({"sort": "pie"})


def test_ids_begin_with_the_key() -> None:
    svg = drawn(EXAMPLES["graph"], "figure-3a")
    ids = [node.get("id") for node in svg.iter() if node.get("id")]
    assert ids and all(name.startswith("figure-3a-") for name in ids) and len(set(ids)) == len(ids)


HOSTILE = '<script>alert("1")</script>&amp;]]>'


def test_hostile_text_stays_text() -> None:
    for example in (
        figure("graph", "x", over=[0, 1], name=HOSTILE),
        figure("contours", "x + y", over=[[0, 1], [0, 1]], point=[HOSTILE, "1/2", "1/2"]),
        figure("network", [[HOSTILE], ["y"]], edges=[[HOSTILE, "y", 1]]),
    ):
        svg = drawn(example)
        assert {etree.QName(node).localname for node in svg.iter()} <= {
            "svg", "title", "desc", "defs", "clipPath", "rect", "pattern", "g", "line", "path", "circle", "text",
        }  # fmt: skip
        assert "alert" in "".join(svg.itertext())


# Curves ---------------------------------------------------------------------------------------


def test_the_curve_runs_through_the_points_of_the_function() -> None:
    from grader.expr.parse import Names, parse

    curves = sampled(parse("x^2", Names(("x",))), "x", (0, 2))
    assert len(curves) == 1 and all(abs(y - x * x) < 1e-12 for x, y in curves[0])
    # No line joins the two branches of a hyperbola.
    left, right = sampled(parse("1/x", Names(("x",))), "x", (-1, 1))
    assert left[-1][0] < 0 < right[0][0] and left[-1][1] < 0 < right[0][1]


def test_areas_above_and_below_differ_in_more_than_colour() -> None:
    svg = drawn(EXAMPLES["graph"])
    patterns = list(svg.iter(f"{SVG}pattern"))
    assert {node.get("id") for node in patterns} == {"k-above", "k-below"}
    assert len({node.get("patternTransform") for node in patterns}) == 2
    assert len({node.get("width") for node in patterns}) == 2
    filled = [node for node in svg.iter(f"{SVG}g") if (node.get("fill") or "").startswith("url(")]
    assert [node.get("fill") for node in filled] == ["url(#k-above)", "url(#k-below)"]


def test_the_shade_ends_where_it_should() -> None:
    of = figure("polyline", [[0, 2], [4, -2]], shade=[1, 3], over=[0, 4], y=[-2, 2])
    a = axes((0, 4), (-2, 2))
    svg = drawn(of)
    (above,) = [node for node in svg.iter(f"{SVG}g") if node.get("fill") == "url(#k-above)"]
    corners = re.findall(r"[\d.]+ [\d.]+", above[0].get("d"))
    wanted = [a.place(1, 0), a.place(1, 1), a.place(2, 0), a.place(2, 0)]
    assert [tuple(map(float, corner.split())) for corner in corners] == [
        (pytest.approx(x, abs=0.01), pytest.approx(y, abs=0.01)) for x, y in wanted
    ]


def test_ticks_are_round_and_readable() -> None:
    for span in (1, 3, 7, 12, 30, 100, 999, 10**6):
        found = steps(0, span, 280)
        apart = found[1] - found[0]
        assert 280 * float(apart) / span >= 16 and str(apart.numerator).strip("0") in ("1", "2", "5")
    assert [written(q) for q in (-3, 0)] == ["\u22123", "0"]
    assert fitting([-1, 3.2]) == (-2, 4)


def test_units_are_equal_when_that_fits() -> None:
    assert axes((0, 8), (-4, 4)).across == axes((0, 8), (-4, 4)).up
    assert axes((0, 8), (0, 100)).up != axes((0, 8), (0, 100)).across


# Contours -------------------------------------------------------------------------------------


def grid(f: Any, cells: int = 40) -> list[list[float]]:
    return [[f(-2 + 4 * i / cells, -2 + 4 * j / cells) for i in range(cells + 1)] for j in range(cells + 1)]


def test_a_circle_is_one_closed_round_curve() -> None:
    ((circle,), nothing) = contours(grid(lambda x, y: x * x + y * y), [1.0, 9.0])
    assert circle[0] == circle[-1] and len(circle) > 60 and nothing == []
    assert all(abs(hypot(x / 10 - 2, y / 10 - 2) - 1) < 0.005 for x, y in circle)


def test_branches_stay_apart_and_open() -> None:
    (branches,) = contours(grid(lambda x, y: x * y), [1.0])
    assert len(branches) == 2 and all(branch[0] != branch[-1] for branch in branches)
    assert all(abs((x / 10 - 2) * (y / 10 - 2) - 1) < 0.01 for branch in branches for x, y in branch)


def test_a_hole_in_the_domain_leaves_a_gap() -> None:
    values: list[list[float | None]] = [[float(i) for i in range(9)] for _ in range(9)]
    values[4][3] = None
    (pieces,) = contours(values, [3.5])
    assert sorted(len(piece) for piece in pieces) == [4, 4]


def test_every_level_drawn_is_named() -> None:
    shown = texts(drawn(EXAMPLES["contours"]))
    assert {"1", "4", "P", "2"} <= set(shown)
    assert "levels 1 and 4" in describe(EXAMPLES["contours"])


def test_arrows_are_told_by_their_labels_not_in_the_order_given() -> None:
    words = describe(EXAMPLES["contours"])
    assert words.index("Arrow 1") < words.index("Arrow 2")
    shown = texts(drawn(EXAMPLES["contours"]))
    assert shown.index("1") < len(shown) and [t for t in shown if t in ("1", "2")][-2:] == ["1", "2"]


# Computation graphs ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "edges"),
    [
        (4, [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]),
        (4, [(0, 1), (0, 2), (1, 3), (2, 3)]),
        (5, [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)]),
        (5, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]),
        (6, [(0, 2), (1, 2), (0, 3), (1, 3), (2, 4), (3, 5), (2, 5)]),
        (3, [(0, 1), (1, 2), (0, 2)]),
    ],
)
def test_edges_and_labels_keep_clear_of_other_nodes(count: int, edges: list[tuple[int, int]]) -> None:
    from grader.figures.network import _distance

    places = _layout(count, edges, [12.0] * len(edges))
    assert all(x0 < x1 for (x0, _), (x1, _) in ((places[i], places[j]) for i, j in edges))
    for p, q in combinations(places, 2):
        assert hypot(p[0] - q[0], p[1] - q[1]) > 2 * _RADIUS
    for i, j in edges:
        label = _label_at(places, (i, j), 12.0)
        for k, node in enumerate(places):
            assert hypot(node[0] - label[0], node[1] - label[1]) > _RADIUS + 4
            assert k in (i, j) or _distance(node, places[i], places[j]) > _RADIUS


def test_slopes_stand_at_edges_and_are_told() -> None:
    assert {"2", "\u22123", "2a"} <= set(texts(drawn(EXAMPLES["network"])))
    words = describe(EXAMPLES["network"])
    assert "from x to v with the slope minus three" in words and words.endswith("and from v to y.")


# What cannot be drawn -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "fault"),
    [
        (figure("graph", "sqrt(-1 - x^2)", over=[0, 1]), "graph: the function has no value"),
        (figure("graph", "x", over=[1, 0]), "over: the end has to be greater"),
        (figure("graph", "x y", over=[0, 1]), "graph: 'x y' cannot be read"),
        (figure("graph", "x", over=[0, 1], shade=[0, 2]), "shade: it has to lie on what is drawn"),
        (figure("graph", "10^9 x", over=[0, 1]), "graph: the values are too large"),
        (figure("polyline", [[0, 1], [0, 2]]), "polyline: it needs two corners"),
        (figure("contours", "1 + 0x", over=[[0, 1], [0, 1]]), "contours: the function is constant"),
        (figure("contours", "x y", over=[0, 1]), "over: it needs two intervals"),
        (figure("contours", "x y", over=[[0, 1], [0, 1]], arrows=["1", 1, 1]), "arrows: they start at a point"),
        (figure("network", [["x"], ["y"]], edges=[["y", "x"]]), "edges: the edge from y to x leads backwards"),
        (figure("network", [["x"], ["y"]], edges=[["x", "z"]]), "edges: 'z' is not one of the nodes"),
        (figure("network", [["x"], ["x"]], edges=[["x", "x"]]), "network: it needs 2 to 8 nodes"),
    ],
)
def test_what_cannot_be_drawn_says_why(of: Figure, fault: str) -> None:
    with pytest.raises(Unfit) as caught:
        describe(of)
    assert f"{caught.value.field}: {caught.value.fault}".startswith(fault)


# In problem files -----------------------------------------------------------------------------

PROBLEM = """\
- id: a
  kind: derivative
  title: A
  difficulty: 1
  parameters: {n: {integer: [2, 4]}, v: {choice: [x, t]}}
  derived: {g: "n x + 1"}
  given: {f: n x^2, wrt: x}
  statement: Differentiate ${{ f }}$.
"""


def faults(line: str) -> list[str]:
    with pytest.raises(AuthorErrors) as caught:
        read_problems(f"{PROBLEM}  {line}\n", "f.yaml")
    return [str(error) for error in caught.value.errors]


def made(line: str, seed: int = 1) -> Figure | None:
    (problem,) = read_problems(f"{PROBLEM}  {line}\n", "f.yaml")
    return sample(problem, seed).figure


def test_a_figure_takes_the_values_of_the_draw() -> None:
    for seed in range(4):
        found = made('figure: {graph: f, over: [-n, "n + 1"], name: "{{ n }}-th"}', seed)
        assert found is not None
        n = int(found.first("name")[0])
        assert found.first("graph") == f"{n}x^2" and found.rows("over") == ((f"-{n}", str(n + 1)),)
    derived = made("figure: {graph: g, over: [0, 1]}")
    assert derived is not None and re.fullmatch(r"\dx \+ 1", derived.first("graph"))
    node = made("figure: {network: [v, y], edges: [[v, y, n]]}")
    assert node is not None and node.first("network") in ("x", "t")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("figure: {grpah: f, over: [0, 1]}", "f.yaml:9:11: 'figure' does not say what it shows; did you mean 'graph'?"),
        ("figure: {graph: f}", "f.yaml:9:11: a figure 'graph' needs the field 'over'"),
        ("figure: {graph: f, over: [0, 1], shde: [0, 1]}", "f.yaml:9:36: unknown field 'shde'; did you mean 'shade'?"),
        ("figure: {graph: f, over: [0]}", "f.yaml:9:28: 'over' has to be a list of 2 numbers, not a list of 1"),
        ("figure: {graph: f, over: [0, ')']}", "f.yaml:9:33: over: unexpected ')'"),
        ("figure: {graph: 'x + q', over: [0, 1]}", "f.yaml:9:24: graph: unknown name 'q'"),
        ("figure: {graph: '{{ q }}', over: [0, 1]}", "f.yaml:9:23: template: unknown name 'q'"),
        ("figure: graph", "f.yaml:9:11: 'figure' has to be a record with fields, not 'graph'"),
        (
            "figure: {polyline: [[0, 1], 2]}",
            "f.yaml:9:31: an entry of 'polyline' has to be a list of 2 numbers, not '2'",
        ),
    ],
)
def test_faults_stand_at_their_line(line: str, fault: str) -> None:
    (found,) = faults(line)
    assert found.startswith(fault)


def test_what_cannot_be_drawn_is_found_by_lint_at_its_field() -> None:
    (problem,) = read_problems(f"{PROBLEM}  figure: {{graph: f, over: [n, 0]}}\n", "f.yaml")
    remarks = [str(r) for r in lint(problem, range(3), lambda: 0.0).remarks if r.level == "error"]
    assert remarks and remarks[0].startswith("f.yaml:9:29: error: the figure cannot be drawn: over: the end has to be")


def test_a_figure_that_tells_the_answer_is_found_by_lint() -> None:
    line = "figure: {graph: f, over: [0, 1], name: 'the slope is {{ 2*n }}x'}"
    (problem,) = read_problems(f"{PROBLEM}  {line}\n".replace("n x^2, wrt", "n x^2 + x + 1, wrt"), "f.yaml")
    line = line.replace("x'", "x + 1'")
    (telling,) = read_problems(f"{PROBLEM}  {line}\n".replace("n x^2, wrt", "n x^2 + x + 1, wrt"), "f.yaml")
    said_by = [[r.text for r in lint(p, range(3), lambda: 0.0).remarks] for p in (problem, telling)]
    assert "the figure gives the answer away" not in said_by[0] and "the figure gives the answer away" in said_by[1]


def test_a_figure_goes_through_the_manifest() -> None:
    for name in BANKED:
        for instance in sample_parts(BANKED[name], 3):
            assert instance_from_record(instance_to_record(instance)).figure == instance.figure


def test_the_schema_knows_every_field() -> None:
    schema = Draft202012Validator(problem_schema())
    for line in (
        "figure: {graph: f, over: [0, 1], shade: [0, 1], wrt: x, y: [0, 2], name: f}",
        "figure: {network: [x, y], edges: [[x, y], [x, y, 2]]}",
        "figure: {contours: x y, over: [[0, 1], [0, 1]], levels: [1, 2], point: [P, 0, 1]}",
    ):
        schema.validate(yaml.safe_load(f"{PROBLEM}  {line}\n"))
    for line in ("figure: {graph: f}", "figure: {graph: f, over: [0]}", "figure: {graph: f, over: [0, 1], edges: []}"):
        assert list(schema.iter_errors(yaml.safe_load(f"{PROBLEM}  {line}\n")))


PARTS = """\
- id: two
  title: Two questions about one graph
  difficulty: 1
  parameters: {n: {integer: [2, 4]}}
  figure: {graph: "n x^2", over: [-1, 1]}
  statement: 'The picture shows $f$.'
  parts:
    - kind: derivative
      given: {f: n x^2, wrt: x}
      statement: "Find $f'$."
    - kind: derivative
      given: {f: 2 n x, wrt: x}
      statement: "Find $f''$."
"""

# On sheets ------------------------------------------------------------------------------------


def sheets(folder: Path, bank: str, *ids: str) -> Path:
    (folder / "bank").mkdir()
    (folder / "bank" / "topic.yaml").write_text(bank)
    (folder / "hw.yaml").write_text(f"title: T\nsheet: s\nproblems: [{', '.join(f'use: {name}' for name in ids)}]\n")
    (folder / "r.csv").write_text("id,name\nbo b,Bo\n")
    (folder / "secret").write_text("0123456789abcdef" * 2)
    arguments = ["sheets", "hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", "--secret-file", "secret"]
    result = CliRunner().invoke(group, [*arguments, "--format", "html,md"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder / "out"


def test_html_holds_the_picture_and_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    two = PROBLEM.replace("id: a", "id: b")
    line = f"  figure: {{graph: f, over: [0, 2], shade: [0, 1], name: {HOSTILE!r}}}\n"
    out = sheets(tmp_path, PROBLEM + line + two + line, "a", "b")
    for folder in ("sheets", "keys"):
        (path,) = (out / folder).glob("*.html")
        page = lxml_html.fromstring(path.read_bytes())
        pictures = page.xpath("//section[@class='problem']//div[@class='figure']/svg[@role='img']")
        assert len(pictures) == 2
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        for picture in pictures:
            label, words = (page.get_element_by_id(name) for name in picture.get("aria-labelledby").split())
            assert label.text.startswith("Graph of") and "Values at the grid lines" in words.text
        assert not page.xpath("//script") and "<script>" not in path.read_text()


def test_markdown_names_files_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "[a](javascript:1) <b> *x*"
    out = sheets(tmp_path, f'{PROBLEM}  figure: {{graph: f, over: [0, 2], name: "{name}"}}\n', "a")
    for folder in ("sheets", "keys"):
        (path,) = (out / folder).glob("*.md")
        page = lxml_html.fromstring(MarkdownIt("commonmark", {"html": True}).render(path.read_text()))
        (image,) = page.xpath("//img")
        file = path.parent / unquote(image.get("src"))
        svg = etree.fromstring(file.read_bytes())
        assert image.get("alt") == f"{svg[0].text}. {svg[1].text}" and name in image.get("alt")
        assert not page.xpath("//a[starts-with(@href, 'javascript')] | //b")


def test_a_figure_that_parts_share_stands_once_above_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = sheets(tmp_path, PARTS, "two")
    page = lxml_html.fromstring(next((out / "sheets").glob("*.html")).read_bytes())
    assert len(page.xpath("//svg")) == len(page.xpath("//section[@class='stem']//svg")) == 1
    assert next((out / "sheets").glob("*.md")).read_text().count("![") == 1


def test_a_figure_that_cannot_be_drawn_stops_the_sheets_with_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AuthorError, match="problem 'a'.*: its figure cannot be drawn: over"):
        sheets(tmp_path, f"{PROBLEM}  figure: {{graph: f, over: [n, 0]}}\n", "a")


def test_the_colours_of_the_page_are_those_of_the_figures() -> None:
    style = (template_directory() / "style.html.j2").read_text()
    used = set(re.findall(r"var\((--\w+)", "".join(draw(example, "k") for example in EXAMPLES.values())))
    assert {"--above", "--below", "--accent", "--line", "--paper"} <= used
    for mode in style.split("@media")[:2] + [style.split("@media print")[1]]:
        assert all(f"{name}:" in mode for name in used)
    assert all(f"{name}:" in draw_file(EXAMPLES["graph"]) for name in used)


# In the terminal and in the bank --------------------------------------------------------------


def test_the_terminal_says_what_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(f"{PROBLEM}  figure: {{graph: f, over: [0, 2]}}\n")
    run = CliRunner()
    for command in ("show", "preview"):
        result = run.invoke(group, ["bank", command, "a", "--bank", str(tmp_path)], catch_exceptions=False)
        assert "Graph of f for x from 0 to 2. Values at the grid lines" in result.output
    result = run.invoke(group, ["bank", "show", "a", "--svg", "--bank", str(tmp_path)], catch_exceptions=False)
    assert etree.fromstring(result.output.encode()).tag == f"{SVG}svg"


def test_the_bank_has_a_picture_of_every_sort_asked_for() -> None:
    sorts = {problem.figure.sort for problem in BANKED.values() if problem.figure is not None}
    assert {"polyline", "slope_graph", "contours", "network"} <= sorts


@pytest.mark.parametrize("name", BANKED)
def test_pictures_of_the_bank_say_what_is_asked_and_not_the_answer(name: str) -> None:
    from grader.answer_text import write

    for seed in range(1, 6):
        for instance in sample_parts(BANKED[name], seed):
            assert instance.figure is not None
            words = describe(instance.figure)
            assert len(words) < 1_500 and draw(instance.figure, "k") == draw(instance.figure, "k")
            assert len(write(instance.task.reference)) < 4 or write(instance.task.reference) not in words


def test_the_page_of_the_manual_is_true() -> None:
    page = (Path(__file__).parent.parent / "docs" / "figures.md").read_text("utf-8")
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    (problem,) = read_problems(example[1], "figures.yaml")
    instance = sample(problem, 1)
    assert instance.figure is not None and describe(instance.figure).startswith("Graph of f, made of straight pieces")
    for name in figures.names():
        (section,) = [part for part in page.split("\n### ") if part.startswith(f"`{name}`")]
        assert all(f"`{field}`" in section for field in figures.load(name).fields)


def test_numbers_in_words() -> None:
    from fractions import Fraction

    told = [said(Fraction(q)) for q in ("-3", "1/2", "1/3", "-2/7")]
    assert told == ["minus 3", "0.5", "1/3", "minus 2/7"]


# What belongs to a solution ---------------------------------------------------------------------


def test_a_tangent_touches_and_is_told() -> None:
    words = describe(figure("graph", "x^2/2 - x", over=[-2, 4], tangent=[3]))
    # Through (3, 1.5) with the slope 2.
    assert "touches it at x = 3" in words and "2: minus 0.5, 3: 1.5, 4: 3.5" in words


def test_taylor_polynomials_are_those_of_another_method() -> None:
    import mpmath

    from grader.figures.base import expression
    from grader.figures.graph import _horner, _taylor

    for text, function, centre, order in (
        ("sin(2x)", lambda x: mpmath.sin(2 * x), 1, 5),
        ("e^(x/2)", lambda x: mpmath.exp(x / 2), 0, 4),
        ("ln(x)", mpmath.log, 2, 6),
        ("1/(1 + x^2)", lambda x: 1 / (1 + x**2), 0, 6),
    ):
        found = _taylor(expression(text, "t", ("x",)), "x", Fraction(centre), order, "taylor")
        with mpmath.workdps(40):
            theirs = mpmath.taylor(function, centre, order)
            for step in (-0.5, 0.25):
                expected = mpmath.polyval(theirs[::-1], step)
                assert _horner(found, step) == pytest.approx(float(expected), rel=1e-9)


def test_natures_differ_in_shape() -> None:
    from grader.figures.contours import _mark

    marks = [_mark(nature, (0.0, 0.0)) for nature in ("minimum", "Maximum", "saddle", "neither")]
    assert len({re.sub(r"fill=.*", "", mark) for mark in marks}) == 4


def test_the_parallelogram_is_that_of_the_jacobian_matrix() -> None:
    words = describe(EXAMPLES["map"])
    # At (1, 1) the matrix is (2, -2; 2, 2); the side is 1/2.
    assert "(1, 1) and (minus 1, 1)" in words


@pytest.mark.parametrize("field, value", [("tangent", [0]), ("taylor", [[0, 1]]), ("taylor", [[1, "1/2"]])])
def test_what_has_no_tangent_is_told(field: str, value: Any) -> None:
    with pytest.raises(Unfit) as caught:
        describe(figure("graph", "sqrt(x)", over=[0, 4], **{field: value}))
    assert caught.value.field == field


def test_a_solution_figure_is_in_keys_alone() -> None:
    from grader.sheets import formats
    from grader.sheets.document import make_key, make_sheet
    from grader.sheets.templates import Templates

    assert {"tangent", "taylor-trig", "stat-2d-cubic", "jac-polar", "def-signed"} <= set(KEYED)
    templates = Templates([template_directory()])
    items = {str(n): sample(KEYED[name], 1) for n, name in enumerate(sorted(KEYED), 1)}
    fields: dict[str, Any] = {"title": "S", "course": "", "sheet": "h", "due": "", "instructions": ""}
    sheet = make_sheet(**fields, student="a", name="A", items=items)
    key = make_key(sheet, items)
    for name in ("html", "md"):
        made = formats()[name].render(sheet, templates, "a") + "".join(map(str, formats()[name].beside(sheet)))
        shown = formats()[name].render(key, templates, "a")
        for instance in items.values():
            assert instance.solution_figure is not None
            title = figures.drawing(instance.solution_figure).title
            assert title not in made and title in re.sub(r"\\\\(.)", r"\\1", shown)
    assert set(formats()["md"].beside(key)) == {f".{n}.key.svg" for n in items}
    for instance in items.values():
        assert instance_from_record(instance_to_record(instance)).solution_figure == instance.solution_figure
