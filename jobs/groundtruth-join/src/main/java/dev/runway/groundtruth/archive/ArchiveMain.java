package dev.runway.groundtruth.archive;

import dev.runway.flink.Options;
import dev.runway.model.EntityKey;
import dev.runway.model.EntityKeys;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.plugin.PluginUtils;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an archive in order, from outside the job: {@code compact}, {@code retain}, {@code check},
 * {@code forget} or {@code search}, then options. Ends with 0 when all is well, 1 when check or
 * search has found something or forget had to leave something, 2 when it was asked for something
 * else, 3 when it failed. What is cut short is finished by the next run.
 */
public final class ArchiveMain {
  private static final Set<String> VERBS = Set.of("compact", "retain", "check", "forget", "search");

  private static final int PROBLEMS = 1;
  private static final int MISUSED = 2;
  private static final int FAILED = 3;

  /** A checkpoint takes minutes at most from its first file to its end. */
  private static final Duration OF_A_CHECKPOINT = Duration.ofHours(1);

  private final InstantSource clock;
  private final PrintStream out;

  ArchiveMain(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Does one thing and ends. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String[] args) {
    try {
      Configuration configuration = GlobalConfiguration.loadConfiguration();
      FileSystem.initialize(
          configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
      return new ArchiveMain(InstantSource.system(), System.out).run(args, null);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return MISUSED;
    } catch (IOException e) {
      Throwable cause = e.getCause();
      System.err.println(e.getMessage() + (cause == null ? "" : ": " + cause.getMessage()));
      return FAILED;
    }
  }

  /**
   * Does one thing.
   *
   * @param given the file system, or null for that of the folder
   * @return exit code
   * @throws IllegalArgumentException if it is not told what, or told something else
   */
  int run(String[] args, @Nullable FileSystem given) throws IOException {
    String verb = args.length == 0 ? "" : args[0];
    if (!VERBS.contains(verb)) {
      throw new IllegalArgumentException(
          "say compact, retain or check, forget or search, then --folder URI");
    }
    Options options =
        Options.from(Arrays.copyOfRange(args, 1, args.length), ArchiveToolOptions.class);
    Path root = new Path(options.get(ArchiveToolOptions.FOLDER));
    FileSystem files = given == null ? root.getFileSystem() : given;
    if (!files.exists(root)) {
      throw new IOException("there is no archive in " + root);
    }
    ArchiveFiles archive = new ArchiveFiles(files, root);
    if (verb.equals("check")) {
      return check(archive, options);
    }
    if (verb.equals("search")) {
      return search(erasure(archive, options));
    }
    try (ArchiveHold hold =
        files.isDistributedFS()
            ? ArchiveLease.take(files, root, clock)
            : ArchiveLock.take(java.nio.file.Path.of(root.getPath()))) {
      return switch (verb) {
        case "compact" -> compact(archive, options, hold);
        case "retain" -> retain(archive, options, hold);
        default -> forget(erasure(archive, options), hold);
      };
    }
  }

  private int compact(ArchiveFiles archive, Options options, ArchiveHold hold) throws IOException {
    ArchiveCompaction.Done done = compaction(archive, options).run(hold);
    done.notes().forEach(out::println);
    out.printf(
        Locale.ROOT,
        "%,d files are %,d now, of %,d rows%n",
        done.merged(),
        done.made(),
        done.rows());
    if (done.finished() > 0) {
      out.printf(
          Locale.ROOT, "%,d files were deleted that an earlier run had merged%n", done.finished());
    }
    return 0;
  }

  private int retain(ArchiveFiles archive, Options options, ArchiveHold hold) throws IOException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    LocalDate first = today.minusDays(options.get(ArchiveToolOptions.DAYS));
    ArchiveRetention.Done done =
        new ArchiveRetention(archive, first, quietSince(options), unfinishedSince(options))
            .run(hold);
    if (done.days().isEmpty() && done.left() == 0) {
      out.printf(Locale.ROOT, "nothing is older than %s%n", first);
    } else {
      out.printf(
          Locale.ROOT,
          "dropped %,d days, %s to %s: %,d files of %,d bytes; days are kept from %s%n",
          done.days().size(),
          done.days().isEmpty() ? "none" : done.days().first(),
          done.days().isEmpty() ? "none" : done.days().last(),
          done.files(),
          done.bytes(),
          first);
    }
    if (done.left() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d older files stay that a savepoint may finish again: a later run drops them%n",
          done.left());
    }
    return 0;
  }

  private int check(ArchiveFiles archive, Options options) throws IOException {
    ArchiveCheck.Found found = new ArchiveCheck(archive, compaction(archive, options)).run();
    found.lines().forEach(out::println);
    found.problems().forEach(problem -> out.println("PROBLEM " + problem));
    return found.problems().isEmpty() ? 0 : PROBLEMS;
  }

  private int forget(ArchiveErasure erasure, ArchiveHold hold) throws IOException {
    ArchiveErasure.Done done = erasure.run(hold);
    done.rows()
        .forEach(
            (dataset, rows) -> out.printf(Locale.ROOT, "%s: %,d rows deleted%n", dataset, rows));
    out.printf(Locale.ROOT, "%,d files were written anew or deleted%n", done.files());
    done.notes().forEach(out::println);
    return search(erasure);
  }

  private int search(ArchiveErasure erasure) throws IOException {
    ArchiveErasure.Found found = erasure.look();
    found
        .rows()
        .forEach((dataset, rows) -> out.printf(Locale.ROOT, "%s: found %,d%n", dataset, rows));
    out.printf(
        Locale.ROOT,
        "%,d predictions are known to be theirs, those that are gone included%n",
        found.predictions().size());
    if (found.nameless() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d rows of predictions name no subject: nobody can say whether some are theirs%n",
          found.nameless());
    }
    if (found.hidden() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d files in the folders of their models are being written or were left by a crash, and"
              + " were not looked into%n",
          found.hidden());
    }
    return found.isNothing() ? 0 : PROBLEMS;
  }

  private ArchiveErasure erasure(ArchiveFiles archive, Options options) throws IOException {
    java.nio.file.Path secret = options.find(ArchiveToolOptions.SECRET_FILE);
    if (secret == null) {
      throw new IllegalArgumentException(
          "give --" + ArchiveToolOptions.SECRET_FILE + ": without it nobody is found");
    }
    EntityKeys keys = EntityKeys.read(secret);
    return new ArchiveErasure(archive, keys, subjects(archive, keys, options), cut(options));
  }

  private static Set<EntityKey> subjects(ArchiveFiles archive, EntityKeys keys, Options options)
      throws IOException {
    java.nio.file.Path file = options.find(ArchiveToolOptions.ENTITY_FILE);
    String key = options.find(ArchiveToolOptions.ENTITY_KEY);
    if (file != null && key != null) {
      throw new IllegalArgumentException(
          "--entity-file and --entity-key both say who it is: give one of them");
    }
    if (file != null) {
      String id = Files.readString(file).strip();
      if (id.isEmpty()) {
        throw new IllegalArgumentException(file + " is empty: it is to hold the id of a subject");
      }
      return Set.of(keys.of(id));
    }
    if (key != null) {
      return Set.of(EntityKey.ofHex(key));
    }
    Set<EntityKey> remembered = new HashSet<>();
    for (String subject : new Erasures(archive).subjects()) {
      remembered.add(EntityKey.ofHex(subject));
    }
    return remembered;
  }

  private ArchiveCompaction compaction(ArchiveFiles archive, Options options) {
    return new ArchiveCompaction(
        archive, cut(options), options.get(ArchiveToolOptions.FILE_MEGABYTES) * 1_048_576L);
  }

  private Instant cut(Options options) {
    Instant quiet = quietSince(options);
    Instant unfinished = unfinishedSince(options);
    return unfinished.isBefore(quiet) ? unfinished : quiet;
  }

  /** From when on files may have to be finished again. */
  private static Instant unfinishedSince(Options options) {
    Instant savepoint = options.find(ArchiveToolOptions.OLDEST_SAVEPOINT);
    return savepoint == null ? Instant.MAX : savepoint.minus(OF_A_CHECKPOINT);
  }

  private Instant quietSince(Options options) {
    return clock.instant().minus(options.get(ArchiveToolOptions.QUIET_FOR));
  }
}
