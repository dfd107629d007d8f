package dev.runway.demo.drift;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.reading.Reach;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far PSI of the features of a story can go, see {@link Reach}. */
public final class StoryReach {
  private final Map<String, Map<String, FeatureProfile>> features = new HashMap<>();

  /** Of the versions of a story that have a training set. */
  public StoryReach(DriftStory story) {
    for (Training training : story.trainings()) {
      BaselineProfile profile = TrainingBaseline.profile(story.modelId(), training);
      Map<String, FeatureProfile> byName = new HashMap<>();
      profile.features().forEach(feature -> byName.put(feature.name(), feature));
      features.put(training.version(), byName);
    }
  }

  /**
   * The largest PSI of a window of so many values.
   *
   * @return null where it is not known: of a version without a training set, and of a feature that
   *     it does not have
   */
  public @Nullable Double of(String version, String feature, long values) {
    FeatureProfile known = features.getOrDefault(version, Map.of()).get(feature);
    return known == null ? null : Reach.of(known, values);
  }
}
