"""Make the files the readers are tried on, with other programs than the readers' libraries.

    apt-get install libreoffice-writer-nogui pandoc poppler-utils ghostscript zip qpdf chromium
    .venv/bin/python tests/retrieval/files/make.py

The news is invented and written for this. What is made is committed; the saved pages, messages and feeds beside it are
written by hand after those that browsers, mail programs and sites make.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent

FERRY = """\
# Ferry to Lissa runs again after nine weeks

By Anna Berg

3 March 2016

The ferry between Varnholm and Lissa sailed again on Thursday, nine weeks after a storm tore open its landing stage. The
harbour master, Ola Lind, said that 214 passengers were on board the first crossing.

“We had feared that it would take until summer,” Ms Lind told reporters on the quay. “The divers worked through two
spells of frost, and the last pile was driven on Sunday night.”

The repairs cost 3.4 million crowns, half of which the province pays. The other half comes from a fund for storm damage
that the islands set up after the flood of 1998, according to the harbour office.

## Prices stay as they were

A single crossing still costs 42 crowns. Inhabitants of Lissa, who number 1,860, travel at half price on weekdays, and
school classes pay nothing.

The shipping company had asked in January for a surcharge of six crowns. The council refused it by eleven votes to four,
because the contract of 2012 does not provide for one.
"""

BARRAGE = """\
# Le barrage de Sorvec fermé jusqu’en octobre

Par Élise Morand

12 février 2015

Le barrage de Sorvec restera fermé à la circulation jusqu’en octobre, a annoncé mercredi la préfecture. Des fissures
longues de quatre mètres ont été découvertes dans la galerie basse lors d’un contrôle de routine.

« Il n’y a aucun danger pour les habitants de la vallée », a déclaré l’ingénieure Claire Aubain. « L’eau a été abaissée
de sept mètres par précaution, et elle le restera tant que les travaux durent. »

Quelque 2 300 véhicules empruntent chaque jour la route du barrage. Ils devront passer par le col de Brenne, soit un
détour de vingt-sept kilomètres, selon le département.

## Un chantier de huit millions d’euros

Le coût des travaux est estimé à huit millions d’euros. L’exploitant en prend les deux tiers à sa charge, l’État le
reste.

Les maires de la vallée demandent une navette gratuite pour les élèves. Leur réunion avec le préfet est prévue le 20
février à Sorvec.
"""

COUNCIL = """\
The council of Varnholm voted on Monday to plant four hundred limes along the ring road. The trees are to be in the
ground before the autumn rains begin, the head of the parks office said.

Two members voted against the plan. They hold that the limes will drop honeydew on parked cars, which happened in the
Old Town in the summer of 2009.

A nursery in the north of the province won the contract. It will look after the trees for three years and must replace
each one that dies in that time.

The money comes from the sale of the former tram depot, which brought the town nineteen million crowns last year. A part
of it had been meant for a swimming bath.

Inhabitants may adopt a tree. Whoever waters one through its first two summers gets a plate with a name on it, as has
been done in Lissa since 2003.

The mayor called the decision long overdue. The ring road had been without shade since the elms were felled thirty years
ago, and in July the asphalt reached sixty degrees.
"""

DIVIDED = """\
The inter-<text:line-break/>national fair opens in May. A well-known guest is ex-<text:line-break/>pected to speak, and
a second well-<text:line-break/>known one to sing. The Anglo-<text:line-break/>Norse choir comes in June.
"""
"""With words that are divided at the ends of lines, and others that have a hyphen there anyway."""

_FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles>
 <style:page-layout style:name="L"><style:page-layout-properties fo:page-width="{width}cm" fo:page-height="{height}cm"
  fo:margin="1.5cm"/><style:header-style/><style:footer-style/></style:page-layout>
 <style:style style:name="S" style:family="section"><style:section-properties>{columns}</style:section-properties>
 </style:style>
 <style:style style:name="P" style:family="paragraph"><style:paragraph-properties fo:text-align="justify"
  fo:text-indent="0.4cm"/><style:text-properties fo:font-size="10pt" fo:language="en" fo:country="GB"/></style:style>
 <style:style style:name="H" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.3cm"/>
  <style:text-properties fo:font-size="18pt" fo:font-weight="bold"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="L">
 <style:header><text:p>Varnholm Post, a newspaper</text:p></style:header>
 <style:footer><text:p>Page <text:page-number/></text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text><text:p text:style-name="H">Four hundred limes for the ring road</text:p>
<text:section text:style-name="S" text:name="one">{body}</text:section></office:text></office:body></office:document>
"""


def run(*command: str | Path, into: Path) -> None:
    """Run a program in a folder; what it says is shown when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=into, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def office(source: Path, form: str, name: str) -> None:
    """Convert with LibreOffice."""
    with tempfile.TemporaryDirectory() as out:
        profile = f"-env:UserInstallation=file://{out}/profile"
        run("soffice", profile, "--headless", "--convert-to", form, "--outdir", out, source, into=source.parent)
        shutil.copy(next(Path(out).glob(f"*.{form.partition(':')[0]}")), FOLDER / name)


def browsed(addresses: dict[str, str]) -> None:
    """Open saved pages in Chromium as if they came from these addresses, and let it save each in one file."""
    from playwright.sync_api import Route, sync_playwright

    def answer(route: Route) -> None:
        page = next((page for page, address in addresses.items() if address == route.request.url), None)
        if page is None:
            route.abort()
        else:
            route.fulfill(body=(FOLDER / page).read_bytes(), content_type="text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shown = browser.new_page(java_script_enabled=False)
        shown.route("**/*", answer)
        for page, address in addresses.items():
            shown.goto(address)
            saved = shown.context.new_cdp_session(shown).send("Page.captureSnapshot", {"format": "mhtml"})
            (FOLDER / page).with_suffix(".mhtml").write_bytes(saved["data"].encode())
        browser.close()


def flat(width: float, height: float, columns: int, paragraphs: list[str]) -> str:
    """A flat OpenDocument text of these paragraphs on small pages."""
    body = "".join(f'<text:p text:style-name="P">{" ".join(one.split())}</text:p>' for one in paragraphs)
    shown = f'<style:columns fo:column-count="{columns}" fo:column-gap="0.5cm"/>'
    return _FODT.format(width=width, height=height, columns=shown, body=body)


def main() -> None:
    """Make them all, over those that are there."""
    with tempfile.TemporaryDirectory() as work:
        at = Path(work)
        for name, text in (("ferry", FERRY), ("barrage", BARRAGE)):
            language = "fr" if name == "barrage" else "en"
            (at / f"{name}.md").write_text(text, "utf-8")
            for form in ("docx", "odt", "rtf"):
                made = FOLDER / f"{name}-pandoc.{form}"
                run("pandoc", "-s", f"-Mlang={language}", f"{name}.md", "-o", made, into=at)
            for form in ("docx", "odt", "rtf", "pdf"):
                office(FOLDER / f"{name}-pandoc.docx", form, f"{name}-office.{form}")
        (at / "issue.md").write_text(FERRY + "\n" + BARRAGE, "utf-8")
        about = ("-Mtitle=Varnholm Post, winter", "-Mauthor=The editors", "-Mdate=2016-03-05", "-Mlang=en")
        run("pandoc", *about, "issue.md", "-o", FOLDER / "issue-pandoc.epub", into=at)
        office(FOLDER / "ferry-pandoc.odt", "epub", "ferry-office.epub")

        paragraphs = COUNCIL.split("\n\n")
        (at / "limes.fodt").write_text(flat(11, 12, 1, paragraphs), "utf-8")
        office(at / "limes.fodt", "pdf", "limes-pages.pdf")
        (at / "columns.fodt").write_text(flat(21, 12, 2, paragraphs), "utf-8")
        office(at / "columns.fodt", "pdf", "limes-columns.pdf")
        (at / "divided.fodt").write_text(flat(21, 12, 1, [DIVIDED]), "utf-8")
        office(at / "divided.fodt", "pdf", "divided.pdf")
        limes = FOLDER / "limes-pages.pdf"
        quiet = ("gs", "-q", "-dNOPAUSE", "-dBATCH")
        run(*quiet, "-sDEVICE=pdfimage8", "-r60", "-o", FOLDER / "limes-scanned.pdf", limes, into=at)
        run(*quiet, "-sDEVICE=pdfwrite", "-o", FOLDER / "limes-ghostscript.pdf", limes, into=at)
        locked = ("-sOwnerPassword=one", "-sUserPassword=two", "-dEncryptionR=3", "-dKeyLength=128")
        run(*quiet, "-sDEVICE=pdfwrite", *locked, "-o", FOLDER / "limes-locked.pdf", limes, into=at)
        run("qpdf", "--encrypt", "", "owner", "256", "--modify=none", "--", limes, FOLDER / "limes-rights.pdf", into=at)
        run("pdfseparate", "-f", "1", "-l", "1", limes, at / "first.pdf", into=at)
        run("pdfseparate", "-f", "2", "-l", "2", FOLDER / "limes-scanned.pdf", at / "second.pdf", into=at)
        run("pdfunite", at / "first.pdf", at / "second.pdf", FOLDER / "limes-half-scanned.pdf", into=at)

        browsed(
            {
                "page.html": "https://www.varnholm-post.example/2016/03/ferry.html?from=mail",
                "page-latin1.htm": "http://www.courrier-sorvec.example/a,1204.htm",
            }
        )

        inner = at / "archive" / "2016"
        inner.mkdir(parents=True)
        shutil.copy(FOLDER / "ferry-office.docx", inner)
        (inner.parent / "limes.txt").write_text(COUNCIL, "utf-8")
        run("pandoc", "-s", "-Mtitle=Sorvec", "barrage.md", "-o", inner.parent / "barrage.html", into=at)
        for archive in ("archive.zip", "archive-locked.zip"):
            (FOLDER / archive).unlink(missing_ok=True)
        run("zip", "-q", "-r", FOLDER / "archive.zip", ".", into=inner.parent)
        run("zip", "-q", "-r", "-P", "secret", FOLDER / "archive-locked.zip", ".", into=inner.parent)


if __name__ == "__main__":
    main()
