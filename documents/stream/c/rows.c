/* Rows of a list: every cell at its place, in its column's style. */
#include "native.h"

#include <math.h>

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

    if (length > LONGEST)
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
    if (cell->column < 0 || cell->column >= columns || PyBytes_GET_SIZE(cell->widths) != 2 * CODES) {
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

PyTypeObject RowsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "documents.stream.native.Rows",
    .tp_basicsize = sizeof(Rows),
    .tp_dealloc = (destructor)rows_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The rows of a list, each with a place for every text.",
    .tp_methods = rows_methods,
    .tp_new = rows_new,
};
