"""Programs made from the grammar, for tests that compare readers of the language."""

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "foo", "_x", "self", "print_", "True", "None", "payload"])
ATOMS = NAMES | st.sampled_from(
    ["0", "1", "017", "0x1F", "10L", "1.5", ".5e3", "2j", "''", "'x'", 'u"é"', "r'\\n'", "'a' 'b'",
     "'''t\nu'''", "()", "[]", "{}", "a.print", "b.class.exec"]
)  # fmt: skip
BINARY = st.sampled_from(
    ["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "<", ">", "==", "!=", "<>",
     "<=", ">=", "in", "not in", "is", "is not", "and", "or"]
)  # fmt: skip


def _expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    clause = st.builds("for {} in {}".format, NAMES, inner)
    return st.one_of(
        st.builds("{} {} {}".format, inner, BINARY, inner),
        st.builds("{}{}".format, st.sampled_from(["-", "+", "~", "not ", "lambda: ", ""]), inner),
        st.builds("({})".format, several),
        st.builds("({},)".format, several),
        st.builds("[{}]".format, several),
        st.builds("{{{}: {}}}".format, inner, inner),
        st.builds("{{{}}}".format, several),
        st.builds("`{}`".format, several),
        st.builds("{}({})".format, NAMES, several),
        st.builds("{}({}, k={}, *{}, **{})".format, NAMES, inner, inner, NAMES, NAMES),
        st.builds("{}[{}]".format, NAMES, inner),
        st.builds("{}[{}:{}, ...]".format, NAMES, inner, inner),
        st.builds("{}.{}".format, NAMES, st.sampled_from(["x", "print", "if"])),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{} {} if {}]".format, inner, clause, inner),
        st.builds("({} {})".format, inner, clause),
        st.builds("{{{} {}}}".format, inner, clause),
        st.builds("lambda {}, (b_, c_)={}, *d: {}".format, NAMES, inner, inner),
    )


EXPRESSIONS = st.recursive(ATOMS, _expressions, max_leaves=8)


def _lines(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.builds(template.format, *parts).map(lambda text: text.split("\n"))


SIMPLE = st.one_of(
    _lines("{}", EXPRESSIONS),
    _lines("{} = {}", EXPRESSIONS, EXPRESSIONS),
    _lines("{} = {} = {}", NAMES, NAMES, EXPRESSIONS),
    _lines("{} += {}", EXPRESSIONS, EXPRESSIONS),
    _lines("print {}, {}", EXPRESSIONS, EXPRESSIONS),
    _lines("print >>{}, {},", NAMES, EXPRESSIONS),
    _lines("del {}", EXPRESSIONS),
    _lines("exec {} in {}", EXPRESSIONS, EXPRESSIONS),
    _lines("raise {}, {}", EXPRESSIONS, EXPRESSIONS),
    _lines("assert {}; {}", EXPRESSIONS, NAMES),
    _lines("return {}", EXPRESSIONS),
    _lines("yield {}", EXPRESSIONS),
    _lines("import {}.if as {}", NAMES, NAMES),
    _lines("from {} import ({}, b as c,)", NAMES, NAMES),
    _lines("global {}", NAMES),
    st.sampled_from(["pass", "break", "continue", "return", "raise", "print"]).map(lambda x: [x]),
)


def _indent(lines: list[str], by: str) -> list[str]:
    return [by + line for line in lines]


def _joined(blocks: list[list[str]]) -> list[str]:
    return [line for block in blocks for line in block]


def _blocks(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    body = st.lists(inner, min_size=1, max_size=3).map(_joined)
    head = st.one_of(
        st.builds("if {}:".format, EXPRESSIONS),
        st.builds("while {}:".format, EXPRESSIONS),
        st.builds("for {} in {}:".format, EXPRESSIONS, EXPRESSIONS),
        st.builds("with {} as {}:".format, EXPRESSIONS, NAMES),
        st.builds("def {}({}, b_={}, *c_):".format, NAMES, NAMES, EXPRESSIONS),
        st.builds("class {}({}):".format, NAMES, EXPRESSIONS),
    )
    tail = st.one_of(
        st.just("else:"),
        st.builds("except {}, {}:".format, NAMES, EXPRESSIONS),
        st.builds("except ({}) as {}:".format, EXPRESSIONS, NAMES),
        st.just("finally:"),
        st.builds("elif {}:".format, EXPRESSIONS),
    )
    step = st.sampled_from(["  ", "\t", "    "])
    return st.one_of(
        st.builds(lambda h, b, s: [h, *_indent(b, s)], head, body, step),
        st.builds(
            lambda b, t, c, s: ["try:", *_indent(b, s), t, *_indent(c, s)], body, tail, body, step
        ),
    )


STATEMENTS = st.recursive(SIMPLE, _blocks, max_leaves=5)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=4).map(
    lambda blocks: "\n".join(_joined(blocks)) + "\n"
)
