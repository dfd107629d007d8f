package dev.runway.control.web;

import static dev.runway.testkit.PostgresDatabase.SUPERUSER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.runway.control.RunningApi;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page over 500 models and a graph of 2,700 things: what it draws is bounded, and nothing of it
 * is out of reach. With {@code -Dpage.measure=true} it also prints what each view takes.
 */
class LargeFleetPageITCase {
  private static final String PICTURES = System.getProperty("page.pictures");
  private static final int MODELS = 500;
  private static final int SOURCES = 200;
  private static final int FEATURES = 2_000;
  private static final int APPROVALS = 60;
  private static final int QUEUED = 140;

  /** Of elements in the document; a page of the fleet has some 1,500. */
  private static final int BOUND = 6_000;

  @TempDir static Path folder;

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @BeforeAll
  static void fill() throws Exception {
    assumeThat(Chromium.find())
        .as("a Chromium: set CHROMIUM to its program, or have chromium on the path")
        .isPresent();
    registry();
    graph();
    List<RetrainCommand> commands = new ArrayList<>();
    for (int i = 0; i < APPROVALS + QUEUED; i++) {
      Mode mode = i < APPROVALS ? Mode.APPROVE : Mode.AUTO;
      commands.add(
          Story.job("m-" + i, 1 + i % 4, ReasonClass.DRIFT, SeverityClass.MEDIUM, mode, 2_000));
    }
    Story.issued(API, commands);
  }

  private static void registry() throws Exception {
    POSTGRES.execute(
        SUPERUSER,
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, description, tags,
            strict_versions, judging, message)
        SELECT 'm-' || n, 1, 'ACTIVE', 'owner-' || n %% 60, 'team-' || n %% 40, 1 + n %% 4,
               'Ranks what people see in place ' || n, ARRAY['tag-' || n %% 25], false,
               '{"task": "BINARY", "horizon": "P7D"}',
               convert_to(format('{"model_id":"%%s","revision":1,"tier":%%s,"task":"BINARY"}',
                                 'm-' || n, 1 + n %% 4), 'UTF8')
        FROM generate_series(0, %d) AS n
        """
            .formatted(MODELS - 1),
        """
        INSERT INTO runway.model_versions (model_id, version, revision, state, metrics, hyperparameters,
            features, created_by)
        SELECT 'm-' || n, '1.4.0', 1, 'LIVE', '{"auc": 0.8}', '{"depth": 6}', ARRAY['f-' || n * 4], 'test'
        FROM generate_series(0, %d) AS n
        """
            .formatted(MODELS - 1),
        """
        INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state, since_at,
            score, coverage, signals, window_end_at, tier, judged_at, computed_at)
        SELECT 'm-' || n, '1.4.0', 1,
               CASE WHEN n %% 50 = 7 THEN 'STALE' WHEN n %% 50 < 3 THEN 'AT_RISK' ELSE 'HEALTHY' END, 'HEALTHY',
               now() - interval '5 hours', (n %% 50) / 60.0, 0.9,
               '{"parts": {}, "missing": [], "features": ["distance", "device", "amount"]}',
               now() - interval '12 minutes', 1 + n %% 4, now() - interval '8 minutes', now()
        FROM generate_series(0, %d) AS n
        """
            .formatted(MODELS - 1),
        """
        INSERT INTO runway.alerts (alert_id, rule, model_id, model_version, team, tier, severity, summary,
            details, revision, opened_at)
        SELECT gen_random_uuid(), 'MODEL_STALE', 'm-' || n, '1.4.0', 'team-' || n %% 40, 1 + n %% 4, 'WARNING',
               'm-' || n || ' is stale: distance', '{}', 1, now() - n * interval '1 minute'
        FROM generate_series(0, %d) AS n WHERE n %% 4 = 0
        """
            .formatted(MODELS - 1));
  }

  /** Every model stands on two of those before it, so the first ones are used by nearly all. */
  private static void graph() throws Exception {
    POSTGRES.execute(
        SUPERUSER,
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, owner, team, source, model_id)
        SELECT 'data_source:s-' || n, 'DATA_SOURCE', 's-' || n, 'ada', 'data', 'api', NULL
        FROM generate_series(0, %1$d) AS n
        UNION ALL
        SELECT 'feature:f-' || n, 'FEATURE', 'f-' || n, 'ada', 'features', 'api', NULL
        FROM generate_series(0, %2$d) AS n
        UNION ALL
        SELECT 'model:m-' || n, 'MODEL', 'm-' || n, NULL, NULL, 'registry', 'm-' || n
        FROM generate_series(0, %3$d) AS n
        """
            .formatted(SOURCES - 1, FEATURES - 1, MODELS - 1),
        """
        INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)
        SELECT 'data_source:s-' || n %% %1$d, 'feature:f-' || n, 'DATA_ONLY', 'api', 'test'
        FROM generate_series(0, %2$d) AS n
        UNION ALL
        SELECT 'feature:f-' || m * 4 + i, 'model:m-' || m, 'DATA_ONLY', 'api', 'test'
        FROM generate_series(0, %3$d) AS m, generate_series(0, 2) AS i
        UNION
        SELECT 'model:m-' || m / i, 'model:m-' || m, 'PREDICTION', 'api', 'test'
        FROM generate_series(1, %3$d) AS m, generate_series(2, 3) AS i
        """
            .formatted(SOURCES, FEATURES - 1, MODELS - 1),
        "ANALYZE");
  }

  @Test
  void everyThing_isReached_andNoViewDrawsMoreThanItCanShow() throws Exception {
    try (Chromium browser = new Chromium(Chromium.find().orElseThrow(), folder)) {
      browser.size(1280, 900, false);
      browser.before(
          """
          if (location.protocol !== 'about:') sessionStorage.setItem('runway-token', '%s');
          new MutationObserver(() => {
            if (window.firstRow === undefined && document.querySelector('main tbody tr')) {
              window.firstRow = null;
              requestAnimationFrame(() => requestAnimationFrame(() => (window.firstRow = performance.now())));
            }
          }).observe(document, {subtree: true, childList: true});
          """
              .formatted(API.token()));
      if (Boolean.getBoolean("page.measure")) {
        measure(browser);
      }
      fleet(browser);
      dependencies(browser);
      approvals(browser);
      retrains(browser);
      open(browser, "model/m-499", "#h-versions");
      assertThat(browser.text()).contains("m-499");
      assertThat(browser.complaints).as("errors, and what the policy blocked").isEmpty();
    }
  }

  private static void fleet(Chromium browser) throws Exception {
    browser.open(API.address() + "/");
    awaitThat(() -> browser.ask("!!window.firstRow").asBoolean());
    assertThat(browser.text()).contains("500 of 500 models", "1 to 50 of 500");
    // The worst first, over all pages, and each once.
    assertThat(keys(browser, "#h-models ~ div tbody tr").get(0)).isEqualTo("m-157");
    Set<String> all = new TreeSet<>();
    for (int page = 0; page < MODELS / 50; page++) {
      List<String> keys = keys(browser, "#h-models ~ div tbody tr");
      assertThat(keys).hasSize(50);
      all.addAll(keys);
      browser.click("#over-next-fleet");
    }
    assertThat(all).hasSize(MODELS);
    // There is no page after the last one, and the button that would lead there keeps the focus.
    assertThat(browser.text()).contains("451 to 500 of 500");
    assertThat(browser.ask("document.activeElement.id").asText()).isEqualTo("over-next-fleet");
    Axe axe = new Axe(browser);
    axe.look("a page of a large fleet");
    axe.requireNoViolation();
    // What is heard of draws it anew, at the place where it was.
    int before = browser.ask("document.querySelectorAll('#events li').length").asInt();
    API.post(
        "/v1/models/m-3/controls",
        "{\"action\": \"MUTE\", \"expires_at\": \"2099-01-01T00:00:00Z\"}");
    awaitThat(() -> browser.ask("document.querySelectorAll('#events li').length").asInt() > before);
    assertThat(browser.text()).contains("451 to 500 of 500");
    // Another question begins with its first page.
    browser.click("#filter-text");
    browser.type("m-49");
    awaitThat(() -> browser.text().contains("11 of 500 models"));
    assertThat(keys(browser, "#h-models ~ div tbody tr")).hasSize(11).contains("m-49", "m-499");
    bounded(browser, "fleet");
  }

  private static void dependencies(Chromium browser) throws Exception {
    open(browser, "dependencies", "#h-things ~ div tbody tr");
    assertThat(browser.text())
        .contains("2700 things are too many to be drawn", "1 to 50 of 2,700", "of 4,");
    assertThat(browser.ask("document.querySelectorAll('.graph').length").asInt()).isZero();
    bounded(browser, "dependencies");
    // The last of them by its name, and what is around it.
    browser.click("#thing");
    browser.type("m-499");
    awaitThat(() -> browser.text().contains("1 of 2700 things have \"m-499\" in their name"));
    assertThat(browser.ask("document.querySelectorAll('#things option').length").asInt()).isOne();
    browser.click("tr[data-key='model:m-499'] a");
    awaitThat(() -> browser.ask("!!document.querySelector('.impact table')").asBoolean());
    assertThat(browser.ask("document.querySelector('.graph .chosen').dataset.node").asText())
        .isEqualTo("model:m-499");
    assertThat(browser.ask("document.querySelectorAll('.graph .node').length").asInt())
        .isBetween(5, 120);

    // What nearly all stand on: the nearest are drawn, all that are named are told by pages.
    open(browser, "dependencies/model:m-1", ".impact table");
    assertThat(browser.ask("document.querySelectorAll('.graph .node').length").asInt())
        .isEqualTo(120);
    assertThat(browser.text()).contains("120 of 2700 things, the nearest");
    bounded(browser, "dependencies of a hub");
  }

  private static void approvals(Chromium browser) throws Exception {
    open(browser, "approvals", ".approval");
    assertThat(browser.ask("document.querySelectorAll('.approval').length").asInt()).isEqualTo(20);
    assertThat(browser.text()).contains("1 to 20 of 60");
    bounded(browser, "approvals");
    // What is written on one page is there when one comes back to it.
    String first = browser.ask("document.querySelector('.approval').dataset.command").asText();
    browser.ask("document.getElementById('reason-" + first + "').focus()");
    browser.type("half of a rea");
    browser.click("#under-next-approvals");
    awaitThat(() -> browser.text().contains("21 to 40 of 60"));
    assertThat(browser.ask("document.getElementById('reason-" + first + "')").isNull()).isTrue();
    browser.click("#over-previous-approvals");
    awaitThat(
        () ->
            browser
                .ask("document.getElementById('reason-" + first + "')?.value ?? ''")
                .asText()
                .equals("half of a rea"));
    browser.click("#approval-text");
    browser.type("m-" + (APPROVALS - 1));
    awaitThat(() -> browser.ask("document.querySelectorAll('.approval').length").asInt() == 1);
    assertThat(browser.text()).contains("1 of 60", "m-59");
  }

  private static void retrains(Chromium browser) throws Exception {
    open(browser, "retrains", "#h-queue ~ div tbody tr");
    Set<String> all = new TreeSet<>();
    for (int page = 0; page < 3; page++) {
      all.addAll(keys(browser, "#h-queue ~ div tbody tr"));
      browser.click("#over-next-queue");
    }
    int queued = API.get("/v1/retrain-queue").body().path("items").size();
    assertThat(all).hasSize(queued).hasSizeGreaterThan(100);
    bounded(browser, "retrains");
  }

  private static void open(Chromium browser, String view, String sign) throws Exception {
    browser.ask("location.hash = '#/retrain/m-0/nothing'"); // Another view, of which nothing stays.
    awaitThat(() -> browser.ask("document.title").asText().startsWith("m-0"));
    opened(browser, view, sign);
  }

  /** Shows a view, and tells after how many milliseconds its sign was there. */
  private static double opened(Chromium browser, String view, String sign) throws Exception {
    return browser
        .ask(
            """
            (async () => {
              const begin = performance.now();
              location.hash = '#/%s';
              while (document.title.startsWith('m-0 ') || !document.querySelector('%s')) {
                await new Promise((next) => requestAnimationFrame(next));
                if (performance.now() - begin > 100000) throw new Error(document.body.innerText);
              }
              return performance.now() - begin;
            })()
            """
                .formatted(view, sign))
        .asDouble();
  }

  /** Three times each, for the first reads of an API are not like those after. */
  private static void measure(Chromium browser) throws Exception {
    for (int i = 0; i < 3; i++) {
      browser.open("about:blank");
      browser.open(API.address() + "/");
      awaitThat(() -> browser.ask("!!window.firstRow").asBoolean());
      say(browser, "fleet, from nothing to its first line", browser.ask("firstRow").asDouble());
      for (String[] view :
          new String[][] {
            {"", "main tbody tr"},
            {"dependencies", "main tbody tr"},
            {"dependencies/model:m-499", ".impact table"},
            {"dependencies/model:m-1", ".impact table"},
            {"approvals", ".approval"},
            {"retrains", "#h-queue ~ * tr, #h-queue ~ table"},
            {"model/m-499", "#h-versions"}
          }) {
        browser.ask("location.hash = '#/retrain/m-0/nothing'");
        awaitThat(() -> browser.ask("document.title").asText().startsWith("m-0"));
        say(browser, "#/" + view[0], opened(browser, view[0], view[1]));
      }
    }
  }

  private static void say(Chromium browser, String what, double millis) throws Exception {
    System.out.printf("page: %s: %,.0f ms, %,d elements%n", what, millis, elements(browser));
  }

  private static int elements(Chromium browser) throws Exception {
    return browser.ask("document.querySelectorAll('*').length").asInt();
  }

  private static void bounded(Chromium browser, String view) throws Exception {
    if (PICTURES != null) {
      String name = "large-" + view.replace(' ', '-');
      browser.picture(Path.of(PICTURES, name + "-1280.png"), true);
      browser.size(390, 844, true);
      browser.ask("new Promise((done) => setTimeout(done, 500))");
      browser.picture(Path.of(PICTURES, name + "-390.png"), false);
      browser.size(1280, 900, false);
    }
    assertThat(elements(browser)).as("elements of " + view).isLessThan(BOUND);
  }

  private static List<String> keys(Chromium browser, String rows) throws Exception {
    List<String> keys = new ArrayList<>();
    browser
        .ask("[...document.querySelectorAll('" + rows + "')].map((row) => row.dataset.key)")
        .forEach(key -> keys.add(key.asText()));
    return keys;
  }

  private static void awaitThat(Callable<Boolean> condition) {
    await().atMost(Waits.LONG).until(condition);
  }
}
