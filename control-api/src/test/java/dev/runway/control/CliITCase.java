package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.cli.LocalApi;
import dev.runway.cli.Verbs;
import dev.runway.lineage.metaflow.MetaflowTree;
import dev.runway.testkit.PostgresDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The command line against a running API. */
class CliITCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @TempDir Path folder;

  /** How a command ended. */
  private record Said(int exit, String out, String err) {
    JsonNode json() throws Exception {
      return JSON.readTree(out);
    }
  }

  private Said run(String... arguments) {
    return run(Map.of("RUNWAY_TOKEN", API.token()), Optional.empty(), arguments);
  }

  private Said run(Map<String, String> environment, Optional<LocalApi> stack, String... arguments) {
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("RUNWAY_SERVER", API.address());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine runway = new CommandLine(CommandSpec.create().name("runway"));
    Verbs.addTo(runway, all, () -> stack);
    runway.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Said(runway.execute(arguments), out.toString(), err.toString());
  }

  /** What a release asks before it goes on. */
  @Test
  void gate_saysByItsExitCodeWhetherAVersionOfAnEmbeddingPasses(@TempDir Path folder)
      throws Exception {
    for (String told : List.of("STABLE", "MINOR", "ROTATED", "UNDECIDED", "BREAKING")) {
      POSTGRES.execute(
          PostgresDatabase.SUPERUSER,
          """
          INSERT INTO runway.embedding_stability (space_id, version_before, version_after,
            document_revision, as_of, baseline, compatibility, items_before, items_after, pairs,
            unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours,
            knn_overlap, measured, computed_at)
          VALUES ('titles.en', 'v 1', '%1$s', 1, now(), false, '%1$s', 1000, 1000, 1000, 0, 64, 64,
            1000, 10, 0.5, '{"metrics":{"stored_at_p05_seconds":{"value":1.7000000005E9,"n":1000},
            "knn_overlap":{"value":0.5,"n":1000}},"verdicts":{
            "COORDINATES":{"compatibility":"%1$s","reason":"NEIGHBOURS","models":["m"]}}}', now())
          """
              .formatted(told));
    }

    assertThat(run("gate", "embedding", "titles.en", "v 1", "STABLE").exit()).isZero();
    assertThat(run("gate", "embedding", "titles.en", "v 1", "MINOR").exit()).isZero();
    String[] minor = {"gate", "embedding", "titles.en", "v 1", "MINOR", "--after"};
    assertThat(run(with(minor, "2023-11-14T22:13:20.5Z")).exit()).isZero();
    Said early = run(with(minor, "2023-11-14T23:13:20.501+01:00"));
    assertThat(early.exit()).as("published anew, and not read yet").isEqualTo(1);
    assertThat(early.out())
        .containsPattern("passed +(false|no)")
        .containsPattern("stored_since +2023-11-14T22:13:20.500Z")
        .contains("stored at 2023-11-14T22:13:20.501Z or later");
    assertThat(run(with(minor, "yesterday")).err()).contains("stored_after");
    for (String told : List.of("ROTATED", "UNDECIDED", "BREAKING")) {
      Said said = run("gate", "embedding", "titles.en", "v 1", told);
      assertThat(said.exit()).as(told).isEqualTo(1);
      assertThat(said.out()).contains("passed").containsPattern(told + " +NEIGHBOURS +m");
    }
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.embedding_stability SET computed_at = now() - interval '3 days'"
            + " WHERE version_after = 'STABLE'");
    Said old = run("gate", "embedding", "titles.en", "v 1", "STABLE");
    assertThat(old.exit()).as("nobody keeps it up").isEqualTo(1);
    assertThat(old.out()).containsPattern("up_to_date +(false|no)");
    assertThat(run("gate", "embedding", "titles.en", "v 1", "MINOR").exit()).isZero();
    Path file = folder.resolve("space.json");
    Files.writeString(
        file, "{\"team\": \"ranking\", \"document\": %s}".formatted(Bodies.spaceDocument("v6")));
    // Its documents go on above what was told of it.
    Said made = run("spaces", "create", "titles.en", "--file", file.toString());
    assertThat(made.exit()).as(made.err()).isZero();
    Said changed = run("gate", "embedding", "titles.en", "v 1", "MINOR");
    assertThat(changed.exit()).as("judged by an older document").isEqualTo(1);
    assertThat(changed.out()).contains("judged by revision 1, the space's document is at 2");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.embedding_stability SET document_revision = 2 WHERE space_id = 'titles.en'");
    Said passed = run("gate", "embedding", "titles.en", "v 1", "MINOR");
    assertThat(passed.exit()).isZero();
    assertThat(passed.out()).doesNotContain("baseline_warning");
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.embedding_stability
        SELECT (jsonb_populate_record(s, '{"version_after": "again", "baseline": true}')).*
        FROM runway.embedding_stability AS s WHERE version_after = 'BREAKING'
        """);
    assertThat(run("gate", "embedding", "titles.en", "v 1", "ROTATED").out())
        .containsPattern(
            "baseline_warning +the baseline pair, v 1 and again, does not pass itself");
    assertThat(run("spaces", "look", "--space", "titles.en").out())
        .containsPattern("titles.en +ranking +ACTIVE .*COORDINATES +NEIGHBOURS");
    assertThat(run("spaces", "pairs", "titles.en").out())
        .containsPattern("v 1 +again +BREAKING +(false|no) +(true|yes)");
    assertThat(run("spaces", "end", "titles.en").exit()).isZero();
    assertThat(run("gate", "embedding", "titles.en", "v 1", "MINOR").exit()).isEqualTo(1);
    Said never = run("gate", "embedding", "titles.en", "v 1", "v3");
    assertThat(never.exit()).isEqualTo(1);
    assertThat(never.err()).contains("v 1 and v3 of titles.en have not been compared");
    assertThat(
            run("gate", "embedding", "titles.en", "v 1", "STABLE", "--json")
                .json()
                .at("/metrics")
                .findValuesAsText("metric"))
        .containsExactly("knn_overlap");
  }

  private static String[] with(String[] arguments, String last) {
    return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void alert_isJudged_byOneWord() throws Exception {
    String id = "5b0f1c1e-3c1b-3c61-9c6c-0f6b3a4b1d22";
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.alerts (alert_id, rule, model_id, model_version, severity, summary, details, revision,
            opened_at)
        VALUES ('%s', 'MODEL_STALE', 'judged-one', '1', 'ERROR', 'it is stale', '{}', 1, now())
        """
            .formatted(id));

    for (String[] wrong : new String[][] {{}, {"--true", "--false"}}) {
      List<String> typed = new ArrayList<>(List.of("alerts", "judge", id));
      typed.addAll(List.of(wrong));
      Said said = run(typed.toArray(String[]::new));
      assertThat(said.exit()).isEqualTo(2);
      assertThat(said.err()).contains("say one of --true, --false");
    }
    Said bare = run("alerts", "judge", id, "--false");
    assertThat(bare.exit()).isEqualTo(1);
    assertThat(bare.err()).contains("422", "reason");
    Said said = run("alerts", "judge", id, "--false", "--reason", "a holiday");
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out()).containsPattern("judgement.verdict +FALSE");
    assertThat(run("alerts", "--model", "judged-one", "--judged", "true").out())
        .contains(id)
        .containsPattern("FALSE +a holiday");
    assertThat(
            run("alerts", "judge", id, "--true", "--json").json().at("/judgement/verdict").asText())
        .isEqualTo("TRUE");
    assertThat(run("alerts", "--model", "judged-one", "--judged", "false").out()).contains("none");
  }

  @Test
  void space_isRegisteredFromAFileChangedAndEnded(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("space.json");
    Files.writeString(
        file, "{\"team\": \"ranking\", \"document\": %s}".formatted(Bodies.spaceDocument("v6")));
    Said made = run("spaces", "create", "covers", "--file", file.toString());
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(run("spaces", "list").out()).containsPattern("covers +ACTIVE +1 +ranking");

    Files.writeString(
        file, "{\"team\": \"ranking\", \"document\": %s}".formatted(Bodies.spaceDocument("v7")));
    Said changed = run("spaces", "change", "covers", "--file", file.toString());
    assertThat(changed.exit()).as(changed.err()).isZero();
    Said shown = run("spaces", "get", "covers", "--json");
    assertThat(shown.json().path("revision").asInt()).isEqualTo(2);
    assertThat(shown.json().at("/document/pairs/0/after").asText()).isEqualTo("v7");
    assertThat(shown.json().path("team").asText()).isEqualTo("ranking");

    assertThat(run("spaces", "end", "covers").exit()).isZero();
    assertThat(run("spaces", "get", "covers", "--json").json().path("state").asText())
        .isEqualTo("ENDED");
  }

  @Test
  void newUser_registersAModelAndReadsItBack() throws Exception {
    Said made =
        run(
            "models",
            "create",
            "first",
            "--owner",
            "ada",
            "--team",
            "ranking",
            "--tier",
            "1",
            "--task",
            "BINARY",
            "--horizon",
            "P7D",
            "--tag",
            "home",
            "--tag",
            "beta");
    assertThat(made.err()).isEmpty();
    assertThat(made.exit()).isZero();
    assertThat(made.out()).contains("model_id").contains("first").contains("home, beta");

    String[] version = {"versions", "create", "first", "2.1.0", "--feature", "age"};
    String[] measured = {"--metric", "training_cost=41.5", "--metric", "auc=0.8"};
    Said registered = run(Stream.of(version, measured).flatMap(Stream::of).toArray(String[]::new));
    assertThat(registered.exit()).as(registered.err()).isZero();
    assertThat(API.get("/v1/models/first/versions/2.1.0").body().path("metrics").toString())
        .isEqualTo("{\"auc\":0.8,\"training_cost\":41.5}");
    assertThat(run("versions", "create", "first", "3", "--metric", "auc").err())
        .contains("--metric must be NAME=NUMBER, not auc");
    assertThat(run("versions", "create", "first", "3", "--metric", "auc=NaN").err())
        .contains("--metric must be a number, not NaN");
    assertThat(run("versions", "state", "first", "2.1.0", "LIVE").out()).contains("LIVE");
    assertThat(run("versions", "first").out().lines())
        .first()
        .asString()
        .startsWith("version  state");
    assertThat(run("versions", "first").out()).contains("2.1.0    LIVE");
    assertThat(run("models", "--feature", "age", "--json").json().at("/items/0/model_id").asText())
        .isEqualTo("first");

    Said changed = run("models", "change", "first", "--tier", "2", "--json");
    assertThat(changed.json().path("tier").asInt()).isEqualTo(2);
    assertThat(changed.json().path("tags").size()).isEqualTo(2);
    assertThat(changed.json().at("/judging/horizon").asText()).isEqualTo("P7D");

    assertThat(run("health", "first").out()).contains("drifting_features").contains("none");
    assertThat(run("controls", "mute", "first", "--reason", "outage").out()).contains("MUTE");
    assertThat(run("controls", "snooze", "first", "--severity-class", "HIGH").err())
        .contains("/expires_at");
    Said snoozed =
        run(
            "controls",
            "snooze",
            "first",
            "--severity-class",
            "HIGH",
            "--state",
            "STALE",
            "--until",
            Instant.now().plusSeconds(3600).toString());
    assertThat(snoozed.out()).contains("SNOOZE").contains("STALE");
    assertThat(run("audit", "--object", "model:first").out())
        .contains("model.create")
        .contains("control.mute")
        .doesNotContain("version.create");
    assertThat(run("audit", "--model", "first").out())
        .contains("model.create")
        .contains("control.snooze")
        .contains("version.state")
        .containsPattern("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:");
    assertThat(run("audit", "verify").out()).contains("intact").contains("true");
  }

  /** What a person does who has nothing but what was printed. */
  @Test
  void command_isApprovedByTheHashThatWasPrinted() throws Exception {
    API.post("/v1/models", Bodies.model("printed", "ranking"));
    API.post("/v1/models/printed/versions", "{\"version\": \"1\"}");
    Said asked =
        run(
            "retrains",
            "create",
            "printed",
            "1",
            "--reason",
            "new catalogue",
            "--estimated-cost",
            "50",
            "--mode",
            "APPROVE");
    assertThat(asked.exit()).as(asked.err()).isZero();
    assertThat(asked.out()).containsPattern("evidence\\.\\w+ +\\S");

    String waiting = run("retrains", "waiting").out();
    Matcher line =
        Pattern.compile(
                "printed +(\\S{36}) .* ([0-9a-f]{64}) +approval: a person .*$", Pattern.MULTILINE)
            .matcher(waiting);
    assertThat(line.find()).as(waiting).isTrue();
    Said unsaid = run("reject", "printed", line.group(1), "--evidence-hash", line.group(2));
    assertThat(unsaid.exit()).isEqualTo(1);
    assertThat(unsaid.err()).contains("/reason  is required");
    Said approved =
        run(
            "approve",
            "printed",
            line.group(1),
            "--evidence-hash",
            line.group(2),
            "--reason",
            "ok");

    assertThat(approved.exit()).as(approved.err()).isZero();
    assertThat(approved.out()).containsPattern("state +GRANTED");
    String[] cancel = {
      "retrains", "cancel", "printed", line.group(1), "--reason", "x", "--never-began", "true"
    };
    assertThat(run(cancel).out()).containsPattern("state +CANCELLED");
  }

  @Test
  void capsAndOwners_areSetFromNothing_andFromWhatIsThere() {
    for (String cap : List.of("3", "4")) {
      assertThat(run("caps", "set", "team:typed", "--cap", cap).err()).isEmpty();
      assertThat(run("graph", "own", "feature:typed/by hand", "--team", "t" + cap).err()).isEmpty();
      assertThat(run("budgets", "set", "2032-01", "--cap", cap, "--tier1-reserve", "0").err())
          .isEmpty();
    }
    assertThat(run("caps").out()).containsPattern("TEAM +typed +4 ");
    assertThat(run("graph", "nodes", "--team", "t4").out()).contains("feature:typed/by hand");
    assertThat(run("budgets").out()).containsPattern("2032-01 +4 ");
    assertThat(run("retrains", "sla").exit()).isZero();
    assertThat(run("retrains", "ratios").exit()).isZero();
    assertThat(run("retrains", "costs", "--month", "2032-01").exit()).isZero();
  }

  @Test
  void policy_isCheckedWrittenAndReplacedFromAFile() throws Exception {
    API.post("/v1/models", Bodies.model("judged", "ranking"));
    Path file = folder.resolve("policy.yaml");
    String yaml =
        """
        apiVersion: runway/v1
        kind: RetrainPolicy
        metadata: {name: by-hand, team: ranking}
        spec:
          models: [judged]
          when: "%s"
          action: {retrain: {}}
        """;
    Files.writeString(file, yaml.formatted("signal.psi_max >"));
    Said wrong = run("policies", "check", "-f", file.toString());
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err())
        .startsWith("runway: 422 Not valid")
        .contains("/spec/when  line 1, column")
        .contains("request ");

    Files.writeString(file, yaml.formatted("signal.psi_max > 0.2"));
    assertThat(run("policies", "check", "-f", file.toString()).out()).contains("true");
    assertThat(run("policies", "create", "-f", file.toString()).exit()).isZero();
    assertThat(run("policies", "replace", "by-hand", "-f", file.toString()).out())
        .contains("version")
        .contains("2");
    assertThat(run("policies").out()).contains("by-hand");
    assertThat(run("policies", "check").exit()).isEqualTo(2);
  }

  @Test
  void team_isStoppedAndGoesOn() throws Exception {
    API.post("/v1/models", Bodies.model("of-a-team", "stopping"));
    assertThat(run("controls", "stop-team", "stopping").err()).contains("/reason");
    assertThat(run("controls", "stop-team", "stoping", "--reason", "x").err())
        .contains("no model belongs to team stoping");

    Said stopped = run("controls", "stop-team", "stopping", "--reason", "wrong clicks");
    assertThat(stopped.out()).contains("KILL_SWITCH_ON").contains("stopping");
    assertThat(run("controls", "team", "stopping").out()).contains("wrong clicks");
    assertThat(run("controls", "fleet").out()).contains("none");
    Said resumed = run("controls", "resume-team", "stopping", "--reason", "mended", "--json");
    assertThat(resumed.json().path("revision").asInt()).isEqualTo(2);
  }

  @Test
  void folderOfMetaflow_isImported_andWhatCannotBeIsComplainedOf() throws Exception {
    new MetaflowTree(folder, "TrainRanker")
        .graph()
        .run(
            "17",
            1,
            "\"runway.reads:dataset:s3://clicks\", \"runway.writes:version:nobody/2\"",
            true);
    new MetaflowTree(folder, "Unfinished").graph().run("1", 1, "\"x\"", false);

    Said first = run("import", "metaflow", folder.toString());

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out().lines().toList().get(0)).matches("what +nodes +edges +ended +left_out");
    assertThat(first.out()).contains("TrainRanker/17  6 ");
    assertThat(first.err().lines())
        .containsExactly(
            "runway: Unfinished: no run has come to its end",
            "runway: TrainRanker/17: left out pipeline:metaflow/TrainRanker -> version:nobody/2:"
                + " there is no version:nobody/2: register it first");
    assertThat(run("impact", "node", "dataset:s3://clicks").out())
        .contains("pipeline:metaflow/TrainRanker");
    JsonNode again = run("import", "metaflow", folder.toString(), "--json").json();
    assertThat(again.at("/items/0/edges").asInt()).isZero();
    assertThat(again.at("/items/0/left_out")).hasSize(1);
    assertThat(run("import", "metaflow", folder.resolve("no").toString()).exit()).isEqualTo(2);
    assertThat(run("import").err()).contains("Missing required parameter: 'FOLDER'");
  }

  @Test
  void wrongFields_areToldByTheirPlace() {
    Said said = run("models", "create", "bad", "--owner", "ada", "--tier", "9");

    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).contains("/tier  ").contains("/team  is required").contains("/judging");
    assertThat(run("models", "get", "nobody").err()).contains("404").contains("no model nobody");
    assertThat(run("models", "create", "bad", "--tier", "x").exit()).isEqualTo(2);
    assertThat(run("versions").err()).contains("Missing required parameter: 'MODEL'");
  }

  @Test
  void lists_goThroughPagesUntilTheirLimit() throws Exception {
    for (int i = 0; i < 7; i++) {
      API.post("/v1/models", Bodies.model("page-" + i, "paging"));
    }
    Said two = run("models", "--team", "paging", "--limit", "2");
    assertThat(two.out().lines()).hasSize(3);
    assertThat(two.err()).contains("there are more");
    Said all = run("models", "--team", "paging", "--all", "--json");
    assertThat(all.json().path("items").size()).isEqualTo(7);
    assertThat(all.err()).isEmpty();
  }

  @Test
  void token_comesFromAFileOrTheStack_andTheStacksOwnGoesNowhereElse() throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, API.token() + "\n");
    LocalApi here = new LocalApi(URI.create(API.address()), file);
    Map<String, String> nothing = new HashMap<>();

    assertThat(run(Map.of("RUNWAY_TOKEN_FILE", file.toString()), Optional.empty(), "models").exit())
        .isZero();
    assertThat(run(nothing, Optional.of(here), "models").exit()).isZero();
    LocalApi elsewhere = new LocalApi(URI.create("http://127.0.0.1:1"), file);
    Said refused = run(nothing, Optional.of(elsewhere), "models");
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.err()).contains("no token for " + API.address());
    Said plain =
        run(
            Map.of("RUNWAY_TOKEN", "x"),
            Optional.empty(),
            "models",
            "--server",
            "http://example.com");
    assertThat(plain.exit()).isEqualTo(3);
    assertThat(plain.err()).contains("must be https");
    Said away =
        run(
            Map.of("RUNWAY_TOKEN", "x"),
            Optional.empty(),
            "models",
            "--server",
            "http://127.0.0.1:1");
    assertThat(away.exit()).isEqualTo(3);
    assertThat(away.err()).contains("no answer from the control API at http://127.0.0.1:1");
    assertThat(run(Map.of("RUNWAY_TOKEN", "guess"), Optional.empty(), "models").err())
        .contains("401");
  }

  /** With what the README has made before. */
  @Test
  void linesOfTheDocs_areAnsweredAsTheyStandThere() throws Exception {
    String ranker = "homepage-ranker";
    assertThat(API.post("/v1/models", Bodies.model(ranker, "ranking")).status()).isEqualTo(201);
    String versions = "/v1/models/" + ranker + "/versions";
    String version = "{\"version\": \"2.1.0\", \"features\": [\"age\", \"clicks\"]}";
    assertThat(API.post(versions, version).status()).isEqualTo(201);
    int lines = 0;
    for (String page : List.of("control-api", "dependency-graph", "retrains")) {
      Matcher curl =
          Pattern.compile("(?m)^    curl ((?:[^'\\n]|'[^']*')+)$")
              .matcher(Files.readString(Path.of("../docs", page + ".md")));
      while (curl.find()) {
        lines++;
        String line = curl.group(1).replace("$E", "$A/v1/graph/edges");
        if (line.contains("$ID")) {
          JsonNode waiting = askForApproval(ranker);
          line =
              line.replace("$ID", waiting.path("command_id").asText())
                  .replace("\"...\"", waiting.path("evidence_hash").toString());
        }
        Matcher address = Pattern.compile("\\$A(/[^\\s\"]+)").matcher(line);
        assertThat(address.find()).as(line).isTrue();
        Matcher body = Pattern.compile("(?s)-d '(.*)'").matcher(line);
        Matcher key = Pattern.compile("'Idempotency-Key: (.*?)'").matcher(line);
        String[] headers =
            key.find() ? new String[] {"Idempotency-Key", key.group(1)} : new String[0];
        String sent = body.find() ? body.group(1) : null;
        RunningApi.Reply reply =
            API.send(sent == null ? "GET" : "POST", address.group(1), sent, headers);
        assertThat(reply.status()).as(line + " " + reply.http().body()).isBetween(200, 299);
      }
    }
    assertThat(lines).isGreaterThan(8);
  }

  private static JsonNode askForApproval(String model) {
    String asked =
        "{\"model_version\": \"2.1.0\", \"reason\": \"x\", \"estimated_cost\": 5,"
            + " \"mode\": \"APPROVE\"}";
    return API.post("/v1/models/" + model + "/retrains", asked, "Idempotency-Key", "w").body();
  }

  @Test
  void topic_isRebuilt() throws Exception {
    API.post("/v1/models", Bodies.model("rebuilt", "ranking"));

    assertThat(run("rebuild", "models", "--json").json().path("messages").asInt()).isPositive();
    assertThat(run("rebuild", "nothing").exit()).isEqualTo(1);
    assertThat(run("rebuild").err()).contains("Missing required parameter: 'TOPIC'");
  }

  @Test
  void everyVerb_isOneThatTheApiKnows() {
    CommandLine runway = new CommandLine(CommandSpec.create().name("runway"));
    Verbs.addTo(runway, Map.of(), Optional::empty);
    List<String> helps = new ArrayList<>();
    for (CommandLine verb : runway.getSubcommands().values()) {
      helps.add(verb.getUsageMessage());
      verb.getSubcommands().values().forEach(action -> helps.add(action.getUsageMessage()));
    }
    assertThat(helps)
        .hasSizeGreaterThan(40)
        .allSatisfy(help -> assertThat(help).contains("--json"));
  }
}
