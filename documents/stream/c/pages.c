/* A page: literal bytes with a value between each two of them. */
#include "native.h"

typedef struct {
    PyObject_HEAD
    Slot *slots;
    Py_ssize_t count;
    PyObject *after, *name_type;
} Pattern;

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
        return PyBytes_GET_SIZE(slot->widths) == 2 * CODES &&
               (slot->moves == Py_None || (PyBytes_Check(slot->moves) && PyBytes_GET_SIZE(slot->moves) == 2 * CODES * CODES));
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

PyTypeObject PatternType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "documents.stream.native.Pattern",
    .tp_basicsize = sizeof(Pattern),
    .tp_dealloc = (destructor)pattern_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The bytes of a page with a place for each value.",
    .tp_methods = pattern_methods,
    .tp_new = pattern_new,
};
