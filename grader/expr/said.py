"""Mathematics typed in words, ``x squared over two`` and ``the square root of x``, in the signs of the language.

Only a text that could not be read is looked at, so a word never takes the place of a name that a
problem declares.  The signs are then read by the usual rules.  An exponent in words holds what is
said without a sign, "e to the two x" is ``e^(2x)``.  What ends with "end root", "end power", "end
fraction" or "end absolute value" reaches so far.  Where the ear takes words in two ways, "cosine of pi
over four", "square root of x plus one", "over two x", "minus one to the n", they are refused.
"""

from __future__ import annotations

import re

from grader.expr.functions import ALIASES
from grader.expr.respelling import Respelling
from grader.expr.said_words import NEED_ENDS, NO_SIGN_OF_WORDS, NUMBERS, Item, items
from grader.expr.vocabulary import Vocabulary

_LONGEST = 400
_IS_ALL = r"(?:\s*[A-Za-z]\s+(?:can be|is|=)\s+)?\s*"
_EXCEPT = re.compile(
    rf"{_IS_ALL}(?:all|any|every|everything|everywhere|r|ℝ|reals?)\b(?:\s+of)?(?:\s+the)?(?:\s+real)?"
    r"(?:\s+(?:numbers?|values?|reals?|[a-z]))?(?:\s+of\s+[a-z])?\s*,?\s+"
    r"(?:except|but|besides|excluding|other than|apart from|without)"
    r"(?:\s+not)?(?:\s+(?:for|when|where|if|at))?\s+(.+?)[\s.]*",
    re.IGNORECASE,
)
_OF_ONE_SIGN = re.compile(
    rf"{_IS_ALL}(?:(?:all|any|every|the)\s+)?(?:real\s+)?(positive|negative|non-?\s?negative|non-?\s?positive)"
    r"(?:\s+real)?(?:\s+(?:numbers?|values?|reals?|(?<=all positive )[a-z]|(?<=all negative )[a-z]))[\s.]*",
    re.IGNORECASE,
)
_ANY = re.compile(
    rf"{_IS_ALL}(?:all|any|every)(?:\s+(?:the|of the))?(?:\s+real)?\s+(?:numbers?|values?|reals?)"
    r"(?:\s+of\s+[a-z])?[\s.]*",
    re.IGNORECASE,
)
_SPANS = {"positive": "(0, oo)", "negative": "(-oo, 0)", "nonnegative": "[0, oo)", "nonpositive": "(-oo, 0]"}


class Unclear(Exception):
    """Words that could mean two things: where they begin and end in the text."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(start, end)
        self.start, self.end = start, end


def respelled(text: str, words: Vocabulary) -> Respelling | None:
    """The text in signs, None when it holds no words for them."""
    if len(text) > _LONGEST or not any(c.isalpha() for c in text):
        return None
    whole = _all_numbers(text)
    if whole is not None:
        return Respelling.of(text).put(0, len(text), whole)
    found = items(text)
    if all(item.kind in NO_SIGN_OF_WORDS for item in found):
        return None
    return _Writer(text, found, words).written()


def _all_numbers(text: str) -> str | None:
    """``all real numbers except 1 and 2`` as ``ℝ∖{1, 2}``."""
    if match := _EXCEPT.fullmatch(text):
        values = re.sub(r"\s*(?:,\s*)?\b(?:and|or)\b\s*", ", ", match[1])
        values = re.sub(r"\b[A-Za-z]\s*(?:=|!=|≠|is|equals)\s*", "", values).strip("{}")
        return "ℝ∖{" + values + "}"
    if match := _OF_ONE_SIGN.fullmatch(text):
        return _SPANS[re.sub("[^a-z]", "", match[1].lower())]
    return "ℝ" if _ANY.fullmatch(text) else None


class _Writer:
    """Writes the items in signs, from left to right."""

    def __init__(self, text: str, items: list[Item], words: Vocabulary) -> None:
        self.text = text
        self.items = [*items, Item("end of text", "", len(text), len(text))]
        self.words = words
        self.i = 0
        # Where the function or exponent begins that no bracket or word has closed; how far a root reaches
        # is less clear than how far a sine does.
        self.open_function = -1
        self.far_reaching = False
        self.closed = self.closed_openings()
        self.signs: list[str] = []
        self.origin: list[int] = []

    def written(self) -> Respelling:
        while self.i < len(self.items) - 1:
            self.step()
        return Respelling("".join(self.signs), tuple(self.origin))

    def put(self, signs: str, at: int) -> None:
        self.signs.extend(signs)
        self.origin.extend([at] * len(signs))

    def copy(self, item: Item) -> None:
        """What is typed in signs already, with the space before it."""
        if item.start and self.text[item.start - 1].isspace():
            self.put(" ", item.start - 1)
        self.signs.extend(self.text[item.start : item.end])
        self.origin.extend(range(item.start, item.end))

    def kind(self, ahead: int = 0) -> str:
        return self.items[min(self.i + ahead, len(self.items) - 1)].kind

    def closed_openings(self) -> set[int]:
        """Where the roots, powers and absolute values begin that have an end of their own.

        An end belongs to the last one that is open, but not to a root or power of one word, which needs none,
        when another is open.
        """
        found: set[int] = set()
        opened: dict[str, list[int]] = {"root": [], "power": [], "abs": [], "fraction": []}
        for k, item in enumerate(self.items):
            if item.kind == "end":
                stack = opened[item.text]
                if len(stack) > 1 and item.text != "abs" and self.is_one_word(stack[-1], k):
                    stack.pop()
                if stack:
                    found.add(self.items[stack.pop()].start)
            elif what := self.needs_end(item):
                opened[what].append(k)
        return found

    def needs_end(self, item: Item) -> str:
        if item.kind == "raise":
            return "power"
        if item.kind == "index" or item.text == "root":
            return "root"
        return NEED_ENDS.get(item.text, "") if item.kind == "function" else ""

    def is_one_word(self, opening: int, end: int) -> bool:
        between = [item for item in self.items[opening + 1 : end] if item.kind not in ("of", "the")]
        return len([item for item in between if item.text not in (",", "-")]) == 1

    def powered(self, bracket: int) -> int:
        """The end of an exponent right behind the bracket that opens at an item, else -1."""
        depth = 0
        for k in range(bracket, len(self.items) - 1):
            item = self.items[k]
            depth += item.kind == "open" or item.text in ("(", "[", "{")
            depth -= item.kind == "close" or item.text in (")", "]", "}")
            if not depth:
                behind = self.items[k + 1]
                return behind.end if behind.kind in ("raise", "after") else -1
        return -1

    def step(self) -> None:
        item = self.items[self.i]
        self.i += 1
        match item.kind:
            case "sign":
                self.sign(item)
            case "after":
                self.after(item)
            case "function" | "index" | "base":
                self.function(item)
            case "raise":
                self.exponent(item)
            case "number" | "share":
                self.i -= 1
                self.number()
            case "ordinal":
                self.ordinal(item)
            case "open" | "close" | "fraction":
                self.open_function = -1
                self.put(f" {item.text}", item.start)
            case "over":
                self.open_function = -1
                self.without_comma()
                self.put(item.text, item.start)
                if self.items[self.i].text == ",":
                    self.i += 1
            case "end":
                self.open_function = -1
                self.without_comma()
                self.put("))" if item.text == "fraction" else ")", item.start)
            case "sub":
                self.put("_", item.start)
                self.spaceless()
            case "the" | "filler" | "positive":
                pass
            case "of":
                self.of(item)
            case "point":
                self.copy(item)
            case _:
                self.plain(item)

    def sign(self, item: Item) -> None:
        if item.text in "*/":
            while self.signs and self.signs[-1] == ",":
                self.signs.pop()
                self.origin.pop()
        following = self.items[self.i]
        if item.text == "/":
            if self.open_function >= 0:
                raise Unclear(self.open_function, following.end)  # cosine of pi over four
            beyond = self.items[min(self.i + 1, len(self.items) - 1)]
            if self.atom(following) and (self.atom(beyond) or beyond.kind == "function"):
                raise Unclear(item.start, beyond.end)  # over two x
        if item.text in "+-±" and self.open_function >= 0 and self.far_reaching:
            raise Unclear(self.open_function, following.end)  # square root of x plus one
        if item.text == "-" and (following.kind == "number" or following.text.isdecimal()):
            after = self.items[min(self.i + 1, len(self.items) - 1)]
            if after.kind == "raise" or after.text in ("^2", "^3"):
                raise Unclear(item.start, after.end)  # minus one to the n
        self.open_function = -1
        self.put(f" {item.text} ", item.start)

    def plain(self, item: Item) -> None:
        """What is no word for a sign."""
        if item.text == "a" and self.kind() in ("share", "ordinal") and self.items[self.i].text.isdecimal():
            return
        if self.kind() == "choose" and self.atom(self.items[self.i + 1]):
            self.put(" binomial(", item.start)
            self.copy(item)
            self.put(", ", item.end - 1)
            self.i += 1
            self.factor()
            self.put(")", self.items[self.i - 1].start)
        elif item.text.isdecimal() and (
            (self.kind() in ("share", "ordinal") and self.items[self.i].text.isdecimal()) or self.and_a_share()
        ):
            self.i -= 1
            self.number()
        else:
            self.copy(item)

    def spaceless(self) -> None:
        """The next item with no space before it."""
        item = self.items[self.i]
        self.i += 1
        number = str(NUMBERS[item.text]) if item.kind == "number" else item.text
        self.put(number + " ", item.start)

    def without_comma(self) -> None:
        while self.signs and self.signs[-1] in " ,":
            self.signs.pop()
            self.origin.pop()

    def after(self, item: Item) -> None:
        """``squared`` and ``factorial``, which belong to what stands before them."""
        before = "".join(self.signs).rstrip()[-1:]
        if item.text == "!" and (self.kind() == "of" or not (before.isalnum() or before in ")")):
            self.function(Item("function", "factorial", item.start, item.end))
            return
        while self.signs and self.signs[-1] == " ":
            self.signs.pop()
            self.origin.pop()
        self.put(item.text + " ", item.start)

    def function(self, item: Item) -> None:
        """A function or a root, and the little words up to its argument."""
        self.put(f" {item.text}", item.start)
        if item.kind != "function":
            self.put("(", item.start)
            self.factor()
            self.put(")", item.start)
        if self.kind() == "after" and self.items[self.i].text != "!":
            self.put(self.items[self.i].text, self.items[self.i].start)
            self.i += 1
        if self.kind() == "of":
            self.i += 1
        long = item.start in self.closed
        if self.kind() == "open" or self.items[self.i].text in ("(", "[", "{", "|"):
            if not long and (end := self.powered(self.i)) >= 0:
                raise Unclear(item.start, end)  # sine of open bracket x close bracket squared
        elif not long:
            self.open_function = item.start
            self.far_reaching = item.kind == "index" or item.text in NEED_ENDS
        self.put("(" if long else " ", item.start)

    def factor(self) -> None:
        """One number, name or bracket."""
        if self.kind() in ("number", "share"):
            self.number()
        elif self.kind() == "open":
            depth = 0
            while self.kind() != "end of text":
                depth += {"open": 1, "close": -1}.get(self.kind(), 0)
                self.step()
                if not depth:
                    return
        elif self.kind() != "end of text":
            self.step()

    def exponent(self, item: Item) -> None:
        """``to the power two x``: what is said without a sign, or up to "end power"."""
        while self.kind() == "the":
            self.i += 1
        if self.kind() == "ordinal":
            # to the fourth, to the third power
            self.put(f"^({self.items[self.i].text})", item.start)
            self.i += 1
            if self.items[self.i].text.lower() == "power":
                self.i += 1
            self.put(" ", item.start)
            return
        if self.items[self.i].text == "(":
            self.put("^", item.start)
            return
        self.put("^(", item.start)
        if item.start in self.closed:
            return  # its end puts the bracket
        while self.kind() == "sign" and self.items[self.i].text in "+-":
            self.step()
        begun = self.i
        if self.kind() == "open":
            self.factor()
        elif self.after_name(item) and self.kind() == "number":
            # x to the two y is x^2*y, as typed; e to the two x is e^(2x).
            self.number()
            begun = len(self.items)
        while begun < len(self.items) and self.atom(self.items[self.i]) or (self.i > begun and self.kind() == "after"):
            self.step()
        if self.i == begun and self.kind() == "function":
            self.step()
            self.factor()
        self.put(") ", item.start)
        if begun < len(self.items):
            self.open_function, self.far_reaching = item.start, True  # e to the x over two

    def after_name(self, item: Item) -> bool:
        """Whether a variable stands before an exponent, rather than e or a number."""
        before = self.text[: item.start].rstrip()[-1:]
        return before.isalpha() and before != "e"

    def atom(self, item: Item) -> bool:
        """Whether an item is a number or a name that may stand in an exponent without a sign."""
        if item.kind in ("number", "share"):
            return True
        if item.kind != "text":
            return False
        if item.text[0].isdigit():
            return True
        pieces = self.words.split(item.text) if item.text[0].isalpha() else None
        return pieces is not None and all(kind in "vc0" for kind, *_ in pieces)

    def number(self) -> None:
        """``two``, ``twenty five``, ``two point five``, ``one half``, ``3 quarters``, ``two and a half``."""
        at = self.items[self.i].start
        value = self.value()
        if self.items[self.i].text == "and" and self.kind(1) == "number" and self.kind(2) in ("share", "ordinal"):
            raise Unclear(at, self.items[self.i + 2].end)  # one and one half
        if self.and_a_share():
            self.put(f" ({value} + 1/{self.items[self.i + 2].text}) ", at)
            self.i += 3
            return
        if self.kind() == "point" and self.kind(1) == "number":
            self.i += 1
            digits = ""
            while self.kind() == "number" and NUMBERS[self.items[self.i].text] < 10:
                digits += str(NUMBERS[self.items[self.i].text])
                self.i += 1
            self.put(f" {value}.{digits} ", at)
        elif self.kind() in ("share", "ordinal") and self.items[self.i].text.isdecimal():
            self.put(f" ({value}/{self.items[self.i].text}) ", at)
            self.i += 1
        else:
            self.put(f" {value} ", at)

    def and_a_share(self) -> bool:
        """Whether ``and a half`` follows."""
        words = [item.text.lower() for item in self.items[self.i : self.i + 2]]
        return words == ["and", "a"] and self.kind(2) == "share"

    def value(self) -> int:
        item = self.items[self.i]
        if item.kind == "share":
            return 1
        self.i += 1
        value = int(item.text) if item.kind == "text" else NUMBERS[item.text]
        if self.items[self.i].text.lower() == "hundred":
            value *= 100
            self.i += 1
        if value >= 20 and self.kind() == "number" and 0 < NUMBERS[self.items[self.i].text] < 10:
            value += NUMBERS[self.items[self.i].text]
            self.i += 1
        return value

    def ordinal(self, item: Item) -> None:
        """``fourth root of``; a share after ``a``, as in ``a third of``."""
        following = self.items[self.i]
        if following.text == "root" or (following.kind == "function" and following.text == "sqrt"):
            self.i += 1
            if self.kind() == "of":
                self.i += 1
            long = following.start in self.closed
            if not long:
                self.open_function, self.far_reaching = item.start, True
            self.put(f" root_({item.text})" + ("(" if long else " "), item.start)
        elif item.text.isdecimal():
            self.put(f" (1/{item.text}) ", item.start)
        else:
            self.copy(item)

    def of(self, item: Item) -> None:
        """Between a function and its argument nothing, after a share a product."""
        written = "".join(self.signs).rstrip()
        name = re.search(r"([A-Za-z0-9]+)(?:\^[0-9]+)?\Z", written)
        if name and (ALIASES.get(name[1]) or name[1] == "log"):
            self.put(" ", item.start)
        elif written[-1:] in (")", "%"):
            self.put("*", item.start)
        else:
            self.copy(item)
