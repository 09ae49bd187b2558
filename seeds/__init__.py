"""The bundled archive: the five articles as they were supplied, byte for byte. A package only so that they travel."""
