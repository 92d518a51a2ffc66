"""Runs inside Jython: answers requests on standard input, one at a time.

A request is a JSON object behind its length in ASCII digits and a newline; so is an answer.
``{"mode": "compile"|"run", "source": text, "filename": text}`` gives
``{"output", "type", "message", "line", "offset"}``.
"""
import sys
import json
import traceback
import jarray
import java.io.DataInputStream
import java.lang.System
import java.lang.Throwable


def read_request(stream):
    head = stream.readLine()
    if head is None:
        return None
    # Jython's own stdin.read(n) waits for ever on requests beyond some kilobytes.
    data = jarray.zeros(int(head), 'b')
    stream.readFully(data)
    return json.loads(data.tostring().decode('utf-8'))


def decode(text):
    if isinstance(text, unicode):
        return text
    try:
        return text.decode('utf-8')
    except UnicodeDecodeError:
        return text.decode('latin-1')


class Output(object):
    """A file that keeps what is printed, with the soft space that print needs."""

    def __init__(self):
        self.parts = []
        self.softspace = 0

    def write(self, text):
        self.parts.append(text if isinstance(text, basestring) else str(text))

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass


def describe(error, filename):
    kind = sys.exc_info()[0]
    name = getattr(kind, '__name__', None) or str(kind)
    line = None
    offset = None
    if isinstance(error, SyntaxError):
        line = error.lineno
        offset = error.offset
    else:
        for frame in traceback.extract_tb(sys.exc_info()[2]):
            if frame[0] == filename:
                line = frame[1]
    try:
        message = unicode(error)
    except BaseException:
        message = unicode(repr(error))
    return {'type': name, 'message': message, 'line': line, 'offset': offset}


def answer(request):
    source = request['source'].encode('utf-8')
    filename = str(request['filename'])
    result = {'output': u'', 'type': None, 'message': None, 'line': None, 'offset': None}
    out = Output()
    saved = sys.stdout
    try:
        try:
            code = compile(source, filename, 'exec', 0, 1)
            if request['mode'] == 'run':
                sys.stdout = out
                exec code in {'__name__': '__main__', '__builtins__': __builtins__}
        except (BaseException, java.lang.Throwable), error:
            result.update(describe(error, filename))
    finally:
        sys.stdout = saved
    # Text and bytes may be mixed, and StringIO cannot join them.
    result['output'] = u''.join([decode(part) for part in out.parts])
    return result


def main():
    requests = java.io.DataInputStream(java.lang.System.in)
    answers = java.lang.System.out
    while True:
        request = read_request(requests)
        if request is None:
            break
        try:
            text = json.dumps(answer(request))
        except (BaseException, java.lang.Throwable), error:
            text = json.dumps({'output': u'', 'type': 'DriverError', 'message': repr(error),
                               'line': None, 'offset': None})
        answers.print(str(len(text)) + '\n' + text)
        answers.flush()


main()
