/* The compiled core of documents.stream: what Sheet, StreamWriter and ListComposer do for values that need no thought.
 *
 * Whatever is not plain (a letter of the second font, a text that must be condensed or broken, a code that cannot be) is handed back to
 * the writer in Python, so that the bytes are the same with and without this file. Tests compare them.
 * Nothing is kept between calls, so threads may draw at the same time.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifndef SOURCE
#error "SOURCE: the SHA-256 of this file, so that a library built from another one is not used"
#endif

enum { STACK = 4096, MOVED = 8, BITMAP = 4096, SIGNS = 45 };

/* ---- bytes that grow ---- */

typedef struct {
    char *data;
    Py_ssize_t used, size;
    char first[STACK];
} Buffer;

static void begin(Buffer *buffer)
{
    buffer->data = buffer->first;
    buffer->used = 0;
    buffer->size = STACK;
}

static void end(Buffer *buffer)
{
    if (buffer->data != buffer->first)
        PyMem_Free(buffer->data);
}

/* Room for so many more bytes; -1 with MemoryError. */
static int reserve(Buffer *buffer, Py_ssize_t more)
{
    if (more <= buffer->size - buffer->used)
        return 0;
    if (more > PY_SSIZE_T_MAX / 4 - buffer->used) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t size = 2 * (buffer->used + more);
    char *data = buffer->data == buffer->first ? PyMem_Malloc(size) : PyMem_Realloc(buffer->data, size);
    if (data == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (buffer->data == buffer->first)
        memcpy(data, buffer->first, buffer->used);
    buffer->data = data;
    buffer->size = size;
    return 0;
}

static int append(Buffer *buffer, const char *data, Py_ssize_t length)
{
    if (reserve(buffer, length) < 0)
        return -1;
    memcpy(buffer->data + buffer->used, data, length);
    buffer->used += length;
    return 0;
}

static int append_bytes(Buffer *buffer, PyObject *bytes)
{
    return append(buffer, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
}

/* The decimal digits of a number at `to`; where they end. */
static char *decimal(char *to, long long number)
{
    char digits[20];
    int count = 0;
    if (number < 0) {
        *to++ = '-';
        number = -number;
    }
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *to++ = digits[--count];
    return to;
}

/* ---- texts ---- */

/* What a slot draws; see documents/stream/native.py for what Python hands over. */
typedef struct {
    PyObject *before, *name, *write;   /* literal bytes, key of the value, writer in Python */
    char kind;                         /* 't' a text, 'q' a QR code, 'p' whatever Python writes */
    PyObject *codes, *widths, *moves;  /* of a text: bytes; moves may be None */
    long long most;                    /* thousandths of the size that fit */
    int space;
    Py_ssize_t lines;
    PyObject *start, *head, *base, *tables; /* of a QR code: bytes, and a tuple of bytes */
    Py_ssize_t length;
} Slot;

typedef struct {
    PyObject_HEAD
    Slot *slots;
    Py_ssize_t count;
    PyObject *after, *name_type;
} Pattern;

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

    if (length > 10000)
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

static int put_lines(Buffer *buffer, const Slot *slot, PyObject *value, PyObject *name_type)
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

/* ---- QR codes ---- */

static signed char signs[128]; /* the place of a sign in the alphanumeric mode, -1 for none */

static int put_qr(Buffer *buffer, const Slot *slot, PyObject *value)
{
    unsigned char bitmap[BITMAP];
    const Py_ssize_t size = PyBytes_GET_SIZE(slot->base), begins = PyBytes_GET_SIZE(slot->start);
    if (!PyUnicode_CheckExact(value) || !PyUnicode_IS_ASCII(value) || PyUnicode_GET_LENGTH(value) != slot->length)
        return 0;
    const unsigned char *text = PyUnicode_DATA(value);
    if (memcmp(text, PyBytes_AS_STRING(slot->start), begins))
        return 0;
    memcpy(bitmap, PyBytes_AS_STRING(slot->base), size);
    Py_ssize_t place = begins / 2 * 2;
    for (Py_ssize_t table = 0; table < PyTuple_GET_SIZE(slot->tables); table++, place += 2) {
        int entry = signs[text[place]];
        if (entry >= 0 && place + 1 < slot->length) {
            int other = signs[text[place + 1]];
            entry = other < 0 ? -1 : entry * SIGNS + other;
        }
        if (entry < 0)
            return 0;
        const unsigned char *change = (const unsigned char *)PyBytes_AS_STRING(PyTuple_GET_ITEM(slot->tables, table)) + entry * size;
        for (Py_ssize_t byte = 0; byte < size; byte++)
            bitmap[byte] ^= change[byte];
    }
    for (const unsigned char *at = bitmap; (at = memchr(at, 'E', bitmap + size - at)) != NULL; at++)
        if (at + 1 < bitmap + size && at[1] == 'I')
            return 0; /* could be taken for the end of the picture: Python writes it in hexadecimal */
    return append_bytes(buffer, slot->head) < 0 || append(buffer, (const char *)bitmap, size) < 0 || append(buffer, "\nEI", 3) < 0 ? -1 : 1;
}

/* ---- a page ---- */

static int put_value(Buffer *buffer, const Slot *slot, PyObject *value, PyObject *name_type)
{
    const Py_ssize_t used = buffer->used;
    if (slot->kind == 't' && PyUnicode_CheckExact(value) && PyUnicode_GET_LENGTH(value) == 0)
        return 1;
    int done = slot->kind == 't' ? put_lines(buffer, slot, value, name_type) : slot->kind == 'q' ? put_qr(buffer, slot, value) : 0;
    if (done)
        return done;
    buffer->used = used;
    PyObject *shown = PyObject_CallOneArg(slot->write, value);
    if (shown == NULL)
        return -1;
    if (PyBytes_Check(shown))
        done = append_bytes(buffer, shown) < 0 ? -1 : 1;
    else {
        PyErr_Format(PyExc_TypeError, "a writer gave %.100s", Py_TYPE(shown)->tp_name);
        done = -1;
    }
    Py_DECREF(shown);
    return done;
}

static PyObject *pattern_draw(Pattern *self, PyObject *values)
{
    Buffer buffer;
    PyObject *found = NULL;
    begin(&buffer);
    for (Py_ssize_t place = 0; place < self->count; place++) {
        const Slot *slot = &self->slots[place];
        if (append_bytes(&buffer, slot->before) < 0)
            goto done;
        PyObject *value = PyObject_GetItem(values, slot->name);
        if (value == NULL)
            goto done;
        int written = put_value(&buffer, slot, value, self->name_type);
        Py_DECREF(value);
        if (written < 0)
            goto done;
    }
    if (append_bytes(&buffer, self->after) == 0)
        found = PyBytes_FromStringAndSize(buffer.data, buffer.used);
done:
    end(&buffer);
    return found;
}

static void pattern_dealloc(Pattern *self)
{
    for (Py_ssize_t place = 0; place < self->count; place++) {
        Slot *slot = &self->slots[place];
        PyObject *held[] = {slot->before, slot->name, slot->write, slot->codes, slot->widths,
                            slot->moves,  slot->start, slot->head, slot->base,  slot->tables};
        for (size_t one = 0; one < sizeof held / sizeof *held; one++)
            Py_XDECREF(held[one]);
    }
    PyMem_Free(self->slots);
    Py_XDECREF(self->after);
    Py_XDECREF(self->name_type);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* What is read without looking must have the size that is read. */
static int sound(const Slot *slot)
{
    if (slot->kind == 't')
        return PyBytes_GET_SIZE(slot->widths) == 2 * 256 &&
               (slot->moves == Py_None || (PyBytes_Check(slot->moves) && PyBytes_GET_SIZE(slot->moves) == 2 * 65536));
    if (slot->kind == 'q') {
        Py_ssize_t size = PyBytes_GET_SIZE(slot->base), left = slot->length - PyBytes_GET_SIZE(slot->start) / 2 * 2;
        if (size < 1 || size > BITMAP || PyBytes_GET_SIZE(slot->start) > slot->length || PyTuple_GET_SIZE(slot->tables) != (left + 1) / 2)
            return 0;
        for (Py_ssize_t table = 0; table < PyTuple_GET_SIZE(slot->tables); table++, left -= 2) {
            PyObject *entries = PyTuple_GET_ITEM(slot->tables, table);
            if (!PyBytes_Check(entries) || PyBytes_GET_SIZE(entries) != size * (left > 1 ? SIGNS * SIGNS : SIGNS))
                return 0;
        }
        return 1;
    }
    return slot->kind == 'p';
}

static int read_slot(Slot *slot, PyObject *item)
{
    const char *kind;
    PyObject *more;
    if (!PyTuple_Check(item) || !PyArg_ParseTuple(item, "SOOsO!", &slot->before, &slot->name, &slot->write, &kind, &PyTuple_Type, &more)) {
        slot->before = slot->name = slot->write = NULL;
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "a slot is a tuple");
        return -1;
    }
    Py_INCREF(slot->before);
    Py_INCREF(slot->name);
    Py_INCREF(slot->write);
    slot->kind = *kind;
    if (slot->kind == 't') {
        if (!PyArg_ParseTuple(more, "SSOLin", &slot->codes, &slot->widths, &slot->moves, &slot->most, &slot->space, &slot->lines)) {
            slot->codes = slot->widths = slot->moves = NULL;
            return -1;
        }
        Py_INCREF(slot->codes);
        Py_INCREF(slot->widths);
        Py_INCREF(slot->moves);
    } else if (slot->kind == 'q') {
        if (!PyArg_ParseTuple(more, "SSSO!n", &slot->start, &slot->head, &slot->base, &PyTuple_Type, &slot->tables, &slot->length)) {
            slot->start = slot->head = slot->base = slot->tables = NULL;
            return -1;
        }
        Py_INCREF(slot->start);
        Py_INCREF(slot->head);
        Py_INCREF(slot->base);
        Py_INCREF(slot->tables);
    }
    if (!sound(slot)) {
        PyErr_SetString(PyExc_ValueError, "tables of another size");
        return -1;
    }
    return 0;
}

static PyObject *pattern_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(keywords))
{
    PyObject *slots, *after, *name_type;
    if (!PyArg_ParseTuple(arguments, "O!SO", &PyList_Type, &slots, &after, &name_type))
        return NULL;
    Pattern *self = (Pattern *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->after = Py_NewRef(after);
    self->name_type = Py_NewRef(name_type);
    self->slots = PyMem_Calloc(PyList_GET_SIZE(slots) + 1, sizeof(Slot));
    if (self->slots == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t place = 0; place < PyList_GET_SIZE(slots); place++) {
        self->count = place + 1;
        if (read_slot(&self->slots[place], PyList_GET_ITEM(slots, place)) < 0) {
            Py_DECREF(self);
            return NULL;
        }
    }
    return (PyObject *)self;
}

static PyMethodDef pattern_methods[] = {
    {"draw", (PyCFunction)pattern_draw, METH_O, "The content of a page from the values by slot."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject PatternType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "documents.stream.native.Pattern",
    .tp_basicsize = sizeof(Pattern),
    .tp_dealloc = (destructor)pattern_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The bytes of a page with a place for each value.",
    .tp_methods = pattern_methods,
    .tp_new = pattern_new,
};

/* ---- rows of lists ---- */

/* A cell: literal bytes before and after its text, its tables, what writes an odd text at the left (or None), its column; for one that is
 * placed, its size and what it is moved by. */
typedef struct {
    PyObject *before, *after, *codes, *widths, *odd;
    Py_ssize_t column;
    long long most;
    int space;
    double room, size, part; /* part: 0 at the left, 0.5 in the middle, 1 at the right */
} Cell;

typedef struct {
    PyObject_HEAD
    Cell *cells;
    Py_ssize_t count, columns;
} Rows;

/* A cell of a plain text: 1 written, 0 when it is not plain, -1 with an exception. */
static int put_plain_cell(Buffer *buffer, const Cell *cell, PyObject *text)
{
    if (!PyUnicode_CheckExact(text))
        return 0;
    const int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text), known = PyBytes_GET_SIZE(cell->codes);
    const unsigned char *codes = (const unsigned char *)PyBytes_AS_STRING(cell->codes);
    const int16_t *widths = (const int16_t *)PyBytes_AS_STRING(cell->widths);
    long long total = 0;

    if (length > 10000)
        return 0;
    if (append_bytes(buffer, cell->before) < 0 || reserve(buffer, length + 32) < 0)
        return -1;
    for (Py_ssize_t place = 0; place < length; place++) {
        Py_UCS4 letter = PyUnicode_READ(kind, data, place);
        if (letter != ' ' && (letter >= (Py_UCS4)known || codes[letter] == 0))
            return 0;
        if (cell->part != 0 && (letter <= ' ' || letter > '~' || letter == '(' || letter == ')' || letter == '\\'))
            return 0;
        total += letter == ' ' ? cell->space : widths[codes[letter]];
    }
    if (total > cell->most)
        return 0;
    char *to = buffer->data + buffer->used;
    if (cell->part != 0 && length) {
        double moved = nearbyint(-(cell->room - (double)total * cell->size / 1000) * cell->part / (cell->size / 1000));
        if (signbit(moved) && moved == 0)
            *to++ = '-';
        to = decimal(to, (long long)moved);
    }
    *to++ = '(';
    for (Py_ssize_t place = 0; place < length; place++) {
        Py_UCS4 letter = PyUnicode_READ(kind, data, place);
        *to++ = letter == ' ' ? ' ' : (char)codes[letter];
    }
    buffer->used = to - buffer->data;
    return append_bytes(buffer, cell->after) < 0 ? -1 : 1;
}

/* The same; of a text at the left that is not plain Python writes what stands between the brackets, if one line holds it. */
static int put_cell(Buffer *buffer, const Cell *cell, PyObject *text)
{
    const Py_ssize_t used = buffer->used;
    int done = put_plain_cell(buffer, cell, text);
    if (done || cell->odd == Py_None || !PyUnicode_CheckExact(text))
        return done;
    PyObject *shown = PyObject_CallOneArg(cell->odd, text);
    if (shown == NULL)
        return -1;
    buffer->used = used;
    if (PyBytes_Check(shown))
        done = append_bytes(buffer, cell->before) < 0 || append(buffer, "(", 1) < 0 || append_bytes(buffer, shown) < 0 ||
                       append_bytes(buffer, cell->after) < 0
                   ? -1
                   : 1;
    Py_DECREF(shown);
    return done;
}

/* draw(rows, start) -> (how many plain rows there are from `start` on, how they are shown) */
static PyObject *rows_draw(Rows *self, PyObject *arguments)
{
    Buffer buffer;
    PyObject *rows, *found = NULL;
    Py_ssize_t start, row;
    if (!PyArg_ParseTuple(arguments, "O!n", &PyList_Type, &rows, &start))
        return NULL;
    if (start < 0)
        start = 0;
    begin(&buffer);
    for (row = start; row < PyList_GET_SIZE(rows); row++) {
        PyObject *texts = PyList_GET_ITEM(rows, row);
        const Py_ssize_t used = buffer.used;
        int done = PyTuple_Check(texts) && PyTuple_GET_SIZE(texts) == self->columns;
        for (Py_ssize_t place = 0; done > 0 && place < self->count; place++)
            done = put_cell(&buffer, &self->cells[place], PyTuple_GET_ITEM(texts, self->cells[place].column));
        if (done < 0)
            goto done;
        if (done == 0) {
            buffer.used = used;
            break;
        }
    }
    found = Py_BuildValue("ny#", row > start ? row - start : 0, buffer.data, buffer.used);
done:
    end(&buffer);
    return found;
}

static void rows_dealloc(Rows *self)
{
    for (Py_ssize_t place = 0; place < self->count; place++) {
        Cell *cell = &self->cells[place];
        Py_XDECREF(cell->before);
        Py_XDECREF(cell->after);
        Py_XDECREF(cell->codes);
        Py_XDECREF(cell->widths);
        Py_XDECREF(cell->odd);
    }
    PyMem_Free(self->cells);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int read_cell(Cell *cell, PyObject *item, Py_ssize_t columns)
{
    if (!PyTuple_Check(item) || !PyArg_ParseTuple(item, "SSSSOnLiddd", &cell->before, &cell->after, &cell->codes, &cell->widths, &cell->odd, &cell->column,
                                                  &cell->most, &cell->space, &cell->room, &cell->size, &cell->part)) {
        cell->before = cell->after = cell->codes = cell->widths = cell->odd = NULL;
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "a cell is a tuple");
        return -1;
    }
    Py_INCREF(cell->before);
    Py_INCREF(cell->after);
    Py_INCREF(cell->codes);
    Py_INCREF(cell->widths);
    Py_INCREF(cell->odd);
    if (cell->column < 0 || cell->column >= columns || PyBytes_GET_SIZE(cell->widths) != 2 * 256) {
        PyErr_SetString(PyExc_ValueError, "tables of another size");
        return -1;
    }
    return 0;
}

static PyObject *rows_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(keywords))
{
    PyObject *cells;
    Py_ssize_t columns;
    if (!PyArg_ParseTuple(arguments, "O!n", &PyList_Type, &cells, &columns))
        return NULL;
    Rows *self = (Rows *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->columns = columns;
    self->cells = PyMem_Calloc(PyList_GET_SIZE(cells) + 1, sizeof(Cell));
    if (self->cells == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t place = 0; place < PyList_GET_SIZE(cells); place++) {
        self->count = place + 1;
        if (read_cell(&self->cells[place], PyList_GET_ITEM(cells, place), columns) < 0) {
            Py_DECREF(self);
            return NULL;
        }
    }
    return (PyObject *)self;
}

static PyMethodDef rows_methods[] = {
    {"draw", (PyCFunction)rows_draw, METH_VARARGS, "The plain rows from a place on: how many, and how they are shown."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject RowsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "documents.stream.native.Rows",
    .tp_basicsize = sizeof(Rows),
    .tp_dealloc = (destructor)rows_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The rows of a list, each with a place for every text.",
    .tp_methods = rows_methods,
    .tp_new = rows_new,
};

/* ---- objects ---- */

/* objects(number, pages, head) -> (bytes, lengths): each page as an object; lengths as unsigned ints of this machine. */
static PyObject *objects(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    long long number;
    PyObject *pages, *head, *data = NULL, *lengths = NULL;
    static const char close[] = "\nendstream\nendobj\n";
    if (!PyArg_ParseTuple(arguments, "LO!S", &number, &PyList_Type, &pages, &head))
        return NULL;
    const Py_ssize_t count = PyList_GET_SIZE(pages), headed = PyBytes_GET_SIZE(head);
    Py_ssize_t size = 0;
    for (Py_ssize_t place = 0; place < count; place++) {
        PyObject *page = PyList_GET_ITEM(pages, place);
        if (!PyBytes_Check(page) || PyBytes_GET_SIZE(page) > INT32_MAX) {
            PyErr_SetString(PyExc_TypeError, "a page is bytes");
            return NULL;
        }
        size += PyBytes_GET_SIZE(page) + headed + 2 * 20 + (Py_ssize_t)sizeof close + 20;
    }
    data = PyBytes_FromStringAndSize(NULL, size);
    lengths = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(unsigned int));
    if (data == NULL || lengths == NULL)
        goto failed;
    char *to = PyBytes_AS_STRING(data);
    for (Py_ssize_t place = 0; place < count; place++) {
        PyObject *page = PyList_GET_ITEM(pages, place);
        const Py_ssize_t length = PyBytes_GET_SIZE(page);
        char *start = to;
        to = decimal(to, number + place);
        memcpy(to, " 0 obj\n<<", 9);
        memcpy(to + 9, PyBytes_AS_STRING(head), headed);
        memcpy(to + 9 + headed, "/Length ", 8);
        to = decimal(to + 9 + headed + 8, length);
        memcpy(to, ">>stream\n", 9);
        memcpy(to + 9, PyBytes_AS_STRING(page), length);
        memcpy(to + 9 + length, close, sizeof close - 1);
        to += 9 + length + (Py_ssize_t)sizeof close - 1;
        unsigned int whole = (unsigned int)(to - start);
        memcpy(PyBytes_AS_STRING(lengths) + place * sizeof whole, &whole, sizeof whole);
    }
    if (_PyBytes_Resize(&data, to - PyBytes_AS_STRING(data)) < 0)
        goto failed;
    return Py_BuildValue("NN", data, lengths);
failed:
    Py_XDECREF(data);
    Py_XDECREF(lengths);
    return NULL;
}

static PyMethodDef functions[] = {
    {"objects", objects, METH_VARARGS, "Pages as objects with consecutive numbers, and the length of each."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "electionadmin_native", "The compiled core of documents.stream.", -1, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_electionadmin_native(void)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    memset(signs, -1, sizeof signs);
    for (int place = 0; place < SIGNS; place++)
        signs[(unsigned char)alphabet[place]] = (signed char)place;
    if (PyType_Ready(&PatternType) < 0 || PyType_Ready(&RowsType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made == NULL)
        return NULL;
    if (PyModule_AddObjectRef(made, "Pattern", (PyObject *)&PatternType) < 0 ||
        PyModule_AddObjectRef(made, "Rows", (PyObject *)&RowsType) < 0 || PyModule_AddStringConstant(made, "SOURCE", SOURCE) < 0) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}
