package dev.runway.tables;

import dev.runway.model.SignalPart;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/** Table {@code staleness}: one row for each event, so that a version has its history. */
final class StalenessRows implements RowMapping<Staleness> {
  private static final Table TABLE =
      new Table(
          "staleness",
          List.of(
              new Column("model_id", Kind.TEXT),
              new Column("model_version", Kind.TEXT),
              new Column(WindowColumns.REVISION, Kind.BIGINT),
              new Column("state", Kind.TEXT),
              new Column("previous_state", Kind.TEXT),
              new Column("since_at", Kind.INSTANT),
              new Column("suspension", Kind.TEXT),
              new Column("episode", Kind.TEXT),
              new Column("score", Kind.DOUBLE),
              new Column("coverage", Kind.DOUBLE),
              new Column("signals", Kind.TEXT),
              new Column("policy", Kind.TEXT),
              new Column("policy_version", Kind.INTEGER),
              new Column("window_end_at", Kind.INSTANT),
              new Column("tier", Kind.INTEGER),
              new Column("team", Kind.TEXT),
              new Column("judged_at", Kind.INSTANT),
              new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT)),
          3,
          List.of(WindowColumns.COMPUTED_AT),
          "drop_old_staleness",
          List.of("roll_up_evaluation"));

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<Staleness> event) {
    Staleness staleness = event.event();
    Suspension suspension = staleness.suspension();
    return List.of(
        TableRow.of(
            event.origin(),
            staleness.modelId(),
            staleness.modelVersion(),
            staleness.revision(),
            staleness.state().name(),
            staleness.previous().name(),
            staleness.sinceMillis(),
            suspension == null ? null : suspension.name(),
            staleness.episode(),
            staleness.score(),
            staleness.coverage(),
            SignalPart.json(staleness.parts(), staleness.missing(), staleness.features()),
            staleness.policy(),
            staleness.policy() == null ? null : staleness.policyVersion(),
            staleness.windowEndMillis(),
            staleness.tier(),
            staleness.team(),
            staleness.atMillis(),
            event.origin().recordedAtMillis()));
  }
}
