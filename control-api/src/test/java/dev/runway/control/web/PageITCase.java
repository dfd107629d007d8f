package dev.runway.control.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.RunningApi;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The page over a real API and database, in a real browser where there is one: set {@code CHROMIUM}
 * to its program, or have {@code chromium} on the path. With {@code -Dpage.pictures=FOLDER} it also
 * takes pictures of every view.
 */
class PageITCase {
  private static final String PICTURES = System.getProperty("page.pictures");
  private static final Path RUNS = temporary();

  /**
   * The model whose retrain is approved by keyboard. It is registered with tier 1: what waits for
   * money holds up those of other tiers.
   */
  private static final String HERS = "search-embedding";

  /** Only pictures need one: without it the page says, rightly, that Kafka is away. */
  private static final KafkaBroker KAFKA = PICTURES == null ? null : started(new KafkaBroker());

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          POSTGRES,
          KAFKA == null ? "127.0.0.1:1" : KAFKA.bootstrapServers(),
          Map.of(
              "RUNWAY_CONTROL_SCHEDULER",
              "local",
              "RUNWAY_CONTROL_SCHEDULER_POLL",
              "PT1S",
              "RUNWAY_CONTROL_LOCAL_FOLDER",
              RUNS.resolve("runs").toString(),
              "RUNWAY_CONTROL_LOCAL_COMMAND",
              "sh '" + RUNS.resolve("train.sh") + "' {model_id} {command_id}"));

  private static Path temporary() {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "page-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KafkaBroker started(KafkaBroker broker) {
    broker.start();
    broker.createTopics(
        Stream.of(Topic.values())
            .map(
                topic -> new NewTopic(topic.in(Topic.LIVE), 1, (short) 1).configs(topic.settings()))
            .toList());
    return broker;
  }

  @BeforeAll
  static void tell() throws Exception {
    // Notes that it was started; one of them runs until it is let go.
    Files.writeString(
        RUNS.resolve("train.sh"),
        """
        cd '%s'
        echo "$1 $2" >> starts
        while [ "$1" = %s ] && [ ! -e go ]; do sleep 0.2; done
        echo '{"new_version": "2.2.0", "cost": 41.5}'
        """
            .formatted(RUNS, Story.RUNNING));
    new Story(POSTGRES, API).tell();
    await().atMost(Waits.LONG).until(() -> starts().contains(Story.RUNNING));
    await()
        .atMost(Waits.LONG)
        .until(
            () ->
                API.get("/v1/alerts?open=true")
                    .body()
                    .findValuesAsText("rule")
                    .contains("BASELINE_UNFIT"));
  }

  @AfterAll
  static void letGo() throws Exception {
    Files.createFile(RUNS.resolve("go"));
    if (KAFKA != null) {
      KAFKA.close();
    }
  }

  private static String starts() throws IOException {
    Path starts = RUNS.resolve("starts");
    return Files.exists(starts) ? Files.readString(starts) : "";
  }

  @Test
  void files_areServedToAll_withAPolicy_andAreAskedForAgain() throws Exception {
    HttpResponse<String> page = raw("GET", "/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(page.headers().allValues("Content-Security-Policy")).containsExactly(WebPage.POLICY);
    assertThat(WebPage.POLICY)
        .contains("default-src 'none'", "script-src 'self';", "style-src 'self';")
        .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "data:", "http:", "*");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();

    HttpResponse<String> script = raw("GET", "/ui/app.js");
    assertThat(header(script, "Content-Type")).startsWith("text/javascript");
    HttpResponse<String> again = raw("GET", "/ui/app.js", "If-None-Match", header(script, "ETag"));
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(header(again, "ETag")).isEqualTo(header(script, "ETag"));

    for (String path : List.of("/ui/", "/ui/nothing.js", "/ui/../openapi.yaml", "/web/app.js")) {
      assertThat(raw("GET", path).statusCode()).as(path).isIn(400, 404);
    }
    assertThat(raw("POST", "/").statusCode()).isEqualTo(405);
    // What it does not serve is answered as ever.
    assertThat(header(raw("GET", "/v1/me"), "Cache-Control")).isEqualTo("no-store");
    assertThat(raw("GET", "/v1/me").statusCode()).isEqualTo(401);
  }

  @Test
  void fleet_hasAModelOnce_alsoOneThatWasNeverJudged() throws Exception {
    JsonNode items = API.get("/v1/views/fleet?limit=200").body().path("items");

    assertThat(items).hasSize(10);
    // As the view has it that dashboards ask, which is the same question of the whole fleet.
    List<List<String>> told = new ArrayList<>();
    for (JsonNode item : items) {
      if (item.has("staleness")) {
        told.add(
            Stream.of(
                    "model_id",
                    "model_version",
                    "staleness",
                    "severity_class",
                    "overdue",
                    "open_alerts",
                    "muted")
                .map(field -> item.path(field).asText(null))
                .toList());
      }
    }
    assertThat(told)
        .isEqualTo(
            POSTGRES.query(
                "runway_reader",
                """
                SELECT model_id, model_version, state, severity_class, overdue::text, open_alerts, muted::text
                FROM runway.v_fleet WHERE current ORDER BY model_id
                """));
    JsonNode stale = one(items, Story.STALE);
    assertThat(stale.path("staleness").asText()).isEqualTo("STALE");
    assertThat(stale.path("model_version").asText()).isEqualTo("2.1.0");
    assertThat(stale.path("open_alerts").asInt()).isEqualTo(1);
    assertThat(stale.at("/features/0").asText()).isEqualTo("user_age_days");
    JsonNode quiet = one(items, "night-batch");
    assertThat(quiet.has("staleness")).isFalse();
    assertThat(quiet.has("score")).isFalse();
    JsonNode first = API.get("/v1/views/fleet?limit=3").body();
    JsonNode next =
        API.get("/v1/views/fleet?limit=3&cursor=" + first.path("next_cursor").asText()).body();
    assertThat(next.at("/items/0/model_id").asText())
        .isGreaterThan(first.at("/items/2/model_id").asText());
  }

  private static JsonNode one(JsonNode items, String modelId) {
    for (JsonNode item : items) {
      if (item.path("model_id").asText().equals(modelId)) {
        return item;
      }
    }
    throw new AssertionError(modelId + " is not in " + items);
  }

  /** From the token to a training that runs, by mouse and keyboard. */
  @Test
  void person_signsIn_looksAround_andApproves_andTheTrainingStarts() throws Exception {
    assumeThat(Chromium.find())
        .as("a Chromium: set CHROMIUM to its program, or have chromium on the path")
        .isPresent();
    try (Chromium browser = new Chromium(Chromium.find().orElseThrow(), RUNS.resolve("profile"))) {
      browser.size(1280, 900, false);
      // Without what it does each minute: what it shows of a change it was told of.
      browser.before(
          "{ const every = window.setInterval;"
              + " window.setInterval = (what, millis) => (millis < 60000 ? every(what, millis) : 0); }");
      signIn(browser);
      if (PICTURES != null) {
        new Pictures(browser, API, Path.of(PICTURES)).take();
      }
      Axe axe = isForEverybody(browser);
      look(browser);
      walkTheGraph(browser);
      lookAtEmbeddings(browser);
      narrow(browser);
      judge(browser);
      sayWhetherAlertsWereRight(browser);
      hearOfAChange(browser);
      readOnWhileAPersonFillsIn(browser);
      signInAgain(browser);
      hearThatTheApiStops(browser);
      signInWithATokenOfOneModel(browser);

      axe.requireNoViolation();
      assertThat(browser.complaints).as("errors, and what the policy blocked").isEmpty();
      assertThat(browser.requests)
          .isNotEmpty()
          .allSatisfy(
              address ->
                  assertThat(address.startsWith(API.address()) || address.equals("about:blank"))
                      .as(address)
                      .isTrue())
          .noneSatisfy(address -> assertThat(address).contains(API.token()));
    }
  }

  /**
   * From the issuer to a training that runs, without a mouse. What an issuer must not be able to do
   * comes first.
   */
  @Test
  void person_signsInAtTheIssuer_andApprovesByKeyboard_alsoWhenTheTokenEnds() throws Exception {
    assumeThat(Chromium.find())
        .as("a Chromium: set CHROMIUM to its program, or have chromium on the path")
        .isPresent();
    RetrainCommand command =
        Story.job(
            HERS,
            1,
            RetrainCommand.ReasonClass.DRIFT,
            RetrainCommand.SeverityClass.MEDIUM,
            RetrainCommand.Mode.APPROVE,
            5);
    Story.issued(API, List.of(command));
    String id = command.commandId().toString();
    try (TestProvider issuer = new TestProvider()) {
      RunningApi api = new RunningApi(POSTGRES, "127.0.0.1:1", issuer.settings());
      api.start();
      issuer.sendsBackTo(api.address() + "/");
      try (Chromium browser =
          new Chromium(Chromium.find().orElseThrow(), RUNS.resolve("profile-of-the-issuer"))) {
        browser.size(1280, 900, false);
        refuseWhatNobodyBegan(browser, api, issuer);
        signInAtTheIssuer(browser, api);
        outliveAToken(browser, issuer, id);
        approveByKeyboard(browser, id);
        browser.click("#sign-out");
        awaitThat(() -> has(browser, "#sign-in-at"));
        assertThat(browser.ask("sessionStorage.length").asInt()).isZero();

        assertThat(issuer.refused).as("what the issuer did not take").isEmpty();
        assertThat(browser.complaints).as("errors, and what the policy blocked").isEmpty();
        assertThat(browser.requests)
            .allSatisfy(
                address ->
                    assertThat(
                            address.startsWith(api.address())
                                || address.startsWith(issuer.origin())
                                || address.equals("about:blank"))
                        .as(address)
                        .isTrue())
            .allSatisfy(address -> assertThat(issuer.secrets).noneMatch(address::contains));
      } finally {
        api.stop();
      }
    }
  }

  private static boolean has(Chromium browser, String selector) throws Exception {
    return browser.ask("!!document.querySelector('" + selector + "')").asBoolean();
  }

  private static void refuseWhatNobodyBegan(Chromium browser, RunningApi api, TestProvider issuer)
      throws Exception {
    // A link that would sign a person in as somebody else.
    browser.open(api.address() + "/?code=theirs&state=theirs#/retrains");
    awaitThat(() -> browser.text().contains("belongs to no sign-in that this tab has begun"));
    assertThat(browser.ask("location.href").asText()).isEqualTo(api.address() + "/#/retrains");
    assertThat(issuer.secrets).as("what was asked for a token").isEmpty();
    Axe axe = new Axe(browser);
    axe.look("sign-in");
    browser.dark(true);
    axe.lookAtContrast("sign-in in the dark");
    browser.dark(false);
    axe.requireNoViolation();
    if (PICTURES != null) {
      for (int width : new int[] {1280, 390}) {
        browser.size(width, 844, width == 390);
        browser.picture(Path.of(PICTURES, "sign-in-" + width + ".png"), false);
      }
      browser.size(1280, 900, false);
    }

    browser.click("#sign-in-at");
    awaitThat(() -> has(browser, "#as-nobody"));
    browser.click("#as-nobody");
    awaitThat(
        () ->
            browser
                .text()
                .contains("The issuer has said no: access_denied: <b>nobody</b> wants to"));

    issuer.isAnother = true;
    browser.click("#sign-in-at");
    awaitThat(() -> browser.text().contains("what answers calls itself https://evil.example"));
    issuer.isAnother = false;

    issuer.answersAnother = true;
    browser.click("#sign-in-at");
    awaitThat(() -> has(browser, "#as-ada"));
    browser.click("#as-ada");
    awaitThat(() -> browser.text().contains("it answers another sign-in"));
    issuer.answersAnother = false;
    assertThat(browser.ask("sessionStorage.length").asInt()).isZero();
  }

  /** The issuer knows her by now; she comes back to the view that she had asked for. */
  private static void signInAtTheIssuer(Chromium browser, RunningApi api) throws Exception {
    browser.ask("location.hash = '#/approvals'");
    assertThat(browser.ask("document.activeElement.id").asText()).isEqualTo("sign-in-at");
    browser.press("Enter", 13);
    awaitThat(() -> browser.text().contains("user:ada") && browser.text().contains(HERS));
    assertThat(browser.ask("location.href").asText()).isEqualTo(api.address() + "/#/approvals");
    assertThat(browser.ask("Object.keys(sessionStorage).join()").asText())
        .isEqualTo("runway-token");
  }

  /** Half of a reason is written when the issuer withdraws what it has given. */
  private static void outliveAToken(Chromium browser, TestProvider issuer, String id)
      throws Exception {
    browser.ask("document.getElementById('reason-" + id + "').focus()");
    browser.type("looked at it, ");
    issuer.rotate("k2");
    awaitThat(
        () -> {
          browser.ask("void document.dispatchEvent(new Event('visibilitychange'))");
          return has(browser, "#sign-in-at");
        });
    awaitThat(() -> browser.ask("document.activeElement.id").asText().equals("sign-in-at"));
    browser.press("Enter", 13);
    awaitThat(
        () ->
            browser
                .ask("document.getElementById('reason-" + id + "')?.value ?? ''")
                .asText()
                .equals("looked at it, "));
  }

  private static void approveByKeyboard(Chromium browser, String id) throws Exception {
    browser.ask("document.getElementById('skip').focus()");
    tabTo(browser, "reason-" + id);
    browser.type("and it is real");
    tabTo(browser, "approve-" + id);
    browser.press("Enter", 13);
    awaitThat(() -> starts().contains(HERS + " " + id));
    JsonNode after = API.get("/v1/models/" + HERS + "/retrains/" + id).body();
    assertThat(after.at("/approvals/0/said_by").asText()).isEqualTo("user:ada");
    assertThat(after.at("/approvals/0/reason").asText()).contains("it is real");
    // The card is gone; the focus is where it is told what became of it.
    awaitThat(() -> browser.ask("document.activeElement.id").asText().equals("judged-" + id));
  }

  /** By Tab alone; whatever has the focus on the way can be seen, and shows that it has it. */
  private static void tabTo(Chromium browser, String id) throws Exception {
    for (int i = 0; i < 300; i++) {
      browser.press("Tab", 9);
      JsonNode at =
          browser.ask(
              """
              (() => {
                const node = document.activeElement;
                const box = node.getBoundingClientRect();
                return {id: node.id, html: node.outerHTML.slice(0, 200), shown: box.width > 0 && box.height > 0
                    && box.bottom > 0 && box.top < innerHeight && getComputedStyle(node).outlineStyle !== 'none'};
              })()
              """);
      if (!at.path("html").asText().startsWith("<body")) {
        assertThat(at.path("shown").asBoolean()).as(at.path("html").asText()).isTrue();
      }
      if (at.path("id").asText().equals(id)) {
        return;
      }
    }
    throw new AssertionError(id + " is not to be reached by Tab");
  }

  private static void signIn(Chromium browser) throws Exception {
    browser.open(API.address() + "/");
    awaitThat(() -> browser.text().contains("Sign in"));
    assertThat(browser.ask("document.activeElement.id").asText()).isEqualTo("token");
    assertThat(browser.ask("document.getElementById('sign-in-at')").isNull()).isTrue();
    browser.type("rwy_0000000000000000000000000000000000000000000");
    browser.click("#sign-in button");
    awaitThat(
        () ->
            !browser.ask("document.querySelector('#sign-in-problem .problem')").isMissingNode()
                && browser.text().contains("Request "));
    assertThat(browser.ask("document.activeElement.id").asText()).isEqualTo("token");
    browser.ask("document.getElementById('token').select()");
    browser.type(API.token());
    browser.click("#sign-in button");
    awaitThat(() -> browser.text().contains("10 of 10 models"));
    awaitThat(
        () -> browser.ask("document.getElementById('live').dataset.state").asText().equals("live"));
    assertThat(browser.ask("location.href").asText()).doesNotContain(API.token());
  }

  /**
   * Every view, wide and narrow, in light and dark, by the rules of WCAG that a program can look
   * for.
   */
  private static Axe isForEverybody(Chromium browser) throws Exception {
    Axe axe = new Axe(browser);
    List<View> views =
        View.all(
            API.get("/v1/retrains?model=" + Story.RUNNING)
                .body()
                .at("/items/0/command_id")
                .asText());
    browser.ask("location.hash = '#/embeddings/nothing'");
    for (int width : new int[] {1280, 390}) {
      browser.size(width, 844, width == 390);
      for (View view : views) {
        browser.ask("document.querySelector('.view').classList.add('before')");
        browser.ask("location.hash = '#/" + view.address() + "'");
        awaitThat(() -> has(browser, ".view:not(.before) " + view.sign()));
        axe.look(view.name() + " at " + width);
        browser.dark(true);
        axe.lookAtContrast(view.name() + " in the dark at " + width);
        browser.dark(false);
      }
    }
    browser.size(1280, 900, false);
    return axe;
  }

  private static void look(Chromium browser) throws Exception {
    browser.ask("location.hash = '#/'");
    awaitThat(() -> browser.text().contains("10 of 10 models"));
    // The worst first.
    assertThat(browser.ask("document.querySelector('tbody tr').dataset.key").asText())
        .isEqualTo(Story.STALE);
    assertThat(browser.text()).contains("Not judged", "no data", "UTC", "Suspended");
    browser.click("#tile-STALE");
    awaitThat(() -> browser.text().contains("1 of 10 models"));
    browser.click("#show-all");
    awaitThat(() -> browser.text().contains("10 of 10 models"));
    browser.click("tr[data-key=" + Story.STALE + "] a");
    awaitThat(() -> browser.ask("document.querySelectorAll('.plot canvas').length").asInt() >= 6);
    assertThat(browser.text())
        .contains(
            "user_age_days",
            "AUC has fallen by 0.02",
            "Half within",
            "Held back",
            "Awaiting approval")
        .doesNotContain("NaN", "undefined", "null");
    whatSignalsAre(browser);
    // A plot is read with the arrow keys, and beside it stands a table.
    browser.ask("document.getElementById('plot-performance').focus()");
    String newest = browser.ask(reading()).asText();
    browser.press("ArrowLeft", 37);
    awaitThat(() -> !browser.ask(reading()).asText().equals(newest));
    assertThat(browser.ask(reading()).asText()).contains("UTC: 2.1.0 0.7", " to ", "provisional");
    browser.click("#d-table-performance");
    awaitThat(() -> browser.text().contains("yes, provisional"));
  }

  /** Two versions were judged with one tick, and a signal's number is what its job means by it. */
  private static void whatSignalsAre(Chromium browser) throws Exception {
    assertThat(browser.text())
        .contains("State of version 2.1.0", "2.1.0 (primary)", "Version 2.0.0")
        .contains("auc has fallen by at least", "psi_debiased of the worst feature")
        .contains("no single figure", "age over cadence")
        // The plot of another metric that was the worst for a while, in its own unit and limits.
        .contains("Performance: log_loss has risen by at least, %");
    assertThat(browser.ask("document.querySelector('#plot-drift ~ .legend').innerText").asText())
        .contains("2.1.0 0.", "2.1.0, own metrics 0");
    // Two values of one time are no step: they made holes of all that stood before them.
    assertThat(
            browser
                .ask(
                    """
                    import('/ui/plots.js').then(({drawing}) => drawing([{colour: 0,
                        points: [1, 2, 3, 4, 5, 6].flatMap((h) =>
                            [{at: 3600 * h, value: 0.8}, {at: 3600 * h, value: null}])}]).data[1])
                    """)
                .toString())
        .isEqualTo("[0.8,0.8,0.8,0.8,0.8,0.8]");
  }

  private static String reading() {
    return "document.querySelector('#plot-performance + .reading').textContent";
  }

  private static void walkTheGraph(Chromium browser) throws Exception {
    browser.click("#nav a[data-view=dependencies]");
    awaitThat(() -> browser.ask("document.querySelectorAll('.graph .node').length").asInt() > 10);
    browser.ask("document.querySelector('[data-node=\"feature:query\"]').focus()");
    // Focused by hand: it is where the keys go on from once it has been chosen.
    browser.click("[data-node='feature:query']");
    awaitThat(() -> browser.text().contains("Touched by a change of it"));
    assertThat(browser.text()).contains("search-embedding", "coordinates");
    // What was said last of the vectors that a dependency carries.
    assertThat(row(browser, "model:homepage-ranker"))
        .contains("Rotated", "search-embedding, by its numbers: v5 to v6, ");
    assertThat(row(browser, "model:related-titles")).contains("Minor", "by similarity of items");
    browser.ask("document.querySelector('.graph .chosen').focus()");
    browser.press("ArrowRight", 39);
    String next = browser.ask("document.activeElement.dataset.node").asText();
    assertThat(next).startsWith("model:");
    browser.press("Enter", 13);
    awaitThat(() -> browser.text().contains("What a retrain of it would touch"));
    assertThat(browser.ask("location.hash").asText()).contains("dependencies/model");
  }

  /** From the list of spaces to one of them: what was said of it, why, and by what. */
  private static void lookAtEmbeddings(Chromium browser) throws Exception {
    browser.click("#nav a[data-view=embeddings]");
    awaitThat(() -> row(browser, "search-embedding").contains("1 rotated"));
    assertThat(row(browser, "search-embedding"))
        .contains("does not pass itself", "too old", "homepage-ranker");
    browser.click("tr[data-key=search-embedding] a");
    awaitThat(() -> browser.ask("document.querySelectorAll('.plot canvas').length").asInt() == 2);
    assertThat(browser.ask("document.activeElement.tagName").asText()).isEqualTo("H1");
    assertThat(browser.text())
        .contains("The baseline pair, v5 and v5-again, does not pass itself for its numbers")
        .doesNotContain("NaN", "undefined", "null");
    assertThat(row(browser, "v5 to v6")).contains("Rotated", "no", "19,600", "3f3f3f3f3f3f");
    assertThat(row(browser, "v5 to v6 COORDINATES"))
        .contains("Rotated", "the same up to a rotation", "homepage-ranker");
    assertThat(row(browser, "v5 to v6 SIMILARITY")).contains("Minor", "single items have lost");
    assertThat(row(browser, "v5-again")).isEmpty();
    // Measures with their intervals, between what they are held against.
    assertThat(browser.ask(measure("knn_lost")).asText())
        .contains("0.041 (0.037 to 0.046)", "breaks above 0.07, minor above 0.03", "minor");
    assertThat(browser.ask(measure("knn_overlap")).asText())
        .contains("0.66 (0.65 to 0.67)", "breaks below 0.5325, minor below 0.639", "within");
    assertThat(browser.ask(measure("raw_cosine")).asText()).contains("numbers have moved");
    assertThat(browser.ask(measure("aligned_items_moved")).asText()).contains("not defined");
    assertThat(browser.ask("document.querySelectorAll('svg.whisker circle').length").asInt())
        .isEqualTo(16);
    assertThat(row(browser, "v6")).contains("76.4", "too old", "freshness p95 seconds");
    assertThat(row(browser, "homepage-ranker 2.1.0"))
        .contains("two versions", "12 % (10.8 % to 13.2 %)");
    // Plots are read with the arrow keys, and beside each stands a table.
    browser.ask("document.getElementById('plot-freshness').focus()");
    String newest = browser.ask(freshness()).asText();
    browser.press("ArrowLeft", 37);
    awaitThat(() -> !browser.ask(freshness()).asText().equals(newest));
    assertThat(newest).contains("v6, p95 76.4 (70.4 to 83.4)", "v5, p50 4 (3.6 to 4.5)");
    browser.click("#d-table-freshness");
    awaitThat(() -> browser.text().contains("The newest 60 of 384"));
    // What is no space is said to be none.
    browser.ask("location.hash = '#/embeddings/nothing'");
    awaitThat(() -> browser.text().contains("There is no such embedding space"));
  }

  private static String measure(String metric) {
    return "[...document.querySelectorAll('tr[data-key=%s]')].at(-1).innerText".formatted(metric);
  }

  private static String freshness() {
    return "document.querySelector('#plot-freshness + .reading').textContent";
  }

  /** On a phone nothing is wider than it, and in the dark it is dark. */
  private static void narrow(Chromium browser) throws Exception {
    browser.size(360, 740, true);
    for (String view :
        List.of(
            "",
            "model/" + Story.STALE,
            "dependencies",
            "embeddings",
            "embeddings/search-embedding",
            "approvals",
            "retrains")) {
      String before = browser.ask("document.title").asText();
      browser.ask("location.hash = '#/" + view + "'");
      awaitThat(
          () ->
              !browser.ask("document.title").asText().equals(before)
                  && browser.ask("document.querySelectorAll('main section').length").asInt() > 0);
      assertThat(browser.ask("document.documentElement.scrollWidth").asInt())
          .as(view)
          .isLessThanOrEqualTo(360);
    }
    String light = background(browser);
    browser.dark(true);
    awaitThat(() -> !background(browser).equals(light));
    browser.dark(false);
    browser.size(1280, 900, false);
  }

  private static String background(Chromium browser) throws Exception {
    return browser.ask("getComputedStyle(document.body).backgroundColor").asText();
  }

  private static void judge(Chromium browser) throws Exception {
    JsonNode command = API.get("/v1/retrains?model=" + Story.STALE).body().at("/items/0");
    String id = command.path("command_id").asText();
    browser.ask("location.hash = '#/approvals'");
    awaitThat(() -> browser.text().contains(command.path("evidence_hash").asText()));
    assertThat(browser.text()).contains("user_age_days", "psi", "Estimated cost", "$50.00");
    assertThat(browser.ask("document.querySelectorAll('.approval').length").asInt()).isEqualTo(2);

    // A rejection without a reason goes nowhere, and says so where it was pressed.
    browser.click("#reject-" + id);
    awaitThat(() -> browser.text().contains("A rejection takes a reason"));
    assertThat(browser.ask("document.activeElement.id").asText()).isEqualTo("reason-" + id);
    // What it would touch is read once it is seen.
    awaitThat(() -> browser.text().contains("1 other model stands on it"));
    browser.type("the drift is real, and <b>seen</b>");
    browser.click("#approve-" + id);

    awaitThat(() -> starts().contains(Story.STALE + " " + id));
    awaitThat(
        () ->
            browser
                .ask("document.querySelector('[data-judged=\"" + id + "\"]')?.innerText ?? ''")
                .asText()
                .contains("New version 2.2.0"));
    assertThat(browser.ask("document.querySelectorAll('.approval').length").asInt()).isEqualTo(1);
    JsonNode after = API.get("/v1/models/" + Story.STALE + "/retrains/" + id).body();
    assertThat(after.path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(after.at("/approvals/0/said_by").asText()).isEqualTo("demo");
    assertThat(after.at("/approvals/0/reason").asText())
        .isEqualTo("the drift is real, and <b>seen</b>");
    assertThat(after.at("/approvals/0/evidence_hash")).isEqualTo(command.path("evidence_hash"));
    browser.ask("location.hash = '#/retrain/" + Story.STALE + "/" + id + "'");
    awaitThat(() -> browser.text().contains("the drift is real, and <b>seen</b>"));
  }

  /** Of one that is open, and of one that is over. */
  private static void sayWhetherAlertsWereRight(Chromium browser) throws Exception {
    String open = API.get("/v1/alerts?model=churn").body().at("/items/0/alert_id").asText();
    String over =
        API.get("/v1/alerts?open=false&judged=false").body().at("/items/0/alert_id").asText();
    browser.ask("location.hash = '#/'");
    awaitThat(() -> browser.text().contains("churn 1.4.0 is suspended"));
    assertThat(browser.text()).contains("Was it right?", "device looks broken", "not judged");

    // That one was wrong takes a reason, and what is written of it outlives that the page is read
    // anew.
    String focus = "document.activeElement.id";
    press(browser, "#wrong-" + open, () -> browser.ask(focus).asText().equals("why-" + open));
    press(
        browser, "#say-" + open, () -> browser.text().contains("That it was wrong takes a reason"));
    assertThat(browser.ask(focus).asText()).isEqualTo("why-" + open);
    browser.type("the feed was <b>late</b>");
    int before = browser.ask("document.querySelectorAll('#events li').length").asInt();
    API.post(
        "/v1/models/night-batch/controls",
        "{\"action\": \"MUTE\", \"expires_at\": \"2099-01-01T00:00:00Z\"}");
    awaitThat(() -> browser.ask("document.querySelectorAll('#events li').length").asInt() > before);
    browser.type(", as each month");
    press(browser, "#say-" + open, () -> row(browser, open).contains("It was wrong said by demo"));
    assertThat(row(browser, open)).contains("the feed was <b>late</b>, as each month");
    assertThat(API.get("/v1/alerts?model=churn").body().at("/items/0/judgement/verdict").asText())
        .isEqualTo("FALSE");

    // One that is over stays on the page with the word on it, and can be mended there.
    press(browser, "#right-" + over, () -> browser.ask(focus).asText().equals("why-" + over));
    press(browser, "#say-" + over, () -> row(browser, over).contains("It was right said by demo"));
    assertThat(API.get("/v1/alerts?open=false&judged=false").body().path("items")).isEmpty();
    String heard = "document.getElementById('events').innerText";
    awaitThat(() -> browser.ask(heard).asText().contains("alert:" + over));
    assertThat(row(browser, over)).contains("It was right said by demo");

    // Who may is offered it, and nobody else.
    assertThat(
            browser
                .ask(
                    """
                    import('/ui/alerts.js').then(({mayJudge}) => [
                        mayJudge({roles: ['approver', 'viewer'], teams: ['growth']}, 'growth'),
                        mayJudge({roles: ['approver', 'viewer'], teams: ['growth']}, 'ranking'),
                        mayJudge({roles: ['editor', 'viewer'], teams: ['growth']}, 'growth'),
                        mayJudge({roles: ['approver', 'viewer'], teams: ['growth']}, undefined),
                        mayJudge({roles: ['admin', 'viewer'], teams: []}, undefined)])
                    """)
                .toString())
        .isEqualTo("[true,false,false,false,true]");
  }

  private static String row(Chromium browser, String key) throws Exception {
    return browser
        .ask("document.querySelector('tr[data-key=\"" + key + "\"]')?.innerText ?? ''")
        .asText();
  }

  /** Again where the page was read anew under the mouse; what is pressed does nothing twice. */
  private static void press(Chromium browser, String selector, Callable<Boolean> until) {
    await()
        .atMost(Waits.LONG)
        .ignoreException(IllegalStateException.class)
        .until(
            () -> {
              if (!until.call()) {
                browser.click(selector);
              }
              return until.call();
            });
  }

  /** What somebody else does is shown without a reload. */
  private static void hearOfAChange(Chromium browser) throws Exception {
    browser.ask("location.hash = '#/model/churn'");
    awaitThat(() -> browser.text().contains("Who will leave"));
    assertThat(browser.text()).contains("Version 1.4.0 has no baseline: its predictions until ");
    API.post(
        "/v1/models/churn/controls",
        "{\"action\": \"MUTE\", \"reason\": \"known outage\", \"expires_at\":"
            + " \"2099-01-01T00:00:00Z\"}");
    awaitThat(() -> browser.text().contains("known outage"));
    // Where a view begins to be read aloud is where it goes on.
    assertThat(browser.ask("document.activeElement.tagName").asText()).isEqualTo("H1");
  }

  /** A field that has the focus, or is written in, keeps it; what stands around it is read anew. */
  private static void readOnWhileAPersonFillsIn(Chromium browser) throws Exception {
    browser.ask("document.getElementById('span').focus()");
    API.post(
        "/v1/models/churn/controls",
        "{\"action\": \"MUTE\", \"reason\": \"seen by ada\", \"expires_at\":"
            + " \"2099-01-01T00:00:00Z\"}");
    awaitThat(() -> browser.text().contains("seen by ada"));
    assertThat(browser.ask("document.activeElement.id").asText()).isEqualTo("span");

    // What is no address of it is the fleet's, and ends nothing.
    for (String hash : List.of("#/model/%", "#/constructor")) {
      browser.ask("location.hash = '" + hash + "'");
      awaitThat(() -> browser.text().contains("10 of 10 models"));
      browser.ask("location.hash = '#/retrains'");
      awaitThat(() -> browser.text().contains("Budget of this month"));
    }
    browser.ask("location.hash = '#/'");
    awaitThat(() -> browser.text().contains("10 of 10 models"));
    browser.click("#filter-text");
    browser.type("chu");
    awaitThat(() -> browser.text().contains("1 of 10 models"));
    int before = browser.ask("document.querySelectorAll('#events li').length").asInt();
    API.post(
        "/v1/models/thumbnails/controls",
        "{\"action\": \"MUTE\", \"reason\": \"moved\", \"expires_at\":"
            + " \"2099-01-01T00:00:00Z\"}");
    awaitThat(() -> browser.ask("document.querySelectorAll('#events li').length").asInt() > before);
    browser.type("r");
    assertThat(browser.ask("document.getElementById('filter-text').value").asText())
        .isEqualTo("chur");
    assertThat(browser.text()).contains("1 of 10 models");
    assertThat(browser.ask("document.getElementById('read').textContent").asText())
        .contains("read at ", "UTC");
  }

  /** A token that ends takes nothing of what its person has written. */
  private static void signInAgain(Chromium browser) throws Exception {
    browser.ask("location.hash = '#/approvals'");
    awaitThat(
        () -> browser.ask("document.querySelectorAll('.approval textarea').length").asInt() == 1);
    browser.ask("document.querySelector('.approval textarea').focus()");
    browser.type("half of a rea");
    browser.ask(
        "import('/ui/api.js').then((api) => { api.signIn('rwy_0000000000000000000000000000000000000000000');"
            + " document.dispatchEvent(new Event('visibilitychange')); })");
    awaitThat(() -> browser.ask("document.activeElement.id").asText().equals("token"));
    browser.type(API.token());
    browser.click("#sign-in button");
    awaitThat(
        () ->
            browser
                .ask("document.querySelector('.approval textarea')?.value ?? ''")
                .asText()
                .equals("half of a rea"));
  }

  /** What it says of itself with a 503 is an answer, and takes nothing else from the page. */
  private static void hearThatTheApiStops(Chromium browser) throws Exception {
    browser.ask(
        """
        void (window.asks = window.fetch, window.fetch = (what, how) => String(what).includes('/readyz')
            ? Promise.resolve(new Response(JSON.stringify({status: 'stopping', database: 'up', kafka: 'away'}), {status: 503}))
            : window.asks(what, how))
        """);
    browser.ask("location.hash = '#/'");
    awaitThat(
        () ->
            browser.text().contains("The control API is stopping: database up, Kafka away")
                && browser.text().contains(" of 10 models"));
    browser.ask("void (window.fetch = window.asks)");
  }

  /** It sees one model and its alerts, is offered nothing that it may not do, and is told why. */
  private static void signInWithATokenOfOneModel(Chromium browser) throws Exception {
    String made =
        API.post(
                "/v1/tokens",
                """
                {"name": "narrow", "roles": ["viewer"], "teams": ["growth"], "models": ["churn"],
                 "expires_at": "%s"}
                """
                    .formatted(Instant.now().plusSeconds(3600)))
            .body()
            .path("token")
            .asText();
    assertThat(made).startsWith("rwy_");
    browser.click("#sign-out");
    awaitThat(() -> browser.ask("document.activeElement?.id ?? ''").asText().equals("token"));
    browser.type(made);
    browser.click("#sign-in button");
    browser.ask("location.hash = '#/'");
    awaitThat(() -> browser.text().contains("1 of 1 models"));
    assertThat(browser.text())
        .contains("churn 1.4.0 is suspended", "It was wrong said by demo")
        .doesNotContain(Story.STALE, "and not judged");
    assertThat(browser.ask("document.querySelectorAll('.judged button').length").asInt()).isZero();
    for (String view : List.of("dependencies", "embeddings", "retrains")) {
      browser.ask("location.hash = '#/" + view + "'");
      awaitThat(() -> browser.text().contains("for a token that is limited to some"));
    }
  }

  private static void awaitThat(Callable<Boolean> condition) {
    await().atMost(Waits.LONG).until(condition);
  }

  private static HttpResponse<String> raw(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(API.address() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
