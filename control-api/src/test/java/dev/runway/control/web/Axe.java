package dev.runway.control.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/**
 * axe-core, as npm has it ({@code axe/origin.json}), over a page in a browser: in a world of its
 * own, where the page's policy does not hold and its scripts see nothing of it.
 */
final class Axe {
  private static final String FOLDER = "/axe/";

  private final Chromium browser;
  private final String script = script();
  private final StringBuilder broken = new StringBuilder();

  Axe(Chromium browser) {
    this.browser = browser;
  }

  /** The script, when it is the one that was taken. */
  private static String script() {
    try (InputStream origin = resource("origin.json");
        InputStream packed = new GZIPInputStream(resource("axe.min.js.gz"))) {
      byte[] bytes = packed.readAllBytes();
      JsonNode said = new ObjectMapper().readTree(origin);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertThat(HexFormat.of().formatHex(hash)).isEqualTo(said.path("sha256").asText());
      String text = new String(bytes, StandardCharsets.UTF_8);
      assertThat(text).startsWith("/*! axe v" + said.path("version").asText());
      return text;
    } catch (Exception e) {
      throw new IllegalStateException("axe-core cannot be read", e);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Axe.class.getResourceAsStream(FOLDER + name);
    if (in == null) {
      throw new IOException(FOLDER + name + " is not on the class path");
    }
    return in;
  }

  /** Looks whether what is shown breaks a rule of WCAG 2.0 to 2.2, levels A and AA. */
  void look(String view) throws Exception {
    look(
        view,
        "{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']}");
  }

  /** The same of contrast alone: all else is the same in the dark. */
  void lookAtContrast(String view) throws Exception {
    look(view, "{type: 'rule', values: ['color-contrast']}");
  }

  private void look(String view, String rules) throws Exception {
    fold(false); // What is folded away is looked at too.
    browser.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    if (browser.askApart("typeof axe").asText().equals("undefined")) {
      browser.askApart(script + ";undefined");
    }
    JsonNode found =
        browser.askApart(
            """
            axe.run(document, {runOnly: %s, resultTypes: ['violations']}).then(({violations, passes}) => ({
                passed: passes.length,
                broken: violations.map((v) => `${v.id}: ${v.help}\\n` + v.nodes.map((n) =>
                    `  ${n.target}: ${n.html}\\n    ${n.failureSummary.replaceAll('\\n', ' ')}`).join('\\n'))}))
            """
                .formatted(rules));
    // A run that looked at nothing has found nothing either.
    assertThat(found.path("passed").asInt()).as(view + ": rules that hold").isPositive();
    fold(true);
    for (JsonNode each : found.path("broken")) {
      broken.append(view).append(": ").append(each.asText()).append('\n');
    }
  }

  /**
   * Folds all details away or out, until they stay so: a page that draws itself anew just then, as
   * it does for other colours, makes them as they were when it last heard of them. It has heard of
   * all of these once another, which was begun after them, is told.
   */
  private void fold(boolean away) throws Exception {
    String other = away ? "details[open]" : "details:not([open])";
    do {
      browser.ask(
          """
          new Promise((done) => {
            document.querySelectorAll('details').forEach((each) => (each.open = %s));
            const last = document.createElement('details');
            last.addEventListener('toggle', () => done());
            last.open = true;
          })
          """
              .formatted(!away));
    } while (browser.ask("document.querySelectorAll('" + other + "').length").asInt() > 0);
  }

  /** Requires that nothing was broken in all that was looked at. */
  void requireNoViolation() {
    assertThat(broken.toString()).as("what is not accessible").isEmpty();
  }
}
