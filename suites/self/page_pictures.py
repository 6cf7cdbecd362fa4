# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of the documentation: the page in two widths, light and dark.

page_pictures.py INDEX.html FOLDER
"""
import pathlib
import sys

from browser import Browser

# What each picture shows: from the top, or from a section on.
PICTURES = (("report", None, 1280, 900, "light"), ("report", None, 400, 900, "light"),
            ("report", None, 1280, 900, "dark"), ("report", None, 400, 900, "dark"),
            ("report-tradeoff", "tradeoff", 1280, 820, "light"),
            ("report-tradeoff", "tradeoff", 400, 820, "dark"),
            ("report-speed", "speed", 1280, 1000, "dark"))


def main(page, folder):
    with Browser() as browser:
        for name, section, width, height, scheme in PICTURES:
            tab = browser.page(width, height)
            tab.prefer(scheme)
            tab.open(pathlib.Path(page).resolve().as_uri() + (f"#{section}" if section else ""))
            tab.until("document.querySelector('#limit-plot .canvas svg')")
            tab.settle()
            if section:
                tab.evaluate(f"document.getElementById('{section}').scrollIntoView()")
                tab.settle()
            file = pathlib.Path(folder, f"{name}-{width}-{scheme}.png")
            tab.picture(file)
            if tab.complaints:
                sys.exit(f"{file}: {tab.complaints}")
            tab.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
