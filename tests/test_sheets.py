"""Sheets, keys and answer files: what they say, what they keep to themselves, and that no name acts in any format."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree
from lxml import html as lxml_html

from grader.cli.answer import command as answer_command
from grader.cli.course_secret import course_secret as _secret
from grader.cli.files import safe_name
from grader.cli.sheets import command as sheets_command
from grader.errors import AuthorError
from grader.resources import template_directory
from grader.sheets import formats
from grader.sheets.escape import code, comment, css, markdown, yaml
from grader.sheets.mathml import display, fault, inline
from grader.sheets.outline import from_sheet
from grader.sheets.prose import formula_faults, to_html
from grader.sheets.templates import Templates
from grader.sheets.words import day, number
from grader.submission import read_submission

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "path": "../../etc/passwd",
    "template": "{{7*7}} {% raw %} {#",
    "formula": "=cmd|'/C calc'!A0",
    "long": "Wolfe­schlegel" * 20,
    "rtl": "محمد بن موسى",
    "override": "A\u202egnp.exe",
    "newlines": 'line one\nstudent: "eve"\n# two\r\n---\n',
    "quotes": 'O\'Neil "Bobby" \\ `tick` $x$ *y* [a](javascript:1) <!-- --> ]]>',
    "entity": "&lt;b&gt; &#60;",
    "dollar": "$\\href{javascript:1}{x}$",
}
BANK = """\
- id: power
  kind: derivative
  title: The power rule at last
  difficulty: 1
  parameters: {n: {integer: [3, 60]}}
  given: {f: 'x^n + x', wrt: x}
  statement: 'Differentiate $f(x) = {{ f }}$. Mind *both* terms.'
  solution: 'Term by term: ${{ answer }}$.'
  points: 5/2
- id: gradient
  kind: gradient
  title: A gradient
  difficulty: 2
  parameters: {n: {integer: [3, 60]}}
  given: {f: 'n x^2 + y', variables: [x, y]}
  statement: 'Find $\\nabla f$ for $f(x, y) = {{ f }}$ where $x < 1$.'
"""
ASSIGNMENT = """\
title: Week <1>
course: Calculus & more
sheet: week-1
due: 2026-10-31T23:59
problems: [use: power, use: gradient]
"""


def write_course(folder: Path, names: dict[str, str]) -> None:
    """A bank, an assignment and a roster."""
    (folder / "bank").mkdir()
    (folder / "bank" / "topic.yaml").write_text(BANK)
    (folder / "hw.yaml").write_text(ASSIGNMENT)
    rows = ["id,name", *(f's-{key},"{name.replace(chr(34), chr(34) * 2)}"' for key, name in names.items())]
    (folder / "r.csv").write_text("\n".join(rows), encoding="utf-8", newline="")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small class, for tests that make sheets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    write_course(tmp_path, {key: HOSTILE[key] for key in ("script", "rtl", "quotes")})
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The sheets of a class of hostile names, for tests that only look."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("GRADER_SECRET", raising=False)
        write_course(folder, HOSTILE)
        make()
    return folder


def make(*options: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(
        sheets_command, ["hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", *options]
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == exit_code, done.output
    return done.output


def every(course: Path) -> dict[str, bytes]:
    return {str(p.relative_to(course)): p.read_bytes() for p in sorted((course / "out").rglob("*")) if p.is_file()}


def test_everything_for_everybody(course):
    output = make()
    assert "Made a course secret in .grader-secret" in output
    assert (course / ".grader-secret").stat().st_mode & 0o777 == 0o600
    secret = (course / ".grader-secret").read_text().strip().encode()
    files = every(course)
    names = {"s-script", "s-rtl", "s-quotes"}
    expected = {f"out/{kind}/{n}.{suffix}" for n in names for kind in ("sheets", "keys") for suffix in ("md", "html")}
    assert set(files) == expected | {f"out/answers/{n}.yaml" for n in names} | {"out/manifest.json"}
    assert not any(secret in content for content in files.values())
    assert "0 files written" in make()
    assert every(course) == files


def test_hostile_names_do_nothing_in_any_format(made):
    for key, name in HOSTILE.items():
        shown = " ".join(re.sub("[\u202e\u00ad]", "", name).split())
        for kind in ("sheets", "keys"):
            page = lxml_html.fromstring((made / f"out/{kind}/s-{key}.html").read_text(encoding="utf-8"))
            assert page.xpath("//dd")[0].text_content() == shown
            assert not page.xpath("//script | //img | //a | //iframe | //*[@onerror or @onload or @href or @src]")
            text = (made / f"out/{kind}/s-{key}.md").read_text(encoding="utf-8")
            line = next(line for line in text.splitlines() if line.startswith("- Name: "))
            assert rendered(line) == f"Name: {shown}"
            assert "\u202e" not in text
        answers = read_submission((made / f"out/answers/s-{key}.yaml").read_bytes(), "a.yaml")
        assert answers.student == f"s-{key}" and answers.sheet == "week-1" and list(answers.answers) == ["1", "2"]


def rendered(line: str) -> str:
    """What a full CommonMark reader, with raw HTML, shows of a line."""
    from markdown_it import MarkdownIt

    page = lxml_html.fromstring(MarkdownIt("commonmark", {"html": True}).render(line))
    assert not page.xpath(".//script | .//img | .//a | .//em | .//strong | .//code")
    return page.text_content().strip()


def test_hostile_ids(course):
    ids = ["<script>", "../../etc/x", "{{7*7}}", "=cmd|x", "CON", "a\\b", "-rf", "é" * 100]
    (course / "r.csv").write_text("id,name\n" + "\n".join(f"{i},N" for i in ids), encoding="utf-8")
    make()
    assert {p.name for p in course.iterdir()} == {"bank", "hw.yaml", "r.csv", "out", ".grader-secret"}
    assert {p.stem for p in (course / "out/answers").iterdir()} == {safe_name(i) for i in ids}
    for i in ids:
        assert read_submission((course / f"out/answers/{safe_name(i)}.yaml").read_bytes(), "a").student == i


def test_the_sheet_keeps_the_answers_to_itself(made):
    records = json.loads((made / "out/manifest.json").read_text())["students"]
    for student, part in records.items():
        for suffix in ("sheets/{}.md", "sheets/{}.html", "answers/{}.yaml"):
            text = (made / "out" / suffix.format(student)).read_text(encoding="utf-8")
            assert "The power rule" not in text and "Term by term" not in text
            for record in part["items"].values():
                assert record["reference"] not in text and record["seed"] not in text
        key = (made / f"out/keys/{student}.md").read_text(encoding="utf-8")
        assert all(f"`{record['reference']}`" in key for record in part["items"].values())
        assert "Term by term" in key and "Spoken:" in key


def test_html_is_self_contained_and_accessible(made):
    for kind in ("sheets", "keys"):
        text = (made / f"out/{kind}/s-rtl.html").read_text(encoding="utf-8")
        assert not re.search(r"https?://|url\(|@import|javascript|<script|<link", text)
        page = lxml_html.fromstring(text)
        assert (
            page.get("lang") == "en" and len(page.xpath("//h1")) == 1 and page.xpath("//main") and page.xpath("//title")
        )
        levels = [int(h.tag[1]) for h in page.xpath("//h1 | //h2 | //h3")]
        assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
        assert all(
            page.xpath(f"//*[@id='{s.get('aria-labelledby')}']") for s in page.xpath("//section[@aria-labelledby]")
        )
        assert all(m.get("alttext") for m in page.xpath("//math")) and page.xpath("//math")
        assert "prefers-color-scheme: dark" in text and "@page" in text and "break-inside: avoid" in text


def test_the_bank_may_change_afterwards(course):
    make()
    before = every(course)
    (course / "bank" / "topic.yaml").write_text(BANK.replace("x^n + x", "x^n - x"))
    assert "differ from these" in make(exit_code=2)
    assert every(course) == before
    with (course / "r.csv").open("a") as file:
        file.write("\nlate,Late Comer\n")
    make("--existing", "keep")
    after = every(course)
    assert {k: v for k, v in after.items() if k in before and k != "out/manifest.json"} == {
        k: v for k, v in before.items() if k != "out/manifest.json"
    }
    assert "out/sheets/late.md" in after and b"- x" in after["out/sheets/late.md"]
    make("--existing", "replace")
    assert every(course)["out/sheets/s-rtl.md"] != before["out/sheets/s-rtl.md"]


def test_sheet_key_and_grading_agree(course):
    from grader.classroom.manifest import read
    from grader.grade import grade_answer

    make()
    (course / "bank" / "topic.yaml").write_text(BANK.replace("x^n + x", "x^n - x"))
    manifest = read((course / "out/manifest.json").read_text())
    key = (course / "out/keys/s-rtl.md").read_text(encoding="utf-8")
    typed = re.findall(r"^- Typed: `(.*)`$", key, re.MULTILINE)
    for number_, text in zip(("1", "2"), typed, strict=True):
        assert grade_answer(manifest.students["s-rtl"].instance(number_), text).outcome == "right"


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_answer_file_of_a_sheet(course, suffix):
    make()
    done = CliRunner().invoke(answer_command, [f"out/sheets/s-quotes.{suffix}", "--out", "mine.yaml"])
    assert done.exit_code == 0, done.output
    assert (course / "mine.yaml").read_bytes() == (course / "out/answers/s-quotes.yaml").read_bytes()
    again = CliRunner().invoke(answer_command, [f"out/sheets/s-quotes.{suffix}", "--out", "mine.yaml"])
    assert again.exit_code == 2 and "--force replaces it" in again.output


def test_answer_file_of_something_else():
    with pytest.raises(AuthorError, match="this is not a sheet"):
        from_sheet("# Notes", "notes.md")
    with pytest.raises(AuthorError, match="damaged"):
        from_sheet('<!-- grader-sheet {"items": 3} -->', "notes.md")


def test_answer_file_tells_check_how_to_read(made):
    expects = read_submission((made / "out/answers/s-rtl.yaml").read_bytes(), "a.yaml").expects
    assert [(e.shape.form, e.variables) for e in expects.values()] == [("scalar", ("x",)), ("vector", ("x", "y"))]


def test_own_templates_come_first(course):
    (course / "looks").mkdir()
    (course / "looks" / "sheet.md.j2").write_text("Dear {{ document.name }}, {{ document.points | number }}\n")
    make("--templates", "looks", "--format", "md")
    assert (course / "out/sheets/s-script.md").read_text() == "Dear &lt;script&gt;alert(1)&lt;/script&gt;, 3.5\n"
    assert not list(course.rglob("*.html"))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("\n{{ document.nome }}", "sheet.md.j2:2:1: template: .*has no attribute 'nome'"),
        ("{{ document.__class__.__mro__ }}", "template: access to attribute '__class__'"),
        ("{% if %}", "sheet.md.j2:1:1: template: Expected an expression"),
        ("{% include 'x.j2' %}", "there is no template 'x.j2'"),
    ],
)
def test_faults_of_templates(course, template, message):
    (course / "looks").mkdir()
    (course / "looks" / "sheet.md.j2").write_text(template)
    with pytest.raises(AuthorError, match=message):
        make("--templates", "looks")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "odt"], "'odt' is no format; known are docx, html, ipynb, md, pdf, tex"),
        (["--id-column", "kode"], "there is no column 'kode'"),
        (["--secret-file", "short"], "the secret has fewer than 16 characters"),
        (["--secret-file", "none"], "there is no such file"),
    ],
)
def test_faults_of_options(course, options, message):
    (course / "short").write_text("abc")
    done = CliRunner().invoke(
        sheets_command, ["hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", *options]
    )
    assert message in done.output + str(done.exception) and not (course / "out").exists()


def test_secrets_make_the_variants(course, monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", "one secret of a course")
    make()
    first = every(course)["out/sheets/s-rtl.md"]
    assert not (course / ".grader-secret").exists()
    (course / "s").write_text("another secret of a course\n")
    make("--secret-file", "s", "--existing", "replace")
    assert every(course)["out/sheets/s-rtl.md"] != first
    (course / "grader.toml").write_text('secret_file = "s"\ncourse = "C"\n')
    assert "0 files written" in make()


def test_every_format_has_its_templates():
    for format in formats().values():
        for kind in ("sheet", "key"):
            assert (template_directory() / f"{kind}.{format.written_in or format.name}.j2").exists()


# Escaping -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [*HOSTILE.values(), "1. item", "- item", "# head", "> q", "    code", "a_b_c", "https://x.y", "+1"]
)
def test_markdown_escaping(text):
    shown = " ".join(text.split())
    assert rendered(str(markdown(text))) == shown
    assert rendered("Name: " + markdown(text)) == f"Name: {shown}"


@pytest.mark.parametrize("text", [*HOSTILE.values(), "", "no", "1_0", "2026-01-01", "\x00\x07\x85\u2028\ufeff😀", "~"])
def test_yaml_escaping(text):
    import yaml as reader

    quoted = yaml(text)
    assert reader.safe_load(f"a: {quoted}\nb: 1") == {"a": text, "b": 1} and len(quoted.splitlines()) == 1


def test_small_filters():
    assert comment("a\nb\u2028c") == "a b c"
    assert code("a`b") == "``a`b``" and code("`") == "`` ` ``"
    assert css('a"};') == r"a\22 \7d \3b "
    assert [number(x) for x in ("4", "5/2", "1/3", "0.1")] == ["4", "2.5", "1/3", "0.1"]
    assert day("2026-10-31") == "31 October 2026" and day("2026-03-01T08:05") == "1 March 2026, 08:05"
    assert day("soon") == "soon"


def test_a_template_escapes_by_itself(tmp_path):
    for name, escaped in (("a.md.j2", r"\*x\* &lt;b&gt;"), ("a.html.j2", "*x* &lt;b&gt;"), ("a.yaml.j2", '"*x* <b>"')):
        (tmp_path / name).write_text("{{ value }}")
        assert Templates([tmp_path]).render(name, value="*x* <b>") == escaped


# Markdown and maths of statements -------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a *b* **c** `d<e`", "<p>a <em>b</em> <strong>c</strong> <code>d&lt;e</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("2. a", '<ol start="2">\n<li>a</li>\n</ol>'),
        ("<b>x</b> &amp; [l](http://x) ![i](y)", "<p>&lt;b&gt;x&lt;/b&gt; &amp; [l](http://x) ![i](y)</p>"),
        ("costs $5 and $6", "<p>costs $5 and $6</p>"),
        (r"\$x\$", "<p>$x$</p>"),
        ("# no head", "<p># no head</p>"),
    ],
)
def test_prose(source, html):
    assert to_html(source) == html


def test_prose_maths():
    assert to_html("Let $a_1 < b*c*$.").startswith('<p>Let <math alttext="a_1 &lt; b*c*">')
    for source in (
        "$$\nx\n+ 1\n$$",
        "so\n$$\nx\n+ 1\n$$\nthen",
        "- item\n\n  $$\n  x\n  + 1\n  $$",
    ):
        shown = to_html(source)
        assert shown.count('<math display="block" alttext="x + 1">') == 1 and shown.count("<li>") == source.count(
            "item"
        )
    assert formula_faults("ok $x$, not $\\foo$ nor $$\\frac{1$$") == (
        "the command \\foo is not known",
        "} is missing at the end",
    )
    assert "<code" in to_html("$\\foo<$") and "\\foo&lt;" in to_html("$\\foo<$")


FORMULAS = [
    r"f'(x) = \frac{d}{dx}\left[\sin^{2} 3x\right]",
    r"\int_0^{\pi/2} \frac{\sin\theta}{1+\cos^2\theta}\,d\theta = \frac{\pi}{4}",
    r"\begin{pmatrix} x^{2}y \\[2pt] e^{x} + \ln\left|y\right| \end{pmatrix}^{\top}",
    r"\begin{aligned} a &= b < c \\ &\le d \end{aligned}",
    r"\begin{cases} x^2 & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}",
    r"\lim_{x \to 0^+} x\ln x, \max_{i} x_i, \sum_{k=0}^{n} \binom{n}{k}",
    r"\mathbf{x}^{\mathsf{T}}\mathbf{A}\mathbf{x} \in \mathbb{R}, \mathrm{d}x, \mathcal{L}, \operatorname{tr}(A)",
    r"\sqrt[3]{x} + \sqrt x + \lVert x \rVert + \lvert x \rvert + |{-x}| + \big( x \big)",
    r"\frac12 x_1'^2, f''(x), 10^{-3}, 3.14, \{1, 2\}, -\infty < x \leq \infty",
    r"\hat{y}, \bar x, \vec{v}, \dot x, \overline{AB}, \underbrace{a+b}_{c}",
    r"\nabla f = \left(\frac{\partial f}{\partial x}, \frac{\partial f}{\partial y}\right)",
    "π ≤ 3·x",
    "",
]


@pytest.mark.parametrize("latex", FORMULAS)
def test_mathml_is_well_formed_core(latex):
    core = set(
        "math mi mn mo mtext mspace mrow mfrac msqrt mroot mstyle "
        "msub msup msubsup munder mover munderover mtable mtr mtd".split()
    )
    arity = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
    assert fault(latex) == ""
    for element in (inline(latex), display(latex)):
        tree = etree.fromstring(element)
        for node in tree.iter():
            assert node.tag in core
            assert len(node) == arity.get(node.tag, len(node))


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("-x", '<mo form="prefix">−</mo><mi>x</mi>'),
        ("(-x)", '<mo form="prefix">−</mo>'),
        ("a-x", '<mo form="infix">−</mo>'),
        (r"\ln|x| + C", '<mo form="infix">+</mo>'),
        (r"\sin x", '<mi>sin</mi><mo>&#x2061;</mo><mspace width="0.1667em"/><mi>x</mi>'),
        (r"\sin(x)", '<mi>sin</mi><mo>&#x2061;</mo><mo stretchy="false" form="prefix">(</mo>'),
        (r"\text{<b> & c}", "<mtext>&lt;b&gt; &amp; c</mtext>"),
        (r"\mathbb{R}", "ℝ"),
        (r"\mathbf{x}", "𝐱"),
    ],
)
def test_mathml(latex, expected):
    assert expected in inline(latex)


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\href{javascript:x}{y}", r"the command \href is not known"),
        (r"\frac{1", "} is missing at the end"),
        (r"\frac{1}", "a symbol or a group in braces is missing"),
        ("x^2^3", "two superscripts follow each other; put braces around the first part"),
        ("x^", "a symbol or a group in braces is missing"),
        ("}", "unexpected }"),
        ("a & b", "unexpected &"),
        (r"\left( x", r"\left has no \right"),
        (r"\left x", r"a bracket is missing after \left; write '.' for none"),
        (r"\begin{foo}x\end{foo}", "the environment 'foo' is not known"),
        (r"\begin{matrix}x", "the formula ends too early"),
        ("50%", r"% stands alone; write \%"),
        ("x\\", "the formula ends with \\"),
        (r"\text x", r"\text needs its text in braces"),
        (r"\text{\b}", r"\text takes plain text only"),
        ("{" * 1000, "the formula is nested more than 40 levels deep"),
        (r"\sqrt" * 1000, "the formula is nested more than 40 levels deep"),
        ("x" * 30_000, "the formula has more than 20,000 characters"),
        ("x\x07", "the character U+0007 cannot stand in a formula"),
    ],
)
def test_mathml_faults(latex, message):
    assert fault(latex) == message


def test_a_short_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_SECRET", "abc")
    with pytest.raises(AuthorError, match="GRADER_SECRET:1:1: .* characters; give a longer one"):
        _secret(None)
