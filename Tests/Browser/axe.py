# What axe-core finds wrong with a page for those who read it otherwise than by sight.

import importlib.resources

import sight

SCRIPT = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

# The driver puts the script in: the page's policy would not let it load one, and need not.
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: { type: 'tag', values: arguments[0] }, resultTypes: ['violations'] })
  .then(({ violations, passes }) => done({
    rules: passes.length + violations.length,
    violations: violations.map(({ id, help, nodes }) => ({
      id, help, nodes: nodes.map(({ html, failureSummary }) => [html.slice(0, 160), failureSummary]),
    })),
  }), (error) => done({ error: String(error) }));
"""


def violations(browser):
    """What is wrong, and how many rules had something to look at."""
    if browser.run("return typeof axe") == "undefined":
        browser.run(SCRIPT)
    browser.driver.set_script_timeout(60)
    told = browser.driver.execute_async_script(RUN, TAGS)
    assert "error" not in told, told
    return told["violations"], told["rules"]


def check(test, browser, where):
    """The page as it stands, in light and in dark."""
    for scheme in ("light", "dark"):
        browser.prefer(prefers_color_scheme=scheme)
        browser.settle()
        found, rules = violations(browser)
        test.assertEqual(found, [], f"{where}, {scheme}")
        test.assertGreater(rules, 25, f"{where}, {scheme}")
        test.assertEqual(sight.faint(browser), [], f"{where}, {scheme}")
    browser.prefer(prefers_color_scheme="light")
