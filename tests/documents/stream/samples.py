"""A card as the tests print it: made-up voters, one form in two languages."""

from collections.abc import Mapping
from typing import NamedTuple

from documents.stream.forms import CompiledForm, compile_form
from documents.stream.values import Name, Value

CSS = """
div { position: absolute; font-size: 11pt; line-height: 14pt }
.office { left: 20mm; top: 60mm; width: 70mm; height: 10mm; font-weight: 600 }
.address { left: 105mm; top: 45mm; width: 85mm; height: 30mm }
.token { right: 20mm; top: 120mm; width: 60mm; height: 6mm; text-align: right; color: #345 }
.qr { left: 20mm; top: 100mm; width: 30mm; height: 30mm }
.mail { left: 105mm; top: 30mm; width: 60mm; height: 8mm }
"""
HTML = """
<p style="margin: 20mm">{title} zondag 13 oktober 2024</p>
<div class="office" data-slot="office" data-layer="station" data-lines="2">Stadhuis</div>
<div class="address" data-slot="address" data-lines="6">Jan Janssens</div>
<div class="token" data-slot="token"></div>
<div class="qr" data-slot="qr" data-code="qr" data-length="28" data-start="HTTPS://K.BE/"></div>
<div class="mail" data-slot="mail" data-code="code128"></div>
"""
TOKEN = r"\b[A-Z0-9]{10}\b"


class Voter(NamedTuple):
    """What a card says."""

    number: int
    name: Name
    street: str
    place: str

    @property
    def token(self) -> str:
        """Ten letters or digits."""
        return f"T{self.number:09d}"

    @property
    def qr(self) -> str:
        """The text of the QR code."""
        return f"HTTPS://K.BE/{self.token}VVVVV"

    @property
    def mail_id(self) -> str:
        """The Mail ID number."""
        return f"1212345{self.number:011d}"

    def values(self) -> Mapping[str, Value]:
        """For the slots of the card."""
        return {"address": (self.name, self.street, self.place), "token": self.token, "qr": self.qr, "mail": self.mail_id}


NAMES = (
    Name("Janssens", ("Jan", "Piet")),
    Name("Nguyễn", ("Thị", "Ngọc")),
    Name("Şahin-Öztürk", ("Ayşe",)),
    Name("Ștefănescu", ("Ionuț",)),
    Name("Wójcik", ("Łukasz", "Żaneta")),
    Name("Van den Broeck (Tovar)", ("AVA",)),
)


def voter(number: int) -> Voter:
    """The voter of that number."""
    return Voter(number, NAMES[number % len(NAMES)], f"Dorpsstraat {number % 90 + 1}", "1500 Halle")


def card(title: str = "Oproepingsbrief") -> CompiledForm:
    """The form of a card."""
    return compile_form(HTML.format(title=title), CSS)
