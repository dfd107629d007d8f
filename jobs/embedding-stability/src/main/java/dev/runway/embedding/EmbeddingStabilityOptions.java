package dev.runway.embedding;

import dev.runway.drift.embedding.PairSample;
import dev.runway.embedding.compare.CompareVersionsFunction;
import dev.runway.embedding.space.KafkaSpaceDirectory;
import dev.runway.flink.CommonOptions;
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
        new CompareVersionsFunction.Settings(
            Topic.EMBEDDINGS.in(namespace),
            options.get(REFRESH),
            options.get(NEIGHBOUR_ITEMS),
            options.find(ARTEFACT_FOLDER)));
  }
}
