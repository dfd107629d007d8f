package dev.runway.tables;

import dev.runway.model.Decision;
import dev.runway.model.SignalPart;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Table {@code retrain_decisions}: one row for each decision; its id follows from its content. */
final class DecisionRows implements RowMapping<Decision> {
  private static final Table TABLE =
      new Table(
          "retrain_decisions",
          List.of(
              new Column("decision_id", Kind.TEXT),
              // Of the key because the table is cut by it: an id has one time.
              new Column("decided_at", Kind.INSTANT),
              new Column("model_id", Kind.TEXT),
              new Column("model_version", Kind.TEXT),
              new Column("window_end_at", Kind.INSTANT),
              new Column("verdict", Kind.TEXT),
              new Column("mode", Kind.TEXT),
              new Column("hold", Kind.TEXT),
              new Column("attributed_to", Kind.TEXT),
              new Column("state_before", Kind.TEXT),
              new Column("state_after", Kind.TEXT),
              new Column("episode", Kind.TEXT),
              new Column("score", Kind.DOUBLE),
              new Column("severity_class", Kind.TEXT),
              new Column("coverage", Kind.DOUBLE),
              new Column("signals", Kind.TEXT),
              new Column("profile_id", Kind.TEXT),
              new Column("policy", Kind.TEXT),
              new Column("policy_version", Kind.INTEGER),
              new Column("inputs", Kind.TEXT),
              new Column("explanation", Kind.TEXT),
              new Column("evidence_hash", Kind.TEXT),
              new Column("command_id", Kind.TEXT),
              new Column("tier", Kind.INTEGER),
              new Column("team", Kind.TEXT),
              new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT)),
          2,
          List.of(WindowColumns.COMPUTED_AT),
          "drop_old_retrain_decisions");

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<Decision> event) {
    Decision decision = event.event();
    return List.of(
        TableRow.of(
            event.origin(),
            decision.id().toString(),
            decision.atMillis(),
            decision.modelId(),
            decision.modelVersion(),
            decision.windowEndMillis(),
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
            event.origin().recordedAtMillis()));
  }

  private static @Nullable String name(@Nullable Enum<?> constant) {
    return constant == null ? null : constant.name();
  }
}
