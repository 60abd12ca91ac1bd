"""bpost's Mail ID files: what is sent, what comes back. Pure: plain values in, bytes or values out (docs/formats/bpost.md).

The way through: ``address.fit`` turns a name and address into components, ``mailing.Item`` holds them, ``request.write_request``
writes the file that ``names.FileName`` names, ``answer.read_answer`` reads what bpost says of it, ``print_order.print_order_sql``
sorts what is printed.
"""
