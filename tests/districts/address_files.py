"""Small BeSt files for the tests, in the columns of docs/formats/addresses.md."""

import io

HEADER = (
    "EPSG:31370_x,EPSG:31370_y,EPSG:4326_lat,EPSG:4326_lon,address_id,box_number,house_number,municipality_id,municipality_name_de,"
    "municipality_name_fr,municipality_name_nl,postcode,postname_fr,postname_nl,street_id,streetname_de,streetname_fr,streetname_nl,"
    "region_code,status"
)
ORDINARY = {
    "EPSG:31370_x": "143312.48",
    "EPSG:31370_y": "157107.74",
    "EPSG:4326_lat": "50.72448",
    "EPSG:4326_lon": "4.27404",
    "house_number": "1",
    "municipality_id": "23027",
    "municipality_name_nl": "Halle",
    "postcode": "1500",
    "postname_nl": "Halle",
    "street_id": "1",
    "streetname_nl": "Kerkstraat",
    "region_code": "BE-VLG",
    "status": "current",
}


def line(address_id, *, header=HEADER, **values):
    """One row; what is not named is ordinary."""
    row = {**ORDINARY, "address_id": str(address_id), **values}
    return ",".join(row.get(name, "") for name in header.split(","))


def address_file(*lines, header=HEADER):
    """A file of these rows."""
    return io.BytesIO("\n".join([header, *lines, ""]).encode())


def kerkstraat(count, **values):
    """So many houses in one street."""
    return [line(1000 + number, house_number=str(number), **values) for number in range(1, count + 1)]
