/* The module that Python imports, and pages as the objects of a file. */
#include "native.h"

#ifndef SOURCE
#error "SOURCE: the SHA-256 of the sources, so that a library built from others is not used"
#endif

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
    learn_signs();
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
