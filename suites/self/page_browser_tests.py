# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser: what people click does what it says, and nothing complains.

page_browser_tests.py MADE_UP_REPORT
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

from browser import Browser

SECTIONS = ("scoreboard failures support suites accuracy sums tradeoff comparison ablation speed "
            "growth clauses cases grades generations unsupported audit machine method").split()
PLOTS = ("accuracy sums tradeoff ablation limit roofline growth kills").split()
SHOWN = "[...document.querySelectorAll('#cases tbody tr[id]')].filter(row => !row.hidden)"


class PageInABrowser(unittest.TestCase):
    maker = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="assay-page-")
        for kind in ("usual", "hostile"):
            subprocess.run([cls.maker, f"{cls.folder.name}/{kind}", "160", "4", kind], check=True)
        cls.address = pathlib.Path(cls.folder.name, "usual", "index.html").as_uri()
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.folder.cleanup()

    def empty_page(self, **size):
        page = self.browser.page(**size)
        self.addCleanup(page.close)
        return page

    def page(self, fragment="", **size):
        page = self.empty_page(**size)
        page.open(self.address + fragment)
        return page

    def silent(self, page):
        page.settle()
        self.assertEqual(page.complaints, [])

    def test_every_plot_is_drawn_and_nothing_complains(self):
        for scheme in ("light", "dark"):
            for width in (400, 1280):
                page = self.empty_page(width=width)
                page.prefer(scheme)
                page.open(self.address)
                for plot in PLOTS:
                    page.until(f"document.querySelectorAll('#{plot}-plot .canvas svg path').length")
                self.silent(page)

    def test_a_page_of_hostile_texts_runs_none_of_them(self):
        page = self.empty_page()
        page.open(self.address.replace("/usual/", "/hostile/"))
        page.until("document.querySelector('#limit-plot .canvas svg')")
        self.silent(page)

    def test_typing_into_a_filter_hides_what_does_not_fit(self):
        page = self.page("#cases")
        page.click("#all-cases summary")
        everything = page.evaluate(SHOWN + ".length")
        page.write("[aria-label='Filter cases']", "softmax f32")
        texts = page.evaluate(SHOWN + ".map(row => row.textContent)")
        self.assertTrue(0 < len(texts) < everything)
        self.assertTrue(all("softmax" in text and "f32" in text for text in texts))
        self.assertEqual(page.evaluate("document.querySelector('#cases output').textContent"),
                         f"{len(texts)} of {everything}")
        self.silent(page)

    def test_verdict_buttons_filter_the_failures(self):
        page = self.page()
        page.click("#failures .controls button")  # the first: broken
        kinds = page.evaluate("[...document.querySelectorAll('.failure')].filter(f => !f.hidden)"
                              ".map(f => f.dataset.verdict)")
        self.assertEqual(set(kinds), {"broken"})
        self.assertEqual(page.evaluate("document.querySelector('#failures .controls button')"
                                       ".getAttribute('aria-pressed')"), "true")
        self.silent(page)

    def test_a_click_and_a_key_sort_a_table(self):
        page = self.page()
        head = "#speed .frame thead th:nth-child(6)"
        keys = ("[...document.querySelectorAll('#speed .frame tbody tr')]"
                ".map(row => Number(row.cells[5].dataset.key))")
        page.click(head + " button")
        up = page.evaluate(keys)
        self.assertEqual(up, sorted(up))
        self.assertGreater(len(set(up)), 10)
        state = f"document.querySelector('{head}').getAttribute('aria-sort')"
        self.assertEqual(page.evaluate(state), "ascending")
        page.key("Enter", "\r")
        down = page.evaluate(keys)
        self.assertEqual(down, sorted(down, reverse=True))
        self.assertEqual(page.evaluate(state), "descending")
        page.key("Enter", "\r")
        self.assertIsNone(page.evaluate(state))
        self.silent(page)

    def test_cases_sort_by_value_with_what_is_not_right_last(self):
        page = self.page("#cases")
        page.click("#all-cases summary")
        page.click("#cases thead th:nth-child(7) button")  # simd, which has wrong ones
        cells = page.evaluate("[...document.querySelectorAll('#cases tbody tr')]"
                              ".map(row => row.cells[6].textContent.trim())")
        right = [float(cell) for cell in cells if " " not in cell]
        self.assertEqual(right, sorted(right))
        first_wrong = next(i for i, cell in enumerate(cells) if " " in cell)
        self.assertTrue(all(" " in cell for cell in cells[first_wrong:]))
        self.silent(page)

    def test_a_permalink_opens_its_case_even_where_a_filter_hides_it(self):
        page = self.page()
        name = "linear/tokens-1"
        page.evaluate("document.getElementById('all-cases').open = true")
        page.write("[aria-label='Filter cases']", "nothing has these words")
        self.assertEqual(page.evaluate(SHOWN + ".length"), 0)
        page.evaluate(f"location.hash = '#case={name}'")
        page.until("document.querySelector('#cases tr.panel')")
        row = "document.querySelector('#cases tr.here')"
        self.assertEqual(page.evaluate(row + ".cells[0].textContent.trim()"), name)
        self.assertTrue(page.evaluate(row + ".checkVisibility()"))
        page.until(f"(() => {{ const box = {row}.getBoundingClientRect();"
                   "return box.height > 0 && box.top >= 0 && box.bottom < innerHeight; })()")
        panel = page.evaluate("document.querySelector('tr.panel').textContent")
        self.assertIn("assay run --variant simd --class", panel)
        self.assertIn("--filter linear/tokens-1", panel)
        self.silent(page)

    def test_a_permalink_with_a_class_survives_loading(self):
        page = self.page("#case=linear/tokens-1&class=bf16")
        page.until("document.querySelector('#cases tr.panel')")
        self.assertEqual(page.evaluate("document.querySelector('#cases tr.here').cells[1]"
                                       ".textContent.trim()"), "bf16")
        self.silent(page)

    def test_a_click_on_a_case_makes_its_permalink(self):
        page = self.page("#cases")
        page.click("#all-cases summary")
        page.click("#cases tbody tr th a")
        page.until("document.querySelector('#cases tr.panel')")
        self.assertTrue(page.evaluate("location.hash").startswith("#case="))
        page.click("#cases tbody tr th a")
        self.assertFalse(page.evaluate("!!document.querySelector('#cases tr.panel')"))
        self.silent(page)

    def test_a_link_opens_the_failure_that_it_leads_to(self):
        page = self.page()
        name = page.evaluate("document.querySelectorAll('.failure')[3].id")
        page.evaluate(f"location.hash = '#{name}'")
        page.until(f"document.getElementById('{name}').open")
        self.silent(page)

    def test_the_toggle_changes_the_colours_and_is_remembered(self):
        page = self.page()
        ground = "getComputedStyle(document.body).backgroundColor"
        page.prefer("light")
        light = page.evaluate(ground)
        page.click("#theme")
        dark = page.evaluate(ground)
        self.assertNotEqual(light, dark)
        page.open(self.address)
        self.assertEqual(page.evaluate(ground), dark)
        page.click("#theme")
        self.assertEqual(page.evaluate(ground), light)
        page.evaluate("localStorage.clear()")
        page.open(self.address)
        page.prefer("dark")
        page.settle()
        self.assertEqual(page.evaluate(ground), dark)  # as the system has it
        self.silent(page)

    def test_the_mouse_and_the_keyboard_are_told_what_a_mark_is(self):
        page = self.page()
        page.until("document.querySelector('#tradeoff-plot .mark')")
        page.evaluate("document.querySelector('#tradeoff-plot .mark').focus()")
        page.settle()
        self.assertIn("times as fast", page.evaluate("document.getElementById('tip').textContent"))
        self.assertFalse(page.evaluate("document.getElementById('tip').hidden"))
        page.key("Escape")
        self.assertTrue(page.evaluate("document.getElementById('tip').hidden"))
        self.silent(page)

    def test_the_keyboard_finds_the_results_first_and_sees_where_it_is(self):
        page = self.page()
        page.key("Tab")
        self.assertEqual(page.evaluate("document.activeElement.className"), "skip")
        page.key("Tab")
        self.assertNotEqual(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"),
                            "none")
        self.silent(page)

    def test_a_screen_reader_finds_names_for_everything(self):
        page = self.page()
        page.until("document.querySelector('#kills-plot .canvas svg')")
        for what, without in {
            "sections without a heading": "section:not([aria-labelledby])",
            "tables without a caption": "main table:not(:has(caption))",
            "columns that are no headings": "thead td, thead th:not([scope])",
            "plots without a name": "figure:not([aria-labelledby]), figure svg:not([aria-label])"
                                    ":not([aria-hidden])",
            "marks that say nothing": ".mark:not([aria-label])",
            "fields without a name": "input:not([aria-label]), select:not([aria-label])",
        }.items():
            self.assertEqual(page.evaluate(
                f"[...document.querySelectorAll({without!r})].map(e => e.outerHTML.slice(0, 90))"),
                [], what)
        self.assertEqual(page.evaluate("[...document.querySelectorAll('button')]"
                                       ".filter(b => !b.textContent.trim()).length"), 0)
        for landmark in ("header", "nav[aria-label]", "main", "h1"):
            self.assertEqual(page.evaluate(f"document.querySelectorAll('{landmark}').length"), 1)

    def test_verdicts_and_variants_differ_without_colour(self):
        page = self.page()
        page.until("document.querySelector('#tradeoff-plot .legend')")
        shapes = page.evaluate("[...document.querySelectorAll('#tradeoff-plot .legend path')]"
                               ".map(path => path.getAttribute('d'))")
        self.assertEqual(len(set(shapes)), 4)
        dashes = page.evaluate("[...document.querySelectorAll('#growth-plot .legend line')]"
                               ".map(line => line.getAttribute('stroke-dasharray'))")
        self.assertGreater(len(dashes), 2)
        self.assertEqual(len(set(dashes)), len(dashes))
        for cell in page.evaluate("[...document.querySelectorAll('#cases td[class]')]"
                                  ".map(cell => [cell.className, cell.textContent])"):
            self.assertIn(cell[0], cell[1])

    def test_a_narrow_window_scrolls_tables_and_not_the_page(self):
        page = self.page(width=400)
        page.until("document.querySelector('#growth-plot .canvas svg')")
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 400)

    def test_without_script_every_section_can_be_read(self):
        page = self.empty_page()
        page.without_script()
        page.open(self.address)
        for section in SECTIONS:
            self.assertGreater(page.evaluate(
                f"document.getElementById('{section}').innerText.trim().length"), 60, section)
        self.assertEqual(page.evaluate("[...document.querySelectorAll('main button, .plot')]"
                                       ".filter(e => e.checkVisibility()).length"), 0)
        self.assertTrue(page.evaluate(
            "document.querySelectorAll('#tradeoff tbody tr').length > 4 &&"
            "document.querySelector('#tradeoff table').checkVisibility()"))
        self.silent(page)

    def test_it_prints(self):
        page = self.page()
        self.assertTrue(page.pdf().startswith(b"%PDF"))
        self.silent(page)


if __name__ == "__main__":
    PageInABrowser.maker = sys.argv.pop(1)
    unittest.main(verbosity=1)
