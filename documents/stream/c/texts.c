/* Texts and names of one slot, kerned, as the first font holds them. */
#include "native.h"

enum { MOVED = 8 }; /* bytes that moving a letter takes, at most */

/* Whether a word is a number or a token, as CODE in styles.py says: [A-Z]*[-./]?[0-9][-./0-9A-Z]* */
static int is_code(int kind, const void *data, Py_ssize_t from, Py_ssize_t to)
{
    Py_UCS4 letter = 0;
    while (from < to && (letter = PyUnicode_READ(kind, data, from)) >= 'A' && letter <= 'Z')
        from++;
    if (from < to && (letter == '-' || letter == '.' || letter == '/'))
        from++;
    if (from >= to || (letter = PyUnicode_READ(kind, data, from)) < '0' || letter > '9')
        return 0;
    for (; from < to; from++) {
        letter = PyUnicode_READ(kind, data, from);
        if (!((letter >= '-' && letter <= '9') || (letter >= 'A' && letter <= 'Z')))
            return 0;
    }
    return 1;
}

/* A line as it is shown: 1 when it is written, 0 when Python must do it, -1 with an exception. */
static int put_line(Buffer *buffer, const Slot *slot, PyObject *text)
{
    const int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text), known = PyBytes_GET_SIZE(slot->codes);
    const unsigned char *codes = (const unsigned char *)PyBytes_AS_STRING(slot->codes);
    const int16_t *widths = (const int16_t *)PyBytes_AS_STRING(slot->widths);
    const int16_t *moves = slot->moves == Py_None ? NULL : (const int16_t *)PyBytes_AS_STRING(slot->moves);
    long long total = 0;
    int moved = 0;

    if (length > LONGEST)
        return 0;
    if (reserve(buffer, (1 + MOVED) * length + 16) < 0)
        return -1;
    char *start = buffer->data + buffer->used, *to = start;
    *to++ = '(';
    for (Py_ssize_t place = 0; place <= length;) {
        Py_ssize_t stop = place;
        while (stop < length && PyUnicode_READ(kind, data, stop) != ' ')
            stop++;
        const int16_t *pairs = moves && !is_code(kind, data, place, stop) ? moves : NULL;
        unsigned char before = 0;
        for (; place < stop; place++) {
            Py_UCS4 letter = PyUnicode_READ(kind, data, place);
            unsigned char code = letter < (Py_UCS4)known ? codes[letter] : 0;
            if (code == 0)
                return 0;
            if (pairs && before) {
                int16_t move = pairs[before << 8 | code];
                if (move) {
                    *to++ = ')';
                    to = decimal(to, -(long long)move);
                    *to++ = '(';
                    total += move;
                    moved = 1;
                }
            }
            *to++ = (char)code;
            total += widths[code];
            before = code;
        }
        if (place < length) {
            *to++ = ' ';
            total += slot->space;
        }
        place++;
    }
    if (total > slot->most)
        return 0;
    if (moved) {
        memmove(start + 1, start, to - start);
        *start = '[';
        to++;
    }
    memcpy(to, moved ? ")]TJ" : ")Tj", moved ? 4 : 3);
    buffer->used += to + (moved ? 4 : 3) - start;
    return 1;
}

/* A text or a name; as put_line. */
static int put_text(Buffer *buffer, const Slot *slot, PyObject *value, PyObject *name_type)
{
    if (PyUnicode_CheckExact(value))
        return PyUnicode_GET_LENGTH(value) ? put_line(buffer, slot, value) : 0;
    if ((PyObject *)Py_TYPE(value) != name_type)
        return 0;
    PyObject *text = PyObject_CallMethod(value, "text", NULL);
    if (text == NULL)
        return -1;
    int done = PyUnicode_CheckExact(text) ? put_line(buffer, slot, text) : 0;
    Py_DECREF(text);
    return done;
}

int put_lines(Buffer *buffer, const Slot *slot, PyObject *value, PyObject *name_type)
{
    if (!PyTuple_CheckExact(value))
        return put_text(buffer, slot, value, name_type);
    if (PyTuple_GET_SIZE(value) > slot->lines)
        return 0;
    for (Py_ssize_t line = 0; line < PyTuple_GET_SIZE(value); line++) {
        if (line && append(buffer, " T*", 3) < 0)
            return -1;
        int done = put_text(buffer, slot, PyTuple_GET_ITEM(value, line), name_type);
        if (done < 1)
            return done;
    }
    return 1;
}
