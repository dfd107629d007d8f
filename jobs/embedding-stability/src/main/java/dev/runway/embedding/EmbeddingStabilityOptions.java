package dev.runway.embedding;

import dev.runway.drift.embedding.PairSample;
import dev.runway.embedding.compare.CompareVersionsFunction;
import dev.runway.embedding.mixture.DetectMixturesFunction;
import dev.runway.embedding.space.KafkaSpaceDirectory;
import dev.runway.embedding.traffic.MeasureTrafficFunction;
import dev.runway.flink.CommonOptions;
import dev.runway.flink.KafkaModelDirectory;
import dev.runway.flink.Option;
import dev.runway.flink.Options;
import dev.runway.model.Topic;
import java.time.Duration;

/** The options of embedding-stability, beside those of every job. */
final class EmbeddingStabilityOptions {
  static final Option<String> GROUP =
      CommonOptions.GROUP
          .withDefault("runway-embedding-stability")
          .describedAs(
              "Consumer group: shows the lag. Where the job goes on is in its checkpoint, not in"
                  + " the group.");

  static final Option<Duration> REFRESH =
      Option.duration("runway.embedding.refresh")
          .withDefault(Duration.ofMinutes(1))
          .checked(
              refresh ->
                  refresh.compareTo(Duration.ofSeconds(1)) >= 0
                      && refresh.compareTo(Duration.ofHours(1)) <= 0,
              "must be from 1 second to 1 hour")
          .describedAs(
              "How often a space is looked at: versions of which more is known than the last time"
                  + " are compared again, and a changed document takes effect. 20,000 pairs of 512"
                  + " dimensions take seconds of one core; a space whose comparisons take more than"
                  + " a tenth of this waits ten times as long as they took.");

  static final Option<Integer> NEIGHBOUR_ITEMS =
      Option.integer("runway.embedding.neighbour-items")
          .withDefault(1_000)
          .checked(
              items -> items >= 1_000 && items <= PairSample.MAX_CAPACITY,
              "must be from 1,000 to 65,536: they are all compared with each other")
          .describedAs(
              "Items among which neighbours are looked for, those of a pair with the lowest"
                  + " hashes. Overlaps among different numbers of items cannot be compared, so a"
                  + " pair with fewer is not judged by a baseline pair that has them all. 1,000"
                  + " know an overlap to 0.01; of 512 dimensions they take 4 MB.");

  static final Option<String> ARTEFACT_FOLDER =
      Option.text("runway.embedding.artefact-folder")
          .describedAs(
              "Folder for the matrices that bring older vectors to newer ones: a URI of any file"
                  + " system that Flink knows. Each is a file of 32-bit floats in NumPy's format,"
                  + " named by its SHA-256. Without it none are kept.");

  static final Option<Duration> TRAFFIC_WINDOW =
      Option.duration("runway.embedding.traffic-window")
          .withDefault(Duration.ofMinutes(10))
          .checked(
              window ->
                  window.compareTo(Duration.ofMinutes(1)) >= 0
                      && window.compareTo(Duration.ofDays(1)) <= 0,
              "must be from 1 minute to 1 day")
          .describedAs(
              "Length of the windows in which the traffic of vectors is measured, by when they were"
                  + " stored, and in which predictions are looked at for mixed versions. One with"
                  + " fewer than 500 vectors is compared with nothing.");

  static final Option<Duration> TRAFFIC_LATENESS =
      Option.duration("runway.embedding.traffic-lateness")
          .withDefault(Duration.ofMinutes(30))
          .checked(
              lateness ->
                  lateness.compareTo(Duration.ofMinutes(1)) >= 0
                      && lateness.compareTo(Duration.ofDays(7)) <= 0,
              "must be from 1 minute to 7 days")
          .describedAs(
              "How long a window stays open after the last thing that came for it: what comes then"
                  + " is part of it, and its reading is told again. Of 512 dimensions each open"
                  + " window of a version takes 200 KB, so four of them, the usual number, 0.8 MB.");

  static final Option<Integer> TRAFFIC_REFERENCE =
      Option.integer("runway.embedding.traffic-reference")
          .withDefault(10_000)
          .checked(
              vectors -> vectors >= 500 && vectors <= 10_000_000, "must be from 500 to 10,000,000")
          .describedAs(
              "Vectors of a version's first windows that later ones are compared with. 10,000 know"
                  + " a mean to a hundredth of what vectors are apart.");

  private EmbeddingStabilityOptions() {}

  static Options from(String[] args) {
    return Options.from(args, CommonOptions.class, EmbeddingStabilityOptions.class);
  }

  static EmbeddingStabilityTopology.Settings topology(Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    return new EmbeddingStabilityTopology.Settings(
        CommonOptions.bounds(options),
        CommonOptions.events(options).sampler(),
        KafkaSpaceDirectory.of(CommonOptions.kafka(options), Topic.SPACES.in(namespace)),
        KafkaModelDirectory.of(CommonOptions.kafka(options), Topic.MODELS.in(namespace)),
        new CompareVersionsFunction.Settings(
            Topic.EMBEDDINGS.in(namespace),
            options.get(REFRESH),
            options.get(NEIGHBOUR_ITEMS),
            options.find(ARTEFACT_FOLDER)),
        new MeasureTrafficFunction.Settings(
            options.get(TRAFFIC_WINDOW),
            options.get(REFRESH),
            options.get(TRAFFIC_LATENESS),
            options.get(TRAFFIC_REFERENCE)),
        new DetectMixturesFunction.Settings(
            options.get(TRAFFIC_WINDOW), options.get(REFRESH), options.get(TRAFFIC_LATENESS)));
  }
}
