package dev.runway.demo.replay;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.Limits;
import dev.runway.model.ModelDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Profiles in files, as {@code runway profile} writes them, for the models of a replay. */
public final class BaselineFiles {
  private BaselineFiles() {}

  /**
   * Reads them.
   *
   * @throws IOException if one is no profile, is of a version that nobody plays, or is the second
   *     of a version
   */
  public static List<Baseline> read(List<Path> files, List<ModelDocument> models)
      throws IOException {
    List<Baseline> baselines = new ArrayList<>();
    Set<String> versions = new HashSet<>();
    for (Path file : files) {
      BaselineProfile profile = profile(file);
      requirePlayed(file, profile, models);
      if (!versions.add(profile.model() + '\n' + profile.version())) {
        throw new IOException(
            "%s is another baseline of %s %s: a version is compared with one"
                .formatted(file, profile.model(), profile.version()));
      }
      baselines.add(baseline(file, profile));
    }
    return baselines;
  }

  private static BaselineProfile profile(Path file) throws IOException {
    try {
      return ProfileJson.read(Files.readAllBytes(file));
    } catch (MalformedProfile e) {
      throw new IOException(file + " is no profile of ./runway profile: " + e.getMessage(), e);
    }
  }

  private static void requirePlayed(Path file, BaselineProfile profile, List<ModelDocument> models)
      throws IOException {
    for (ModelDocument model : models) {
      if (model.modelId().equals(profile.model()) && model.knows(profile.version())) {
        return;
      }
    }
    throw new IOException(
        "%s is of %s %s, and no --model has that version"
            .formatted(file, profile.model(), profile.version()));
  }

  private static Baseline baseline(Path file, BaselineProfile profile) throws IOException {
    long created = profile.createdAtMillis();
    Baseline baseline =
        new Baseline(
            profile.model(),
            profile.version(),
            profile.id(),
            created,
            // Nobody said from when the data is: since 1970 claims nothing.
            Math.min(0, created - 1),
            created,
            profile.provisional(),
            ProfileJson.write(profile));
    int bytes = BaselineCodec.write(baseline).length;
    if (bytes > Limits.MAX_BASELINE_BYTES) {
      throw new IOException(
          "%s has %,d bytes as a baseline, at most %,d"
              .formatted(file, bytes, Limits.MAX_BASELINE_BYTES));
    }
    return baseline;
  }
}
