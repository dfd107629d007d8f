package dev.runway.backtest;

import dev.runway.retraintrigger.signal.ExperimentReading;
import dev.runway.retraintrigger.signal.SpaceReading;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a decision knew of its version beside readings: what its embeddings were to it, what
 * experiments had found, and whether it was to go. Tables have the newest word on these alone, and
 * a decision what was known then.
 *
 * @param facts of the model's document, as far as they were about the version
 * @param spaces by slot
 * @param experiments by version
 */
record KnownThen(
    @Nullable ModelFacts facts,
    SortedMap<String, SpaceReading> spaces,
    SortedMap<String, List<ExperimentReading>> experiments) {

  @SuppressWarnings("NullAway") // Decisions of older releases do not have all of it.
  KnownThen {
    spaces = spaces == null ? new TreeMap<>() : spaces;
    experiments = experiments == null ? new TreeMap<>() : experiments;
  }

  /** Puts it in the place of what a dossier has of the version. */
  void into(Dossier dossier, String version) {
    ModelFacts now = dossier.facts;
    if (now == null || facts == null) {
      return;
    }
    dossier.spaces.values().removeIf(reading -> now.isAbout(version, reading));
    dossier.spaces.putAll(spaces);
    dossier.facts = as(now, facts, version);
    dossier.experiments.remove(version);
    List<ExperimentReading> found = experiments.get(version);
    if (found != null) {
      dossier.experiments.put(version, found);
    }
  }

  /** The facts of now with what was said of the version then. */
  private static ModelFacts as(ModelFacts now, ModelFacts then, String version) {
    SortedMap<String, SortedMap<String, String>> trainedOn = new TreeMap<>(now.trainedOn());
    trainedOn.put(version, then.trainedOn(version));
    List<String> deprecated = new ArrayList<>(now.deprecated());
    deprecated.remove(version);
    if (then.isDeprecated(version)) {
      deprecated.add(version);
    }
    return new ModelFacts(
        now.revision(),
        now.tier(),
        now.team(),
        now.horizonMillis(),
        now.versions(),
        then.embeddings(),
        trainedOn,
        deprecated);
  }
}
