"""A printed report, sheet by sheet."""

import unicodedata

import pytest

A4 = (595, 842)


def sheets(content):
    """Return the text of each sheet, and check that it is an A4 one with something on it."""
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(content)
    texts = []
    for sheet in document:
        assert tuple(map(round, sheet.get_size())) == A4
        # Chromium writes some characters as radicals: 金 as U+2FA6.
        texts.append(unicodedata.normalize("NFKC", sheet.get_textpage().get_text_bounded()))
        darkest, _ = sheet.render(scale=0.5, grayscale=True).to_pil().getextrema()
        assert darkest < 128
    document.close()
    return texts
