package dev.runway.groundtruth.archive;

import dev.runway.model.EntityKey;
import dev.runway.model.EntityKeys;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.hadoop.ParquetReader;

/**
 * Finds the rows of some subjects, and deletes them.
 *
 * <p>A prediction is theirs if it carries their key; an outcome and a final truth if they are of
 * such a prediction, by model and id. A row of the same model and id that names no subject is a
 * repeat from before keys were kept, and goes too; one that names another subject stays.
 *
 * <p>First it looks, and writes down what it has found ({@link Erasures}); only then it deletes, by
 * {@link FileReplacement}. A crash anywhere is taken up by the next run; a run more changes
 * nothing.
 *
 * <p>On an object store a file of the job that is young stays, and is told: the job could not start
 * from a checkpoint of before if it were gone, see {@link ArchiveCompaction}.
 */
final class ArchiveErasure {
  private static final Set<String> LOOKED_AT = Set.of("model_id", "prediction_id", "entity_key");

  private final ArchiveFiles archive;
  private final Erasures erasures;
  private final FileReplacement replacement;
  private final EntityKeys keys;
  private final Set<EntityKey> subjects;
  private final Instant cut;

  /**
   * @param keys makes the keys that the archive has
   * @param cut on an object store files of the job that were written at that time or later stay
   */
  ArchiveErasure(ArchiveFiles archive, EntityKeys keys, Set<EntityKey> subjects, Instant cut) {
    this.archive = archive;
    this.erasures = new Erasures(archive);
    this.replacement = new FileReplacement(archive);
    this.keys = keys;
    this.subjects = Set.copyOf(subjects);
    this.cut = cut;
  }

  /**
   * What lies there of them.
   *
   * @param rows their rows, by dataset
   * @param predictions keys of their predictions that are known now, with their models' folders;
   *     also of those that are gone
   * @param nameless rows of predictions that say of nobody whom they are about
   * @param hidden files in the folders of these models that are being written, or were left by a
   *     crash: nobody can say what is in them
   */
  record Found(
      SortedMap<String, Long> rows,
      Map<EntityKey, String> predictions,
      long nameless,
      long hidden) {

    boolean isNothing() {
      return rows.values().stream().allMatch(count -> count == 0);
    }
  }

  /**
   * What a run did.
   *
   * @param rows deleted ones, by dataset
   * @param files that had them
   * @param notes what stays for now, and why
   */
  record Done(SortedMap<String, Long> rows, long files, List<String> notes) {}

  /** Looks everywhere and changes nothing. */
  Found look() throws IOException {
    Look look = new Look(erasures.predictions(subjects), ArchiveHold.NONE);
    look.atPredictions();
    look.atWhatFollows();
    return look.found();
  }

  /**
   * Deletes what there is of them.
   *
   * @param hold looked at before each file is read and before anything is changed: the archive as a
   *     whole may take longer to read than it is held at once
   */
  Done run(ArchiveHold hold) throws IOException {
    Map<EntityKey, String> known = erasures.predictions(subjects);
    Set<String> remembered = erasures.subjects();
    Look look = new Look(known, hold);
    look.atPredictions();
    for (EntityKey subject : subjects) {
      Map<EntityKey, String> more = look.of(subject);
      more.keySet().removeAll(known.keySet());
      if (!more.isEmpty() || !remembered.contains(subject.hex())) {
        hold.require();
        erasures.add(subject, more);
      }
    }
    Deletion deletion = new Deletion(look.predictions, hold);
    for (String dataset : ArchiveFiles.DATASETS) {
      deletion.of(dataset);
    }
    return new Done(deletion.rows, deletion.files, List.copyOf(deletion.notes));
  }

  /** Whether a row is theirs. */
  private boolean isTheirs(String dataset, GenericRecord row, Map<EntityKey, String> predictions) {
    if (dataset.equals(PredictionRows.DATASET)) {
      EntityKey entity = PredictionRows.entity(row);
      if (entity != null) {
        return subjects.contains(entity);
      }
    }
    return !predictions.isEmpty() && predictions.containsKey(keyOf(row));
  }

  private EntityKey keyOf(GenericRecord row) {
    return keys.ofPrediction(Columns.text(row, "model_id"), Columns.text(row, "prediction_id"));
  }

  /** Their rows of a file; only the columns that say whose they are are read. */
  private long count(
      String dataset, FileStatus file, Predicate<GenericRecord> isTheirs, ArchiveHold hold)
      throws IOException {
    hold.require();
    long count = 0;
    try (FSDataInputStream in = archive.system().open(file.getPath());
        ParquetReader<GenericRecord> rows =
            ParquetRows.open(in, file.getLen(), lookedAt(RowFormat.of(dataset).schema()))) {
      for (GenericRecord row = rows.read(); row != null; row = rows.read()) {
        count += isTheirs.test(row) ? 1 : 0;
      }
    } catch (RuntimeException e) {
      throw new IOException("cannot read " + file.getPath(), e);
    }
    return count;
  }

  private static Schema lookedAt(Schema schema) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      if (LOOKED_AT.contains(field.name())) {
        fields.add(new Schema.Field(field, field.schema()));
      }
    }
    return Schema.createRecord(schema.getName(), null, schema.getNamespace(), false, fields);
  }

  /** Goes through the archive, reading. */
  private final class Look {
    private final Map<EntityKey, String> predictions;
    private final ArchiveHold hold;
    private final Map<EntityKey, Map<EntityKey, String>> bySubject = new HashMap<>();
    private final SortedMap<String, Long> rows = new TreeMap<>();
    private long nameless;
    private long hidden;

    Look(Map<EntityKey, String> known, ArchiveHold hold) {
      predictions = new HashMap<>(known);
      this.hold = hold;
      ArchiveFiles.DATASETS.forEach(dataset -> rows.put(dataset, 0L));
    }

    Map<EntityKey, String> of(EntityKey subject) {
      return new HashMap<>(bySubject.getOrDefault(subject, Map.of()));
    }

    /** All of them: any may be theirs. */
    void atPredictions() throws IOException {
      for (Path day : archive.days(PredictionRows.DATASET).values()) {
        for (ArchiveFiles.Part part : archive.parts(day)) {
          for (FileStatus file : part.finished()) {
            count(PredictionRows.DATASET, file, row -> take(row, part.folder().getName()), hold);
          }
        }
      }
    }

    private boolean take(GenericRecord row, String model) {
      EntityKey entity = PredictionRows.entity(row);
      if (entity == null) {
        nameless++;
        return false;
      }
      if (!subjects.contains(entity)) {
        return false;
      }
      EntityKey prediction = keyOf(row);
      predictions.put(prediction, model);
      bySubject.computeIfAbsent(entity, key -> new HashMap<>()).put(prediction, model);
      return true;
    }

    /** Predictions once more, now that all their ids are known, and what is of these ids. */
    void atWhatFollows() throws IOException {
      for (String dataset : ArchiveFiles.DATASETS) {
        for (ArchiveFiles.Part part : partsOf(dataset, predictions)) {
          hidden += part.hidden().size();
          for (FileStatus file : part.finished()) {
            rows.merge(
                dataset,
                count(dataset, file, row -> isTheirs(dataset, row, predictions), hold),
                Long::sum);
          }
        }
      }
    }

    Found found() {
      return new Found(rows, Map.copyOf(predictions), nameless, hidden);
    }
  }

  /** Folders of all days of the models of some predictions. */
  private List<ArchiveFiles.Part> partsOf(String dataset, Map<EntityKey, String> predictions)
      throws IOException {
    Set<String> models = new HashSet<>(predictions.values());
    List<ArchiveFiles.Part> parts = new ArrayList<>();
    for (Path day : archive.days(dataset).values()) {
      for (ArchiveFiles.Part part : archive.parts(day)) {
        if (models.contains(part.folder().getName())) {
          parts.add(part);
        }
      }
    }
    return parts;
  }

  private final class Deletion {
    private final Map<EntityKey, String> predictions;
    private final ArchiveHold hold;
    private final SortedMap<String, Long> rows = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private long files;

    Deletion(Map<EntityKey, String> predictions, ArchiveHold hold) {
      this.predictions = predictions;
      this.hold = hold;
      ArchiveFiles.DATASETS.forEach(dataset -> rows.put(dataset, 0L));
    }

    void of(String dataset) throws IOException {
      for (ArchiveFiles.Part found : partsOf(dataset, predictions)) {
        hold.require();
        boolean isOnDisk = !archive.system().isDistributedFS();
        // Whoever has the lock of a disk knows that nobody else is merging.
        replacement.finish(found, hidden -> isOnDisk || isOld(hidden));
        ArchiveFiles.Part part = archive.part(found.folder());
        for (FileStatus file : part.finished()) {
          long theirs = count(dataset, file, row -> isTheirs(dataset, row, predictions), hold);
          if (theirs > 0) {
            delete(dataset, part, file, theirs);
          }
        }
      }
    }

    private void delete(String dataset, ArchiveFiles.Part part, FileStatus file, long theirs)
        throws IOException {
      if (archive.system().isDistributedFS() && !isOld(file) && !MergedFile.isOne(file)) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%s: %,d rows stay for now, for a checkpoint may still need %s",
                part,
                theirs,
                file.getPath().getName()));
        return;
      }
      if (!replacement.areKnown(dataset, List.of(file))) {
        notes.add(
            part
                + " has columns that this release does not know: "
                + theirs
                + " rows stay until a newer one deletes them");
        return;
      }
      boolean areAll = theirs == MergedFile.footer(archive.system(), file).rows();
      hold.require();
      if (areAll) {
        archive.delete(file);
      } else {
        replacement.replace(
            dataset,
            part.folder(),
            List.of(file),
            row -> !isTheirs(dataset, row, predictions),
            hold);
      }
      files++;
      rows.merge(dataset, theirs, Long::sum);
    }

    private boolean isOld(FileStatus file) {
      return file.getModificationTime() < cut.toEpochMilli();
    }
  }
}
