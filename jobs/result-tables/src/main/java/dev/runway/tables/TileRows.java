package dev.runway.tables;

import dev.runway.model.DriftTile;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/** Table {@code drift_tiles}: one row for each tile, its counts as they are. */
final class TileRows implements RowMapping<DriftTile> {
  private static final Table TABLE =
      new Table(
          "drift_tiles",
          List.of(
              new Column("model_id", Kind.TEXT),
              new Column("model_version", Kind.TEXT),
              new Column("segment", Kind.TEXT),
              new Column("profile_id", Kind.TEXT),
              new Column("window_start_at", Kind.INSTANT),
              new Column("window_end_at", Kind.INSTANT),
              new Column("predictions", Kind.BIGINT),
              new Column("tile", Kind.BYTES),
              new Column(WindowColumns.REVISION, Kind.BIGINT),
              new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT)),
          6,
          WindowColumns.NEWER_BY,
          "drop_old_drift_tiles");

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<DriftTile> event) {
    DriftTile tile = event.event();
    return List.of(
        TableRow.of(
            event.origin(),
            tile.modelId(),
            tile.modelVersion(),
            tile.segment(),
            tile.profileId(),
            tile.windowStartMillis(),
            tile.windowEndMillis(),
            tile.predictions(),
            tile.tile(),
            tile.revision(),
            event.origin().recordedAtMillis()));
  }
}
