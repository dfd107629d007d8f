package dev.runway.control.web;

import static org.awaitility.Awaitility.await;

import dev.runway.control.RunningApi;
import dev.runway.testkit.Waits;
import java.nio.file.Path;

/** Pictures of every view at two widths, in light and dark, for eyes and for docs. */
final class Pictures {
  private final Chromium browser;
  private final RunningApi api;
  private final Path folder;

  Pictures(Chromium browser, RunningApi api, Path folder) {
    this.browser = browser;
    this.api = api;
    this.folder = folder;
  }

  void take() throws Exception {
    String running =
        api.get("/v1/retrains?model=" + Story.RUNNING).body().at("/items/0/command_id").asText();
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      for (int width : new int[] {1280, 390}) {
        browser.size(width, width == 390 ? 844 : 900, width == 390);
        for (View view : View.all(running)) {
          picture(view.name(), view.address(), view.sign(), dark, width);
        }
      }
    }
    forDocs("fleet", "", "main table", "h1", 1100, 760, false);
    forDocs(
        "model", "model/" + Story.STALE, ".plot canvas", "#h-decisions-and-why", 1100, 1240, true);
    forDocs(
        "dependencies", "dependencies/data_source:clicks", ".impact table", "h1", 1100, 720, false);
    forDocs("approvals-phone", "approvals", ".approval .plan p", "h1", 390, 1180, false);
    browser.dark(false);
    browser.size(1280, 900, false);
  }

  private void picture(String name, String view, String sign, boolean dark, int width)
      throws Exception {
    show(view, sign);
    browser.picture(
        folder.resolve("%s-%d-%s.png".formatted(name, width, dark ? "dark" : "light")), true);
  }

  private void show(String view, String sign) throws Exception {
    browser.ask("location.hash = '#/'");
    browser.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    browser.ask("location.hash = '#/" + view + "'");
    await()
        .atMost(Waits.LONG)
        .until(() -> browser.ask("!!document.querySelector('" + sign + "')").asBoolean());
    // Until what is drawn after its data is there.
    browser.ask("new Promise((done) => setTimeout(done, 1200))");
    browser.ask("document.activeElement.blur()");
  }

  /** As docs show it: a part of a view, from one of its headings on. */
  private void forDocs(
      String name, String view, String sign, String from, int width, int height, boolean dark)
      throws Exception {
    browser.size(width, height, width == 390);
    browser.dark(dark);
    show(view, sign);
    browser.ask("document.querySelector('" + from + "').scrollIntoView()");
    if (from.equals("h1")) {
      browser.ask("scrollTo(0, 0)");
    }
    browser.picture(folder.resolve("docs/" + name + ".png"), false);
  }
}
