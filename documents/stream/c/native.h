/* The compiled core of documents.stream: what Sheet, StreamWriter and ListComposer do for values that need no thought.
 *
 * Whatever is not plain (a letter of the second font, a text that must be condensed or broken, a code that cannot be) is handed back to
 * the writer in Python, so that the bytes are the same with and without this core. Tests compare them.
 * Nothing is kept between calls, so threads may draw at the same time.
 *
 * texts.c and codes.c write a value, pages.c puts the values of a card on its page, rows.c does lists, module.c is what Python imports.
 * electionadmin/launcher/compiler.py compiles all of them into one library.
 */
#ifndef ELECTIONADMIN_NATIVE_H
#define ELECTIONADMIN_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { STACK = 4096, LONGEST = 10000, BITMAP = 4096, SIGNS = 45, CODES = 256 };

/* ---- bytes that grow ---- */

typedef struct {
    char *data;
    Py_ssize_t used, size;
    char first[STACK];
} Buffer;

static inline void begin(Buffer *buffer)
{
    buffer->data = buffer->first;
    buffer->used = 0;
    buffer->size = STACK;
}

static inline void end(Buffer *buffer)
{
    if (buffer->data != buffer->first)
        PyMem_Free(buffer->data);
}

/* Room for so many more bytes; -1 with MemoryError. */
static inline int reserve(Buffer *buffer, Py_ssize_t more)
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

static inline int append(Buffer *buffer, const char *data, Py_ssize_t length)
{
    if (reserve(buffer, length) < 0)
        return -1;
    memcpy(buffer->data + buffer->used, data, length);
    buffer->used += length;
    return 0;
}

static inline int append_bytes(Buffer *buffer, PyObject *bytes)
{
    return append(buffer, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
}

/* The decimal digits of a number at `to`; where they end. */
static inline char *decimal(char *to, long long number)
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

/* ---- the values of a page ---- */

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

/* Both: 1 when the value is written, 0 when Python must do it, -1 with an exception. */
int put_lines(Buffer *buffer, const Slot *slot, PyObject *value, PyObject *name_type);
int put_qr(Buffer *buffer, const Slot *slot, PyObject *value);

/* ---- what the module holds ---- */

void learn_signs(void); /* before the first put_qr */
extern PyTypeObject PatternType, RowsType;

#endif
