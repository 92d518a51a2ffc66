"""Runs inside Jython: answers requests on standard input, one at a time.

A request is a JSON object behind its length in ASCII digits and a newline; so is an answer.
``{"mode": "compile"|"run", "source": text, "filename": text}`` gives
``{"output", "type", "message", "line", "offset"}``.
"""
import sys
import json
import StringIO
import traceback
import java.lang.System
import java.lang.Throwable


def read_request(stream):
    head = stream.readline()
    if not head:
        return None
    return json.loads(stream.read(int(head)).decode('utf-8'))


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
        message = repr(error)
    return {'type': name, 'message': message, 'line': line, 'offset': offset}


def answer(request):
    source = request['source'].encode('utf-8')
    filename = str(request['filename'])
    result = {'output': u'', 'type': None, 'message': None, 'line': None, 'offset': None}
    out = StringIO.StringIO()
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
    text = out.getvalue()
    if isinstance(text, str):
        try:
            text = text.decode('utf-8')
        except UnicodeDecodeError:
            text = text.decode('latin-1')
    result['output'] = text
    return result


def main():
    requests = sys.stdin
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
