package dev.runway.tables;

import dev.runway.model.EmbeddingTraffic;
import dev.runway.model.EmbeddingTraffic.Reference;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/**
 * Table {@code embedding_traffic}: one row for each window of a version, of the reading with the
 * most vectors. One that has a reference is later than those that rest on the same vectors and have
 * none.
 */
final class TrafficRows implements RowMapping<EmbeddingTraffic> {
  private static final Table TABLE =
      new Table(
          "embedding_traffic",
          List.of(
              new Column("space_id", Kind.TEXT),
              new Column("embedding_version", Kind.TEXT),
              new Column("window_start_at", Kind.INSTANT),
              new Column("window_end_at", Kind.INSTANT),
              new Column("document_revision", Kind.BIGINT),
              new Column("dimensions", Kind.INTEGER),
              new Column("vectors", Kind.BIGINT),
              new Column("gone", Kind.BIGINT),
              new Column("events", Kind.BIGINT),
              new Column("reference_start_at", Kind.INSTANT),
              new Column("reference_end_at", Kind.INSTANT),
              new Column("reference_vectors", Kind.BIGINT),
              new Column("mean_shift", Kind.DOUBLE),
              new Column("covariance_change", Kind.DOUBLE),
              new Column("norm_ratio", Kind.DOUBLE),
              new Column("unusable_rise", Kind.DOUBLE),
              new Column("freshness_p50_seconds", Kind.DOUBLE),
              new Column("freshness_p95_seconds", Kind.DOUBLE),
              new Column("breached", Kind.TEXT),
              new Column("measured", Kind.TEXT),
              new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT)),
          3,
          List.of("events", WindowColumns.COMPUTED_AT),
          "drop_old_embedding_traffic");

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<EmbeddingTraffic> event) {
    EmbeddingTraffic traffic = event.event();
    Reference reference = traffic.reference();
    return List.of(
        TableRow.of(
            event.origin(),
            traffic.spaceId(),
            traffic.embeddingVersion(),
            traffic.windowStartMillis(),
            traffic.windowEndMillis(),
            traffic.documentRevision(),
            traffic.dimensions(),
            traffic.vectors(),
            traffic.gone(),
            traffic.vectors() + traffic.gone(),
            reference == null ? null : (Long) reference.startMillis(),
            reference == null ? null : (Long) reference.endMillis(),
            reference == null ? null : (Long) reference.vectors(),
            traffic.value("mean_shift"),
            traffic.value("covariance_change"),
            traffic.value("norm_ratio"),
            traffic.value("unusable_rise"),
            traffic.value("freshness_p50_seconds"),
            traffic.value("freshness_p95_seconds"),
            traffic.breachedJson(),
            traffic.metricsJson(),
            event.origin().recordedAtMillis()));
  }
}
