"""Where an answer differs from Jython's on purpose or for a known reason; docs/dialect.md has all.

Keys are the source texts of ``answers.json``, values the section of the document.
"""

LAZY_CHECKS = "errors of misuse"
VALUE_LONGS = "long by value"
MESSAGES = "words of errors"

KNOWN: dict[str, str] = {
    "print repr((int(u'é'),))": MESSAGES,
    "class A(object):\n  def m(self,a): pass\nA.m(1,2)": LAZY_CHECKS,
    "print repr((','.join(5),))": MESSAGES,
    "print repr((getattr(1,5),))": MESSAGES,
    "print repr(('abc'.center('a'),))": MESSAGES,
    "print repr((complex('a'),))": MESSAGES,
    "print repr(([].sort(5),))": LAZY_CHECKS,
    "import foo.bar": MESSAGES,
    "print repr((super(int,5),))": LAZY_CHECKS,
}
