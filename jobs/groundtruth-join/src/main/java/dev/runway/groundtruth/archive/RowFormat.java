package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.Serializable;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * How the events of one dataset become rows: compact bytes while they wait, columns in the file.
 *
 * <p>The columns are those of {@code archive/DATASET.avsc}. They are only added, nullable or with a
 * default, never renamed or removed: this release fills in the default where an older file has no
 * such column, and leaves out what a newer file has more.
 */
interface RowFormat<E> extends Serializable {

  /** The dataset's name: its folder, and part of stored state. */
  String dataset();

  /** The time that says in which day's folder an event is. */
  long atMillis(E event);

  String modelId(E event);

  /** How an event travels between operators. */
  VersionedTypeInfo<E> type();

  /** Writes the rows that wait; its version is their layout. */
  VersionedSerializer<E> serializer();

  /** The columns as this release writes them. */
  Schema schema();

  /** The columns of an event. */
  GenericRecord columns(E event);

  /** The event of these columns. */
  E event(GenericRecord columns);

  /**
   * The format of a dataset.
   *
   * @throws IllegalArgumentException if there is no such dataset
   */
  static RowFormat<?> of(String dataset) {
    return switch (dataset) {
      case PredictionRows.DATASET -> new PredictionRows();
      case OutcomeRows.DATASET -> new OutcomeRows();
      case TruthRows.DATASET -> new TruthRows();
      default -> throw new IllegalArgumentException("there is no dataset " + dataset);
    };
  }
}
