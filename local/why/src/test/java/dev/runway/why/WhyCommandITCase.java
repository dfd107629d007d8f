package dev.runway.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.SignalPart;
import dev.runway.retraintrigger.Scene;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import dev.runway.testkit.PostgresDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/** Decisions of one model's hours, in the real table. */
class WhyCommandITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private static final Scene SCENE = Scene.of(2);

  /** How a run ended, and what it wrote. */
  private record Said(int exit, String out, String err) {}

  @BeforeAll
  static void storeDecisions() throws SQLException {
    SCENE.policy(
        4, "\"when\": \"signal.psi_max > 0.2\", \"action\": {\"retrain\": {\"mode\": \"auto\"}}");
    SCENE.labelledWindows(4, 0, 0.8);
    SCENE.labelledWindows(8, 1, 0.7);
    for (Decision decision : SCENE.decisions) {
      store(decision);
    }
  }

  private static void store(Decision decision) throws SQLException {
    List<@Nullable Object> values =
        Arrays.asList(
            decision.id().toString(),
            decision.modelId(),
            decision.modelVersion(),
            time(decision.windowEndMillis()),
            decision.verdict().name(),
            decision.mode().name(),
            name(decision.hold()),
            decision.attributedTo(),
            decision.stateBefore().name(),
            decision.stateAfter().name(),
            decision.episode(),
            decision.score(),
            name(decision.severityClass()),
            decision.coverage(),
            SignalPart.json(decision.parts(), decision.missing(), decision.features()),
            decision.profileId(),
            decision.policy(),
            decision.policy() == null ? null : decision.policyVersion(),
            new String(decision.inputs(), StandardCharsets.UTF_8),
            decision.explanation(),
            decision.evidenceHash(),
            decision.commandId(),
            decision.tier(),
            decision.team(),
            time(decision.atMillis()),
            time(decision.atMillis()));
    String sql =
        "INSERT INTO runway.retrain_decisions (decision_id, model_id, model_version, window_end_at, verdict,"
            + " mode, hold, attributed_to, state_before, state_after, episode, score,"
            + " severity_class, coverage, signals, profile_id, policy, policy_version, inputs,"
            + " explanation, evidence_hash, command_id, tier, team, decided_at, computed_at)"
            + " VALUES (?"
            + ", ?".repeat(values.size() - 1)
            + ")";
    try (Connection connection = POSTGRES.connect(RolePasswords.WRITER);
        PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        insert.setObject(i + 1, values.get(i));
      }
      insert.executeUpdate();
    }
  }

  private static OffsetDateTime time(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }

  private static @Nullable String name(@Nullable Enum<?> constant) {
    return constant == null ? null : constant.name();
  }

  private static Decision first(Predicate<Decision> wanted) {
    return SCENE.decisions.stream().filter(wanted).findFirst().orElseThrow();
  }

  private static Said why(String decisionId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(
            new WhyCommand(
                schema ->
                    new DecisionTable(
                        POSTGRES.jdbcUrl(),
                        schema,
                        RolePasswords.READER,
                        POSTGRES.password(RolePasswords.READER)),
                new PrintStream(out, true, StandardCharsets.UTF_8)));
    command.setErr(new PrintWriter(err, true));
    int exit = command.execute(decisionId);
    return new Said(exit, out.toString(StandardCharsets.UTF_8), err.toString());
  }

  @Test
  void everyDecision_comesOutTheSame() {
    assertThat(SCENE.decisions).hasSizeGreaterThan(5);
    for (Decision decision : SCENE.decisions) {
      assertThat(why(decision.id().toString()))
          .as(decision.explanation())
          .returns(0, Said::exit)
          .returns("", Said::err);
    }
  }

  @Test
  void commandThatWasSent_isToldAsAPersonReadsIt() {
    Decision sent = first(decision -> decision.commandId() != null);

    assertThat(why(sent.id().toString()).out())
        .contains("ranker, version v1: RETRAIN\n")
        .contains("by          policy strict, version 4, mode AUTO")
        .contains("command     " + sent.commandId())
        .contains("DATA_DRIFT")
        .contains("at fault    delay")
        .contains(sent.explanation())
        .contains("the same in all 27 columns, to the last bit");
  }

  @Test
  void heldCommand_tellsWhatHoldsIt() {
    Decision held = first(decision -> decision.hold() == Hold.OUTSTANDING);

    assertThat(why(held.id().toString()).out())
        .contains("RETRAIN, held: OUTSTANDING\n")
        .contains("command     none");
  }

  /** The least that can be changed of a number. */
  @Test
  void changedRow_isFound() throws SQLException {
    Decision sent = first(decision -> decision.commandId() != null);
    String id = sent.id().toString();
    double score = Objects.requireNonNull(sent.score());
    try {
      set(id, "score", Math.nextDown(score));
      assertThat(why(id))
          .returns(1, Said::exit)
          .satisfies(
              said -> assertThat(said.out()).contains("differs in 1 of 27 columns", "score"));
    } finally {
      set(id, "score", score);
    }
    assertThat(why(id).exit()).isZero();
  }

  @Test
  void changedInputs_areFound() throws SQLException {
    Decision none = first(decision -> decision.verdict() == Decision.Verdict.NONE);
    String id = none.id().toString();
    String inputs = new String(none.inputs(), StandardCharsets.UTF_8);
    try {
      String tick = "\"tickMillis\":";
      set(id, "inputs", inputs.replace(tick + none.atMillis(), tick + (none.atMillis() + 1)));
      Said changed = why(id);
      assertThat(changed.exit()).isEqualTo(1);
      assertThat(changed.out()).contains("decision_id", "decided_at");

      set(id, "inputs", "{\"format\":\"x\"}");
      assertThat(why(id))
          .returns(1, Said::exit)
          .satisfies(said -> assertThat(said.out()).contains("cannot be read"));
    } finally {
      set(id, "inputs", inputs);
    }
  }

  private static void set(String id, String column, Object value) throws SQLException {
    String sql = "UPDATE runway.retrain_decisions SET " + column + " = ? WHERE decision_id = ?";
    try (Connection connection = POSTGRES.connect(PostgresDatabase.SUPERUSER);
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, value);
      update.setString(2, id);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void decisionThatIsNotThere_isAnErrorThatSaysWhere() {
    Said said = why("97a57978-803f-503e-9f9b-376d34689723");

    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.err()).contains("there is no decision 97a57978", "schema " + Migrations.SCHEMA);
  }
}
