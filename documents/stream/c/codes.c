/* QR codes by tables, as documents/stream/qr.py makes them. */
#include "native.h"

static signed char signs[128]; /* the place of a sign in the alphanumeric mode, -1 for none */

void learn_signs(void)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    memset(signs, -1, sizeof signs);
    for (int place = 0; place < SIGNS; place++)
        signs[(unsigned char)alphabet[place]] = (signed char)place;
}

int put_qr(Buffer *buffer, const Slot *slot, PyObject *value)
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
