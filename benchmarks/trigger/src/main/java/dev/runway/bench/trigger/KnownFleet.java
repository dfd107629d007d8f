package dev.runway.bench.trigger;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.known.Known;
import dev.runway.retraintrigger.known.KnownFeed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** Models of tier 1 with a baseline each, known from the beginning, in place of topics. */
record KnownFleet(int models) implements KnownFeed.Factory {
  private static final long TRAINED = Readings.START - Duration.ofDays(5).toMillis();

  @Override
  public KnownFeed open(
      Known known, Set<Topic> topics, long knownToMillis, ModelDirectory.Refused refused) {
    try {
      for (int i = 0; i < models; i++) {
        tell(known, topics, Readings.modelId(i));
      }
    } catch (MalformedEvent e) {
      throw new IllegalStateException("a document of ours was refused", e);
    }
    known.complete();
    return new Feed(models);
  }

  private static void tell(Known known, Set<Topic> topics, String model) throws MalformedEvent {
    String document =
        """
        {"model_id": "%s", "task": "BINARY", "horizon": "P1D", "team": "ranking", "tier": 1}\
        """
            .formatted(model);
    known.apply(Topic.MODELS, utf8(model), utf8(document));
    if (topics.contains(Topic.BASELINES)) {
      Baseline baseline =
          new Baseline(
              model,
              Readings.VERSION,
              "b-1",
              TRAINED,
              TRAINED - Duration.ofDays(30).toMillis(),
              TRAINED,
              false,
              new byte[] {'{', '}'});
      known.apply(Topic.BASELINES, baseline.key(), BaselineCodec.write(baseline));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private record Feed(int models) implements KnownFeed {
    @Override
    public void upTo(long appendedMillis) {
      // Nothing comes later.
    }

    @Override
    public long knownToMillis() {
      return Readings.START;
    }

    @Override
    public void readOn() {
      // Nothing comes later.
    }

    @Override
    public long readTo(Topic topic) {
      return models;
    }

    @Override
    public int held() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
