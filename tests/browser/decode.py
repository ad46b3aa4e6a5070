"""Reads every code on sheets of L7160 labels with zbarimg (label by label) and zxing-cpp (the whole page).

Both look for QR codes of the usual kind only: in a page of random letters each now and then sees a bar code that
nobody printed."""
import json
import subprocess
import sys
import tempfile

import zxingcpp
from PIL import Image

# L7160 in millimetres: 3 by 7 labels, left and top margin, pitch.
LEFT, TOP, PITCH_X, PITCH_Y, WIDE, HIGH = 7.21, 15.15, 66.04, 38.1, 63.5, 38.1


def cells(sheet):
    dots = sheet.width / 210
    for row in range(7):
        for column in range(3):
            left, top = LEFT + column * PITCH_X, TOP + row * PITCH_Y
            yield sheet.crop([int(n * dots) for n in (left, top, left + WIDE, top + HIGH)])


def zbar(picture):
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        picture.save(file.name)
        run = subprocess.run(["zbarimg", "-Sdisable", "-Sqrcode.enable", "-q", "--raw", file.name], capture_output=True, text=True)
        return run.stdout.split()


# Since 3.0 "QRCode" stands for its small relatives too.
USUAL = getattr(zxingcpp.BarcodeFormat, "QRCodeModel2", zxingcpp.BarcodeFormat.QRCode)
read = {"zbar": [], "zxing": []}
for name in sorted(sys.argv[1:]):
    sheet = Image.open(name).convert("L")
    read["zxing"] += [code.text for code in zxingcpp.read_barcodes(sheet, formats=USUAL)]
    for cell in cells(sheet):
        read["zbar"] += zbar(cell)
print(json.dumps({judge: sorted(codes) for judge, codes in read.items()}))
