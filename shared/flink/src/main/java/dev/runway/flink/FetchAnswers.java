package dev.runway.flink;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * How many fetches of an event source the brokers have answered, by the count its Kafka consumer
 * keeps. A broker without news answers too, some times a second (fetch.max.wait.ms); so this count
 * tells partitions that are silent from brokers that are away, which records cannot.
 *
 * <p>One object is in both halves of a source: among the properties of the consumer, where the
 * {@link Reporter} that Kafka makes finds it, and in the strategy of its watermarks. Flink carries
 * the two halves to a subtask in one piece, so that each subtask has one of its own, which knows
 * its own consumer. Nothing here is static: nothing is left behind or shared by two jobs.
 *
 * <p>The answers of all brokers count alike. Where one of several is away, its partitions are
 * silent until another one leads them: seconds where they have replicas. A partition without any
 * leader becomes idle.
 */
final class FetchAnswers implements Serializable {
  /** There is no consumer to ask. */
  static final long UNKNOWN = -1;

  private static final String PROPERTY = "runway.fetch-answers";
  private static final String REPORTERS = "metric.reporters";

  private transient volatile @Nullable KafkaMetric counter;

  /** Has a consumer with these properties counted here. */
  void follow(Properties consumer) {
    consumer.put(PROPERTY, this);
    // Naming a reporter ends Kafka's default, and the deployment may have named its own.
    String others = consumer.getProperty(REPORTERS, JmxReporter.class.getName());
    String ours = Reporter.class.getName();
    consumer.setProperty(REPORTERS, others.isBlank() ? ours : others + "," + ours);
  }

  /** Fetches answered so far, or {@link #UNKNOWN}. A later consumer counts from 0 again. */
  long count() {
    KafkaMetric known = counter;
    return known == null ? UNKNOWN : ((Number) known.metricValue()).longValue();
  }

  /** Finds the consumer's counter. Public, as it is Kafka that makes it. */
  public static final class Reporter implements MetricsReporter {
    private @Nullable FetchAnswers answers;
    private @Nullable KafkaMetric mine;

    @Override
    public void configure(Map<String, ?> properties) {
      // Null in the admin client of the source's enumerator: it gets those that are text alone.
      answers = (FetchAnswers) properties.get(PROPERTY);
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
      metrics.forEach(this::metricChange);
    }

    @Override
    public void metricChange(KafkaMetric metric) {
      // Counts answers, whatever its description in Kafka says: a request that is never answered,
      // or whose connection breaks, is not in it.
      if (answers != null
          && metric.metricName().name().equals("fetch-total")
          && metric.metricName().group().equals("consumer-fetch-manager-metrics")) {
        mine = metric;
        answers.counter = metric;
      }
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
      if (metric == mine) {
        close();
      }
    }

    @Override
    public void close() {
      // A consumer that follows may be there before this one is closed.
      if (answers != null && answers.counter == mine) {
        answers.counter = null;
      }
    }
  }
}
