package dev.runway.tables;

import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Rotation;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/**
 * Table {@code embedding_stability}: one row for each pair of versions, what was told with the most
 * in hand. A job that was restored tells once more what it knew at its checkpoint: that is written
 * later, and must not take the place of what it had told since.
 */
final class StabilityRows implements RowMapping<EmbeddingStability> {
  private static final Table TABLE =
      new Table(
          "embedding_stability",
          List.of(
              new Column("space_id", Kind.TEXT),
              new Column("version_before", Kind.TEXT),
              new Column("version_after", Kind.TEXT),
              new Column("document_revision", Kind.BIGINT),
              new Column("as_of", Kind.INSTANT),
              new Column("baseline", Kind.BOOLEAN),
              new Column("compatibility", Kind.TEXT),
              new Column("items_before", Kind.BIGINT),
              new Column("items_after", Kind.BIGINT),
              new Column("pairs", Kind.BIGINT),
              new Column("unusable_pairs", Kind.BIGINT),
              new Column("dimensions_before", Kind.INTEGER),
              new Column("dimensions_after", Kind.INTEGER),
              new Column("sample_size", Kind.INTEGER),
              new Column("neighbours", Kind.INTEGER),
              new Column("knn_overlap", Kind.DOUBLE),
              new Column("cka_debiased", Kind.DOUBLE),
              new Column("eigenspace_instability", Kind.DOUBLE),
              new Column("raw_cosine", Kind.DOUBLE),
              new Column("aligned_cosine", Kind.DOUBLE),
              new Column("norm_ratio", Kind.DOUBLE),
              new Column("measured", Kind.TEXT),
              new Column("rotation_uri", Kind.TEXT),
              new Column("rotation_sha256", Kind.TEXT),
              new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT)),
          3,
          List.of(
              "document_revision",
              "as_of",
              "items_before",
              "items_after",
              WindowColumns.COMPUTED_AT),
          "drop_old_embedding_stability");

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<EmbeddingStability> event) {
    EmbeddingStability stability = event.event();
    Rotation rotation = stability.rotation();
    return List.of(
        TableRow.of(
            event.origin(),
            stability.spaceId(),
            stability.versionBefore(),
            stability.versionAfter(),
            stability.documentRevision(),
            stability.asOfMillis(),
            stability.baseline(),
            stability.compatibility().name(),
            stability.itemsBefore(),
            stability.itemsAfter(),
            stability.pairs(),
            stability.unusablePairs(),
            stability.dimensionsBefore(),
            stability.dimensionsAfter(),
            stability.sampleSize(),
            stability.neighbours(),
            stability.value("knn_overlap"),
            stability.value("cka_debiased"),
            stability.value("eigenspace_instability"),
            stability.value("raw_cosine"),
            stability.value("aligned_cosine"),
            stability.value("norm_ratio"),
            stability.measuredJson(),
            rotation == null ? null : rotation.uri(),
            rotation == null ? null : rotation.sha256(),
            event.origin().recordedAtMillis()));
  }
}
