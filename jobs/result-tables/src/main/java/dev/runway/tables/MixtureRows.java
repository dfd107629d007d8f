package dev.runway.tables;

import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingMixture.Share;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/**
 * Table {@code embedding_mixtures}: one row for each window of a model version and space, of the
 * reading with the most predictions.
 */
final class MixtureRows implements RowMapping<EmbeddingMixture> {
  private static final Table TABLE =
      new Table(
          "embedding_mixtures",
          List.of(
              new Column("model_id", Kind.TEXT),
              new Column("model_version", Kind.TEXT),
              new Column("space_id", Kind.TEXT),
              new Column("window_start_at", Kind.INSTANT),
              new Column("window_end_at", Kind.INSTANT),
              new Column("predictions", Kind.BIGINT),
              new Column("mixing", Kind.TEXT),
              new Column("threshold", Kind.DOUBLE),
              new Column("within_predictions", Kind.BIGINT),
              new Column("within_share", Kind.DOUBLE),
              new Column("within_low", Kind.DOUBLE),
              new Column("within_high", Kind.DOUBLE),
              new Column("versions", Kind.TEXT),
              new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT)),
          4,
          List.of("predictions", WindowColumns.COMPUTED_AT),
          "drop_old_embedding_mixtures");

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<EmbeddingMixture> event) {
    EmbeddingMixture mixture = event.event();
    Share within = mixture.within();
    return List.of(
        TableRow.of(
            event.origin(),
            mixture.modelId(),
            mixture.modelVersion(),
            mixture.spaceId(),
            mixture.windowStartMillis(),
            mixture.windowEndMillis(),
            mixture.predictions(),
            mixture.mixing().name(),
            mixture.threshold(),
            within.predictions(),
            within.share(),
            within.low(),
            within.high(),
            mixture.versionsJson(),
            event.origin().recordedAtMillis()));
  }
}
