package dev.runway.retraintrigger.state;

import dev.runway.model.ModelDocument;
import dev.runway.retraintrigger.signal.SpaceReading;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a decision needs to know of a model's document.
 *
 * @param team whose model it is; null when the document does not say
 * @param horizonMillis how long labels take
 * @param versions the versions that may predict; empty means any
 * @param embeddings by space: the version that predictions rest on now
 * @param trainedOn by version of the model, by space: the version that it was trained on
 * @param deprecated the versions that are to go
 */
public record ModelFacts(
    long revision,
    int tier,
    @Nullable String team,
    long horizonMillis,
    List<String> versions,
    SortedMap<String, String> embeddings,
    SortedMap<String, SortedMap<String, String>> trainedOn,
    List<String> deprecated) {

  @SuppressWarnings("NullAway") // Those of an older release do not have the last three.
  public ModelFacts {
    embeddings = embeddings == null ? new TreeMap<>() : embeddings;
    trainedOn = trainedOn == null ? new TreeMap<>() : trainedOn;
    deprecated = deprecated == null ? List.of() : deprecated;
  }

  /** Of a model none of whose versions is to go. */
  public ModelFacts(
      long revision,
      int tier,
      @Nullable String team,
      long horizonMillis,
      List<String> versions,
      SortedMap<String, String> embeddings,
      SortedMap<String, SortedMap<String, String>> trainedOn) {
    this(revision, tier, team, horizonMillis, versions, embeddings, trainedOn, List.of());
  }

  /** Of a model of which nothing is said of embeddings. */
  public static ModelFacts plain(
      long revision, int tier, @Nullable String team, long horizonMillis, List<String> versions) {
    return new ModelFacts(
        revision, tier, team, horizonMillis, versions, new TreeMap<>(), new TreeMap<>());
  }

  static ModelFacts of(ModelDocument document) {
    String team = document.team();
    SortedMap<String, String> embeddings = new TreeMap<>();
    document.embeddings().forEach(use -> embeddings.put(use.spaceId(), use.embeddingVersion()));
    SortedMap<String, SortedMap<String, String>> trainedOn = new TreeMap<>();
    for (ModelDocument.TrainedOn trained : document.trainedOn()) {
      trainedOn
          .computeIfAbsent(trained.version(), version -> new TreeMap<>())
          .put(trained.spaceId(), trained.embeddingVersion());
    }
    return new ModelFacts(
        document.revision(),
        document.tier(),
        team == null ? document.owner() : team,
        document.horizon().toMillis(),
        List.copyOf(document.versions()),
        embeddings,
        trainedOn,
        List.copyOf(document.deprecated()));
  }

  /** Whether a version may predict. */
  public boolean knows(String version) {
    return versions.isEmpty() || versions.contains(version);
  }

  /** Whether a version is to go: nothing is done about it. */
  public boolean isDeprecated(String version) {
    return deprecated.contains(version);
  }

  /** Whether a reading compares what a version was trained on with what it rests on now. */
  public boolean isAbout(String version, SpaceReading reading) {
    return reading.after().equals(embeddings.get(reading.spaceId()))
        && reading.before().equals(trainedOn(version).get(reading.spaceId()));
  }

  /** By space: the version that a version of the model was trained on. */
  public SortedMap<String, String> trainedOn(String version) {
    SortedMap<String, String> trained = trainedOn.get(version);
    return trained == null ? new TreeMap<>() : trained;
  }

  /** The same without what is said of other versions alone. */
  ModelFacts about(String version) {
    SortedMap<String, SortedMap<String, String>> its = new TreeMap<>();
    if (trainedOn.containsKey(version)) {
      its.put(version, trainedOn(version));
    }
    List<String> to = isDeprecated(version) ? List.of(version) : List.of();
    return new ModelFacts(revision, tier, team, horizonMillis, versions, embeddings, its, to);
  }
}
